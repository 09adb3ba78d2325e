"""Hand-built records for the charts."""

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.histories import EpochRecord
from playground.records import Forecast, Series, Split, Trace


@pytest.fixture
def series():
    """A ramp without dates: value = position / 10."""
    return Series("ramp", "A ramp", "", np.arange(100) / 10, None, "sample")


@pytest.fixture
def split():
    return Split(train_stop=60, validation_start=64, validation_stop=80, test_start=84, length=100)


@pytest.fixture
def daily():
    """100 days in a row, in °C."""
    times = np.datetime64("2012-01-01", "ns") + np.arange(100) * np.timedelta64(1, "D")
    return Series("days", "Days", "°C", np.arange(100) / 10, times.astype("datetime64[ns]"), "day")


@pytest.fixture
def trading_days():
    """100 days without their weekends."""
    days = np.datetime64("2012-01-02", "D") + np.arange(140)
    days = days[np.is_busday(days)]
    return Series("stock", "A stock", "$", np.arange(100) / 10, days.astype("datetime64[ns]"), "trading day")


@pytest.fixture
def forecast():
    """One-step forecasts for positions 10, 70 and 90, a tenth above the truth."""
    anchors = np.array([9, 69, 89])
    truth = ((anchors + 1) / 10).astype(np.float32)[:, None]
    return Forecast(
        "one-step",
        anchors,
        np.array([0, 1, 2], np.uint8),
        truth + np.float32(0.1),
        (anchors / 10).astype(np.float32)[:, None],
        truth,
    )


@pytest.fixture
def trace():
    """Ten steps of three units: unit u at step t has state (u - 1) * t / 10."""
    states = ((np.arange(3) - 1)[None, :] * np.arange(10)[:, None] / 10).astype(np.float32)
    return Trace(np.arange(20, 30), states, np.array([2, 0, 1]))


@pytest.fixture
def epochs():
    return [EpochRecord(e, 1.0 / e, 1.2 / e, 0.5, 0.1, 0.003 if e < 3 else 0.001, e * 0.2) for e in range(1, 6)]


@pytest.fixture
def checked():
    """Return a function that lets plotly validate a figure that was built without validation."""

    def check(figure: go.Figure) -> go.Figure:
        return go.Figure(figure.to_dict())

    return check
