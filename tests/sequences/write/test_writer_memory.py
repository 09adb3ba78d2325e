"""A worker stays below its limit at the largest text and network."""

import subprocess
import sys

import pytest
from patience import patience

from playground.sequences.recipe import WriterRecipe
from playground.sequences.write.streams import make_stream
from playground.sequences.write.work import advance_writer

PROGRAM = """
from pathlib import Path
import numpy as np, torch
from playground.sequences.write.work import advance_writer
from playground.sequences.write.own_corpus import MOST_BYTES, read_own_corpus
from playground.sequences.recipe import WriterRecipe
from playground.sequences.write.streams import make_stream
torch.set_num_threads(1)


def kilobytes(what):
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(told[what].split()[0])


# A torch with GPU packages alone takes 300 MB more than one without, some of it when it first trains.
small = WriterRecipe().replaced(hidden_size=2, epochs=1).model_dump_json()
advance_writer(small, make_stream("x", "X", [list("ab") * 40] * 9), None)
own_kb = kilobytes("VmRSS")
letters = [chr(33 + k) for k in range(90)] + [chr(0xC0 + k) for k in range(150)]
data = "".join(np.random.default_rng(1).choice(letters, 2**20)).encode()[:MOST_BYTES].decode(errors="ignore").encode()
stream = read_own_corpus(data)
recipe = WriterRecipe().replaced(text="own", hidden_size=256, batch_size=121, stretch_steps=64).model_dump_json()
run = None
for _ in range(3):
    run = advance_writer(recipe, stream, run)
assert len(run.vocabulary) == 200 and run.training.checkpoint.step >= 3
print(len(data), (kilobytes("VmHWM") - own_kb) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is told by Linux only")
def test_a_worker_takes_at_most_300_mb_beyond_torch_at_the_largest_text_hidden_256_and_the_largest_batch_that_fits():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=patience(300), check=True
    )
    read, peak_mb = map(int, done.stdout.split())
    assert read >= 2**20 - 3
    assert peak_mb < 300, peak_mb


def test_a_larger_batch_is_refused_with_what_to_make_smaller():
    letters = [chr(0x4E00 + k) for k in range(300)] * 4
    recipe = WriterRecipe().replaced(hidden_size=256, batch_size=122, stretch_steps=64)
    with pytest.raises(ValueError, match="make the batch, the stretch or the hidden size smaller"):
        advance_writer(recipe.model_dump_json(), make_stream("x", "X", [letters]), None)
