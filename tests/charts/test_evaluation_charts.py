"""The forecasts of an evaluation as charts, from records built by hand."""

import dataclasses

import numpy as np
import pytest

from playground.charts.evaluation import origin_figure, part_forecast_figure
from playground.charts.theme import DARK, LIGHT
from playground.evaluation.results import BaselineForecast, PartForecasts

ANCHORS = np.arange(65, 76)


def make_forecasts(series, kind="direct", part="validation", steps=4, anchors=ANCHORS):
    """Forecasts a tenth above the truth; the last value; a baseline that does not exist."""
    truth = series.values[anchors[:, None] + np.arange(1, steps + 1)]
    last = np.repeat(series.values[anchors][:, None], steps, axis=1)
    return PartForecasts(
        kind,
        part,
        anchors,
        truth,
        truth + 0.1,
        (
            BaselineForecast("last value", "Nothing changes.", last),
            BaselineForecast("seasonal naive", "The same again.", None, "there is no season"),
            BaselineForecast("mean", "The mean.", np.full_like(truth, 3.0)),
        ),
    )


def by_name(figure):
    return {trace.name: trace for trace in figure.data}


def drawn(trace):
    """Position -> value of every point that is drawn, for a series without dates."""
    y = np.asarray(trace.y, dtype=float)
    x = np.asarray(trace.x) if trace.x is not None else trace.x0 + np.arange(len(y)) * trace.dx
    return {int(place): value for place, value in zip(x, y, strict=True) if np.isfinite(value)}


def test_part_chart_draws_the_chosen_lead(series, split):
    forecasts = make_forecasts(series)
    lines = by_name(part_forecast_figure(series, split, forecasts, LIGHT, lead=3, baselines=["last value"]))
    assert drawn(lines["forecast"]) == pytest.approx({a + 3: (a + 3) / 10 + 0.1 for a in ANCHORS}, abs=1e-6)
    assert drawn(lines["last value"]) == pytest.approx({a + 3: a / 10 for a in ANCHORS}, abs=1e-6)
    assert drawn(lines["true series"]) == pytest.approx({p: p / 10 for p in range(64, 80)}, abs=1e-6)
    assert set(lines) == {"forecast", "last value", "true series"}


def test_part_chart_draws_nothing_after_its_part(series, split):
    figure = part_forecast_figure(series, split, make_forecasts(series), LIGHT, baselines=["last value"], half_width=1)
    assert max(max(drawn(trace)) for trace in figure.data) == split.validation_stop - 1
    assert any("sealed" in str(shape.label.text) for shape in figure.layout.shapes)


def test_a_close_up_draws_the_end_of_the_part(series, split):
    figure = part_forecast_figure(
        series, split, make_forecasts(series), LIGHT, baselines=["mean"], half_width=1, most=6
    )
    assert {min(drawn(trace)) for trace in figure.data} == {74}
    assert max(drawn(by_name(figure)["true series"])) == 79


def test_the_interval_lies_around_the_forecast(series, split):
    lines = by_name(part_forecast_figure(series, split, make_forecasts(series), LIGHT, half_width=0.5, level=0.9))
    middle, high = drawn(lines["forecast"]), drawn(lines["90% interval"])
    low = drawn(lines["90% interval, lower end"])
    assert high == pytest.approx({at: value + 0.5 for at, value in middle.items()}, abs=1e-6)
    assert low == pytest.approx({at: value - 0.5 for at, value in middle.items()}, abs=1e-6)
    assert lines["90% interval"].fill == "tonexty"


def test_without_an_interval_there_is_no_band(series, split):
    lines = by_name(part_forecast_figure(series, split, make_forecasts(series), LIGHT))
    assert not any("interval" in name for name in lines)


@pytest.mark.parametrize("lead", [0, 5])
def test_a_lead_outside_the_forecasts_is_refused(series, split, lead):
    with pytest.raises(ValueError, match=f"between 1 and 4, got {lead}"):
        part_forecast_figure(series, split, make_forecasts(series), LIGHT, lead=lead)


def test_a_free_run_is_dashed_and_its_boundary_is_marked(series, split):
    figure = origin_figure(series, split, make_forecasts(series, "free-run"), 2, LIGHT, baselines=["mean"])
    lines, mark = by_name(figure), figure.layout.shapes[-1]
    assert drawn(lines["forecast"]) == pytest.approx({67: 6.7} | {p: p / 10 + 0.1 for p in (68, 69, 70, 71)}, abs=1e-6)
    assert drawn(lines["mean"]) == pytest.approx({67: 6.7, 68: 3, 69: 3, 70: 3, 71: 3}, abs=1e-6)
    assert lines["forecast"].line.dash == "dash"
    assert (mark.x0, mark.label.text) == (67.5, "own outputs from here")
    assert max(drawn(lines["true series"])) == 71


def test_a_direct_forecast_is_solid_with_an_interval_by_step(series, split):
    widths = np.array([0.1, 0.2, 0.3, 0.4])
    figure = origin_figure(series, split, make_forecasts(series), 0, LIGHT, half_widths=widths, level=0.5)
    lines = by_name(figure)
    assert lines["forecast"].line.dash == "solid"
    expected = {66 + k: (66 + k) / 10 + 0.1 + widths[k] for k in range(4)}
    assert drawn(lines["50% interval"]) == pytest.approx(expected, abs=1e-6)


def test_an_origin_that_is_not_there_is_refused(series, split):
    with pytest.raises(ValueError, match="from 0 to 10, got 11"):
        origin_figure(series, split, make_forecasts(series), 11, LIGHT)


def test_a_baseline_keeps_its_dash_whichever_others_are_drawn(series, split):
    forecasts = make_forecasts(series)
    alone = by_name(part_forecast_figure(series, split, forecasts, LIGHT, baselines=["mean"]))
    both = by_name(part_forecast_figure(series, split, forecasts, LIGHT, baselines=["last value", "mean"]))
    assert alone["mean"].line.dash == both["mean"].line.dash != both["last value"].line.dash
    assert both["last value"].line.dash == "dot"


def test_a_wild_forecast_does_not_flatten_the_truth(series, split):
    forecasts = make_forecasts(series)
    wild = dataclasses.replace(forecasts, predicted=forecasts.predicted * 1e6)
    low, high = part_forecast_figure(series, split, wild, LIGHT).layout.yaxis.range
    assert high - low < 4 * np.ptp(series.values[64:80])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("which", ["series", "daily", "trading_days"])
def test_plotly_accepts_every_variant(request, checked, split, theme, which):
    series = request.getfixturevalue(which)
    forecasts = make_forecasts(series)
    checked(part_forecast_figure(series, split, forecasts, theme, baselines=["last value", "mean"], half_width=0.2))
    for kind in ("direct", "free-run"):
        checked(origin_figure(series, split, make_forecasts(series, kind), 3, theme, half_widths=np.full(4, 0.1)))


def test_an_opened_test_part_is_drawn_without_the_seal(series, split):
    forecasts = make_forecasts(series, part="test", anchors=np.arange(86, 94))
    figure = part_forecast_figure(series, split, forecasts, LIGHT)
    assert figure.layout.shapes[-1].label.text == "test"
    assert max(drawn(by_name(figure)["true series"])) == 99
