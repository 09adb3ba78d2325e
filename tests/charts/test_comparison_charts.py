"""The charts that hold several runs: every line is there, told apart, and beside its baseline."""

import math

import numpy as np
import pytest

from playground.charts.comparison import (
    RUN_COLORS,
    loss_overlay_figure,
    predictions_figure,
    seeds_figure,
    step_errors_figure,
)
from playground.charts.theme import DARK, LIGHT
from playground.labs.comparison.curves import Curve
from playground.labs.comparison.verdict import Contender
from playground.records import Series
from playground.runs.stored import COLORS

SERIES = Series("sine", "Sine", "m", np.sin(np.arange(300.0)), None, "sample")


def curve(label="a", color="teal", **parts):
    return Curve(label, color, np.arange(1.0, 6.0), np.linspace(1, 0.2, 5), **parts)


def test_every_colour_that_a_run_can_have_is_there_in_both_themes():
    assert set(RUN_COLORS["light"]) == set(RUN_COLORS["dark"]) == set(COLORS)
    assert len(set(RUN_COLORS["light"].values())) == len(COLORS)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_smoothing_leaves_the_raw_line_visible(theme):
    figure = loss_overlay_figure([curve(smooth=np.linspace(1, 0.3, 5))], ("drift", 0.8), theme, axis="steps")
    names = [trace.name for trace in figure.data]
    assert names == ["a, raw", "a", "drift"]
    np.testing.assert_array_equal(figure.data[0].y, np.linspace(1, 0.2, 5))
    assert figure.data[0].line.color == figure.data[1].line.color == RUN_COLORS[theme.name]["teal"]
    assert figure.layout.xaxis.title.text == "optimizer steps"


def test_seeds_are_a_band_around_their_median():
    figure = loss_overlay_figure([curve(low=np.full(5, 0.1), high=np.full(5, 1.1))], None, LIGHT, log=False)
    assert [trace.fill for trace in figure.data] == [None, "tonexty", None]
    assert figure.layout.yaxis.type == "linear"
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == ["a"]


def test_predictions_stand_beside_truth_and_baseline():
    positions = np.arange(200, 260)
    lines = {"a": ("teal", np.zeros(60)), "b": ("red", np.ones(60))}
    figure = predictions_figure(SERIES, positions, lines, SERIES.values[positions - 1], LIGHT)
    assert [trace.name for trace in figure.data] == ["true series", "last value", "a", "b"]
    np.testing.assert_allclose(figure.data[0].y, SERIES.values[positions], rtol=1e-6)
    np.testing.assert_array_equal(figure.data[3].y, np.ones(60))


def test_errors_by_step_may_have_different_horizons():
    errors = {"a": ("teal", np.array([0.1, 0.2, math.inf])), "b": ("red", np.array([0.3]))}
    figure = step_errors_figure(errors, np.array([0.5, 0.6, 0.7]), "m", LIGHT)
    assert [len(trace.y) for trace in figure.data] == [3, 3, 1]
    assert math.isnan(figure.data[1].y[2])
    assert "(m)" in figure.layout.yaxis.title.text


def test_every_finite_seed_is_a_dot_and_the_median_is_marked():
    contenders = [Contender("a", (1.0, 2.0, 3.0)), Contender("b", (math.inf, 4.0)), Contender("c", (5.0,))]
    figure = seeds_figure(contenders, {"a": "teal", "b": "red", "c": "blue"}, 6.0, "", LIGHT)
    assert [list(trace.x) for trace in figure.data] == [[1, 2, 3], [2], [4], [5]]
    assert figure.layout.shapes[0].x0 == 6.0
