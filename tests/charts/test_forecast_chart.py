"""The forecast chart shows what the records say, and hides what is sealed."""

import dataclasses

import numpy as np
import pytest

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.charts.theme import DARK, LIGHT
from playground.records import Forecast, Series, Split

TRUTH, SEALED, BASELINE, FORECAST = range(4)


def drawn(trace) -> dict[int, float]:
    """Position -> value of every point that is drawn, for a series without dates."""
    y = np.asarray(trace.y if trace.y is not None else [], dtype=float)
    x = np.asarray(trace.x) if trace.x is not None else trace.x0 + np.arange(len(y)) * trace.dx
    return {int(place): value for place, value in zip(x, y, strict=True) if np.isfinite(value)}


def test_lines_are_the_records(series, split, forecast):
    figure = forecast_figure(series, split, forecast, LIGHT, test_open=True)
    assert drawn(figure.data[TRUTH]) == pytest.approx(dict(enumerate(series.values)), abs=1e-6)
    assert drawn(figure.data[FORECAST]) == pytest.approx({10: 1.1, 70: 7.1, 90: 9.1}, abs=1e-6)
    assert drawn(figure.data[BASELINE]) == pytest.approx({10: 0.9, 70: 6.9, 90: 8.9}, abs=1e-6)


def test_a_sealed_test_part_shows_grey_truth_and_no_forecast(series, split, forecast):
    figure = forecast_figure(series, split, forecast, LIGHT)
    assert max(drawn(figure.data[TRUTH])) == split.test_start - 1
    assert set(range(split.test_start, split.length)) <= set(drawn(figure.data[SEALED]))
    assert figure.data[SEALED].line.color == LIGHT.sealed
    assert set(drawn(figure.data[FORECAST])) == set(drawn(figure.data[BASELINE])) == {10, 70}


def test_an_open_test_part_has_nothing_greyed(series, split, forecast):
    figure = forecast_figure(series, split, forecast, LIGHT, test_open=True)
    assert drawn(figure.data[SEALED]) == {}
    assert figure.layout.shapes[-1].label.text == "test"


def test_lead_chooses_the_column(series, split):
    predicted = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype=np.float32)
    direct = Forecast("direct", np.array([20, 21]), np.zeros(2, np.uint8), predicted, predicted - 1, predicted)
    figure = forecast_figure(series, split, direct, LIGHT, lead=3)
    assert drawn(figure.data[FORECAST]) == {23: 3.0, 24: 6.0}
    assert drawn(figure.data[BASELINE]) == {23: 2.0, 24: 5.0}


def free_run(anchor: int, steps: int) -> Forecast:
    row = np.arange(steps, dtype=np.float32)[None]
    return Forecast("free-run", np.array([anchor]), np.ones(1, np.uint8), row, row * 0 + 6.4, row)


def test_a_free_run_is_dashed_whole_and_its_start_is_marked(series, split):
    figure = forecast_figure(series, split, free_run(66, 10), LIGHT)
    assert drawn(figure.data[FORECAST]) == {67 + k: float(k) for k in range(10)}
    assert figure.data[FORECAST].line.dash == "dash"
    mark = figure.layout.shapes[-1]
    assert (mark.x0, mark.x1, mark.label.text) == (66.5, 66.5, "free-run starts")
    assert figure.layout.xaxis.range == (45.5, 80.5)


def test_a_free_run_into_the_sealed_part_stops_at_the_seal(series, split):
    figure = forecast_figure(series, split, free_run(78, 15), LIGHT)
    assert max(drawn(figure.data[FORECAST])) == split.test_start - 1


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("which", ["series", "daily", "trading_days"])
def test_plotly_accepts_every_variant_and_the_traces_stay_the_same(request, checked, split, forecast, theme, which):
    series = request.getfixturevalue(which)
    figures = [
        forecast_figure(series, split, drawn_forecast, theme, test_open=test_open)
        for drawn_forecast in (None, forecast, free_run(66, 10))
        for test_open in (False, True)
    ]
    assert {tuple(trace.name for trace in checked(figure).data) for figure in figures} == {
        ("true series", "true series, test sealed", "last value", "forecast")
    }
    assert {figure.layout.template.to_plotly_json() == {} for figure in figures} == {True}


def test_before_any_forecast_the_series_is_there(series, split):
    figure = forecast_figure(series, split, None, LIGHT)
    assert len(drawn(figure.data[TRUTH])) == split.test_start
    assert drawn(figure.data[FORECAST]) == {}
    assert figure.layout.title.text == "A ramp: what the network will learn to forecast"


def test_bands_cover_the_parts_and_gaps_are_hatched(series, split):
    shapes = forecast_figure(series, split, None, LIGHT).layout.shapes
    assert [(s.label.text, s.x0, s.x1, s.fillcolor) for s in shapes if s.type == "rect"] == [
        ("train", -0.5, 59.5, LIGHT.train_band),
        ("validation", 63.5, 79.5, LIGHT.validation_band),
        ("test<br>sealed", 83.5, 99.5, LIGHT.test_band),
    ]
    gaps = [s.path for s in shapes if s.type == "path"]
    assert [
        gap.startswith(f"M{start},") and f"L{stop}," in gap
        for gap, start, stop in zip(gaps, (59.5, 79.5), (63.5, 83.5), strict=True)
    ] == [True, True]


def test_no_gap_means_no_hatching(series):
    figure = forecast_figure(series, Split(60, 60, 80, 80, 100), None, LIGHT)
    assert [shape.type for shape in figure.layout.shapes] == ["rect"] * 3


def test_axes_and_hover_carry_the_units(daily, split, forecast):
    layout = forecast_figure(daily, split, forecast, LIGHT).layout
    assert layout.yaxis.title.text == "value (°C)"
    assert layout.xaxis.title.text == "date (step: day)"
    assert layout.xaxis.unifiedhovertitle.text == "%{x} (°C)"
    assert layout.xaxis.range == ("2011-12-31T12:00:00.000", "2012-04-09T12:00:00.000")


def test_a_wild_forecast_does_not_flatten_the_series(series, split, forecast):
    calm = forecast_figure(series, split, forecast, LIGHT).layout.yaxis.range
    wild = dataclasses.replace(forecast, predicted=forecast.predicted * np.float32(1e6))
    top = forecast_figure(series, split, wild, LIGHT).layout.yaxis.range[1]
    assert calm[0] < 0 and 9.9 < calm[1] < 12
    assert 9.9 < top <= 9.9 * 1.65
    broken = dataclasses.replace(forecast, predicted=forecast.predicted * np.float32(np.nan))
    assert forecast_figure(series, split, broken, LIGHT).layout.yaxis.range == calm


@pytest.mark.parametrize("most", [1000, 300])
def test_long_series_are_thinned_and_say_so(split, most):
    rng = np.random.default_rng(1)
    long = Series("long", "Long", "", rng.normal(size=20_000), None, "sample")
    figure = forecast_figure(long, Split(14_000, 14_008, 17_000, 17_008, 20_000), None, LIGHT, most_points=most)
    points = drawn(figure.data[TRUTH]) | drawn(figure.data[SEALED])
    assert most / 2 < len(points) <= most + 2
    assert points[int(long.values.argmax())] == pytest.approx(long.values.max(), rel=1e-6)
    assert figure.layout.xaxis.title.text.endswith(f"<br>{len(points):,} of 20,000 points drawn, peaks kept")


@pytest.mark.parametrize("lead", [0, 2])
def test_lead_must_lie_in_the_horizon(series, split, forecast, lead):
    with pytest.raises(ValueError, match=f"between 1 and the horizon 1, got {lead}"):
        forecast_figure(series, split, forecast, LIGHT, lead=lead)


def test_forecasts_of_another_series_are_refused(series, split, forecast):
    with pytest.raises(ValueError, match="inside the series of 100 points, got positions 11 to 100"):
        forecast_figure(series, split, dataclasses.replace(forecast, anchors=np.array([10, 50, 99])), LIGHT)


def test_captions_say_what_the_network_was_given(forecast):
    assert forecast_caption(forecast).startswith("One-step: every forecast is made from true values")
    assert "fed its own forecasts" in forecast_caption(free_run(66, 10))
    direct = dataclasses.replace(forecast, kind="direct", predicted=np.zeros((3, 8), np.float32))
    assert "forecasts 8 steps at once; drawn is each forecast 2 steps ahead" in forecast_caption(direct, 2)


def test_stretch_draws_only_its_positions():
    values = np.arange(400.0)
    split = Split(240, 250, 310, 320, 400)
    assert split.close_up(40) == (270, 310)
    assert split.close_up() == (250, 310)
    series = Series("x", "X", "", values, None, "step")
    figure = forecast_figure(series, split, None, LIGHT, stretch=split.close_up(40))
    assert list(figure.data[0].y) == list(range(270, 310))
    assert tuple(figure.layout.xaxis.range) == (269.5, 309.5)
