"""Errors by lead time, residuals and the copycat test as charts, from records built by hand."""

import dataclasses

import numpy as np
import pytest

from playground.charts.errors import (
    copycat_figure,
    lead_time_figure,
    residual_autocorrelation_figure,
    residual_distribution_figure,
    residuals_figure,
)
from playground.charts.theme import DARK, LIGHT
from playground.evaluation.copycat_results import Copycat
from playground.evaluation.results import Residuals, StepScores

SCORES = StepScores(
    "RMSE", "direct", "validation", "°C", "lower", np.array([0.1, 0.2, 0.3]), {"last value": np.array([0.2, 0.4, 0.6])}
)
RESIDUALS = Residuals(
    part="validation",
    positions=np.arange(66, 72),
    values=np.array([0.1, -0.2, 0.0, 0.3, -0.1, -0.1]),
    mean=0.0,
    deviation=0.16,
    bin_edges=np.array([-0.2, 0.0, 0.2, 0.4]),
    counts=np.array([3, 2, 1]),
    lags=np.array([1, 2, 3]),
    autocorrelation=np.array([0.9, -0.1, 0.2]),
    band=0.8,
    chance=0.01,
)
COPYCAT = Copycat("validation", 1, np.arange(-2, 3), np.array([5.0, 3.0, 2.0, 0.5, 1.0]), 1, "copies")


def test_lead_times_are_the_records():
    figure = lead_time_figure(SCORES, LIGHT)
    lines = {trace.name: trace for trace in figure.data}
    assert list(lines["network"].x) == [1, 2, 3]
    assert list(lines["network"].y) == pytest.approx([0.1, 0.2, 0.3])
    assert list(lines["last value"].y) == pytest.approx([0.2, 0.4, 0.6])
    assert lines["last value"].line.dash == "dot"
    assert figure.layout.yaxis.title.text == "RMSE (°C)"
    assert "below" in figure.layout.title.text


def test_a_measure_where_higher_is_better_says_so():
    figure = lead_time_figure(dataclasses.replace(SCORES, metric="R²", unit="", better="higher"), LIGHT)
    assert "above" in figure.layout.title.text
    assert figure.layout.yaxis.title.text == "R²"


def test_residuals_stand_at_their_positions(series):
    (marks,) = residuals_figure(series, RESIDUALS, LIGHT).data
    places = marks.x0 + np.arange(6) * marks.dx if marks.x is None else np.asarray(marks.x)
    assert list(places) == list(RESIDUALS.positions)
    assert list(marks.y) == pytest.approx(list(RESIDUALS.values))


def test_distribution_has_a_bar_for_every_bin():
    (bars,) = residual_distribution_figure(RESIDUALS, "°C", LIGHT).data
    assert list(bars.y) == [3, 2, 1]
    assert list(bars.x) == pytest.approx([-0.1, 0.1, 0.3])


def test_autocorrelation_marks_the_bars_outside_the_noise_band():
    figure = residual_autocorrelation_figure(RESIDUALS, "day", LIGHT)
    (bars,) = figure.data
    assert [color == LIGHT.prediction for color in bars.marker.color] == [True, False, False]
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[0].y1) == (-0.8, 0.8)


def test_copycat_marks_truth_horizon_and_best_shift():
    figure = copycat_figure(COPYCAT, "°C", LIGHT)
    (line,) = figure.data
    assert list(line.x) == [-2, -1, 0, 1, 2]
    assert [symbol == "star" for symbol in line.marker.symbol] == [False, False, False, True, False]
    assert [shape.x0 for shape in figure.layout.shapes] == [0, 1]
    assert figure.layout.title.text.startswith("Copies the past")


def test_an_honest_forecast_gets_another_title():
    figure = copycat_figure(dataclasses.replace(COPYCAT, best_shift=0, word="no copy"), "", LIGHT)
    assert "Copies" not in figure.layout.title.text


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("which", ["series", "daily", "trading_days"])
def test_plotly_accepts_every_variant(request, checked, theme, which):
    series = request.getfixturevalue(which)
    checked(lead_time_figure(SCORES, theme))
    checked(residuals_figure(series, RESIDUALS, theme))
    checked(residual_distribution_figure(RESIDUALS, "", theme))
    checked(residual_autocorrelation_figure(RESIDUALS, series.step, theme))
    checked(copycat_figure(COPYCAT, series.unit, theme))
