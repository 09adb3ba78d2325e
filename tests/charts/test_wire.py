"""What the browser reads is what the figure holds, in few bytes."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.charts.forecast import forecast_figure
from playground.charts.loss import loss_figure
from playground.charts.states import states_figure
from playground.charts.theme import LIGHT
from playground.charts.wire import pack_figure
from playground.histories import EpochRecord
from playground.records import Forecast, Series, Split, Trace


def unpack(data: bytes) -> dict:
    """Read the bytes as the browser does."""
    length = int.from_bytes(data[:4], "little")
    assert data[4:8] == bytes(4) and length % 8 == 0 and len(data) % 8 == 0

    def array(value: dict):
        if "$" not in value:
            return value
        kind, offset, size, columns, scale = value["$"]
        assert offset % 8 == 0
        read = np.frombuffer(data, np.dtype(kind), size, 8 + length + offset)
        if scale:
            read = np.where(read == -32768, np.nan, read * scale)
        return read.reshape(-1, columns) if columns else read

    return json.loads(data[8 : 8 + length], object_hook=array)


def test_arrays_and_words_arrive():
    y = np.array([1.5, np.nan, -2.25], dtype=np.float32)
    figure = go.Figure(
        {
            "data": [{"type": "scatter", "x": np.array([1, 2, 900], np.int32), "y": y, "name": "Å"}],
            "layout": {"title": {"text": "See"}, "xaxis": {"range": [np.float64(0.5), 3]}, "template": {}},
        },
        _validate=False,
    )
    document = unpack(pack_figure(figure, 300))
    (trace,) = document["data"]
    assert np.array_equal(trace["x"], [1, 2, 900])
    assert np.array_equal(trace["y"], y, equal_nan=True)
    assert (trace["name"], document["height"]) == ("Å", 300)
    assert document["layout"] == {"title": {"text": "See"}, "xaxis": {"range": [0.5, 3]}, "template": {}}


@pytest.mark.parametrize("scale", [1.0, 1e-6, 3e4])
def test_heatmap_values_move_by_half_a_level_at_most(scale):
    z = (np.random.default_rng(1).uniform(-1, 1, (7, 11)) * scale).astype(np.float32)
    z[2, 3] = np.nan
    figure = go.Figure({"data": [{"type": "heatmap", "z": z}]}, _validate=False)
    arrived = unpack(pack_figure(figure, 300))["data"][0]["z"]
    assert arrived.shape == z.shape
    assert np.isnan(arrived[2, 3]) and np.isnan(arrived).sum() == 1
    assert np.nanmax(np.abs(arrived - z)) <= np.nanmax(np.abs(z)) / 65534 * 1.001


def test_a_heatmap_of_zeros_stays_zero():
    figure = go.Figure({"data": [{"type": "heatmap", "z": np.zeros((2, 2), np.float32)}]}, _validate=False)
    assert not unpack(pack_figure(figure, 300))["data"][0]["z"].any()


def test_other_values_named_z_are_left_alone():
    figure = go.Figure(
        {
            "data": [
                {"type": "heatmap", "z": [[1, 2], [3, 4]]},
                {"type": "surface", "z": np.array([[0.1, 0.2]], dtype=np.float64)},
            ]
        },
        _validate=False,
    )
    plain, surface = unpack(pack_figure(figure, 300))["data"]
    assert plain["z"] == [[1, 2], [3, 4]]
    assert surface["z"].tolist() == [[0.1, 0.2]]


def test_equal_arrays_travel_once():
    x, y = np.random.default_rng(1).normal(size=(2, 500))
    traces = [{"type": "scatter", "x": x, "y": y} for _ in range(4)]
    one, four = (len(pack_figure(go.Figure({"data": traces[:n]}, _validate=False), 300)) for n in (1, 4))
    assert four - one < 400


def test_a_live_update_of_all_charts_stays_under_40_kb():
    """A sine of 800 points, hidden size 32, 100 epochs, 200 probed steps: what the page starts with."""
    rng = np.random.default_rng(1)
    values = np.sin(np.arange(800) / 6) + 0.1 * rng.normal(size=800)
    series, split = Series("sine", "Sine", "", values, None, "sample"), Split(560, 568, 680, 688, 800)
    anchors = np.arange(31, 799)
    column = values[anchors + 1].astype(np.float32)[:, None]
    forecast = Forecast("one-step", anchors, np.zeros(768, np.uint8), column, column - 1, column)
    epochs = [EpochRecord(e, rng.random(), rng.random(), 1.0, 0.0, 0.003, 1.0) for e in range(1, 101)]
    trace = Trace(np.arange(300, 500), rng.uniform(-1, 1, (200, 32)).astype(np.float32), np.arange(32))
    figures = [
        forecast_figure(series, split, forecast, LIGHT),
        loss_figure(epochs, ("drift", 0.05), LIGHT, total_epochs=100, best_epoch=90),
        states_figure(series, trace, LIGHT),
    ]
    assert sum(len(pack_figure(figure, 360)) for figure in figures) < 40_000
