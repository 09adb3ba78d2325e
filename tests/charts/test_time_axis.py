"""Places on the time axis are the places of the positions, and cost few bytes."""

import numpy as np
import pytest

from playground.charts.theme import LIGHT
from playground.charts.time_axis import TimeAxis
from playground.records import Series


def expanded(places: dict, count: int) -> list:
    """The places that plotly makes of x0 and dx, or of x."""
    if "x" in places:
        return list(places["x"])
    if isinstance(places["x0"], str):
        start = np.datetime64(places["x0"], "ms").astype(np.int64)
        return [float(start + i * places["dx"]) for i in range(count)]
    return [places["x0"] + i * places["dx"] for i in range(count)]


def in_ms(series: Series, positions: np.ndarray) -> list:
    return series.times.astype("datetime64[ms]").astype(float)[positions].tolist()


def test_positions_are_their_own_places(series):
    axis = TimeAxis(series)
    assert axis.places(np.arange(5, 20)) == {"x0": 5, "dx": 1.0}
    assert axis.places(np.arange(0, 20, 4)) == {"x0": 0, "dx": 4.0}
    assert axis.places(np.array([1, 2, 5]))["x"].tolist() == [1, 2, 5]
    assert len(axis.places(np.zeros(0, int))["x"]) == 0


def test_evenly_spaced_dates_need_a_start_and_a_step(daily):
    places = TimeAxis(daily).places(np.arange(10, 30, 2))
    assert set(places) == {"x0", "dx"}
    assert expanded(places, 10) == in_ms(daily, np.arange(10, 30, 2))


@pytest.mark.parametrize("positions", [np.arange(10, 30), np.array([1, 4, 99])])
def test_trading_days_are_sent_one_by_one(trading_days, positions):
    places = TimeAxis(trading_days).places(positions)
    assert set(places) == {"x"}
    assert expanded(places, len(positions)) == in_ms(trading_days, positions)


def test_edges_lie_between_points_and_beyond_the_ends(daily, trading_days):
    axis = TimeAxis(daily)
    assert axis.at(0) == "2012-01-01T00:00:00.000"
    assert axis.at(1.5) == "2012-01-02T12:00:00.000"
    assert axis.at(-0.5) == "2011-12-31T12:00:00.000"
    assert axis.at(99.5) == "2012-04-09T12:00:00.000"
    # From Friday to Monday: half-way is Saturday noon.
    assert TimeAxis(trading_days).at(4.5) == "2012-01-07T12:00:00.000"


def test_the_title_names_the_step_and_the_hover_the_place(series, daily):
    assert TimeAxis(series).axis(LIGHT)["title"]["text"] == "time (step: sample)"
    assert TimeAxis(series).axis(LIGHT)["unifiedhovertitle"]["text"] == "sample %{x}"
    axis = TimeAxis(daily).axis(LIGHT, "<br>thinned", "°C")
    assert axis["title"]["text"] == "date (step: day)<br>thinned"
    assert (axis["type"], axis["hoverformat"]) == ("date", "%Y-%m-%d")
    assert axis["unifiedhovertitle"]["text"] == "%{x} (°C)"


def test_steps_below_a_day_show_the_hour():
    times = (np.datetime64("2016-02-15T00:00", "ns") + np.arange(9) * np.timedelta64(30, "m")).astype("datetime64[ns]")
    axis = TimeAxis(Series("s", "S", "°C", np.zeros(9), times, "30 minutes"))
    assert axis.axis(LIGHT)["hoverformat"] == "%Y-%m-%d %H:%M"
    assert axis.places(np.arange(9))["dx"] == 1_800_000
