"""The piano roll and the curves of bits: every note where it sounds, every expectation before its note."""

import math

import numpy as np

from playground.charts.music import bits_figure, roll_figure
from playground.charts.theme import LIGHT
from playground.histories import SequenceEpoch
from playground.sequences.music.notes import notes_of

ROWS = ("E4", "D#4", "D4", "C#4", "C4", "R", "end")
NOTES = notes_of(["C4 1/4", "E4 1/8", "R 1/8"])
ONSETS = np.array([0, 1, 1.5, 2])


def roll(**more):
    fields = {"expected": None, "bits": None} | more
    return roll_figure(NOTES, 1, ROWS, ONSETS, theme=LIGHT, title="A roll", revision="r", **fields)


def test_notes_lie_on_their_rows_from_begin_to_end():
    given, written = roll().data
    assert list(given.y) == [4] and list(given.base) == [0] and list(given.x) == [1]
    assert list(written.y) == [0, 5] and list(written.base) == [1, 1.5] and list(written.x) == [0.5, 0.5]
    assert given.marker.line.color == LIGHT.truth and written.marker.line.color == LIGHT.prediction


def test_expectations_stand_before_their_notes_and_after_the_last():
    expected = np.arange(28).reshape(7, 4) / 28
    figure = roll(expected=expected, bits=np.array([1.0, 2.5, 3.0]))
    heat = figure.data[0]
    assert list(heat.x) == [0, 1, 1.5, 2, 3] and list(heat.y) == [row - 0.5 for row in range(8)]
    np.testing.assert_allclose(heat.z, expected, rtol=1e-6)
    assert "2.5 bits" in figure.data[2].customdata[0]
    assert figure.layout.yaxis.ticktext == ("E4", "D4", "C4", "rest", "end")


def test_losses_are_shown_in_bits_beside_the_baselines():
    epochs = [SequenceEpoch(k, math.log(2) * (5 - k), math.log(2) * 4, 1.0, 0.0, 0.01, 1.0, 0.1, 0.1) for k in (1, 2)]
    figure = bits_figure(epochs, 10, [("Bigram", 4.7)], LIGHT, best_epoch=1, revision="b")
    train, validation, bigram, best = figure.data
    np.testing.assert_allclose(train.y, [4, 3], rtol=1e-6)
    np.testing.assert_allclose(validation.y, [4, 4], rtol=1e-6)
    assert bigram.name == "Bigram 4.70" and bigram.line.dash == "dot" and list(best.x) == [1]
    assert len(bits_figure([], 10, [], LIGHT, revision="b").data) == 2
