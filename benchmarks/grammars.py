"""How soon an LSTM solves the toy grammars, with the settings that the page Write suggests, on one thread.

`python -m benchmarks.grammars [seeds]` prints, for each grammar and seed, the accuracy on the test part of the best
epoch, after how many seconds of training that epoch was finished, and how long the whole training took.
"""

from __future__ import annotations

import sys

import torch

from playground.sequences.recipe import WriterRecipe
from playground.sequences.write.corpora import CORPORA, load_corpus
from playground.sequences.write.work import advance_writer
from playground.sequences.write.writing import usual_answers


def measure(name: str, seed: int, **fields: object) -> str:
    """Return one line on one training."""
    recipe = WriterRecipe().replaced(**CORPORA[name].suggests, **{"text": name, "seed": seed} | fields)
    run, stream = None, load_corpus(name)
    while run is None or not run.done:
        run = advance_writer(recipe.model_dump_json(), stream, run)
    best = run.training.epochs[run.training.best.epoch - 1]
    return (
        f"{name}, seed {seed}: {stream.asked_title.lower()} {run.test_accuracy:.2%} (after the same two symbols "
        f"{usual_answers(stream):.2%}), best epoch {best.epoch} after {best.elapsed_s:.1f} s, "
        f"{len(run.training.epochs)} epochs in {run.training.checkpoint.elapsed_s:.1f} s"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    for grammar in ("copy", "brackets"):
        for number in range(1, int(sys.argv[1]) + 1 if len(sys.argv) > 1 else 4):
            print(measure(grammar, number), flush=True)
