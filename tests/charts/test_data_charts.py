"""The charts of the Data page show the series, its likeness to its own past, and how alike its parts are."""

import numpy as np
import pytest

from playground.charts.data import (
    autocorrelation_figure,
    distribution_figure,
    series_figure,
    small_series_figure,
)
from playground.charts.theme import DARK, LIGHT
from playground.records import Series

SERIES, SEALED, OUTSIDE = range(3)
EDGES = np.array([0.0, 1.0, 2.0, 3.0])
SHARES = {
    "train": np.array([0.5, 0.5, 0.0]),
    "validation": np.array([0.0, 1.0, 0.0]),
}


def drawn(trace) -> dict[int, float]:
    """Position -> value of every point that is drawn, for a series without dates."""
    y = np.asarray(trace.y, dtype=float)
    x = np.asarray(trace.x) if trace.x is not None else trace.x0 + np.arange(len(y)) * trace.dx
    return {int(place): value for place, value in zip(x, y, strict=True) if np.isfinite(value)}


def test_the_line_is_the_series_and_the_test_part_is_grey(series, split):
    figure = series_figure(series, split, LIGHT)
    assert drawn(figure.data[SERIES]) == pytest.approx(dict(enumerate(series.values[:84])), abs=1e-6)
    assert set(drawn(figure.data[SEALED])) == set(range(83, 100))
    assert figure.data[SEALED].line.color == LIGHT.sealed


def test_an_opened_test_part_is_part_of_the_line(series, split):
    figure = series_figure(series, split, LIGHT, test_open=True)
    assert len(drawn(figure.data[SERIES])) == 100
    assert len(figure.data[SEALED].y) == 0


def test_values_outside_the_training_range_are_marked(series, split):
    figure = series_figure(series, split, LIGHT, outside=np.arange(60, 100))
    assert drawn(figure.data[OUTSIDE]) == pytest.approx({k: k / 10 for k in range(60, 100)}, abs=1e-6)
    assert figure.data[OUTSIDE].showlegend
    assert not series_figure(series, split, LIGHT).data[OUTSIDE].showlegend


def test_another_quantity_may_begin_with_a_hole(daily, split):
    changes = np.concatenate([[np.nan], np.diff(daily.values)])
    figure = series_figure(daily, split, LIGHT, values=changes, quantity="change")
    assert np.isnan(figure.data[SERIES].y[0])
    assert np.nanmax(figure.data[SERIES].y) == pytest.approx(0.1, abs=1e-5)
    assert figure.layout.yaxis.title.text == "change (°C)"


def test_bands_are_the_parts(series, split):
    shapes = [s for s in series_figure(series, split, LIGHT).layout.shapes if s.type == "rect"]
    assert [(s.x0, s.x1) for s in shapes] == [(-0.5, 59.5), (63.5, 79.5), (83.5, 99.5)]


def test_bars_are_the_lags_from_one_on_and_the_season_stands_out():
    correlation = np.array([1.0, 0.1, -0.4, 0.8, 0.2])
    figure = autocorrelation_figure(correlation, 0.2, 3, LIGHT)
    bars = figure.data[0]
    assert list(bars.x) == [1, 2, 3, 4]
    assert list(bars.y) == pytest.approx([0.1, -0.4, 0.8, 0.2])
    assert [color == LIGHT.truth for color in bars.marker.color] == [True, True, False, True]
    band, mark = figure.layout.shapes
    assert (band.y0, band.y1) == (-0.2, 0.2)
    assert (mark.x0, mark.label.text) == (3, "season: 3 steps")
    assert "season of 3 steps is marked" in figure.layout.title.text


@pytest.mark.parametrize("season", [0, 50])
def test_without_a_season_among_the_lags_nothing_is_marked(season):
    figure = autocorrelation_figure(np.array([1.0, 0.1, 0.0]), 0.2, season, LIGHT)
    assert len(figure.layout.shapes) == 1
    assert set(figure.data[0].marker.color) == {LIGHT.truth}


def test_outlines_are_the_shares_and_what_training_never_reached_is_shaded():
    figure = distribution_figure(EDGES, SHARES, (0.2, 1.9), "value", "°C", LIGHT)
    train, validation = figure.data
    assert list(validation.x) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert list(validation.y) == [0, *np.repeat(SHARES["validation"], 2), 0]
    assert (train.fill, validation.fill) == ("tozeroy", None)
    assert [(s.x0, s.x1) for s in figure.layout.shapes] == [(0.0, 0.2), (1.9, 3.0)]
    assert [s.label.text for s in figure.layout.shapes] == ["", "never seen<br>in training"]
    assert "never occurred in training" in figure.layout.title.text


def test_nothing_is_shaded_when_training_saw_the_whole_range():
    figure = distribution_figure(EDGES, SHARES, (0.0, 3.0), "value", "", LIGHT)
    assert len(figure.layout.shapes) == 0
    assert figure.layout.xaxis.title.text == "value"


def test_a_small_picture_marks_what_was_not_measured_and_keeps_every_peak_of_a_long_series():
    values = np.sin(np.arange(8000) / 50)
    values[4321] = 40.0
    line, marks = small_series_figure(
        Series("own", "", "", values, None, "step", filled=np.array([5, 9])), "", LIGHT
    ).data
    assert len(line.y) <= 1002 and max(line.y) == 40
    assert (list(marks.y), marks.mode) == ([values[5], values[9]], "markers")
    assert marks.marker.color != line.line.color


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_plotly_accepts_every_chart(checked, daily, split, theme):
    checked(series_figure(daily, split, theme, outside=np.arange(60, 100)))
    checked(small_series_figure(daily, "100 points", theme))
    checked(autocorrelation_figure(np.array([1.0, 0.1, -0.4, 0.8]), 0.2, 3, theme))
    checked(distribution_figure(EDGES, SHARES, (0.0, 2.0), "value", "", theme))
