"""What is said of a network that writes is what its numbers bear out."""

import math
from dataclasses import replace

import numpy as np
import pytest

from playground.records import Keyframe
from playground.sequences.ngrams import StreamScore
from playground.sequences.records import SequenceCheckpoint, SequenceEpoch, SequenceRun, WriterRun
from playground.sequences.streams import make_stream
from playground.sequences.writer_remarks import comparison_sentence, depth_sentence, progress_sentence

STREAM = make_stream("x", "X", ["ab"], asked=np.ones(2, dtype=np.uint8), asked_title="Copied letters right")
RIVALS = (StreamScore("Uniform", 4.0, 4.0), StreamScore("Trigram", 2.0, 2.0))
EPOCH = SequenceEpoch(1, 1.0, 1.5 * math.log(2), 0.5, 0.9996, 1.0)


def make_run(test_bits: float | None = None, epochs: tuple[SequenceEpoch, ...] = (EPOCH,)) -> WriterRun:
    checkpoint = SequenceCheckpoint(epoch=len(epochs), best_epoch=len(epochs), count=1200)
    training = SequenceRun(4, checkpoint, epochs, (Keyframe(0, {}), Keyframe(1, {})))
    return WriterRun(training, ("a", "b"), (), 1, 1, test_bits, None if test_bits is None else 0.998)


def test_the_headline_follows_the_training():
    assert "Press Train" in progress_sentence(None, STREAM, 4)
    assert "Epoch 1 of 4 is under way: 1,200 letters" in progress_sentence(make_run(epochs=()), STREAM, 4)
    during = progress_sentence(make_run(), STREAM, 4)
    assert during == "Epoch 1 of 4: 1.50 bits a letter on held-out text, copied letters right 99.9%."
    assert progress_sentence(make_run(1.25), STREAM, 4).startswith(
        "Trained: 1.25 bits a letter on the test part, copied"
    )
    plain = replace(STREAM, asked=np.empty(0, dtype=np.uint8))
    assert "right" not in progress_sentence(make_run(1.25), plain, 4)


@pytest.mark.parametrize(
    ("bits", "said"),
    [(1.5, "needs 0.50 bits a letter less than the best baseline, the trigram"), (2.6, "loses"), (2.01, "are level")],
)
def test_the_verdict_is_honest(bits, said):
    assert said in comparison_sentence(make_run(bits), RIVALS)


def test_the_depth_unit_is_told_with_its_number_and_sign():
    assert depth_sentence(4, -0.93, 4000).startswith(
        "Unit 5 counts the depth of the brackets: correlation -0.93 (it falls"
    )
    assert "hardly follows" in depth_sentence(0, 0.3, 100)
