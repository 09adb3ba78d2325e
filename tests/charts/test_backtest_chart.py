import numpy as np
import pytest

from playground.charts.backtest import backtest_caption, backtest_figure, backtest_lead_figure
from playground.charts.theme import LIGHT
from playground.evaluation.backtest_results import BacktestResult


def result_of(series, origins, steps, horizon):
    origins = np.asarray(origins)
    truth = series.values[origins[:, None] + np.arange(1, steps + 1)]
    predicted, repeated = truth + 0.5, np.repeat(series.values[origins][:, None], steps, axis=1)
    error = {"network": np.full(len(origins), 0.5), "last value": np.arange(len(origins)) + 1.0}
    by_origin = {"direct": error} | ({"free-run": error} if steps > horizon else {})
    return BacktestResult(
        origins, np.ones(len(origins), np.uint8), horizon, truth, predicted, {"last value": repeated}, {},
        {"network": np.full(steps, 0.5), "last value": np.arange(steps) + 1.0}, by_origin, 50, series.unit, 0.1,
    )  # fmt: skip


def trace(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("kind", ["series", "daily", "trading_days"])
def test_forecasts_start_at_their_origin_and_part_where_outputs_are_fed_back(kind, request, checked):
    series = request.getfixturevalue(kind)
    figure = backtest_figure(result_of(series, [60, 70, 80], 6, 2), series, LIGHT)
    checked(figure)
    near, far = trace(figure, "from true inputs"), trace(figure, "own outputs fed back")
    np.testing.assert_allclose(near.y[:4], [6.0, 6.6, 6.7, np.nan], rtol=1e-6)
    np.testing.assert_allclose(far.y[:6], [6.7, 6.8, 6.9, 7.0, 7.1, np.nan], rtol=1e-6)
    assert far.line.dash == "dash"
    assert len(near.x) == len(near.y) and len(far.x) == len(far.y)
    if series.times is None:
        assert list(far.x[:5]) == [62, 63, 64, 65, 66]
    errors = trace(figure, "last value")
    assert errors.yaxis == "y2" and errors.line.dash == "dot"
    np.testing.assert_array_equal(errors.y, [1, 2, 3])
    assert figure.layout.title.text.startswith("Forecasts from 3 origins:")


def test_many_origins_are_drawn_in_part_and_counted_in_full(series, checked):
    figure = backtest_figure(result_of(series, np.arange(40, 80), 6, 2), series, LIGHT)
    checked(figure)
    assert int(np.isnan(trace(figure, "from true inputs").y).sum()) == 12
    assert len(trace(figure, "network").y) == 40
    assert "40 origins (12 drawn)" in figure.layout.title.text


def test_without_a_free_run_there_is_no_dashed_part(series, checked):
    figure = backtest_figure(result_of(series, [60], 2, 2), series, LIGHT)
    checked(figure)
    assert "own outputs fed back" not in [trace.name for trace in figure.data]
    lead = backtest_lead_figure(result_of(series, [60], 2, 2), LIGHT)
    checked(lead)
    assert not lead.layout.shapes


def test_lead_times_mark_where_outputs_are_fed_back(daily, checked):
    figure = backtest_lead_figure(result_of(daily, [60, 70], 6, 2), LIGHT)
    checked(figure)
    assert figure.layout.shapes[0].x0 == 2.5
    assert list(figure.data[0].x) == [1, 2, 3, 4, 5, 6]
    assert "(°C)" in figure.layout.yaxis.title.text


def test_the_caption_says_what_the_forecasts_were_given(series):
    caption = backtest_caption(result_of(series, [60, 70], 6, 2))
    assert "first 2 steps (direct)" in caption and "step 6" in caption and "2 of 50 origins" in caption
    assert "own outputs" not in backtest_caption(result_of(series, [60], 1, 1))
