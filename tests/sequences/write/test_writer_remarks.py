"""What is said of a network that writes is what its numbers bear out."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_rel

from playground.histories import Checkpoint, Keyframe, SequenceEpoch
from playground.sentences.writing import comparison_sentence, depth_sentence, progress_sentence
from playground.sequences.margin import block_means, clear_gap
from playground.sequences.records import SequenceRun, WriterRun
from playground.sequences.write.baselines import StreamScore, against_best
from playground.sequences.write.streams import make_stream
from playground.sequences.write.writing import DepthUnit

STREAM = make_stream("x", "X", ["ab"], asked=np.ones(2, dtype=np.uint8), asked_title="Copied letters right")
STRETCHES = np.random.default_rng(2).normal(scale=0.3, size=20)
RIVALS = tuple(
    StreamScore(title, bits, bits, tuple(bits + STRETCHES - STRETCHES.mean()))
    for title, bits in (("Uniform", 4.0), ("Trigram", 2.0))
)
EPOCH = SequenceEpoch(1, 1.0, 1.5 * math.log(2), 1.0, 0.0, 0.01, 1.0, 0.5, 0.9996)


def make_run(test_bits: float | None = None, epochs: tuple[SequenceEpoch, ...] = (EPOCH,)) -> WriterRun:
    checkpoint = Checkpoint(epoch=len(epochs), best_epoch=len(epochs), count=1200)
    training = SequenceRun(4, checkpoint, epochs, (Keyframe(0, {}), Keyframe(1, {})))
    blocks = () if test_bits is None else tuple(np.random.default_rng(3).normal(test_bits, 0.1, 20))
    return WriterRun(training, ("a", "b"), (), 1, 1, test_bits, None if test_bits is None else 0.998, blocks)


def test_the_headline_follows_the_training():
    assert progress_sentence(None, STREAM, 4).startswith("Untrained")
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
    [
        (1.5, "needs 0.50 bits a letter less than the best baseline, the trigram"),
        (2.6, "loses"),
        (2.01, "are about level"),
    ],
)
def test_the_verdict_is_honest(bits, said):
    assert said in comparison_sentence(against_best(make_run(bits), RIVALS))


def test_without_stretches_nothing_is_called_better():
    assert "about level" in comparison_sentence(against_best(replace(make_run(1.0), test_blocks=()), RIVALS))


def test_a_clear_gap_is_a_paired_t_test():
    source = np.random.default_rng(5)
    first, second = source.normal(size=(2, 20)) + np.array([[0.0], [0.5]])
    for scale in np.linspace(0, 3, 30):
        told = clear_gap(first, second * scale)
        assert told == (ttest_rel(first, second * scale).pvalue < 0.05)
    assert np.mean([clear_gap(*source.normal(size=(2, 20))) for _ in range(500)]) < 0.08
    assert np.mean([clear_gap(*source.normal(size=(2, 20)), tried=5) for _ in range(500)]) < 0.03
    assert block_means(np.arange(1000.0))[:2] == (24.5, 74.5) and len(block_means(np.arange(1000.0))) == 20
    assert (
        len(block_means(np.arange(79.0))) == 1
        and block_means(np.arange(80.0)) == (19.5, 59.5)
        and block_means(np.array([1.0, 3.0])) == (2.0,)
    )


def test_the_depth_unit_is_told_with_its_number_and_sign():
    assert depth_sentence(DepthUnit(4, np.full(5, -0.93), 4000)).startswith(
        "Unit 4 closely follows the depth of the brackets: correlation -0.93 (it falls"
    )
    assert "hardly follows" in depth_sentence(DepthUnit(0, np.full(1, 0.3), 100))
