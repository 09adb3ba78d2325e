"""Drawn curves by hand, and in every disorder that a mouse leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.config import DataChoice
from playground.data.drawn import make_drawn
from playground.data.prepare import prepare

NAN, INF = float("nan"), float("inf")


def test_a_line_is_resampled_to_even_steps():
    series = make_drawn([(float(x), 2.0 * x) for x in (0, 1, 2, 3, 5, 8, 13, 16, 20)], 81)
    np.testing.assert_allclose(series.values, np.arange(81) / 2)
    assert (series.title, series.name, series.step, series.times) == ("Your drawing", "own", "step", None)
    assert series.notes == ("9 drawn points made 81 steps, in straight lines between them",)
    assert not series.values.flags.writeable


def test_points_are_sorted_averaged_and_cleaned():
    points = [(float(x), 1.0 * x) for x in (9, 3, 1, 0, 4, 8, 2, 7, 6, 5)]
    points += [(5.0, 9.0), (NAN, 1.0), (2.0, INF), (1e200, 1.0)]
    series = make_drawn(points, 91)
    assert series.values[[0, 20, 50, 90]].tolist() == [0, 2, 7, 9]
    assert series.notes[1] == "3 points that were no numbers: left out"


@pytest.mark.parametrize(
    ("points", "length", "message"),
    [
        ([], 100, "at least 8 points, got 0; draw a longer line"),
        ([(1.0, float(y)) for y in range(100)], 100, "at least 8 points, got 1"),
        ([(NAN, NAN)] * 100, 100, "at least 8 points, got 0"),
        ([(float(x), 3.0) for x in range(100)], 100, "the line is flat at 3"),
        ([(float(x), 3.0) for x in range(100)], 59, "length must be from 60 to 5000 steps, got 59"),
        ([(0.0, 0.0)] * 100_001, 100, "may have 100,000 points, got 100,001"),
    ],
)
def test_unfit_drawings_are_refused(points, length, message):
    with pytest.raises(ValueError, match=message):
        make_drawn(points, length)


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=40), st.integers(60, 300))
def test_any_points_give_a_series_or_a_sentence(points, length):
    try:
        series = make_drawn(points, length)
    except ValueError as error:
        assert str(error)
        return
    assert series.values.shape == (length,)
    assert np.isfinite(series.values).all()


def test_a_drawing_can_be_prepared():
    points = [(float(x), float(np.sin(x / 9))) for x in range(300)]
    prepared = prepare(make_drawn(points, 800), DataChoice())
    assert len(prepared.train.anchors) == prepared.split.train_stop - 32
