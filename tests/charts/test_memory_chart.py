import numpy as np
import pytest

from playground.charts.influence import influence_figure, ripple_figure
from playground.charts.loss import loss_figure
from playground.charts.memory import heatmap, memory_figure
from playground.charts.theme import DARK, LIGHT
from playground.charts.time_axis import TimeAxis
from playground.charts.units import path_figure, phase_figure, unit_figure, weights_figure
from playground.charts.wire import pack_figure
from playground.inspection.memory import Influence, StateTrace, WhatIf
from playground.records import Series


def make_trace(start=20, steps=30, units=4, quantity="h", every=1):
    """Unit u at anchor a holds sin(a / 5 + u)."""
    anchors = np.arange(start, start + steps, every)
    values = np.sin(anchors[:, None] / 5 + np.arange(units)).astype(np.float32)
    truth = (anchors + 1) / 10
    return StateTrace(
        anchors=anchors,
        every=every,
        layer=1,
        quantity=quantity,
        values=values,
        predicted=truth + 0.5,
        truth=truth,
        orders={"similarity": np.arange(units)[::-1], "index": np.arange(units)},
        correlations={name: np.linspace(-1, 1, units) for name in ("input", "change", "error")},
        phase_means=np.arange(units * 6).reshape(units, 6) / 10,
        path=np.stack([np.cos(anchors / 5), np.sin(anchors / 5), 0 * anchors], axis=1).astype(np.float32),
        explained=np.array([0.6, 0.3, 0.05]),
    )


def test_heatmap_series_and_error_stand_above_each_other_in_time(series, checked):
    trace = make_trace()
    figure = memory_figure(series, trace, LIGHT)
    checked(figure)
    truth, forecast, error, states = figure.data
    assert (truth.x0, forecast.x0, states.x0) == (20, 21, 20)
    np.testing.assert_allclose(truth.y, np.arange(20, 51) / 10, rtol=1e-6)
    np.testing.assert_allclose(error.y, 0.5, rtol=1e-6)
    np.testing.assert_array_equal(states.z, trace.values[:, ::-1].T)
    assert list(states.y) == ["3", "2", "1", "0"]
    assert figure.layout.xaxis.range == (19.5, 50.5)


def test_dates_stand_on_the_axis(daily, checked):
    figure = memory_figure(daily, make_trace(), DARK, span=(25.0, 30.0))
    checked(figure)
    assert figure.layout.xaxis.type == "date"
    assert figure.data[3].x0 == "2012-01-21T00:00:00.000"
    assert figure.data[3].dx == 24 * 3600 * 1000


def test_spans_a_moment_and_a_unit_are_marked(series):
    trace = make_trace()
    figure = memory_figure(series, trace, LIGHT, span=(25.0, 30.0), similar=((40.0, 45.0),), unit=3)
    shapes = figure.layout.shapes
    assert [shape.label.text for shape in shapes if shape.label.text] == ["like it", "chosen"]
    assert (shapes[2].x0, shapes[2].x1) == (24.5, 30.5)
    assert (shapes[-1].y0, shapes[-1].y1) == (-0.5, 0.5)
    (moment,) = memory_figure(series, trace, LIGHT, span=(33.0, 33.0)).layout.shapes
    assert (moment.type, moment.x0, moment.x1) == ("line", 33.0, 33.0)


def test_gates_have_one_hue_from_0_to_1_and_states_two():
    values = np.array([[0.2, -3.0]])
    assert [heatmap(values, "f", LIGHT, bar_y=0)[name] for name in ("zmin", "zmax")] == [0, 1]
    assert heatmap(values, "f", LIGHT, bar_y=0)["colorscale"][0][1] == LIGHT.gates[0][1]
    assert [heatmap(values, "c", LIGHT, bar_y=0)[name] for name in ("zmin", "zmax")] == [-5, 5]
    assert [heatmap(values * 0, "h", LIGHT, bar_y=0)[name] for name in ("zmin", "zmax")] == [-1, 1]


def test_a_large_network_over_a_long_stretch_stays_light():
    long = Series("noise", "Noise", "", np.random.default_rng(1).normal(size=2100), None, "sample")
    trace = make_trace(steps=2000, units=256)
    figure = memory_figure(long, trace, LIGHT)
    assert figure.data[3].z.shape == (64, 400)
    np.testing.assert_allclose(figure.data[3].z[0, 0], trace.values[:5, 252:].mean(), rtol=1e-5)
    assert "means of 4" in figure.layout.yaxis3.title.text
    assert "mean of 5 readings" in figure.layout.xaxis.title.text
    assert len(pack_figure(figure, 540)) < 200_000


def test_a_thinned_trace_says_so(series):
    figure = memory_figure(series, make_trace(every=3), LIGHT)
    assert "every 3 steps" in figure.layout.xaxis.title.text
    assert figure.data[3].dx == 3


def test_a_trace_of_another_series_is_refused(series):
    with pytest.raises(ValueError, match="before the last of 100 points, got 109"):
        memory_figure(series, make_trace(start=80), LIGHT)


def test_a_unit_and_its_season(series, checked):
    trace = make_trace()
    figure = unit_figure(series, trace, 2, LIGHT)
    checked(figure)
    truth, unit = figure.data
    np.testing.assert_allclose(truth.y, trace.anchors / 10, rtol=1e-6)
    np.testing.assert_array_equal(unit.y, trace.values[:, 2])
    figure = phase_figure(trace, 2, 30, LIGHT)
    checked(figure)
    (bars,) = figure.data
    np.testing.assert_allclose(bars.y, trace.phase_means[2], rtol=1e-6)
    np.testing.assert_array_equal(bars.x, [0, 5, 10, 15, 20, 25])


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("color", ["time", "phase", "value"])
def test_the_path_is_drawn_with_its_point(series, checked, dimensions, color):
    trace = make_trace()
    figure = path_figure(series, trace, LIGHT, dimensions=dimensions, color=color, season_steps=8, at=7)
    checked(figure)
    path, point = figure.data
    assert path.type == {2: "scatter", 3: "scatter3d"}[dimensions]
    np.testing.assert_array_equal(path.x, trace.path[:, 0])
    assert point.y[0] == trace.path[7, 1]
    said = {"time": trace.anchors, "phase": trace.anchors % 8, "value": series.values[trace.anchors]}[color]
    np.testing.assert_allclose(path.marker.color, said, rtol=1e-6)
    assert {2: "90%", 3: "95%"}[dimensions] in figure.layout.title.text


def test_a_long_path_is_thinned():
    long = Series("noise", "Noise", "", np.zeros(3000), None, "sample")
    figure = path_figure(long, make_trace(steps=2500), LIGHT)
    assert len(figure.data[0].x) == 1000
    assert figure.data[0].customdata[-1] == 2519


def make_weights(hidden, inputs=1, gates=4, layers=1):
    generator = np.random.default_rng(5)
    weights = {}
    for layer in range(layers):
        width = inputs if layer == 0 else hidden
        for name, shape in (("ih", (gates * hidden, width)), ("hh", (gates * hidden, hidden))):
            weights[f"recurrent.weight_{name}_l{layer}"] = generator.normal(size=shape).astype(np.float32)
            weights[f"recurrent.bias_{name}_l{layer}"] = generator.normal(size=gates * hidden).astype(np.float32)
    return weights


def test_weights_stand_side_by_side_with_a_band_for_each_gate(checked):
    weights = make_weights(5, layers=2)
    figure = weights_figure("lstm", weights, 2, LIGHT)
    checked(figure)
    np.testing.assert_array_equal(figure.data[0].z, weights["recurrent.weight_ih_l1"])
    np.testing.assert_array_equal(figure.data[1].z, weights["recurrent.weight_hh_l1"])
    np.testing.assert_array_equal(figure.data[2].z[:, 1], weights["recurrent.bias_hh_l1"])
    assert list(figure.layout.yaxis.ticktext) == ["i", "f", "g", "o"]
    assert [shape.y0 for shape in figure.layout.shapes] == [4.5, 9.5, 14.5]
    assert len({trace.zmax for trace in figure.data}) == 1


def test_of_large_matrices_the_largest_weight_of_each_block_is_shown():
    weights = make_weights(256)
    figure = weights_figure("lstm", weights, 1, LIGHT)
    shown, whole = figure.data[1].z, weights["recurrent.weight_hh_l0"]
    assert shown.shape == (94, 86)
    block = whole[:11, :3]
    assert shown[0, 0] == block.flat[np.abs(block).argmax()]
    assert len(pack_figure(figure, 460)) < 200_000


def test_a_ripple_shows_what_moved(series, checked):
    anchors = np.arange(40, 50)
    states = np.zeros((10, 3), np.float32)
    moved = states.copy()
    moved[4, 1] = -0.25
    found = WhatIf(anchors, anchors / 10, anchors / 10 + 1, states, moved, anchors / 10, anchors / 5)
    figure = ripple_figure(series, found, np.array([1, 0, 2]), LIGHT)
    checked(figure)
    assert figure.data[4].z[0, 4] == -0.25
    assert (figure.data[4].zmin, figure.data[4].zmax) == (-0.25, 0.25)
    np.testing.assert_allclose(figure.data[2].y, anchors / 5, rtol=1e-6)
    assert figure.data[2].x0 == 41


def test_influences_stand_over_the_steps_of_the_window(series, checked):
    gradient, occlusion = np.arange(10.0).reshape(5, 2), -np.arange(10.0).reshape(5, 2)
    found = Influence(np.arange(30, 35), ("level", "x"), gradient, occlusion, 1.0)
    figure = influence_figure(series, found, LIGHT, column=1, unit="m")
    checked(figure)
    np.testing.assert_array_equal(figure.data[1].x, [-4, -3, -2, -1, 0])
    np.testing.assert_array_equal(figure.data[1].y, [1, 3, 5, 7, 9])
    np.testing.assert_array_equal(figure.data[2].y, [-1, -3, -5, -7, -9])
    assert figure.layout.yaxis3.title.text == "occlusion (m)"


def test_shown_epochs_are_marked_on_the_losses(epochs, checked):
    figure = loss_figure(epochs, None, LIGHT, total_epochs=10, shown_epochs=(2, 9))
    checked(figure)
    assert [(shape.x0, shape.label.text) for shape in figure.layout.shapes] == [(2, "epoch 2"), (9, "epoch 9")]


def test_a_place_on_the_axis_leads_back_to_its_position(series, daily, trading_days):
    for one in (series, daily, trading_days):
        axis = TimeAxis(one)
        assert [axis.position(axis.at(position)) for position in (0, 17, 99)] == [0, 17, 99]
    assert TimeAxis(daily).position("2012-01-02 11:00") == 1
    with pytest.raises(ValueError, match="could not convert"):
        TimeAxis(series).position("soon")
