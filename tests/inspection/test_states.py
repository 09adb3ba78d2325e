import numpy as np
import pytest
import torch

from playground.cells.equations import unroll
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.inspection.memory import Change, first_anchor
from playground.inspection.snapshot import snapshot_at, take_snapshot
from playground.inspection.states import anchors_of, input_gradients, past_influence, read_last_step, trace_run, what_if
from playground.networks.network import build_network

CELLS = [
    {"cell": "rnn"},
    {"cell": "rnn", "nonlinearity": "relu"},
    {"cell": "rnn", "nonlinearity": "sigmoid"},
    {"cell": "lstm"},
    {"cell": "gru"},
]
NAMES = {"rnn": {"h"}, "lstm": {"i", "f", "g", "o", "c", "h"}, "gru": {"r", "z", "n", "h"}}


def case(**fields):
    """Return a recipe, its series, the prepared series and a network with random weights."""
    recipe = Recipe().replaced(**({"length_steps": 300, "hidden_size": 7, "window_steps": 12} | fields))
    series = load_series(recipe.data)
    prepared = prepare(series, recipe.data)
    return recipe, series, prepared, build_network(recipe, prepared.features.shape[1])


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: "-".join(cell.values()))
def test_the_last_step_of_every_layer_is_the_networks(cell, layers):
    recipe, _, prepared, network = case(layers=layers, **cell)
    inputs = prepared.validation.inputs[:9]
    found, outputs = read_last_step(recipe, network, inputs)
    expected = unroll(recipe.network, network.weights(), inputs.astype(np.float64))
    assert [set(values) for values in found] == [NAMES[recipe.network.cell]] * layers
    for ours, theirs in zip(found, expected, strict=True):
        for name, values in ours.items():
            np.testing.assert_allclose(values, theirs[name][:, -1], atol=1e-5, err_msg=name)
    with torch.inference_mode():
        _, last = network.recurrent(torch.tensor(inputs))
    last_h = last[0] if isinstance(last, tuple) else last
    np.testing.assert_allclose([values["h"] for values in found], last_h.numpy(), atol=1e-5)
    if isinstance(last, tuple):
        np.testing.assert_allclose([values["c"] for values in found], last[1].numpy(), atol=1e-5)
    np.testing.assert_allclose(outputs, network.predict(inputs), atol=1e-5)


@pytest.mark.parametrize("target", ["level", "change"])
def test_a_trace_agrees_with_the_forecasts_and_the_states_of_a_snapshot(target):
    recipe, series, prepared, network = case(target=target, season_steps=40, layers=2)
    snapshot = take_snapshot(network, prepared, "", 0, "untrained")
    rows = np.flatnonzero(snapshot.forecast.parts == 1)
    anchors = snapshot.forecast.anchors[rows]
    trace = trace_run(recipe, series, network.weights(), int(anchors[0]), len(anchors), 2, "h")
    np.testing.assert_array_equal(trace.anchors, anchors)
    np.testing.assert_allclose(trace.values, snapshot.trace.states, atol=1e-6)
    np.testing.assert_allclose(trace.predicted, snapshot.forecast.predicted[rows, 0], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(trace.truth, snapshot.forecast.truth[rows, 0])
    np.testing.assert_array_equal(trace.orders["similarity"], snapshot.trace.order)
    by_hand = np.corrcoef(trace.values[:, 3], prepared.values[anchors] - prepared.values[anchors - 1])[0, 1]
    assert trace.correlations["change"][3] == pytest.approx(by_hand)
    assert trace.phase_means.shape == (7, 24)


def test_every_kept_epoch_gives_the_snapshot_of_its_weights():
    recipe, series, prepared, network = case()
    ours = snapshot_at(recipe, series, network.weights(), 5)
    theirs = take_snapshot(network, prepared, "", 5, "latest")
    np.testing.assert_array_equal(ours.forecast.predicted, theirs.forecast.predicted)
    assert (ours.epoch, ours.scores) == (5, theirs.scores)
    assert snapshot_at(recipe, series, network.weights(), 0).chosen == "untrained"


@pytest.mark.parametrize(("target", "first"), [("level", 11), ("change", 12), ("log_return", 12)])
def test_windows_are_read_from_the_first_complete_one_to_the_last_with_a_next_step(target, first):
    recipe, series, prepared, network = case(series="apple" if target == "log_return" else "sine", target=target)
    assert first_anchor(recipe) == first
    last = len(prepared.values) - 2
    trace = trace_run(recipe, series, network.weights(), first, last - first + 1, 1, "h")
    assert np.isfinite(trace.values).all()
    for start, steps in ((first - 1, 2), (last, 2), (first, 0)):
        with pytest.raises(ValueError, match=f"end at {first} to {last}"):
            anchors_of(recipe, prepared, start, steps)


def test_a_large_network_reads_only_every_nth_window():
    recipe, _, prepared, _ = case(hidden_size=256, layers=3, length_steps=3000, window_steps=32, batch_size=8)
    anchors = anchors_of(recipe, prepared, 40, 2000)
    every = set(np.diff(anchors))
    assert len(every) == 1
    assert 100 <= len(anchors) <= 400
    assert anchors[-1] + every.pop() >= 2040


def test_only_what_the_cell_has_can_be_read():
    recipe, series, _, network = case(cell="gru")
    with pytest.raises(ValueError, match="one of r, z, n, h"):
        trace_run(recipe, series, network.weights(), 50, 20, 1, "c")
    with pytest.raises(ValueError, match="layer must be 1 to 1"):
        trace_run(recipe, series, network.weights(), 50, 20, 2, "h")


@pytest.mark.parametrize("cell", CELLS[:1] + CELLS[2:], ids=lambda cell: cell["cell"])
def test_the_gradient_is_the_limit_of_finite_differences(cell):
    _, _, prepared, network = case(layers=2, horizon_steps=3, calendar=True, series="seattle_temperature", **cell)
    network = network.double()
    window = prepared.validation.inputs[4].astype(np.float64)
    gradient, step = input_gradients(network, window[np.newaxis])[0], 1e-6
    for place in np.ndindex(*window.shape):
        moved = np.repeat(window[np.newaxis], 2, axis=0)
        moved[0][place] += step
        moved[1][place] -= step
        with torch.no_grad():
            up, down = network(torch.tensor(moved))[:, 0].tolist()
        assert gradient[place] == pytest.approx((up - down) / (2 * step), abs=1e-7)


def test_occlusion_is_the_forecast_with_one_input_at_its_mean():
    recipe, series, prepared, network = case()
    found = past_influence(recipe, series, network.weights(), 100)
    window = prepared.features[89:101].copy()
    whole = network.predict(window[np.newaxis])[0, 0]
    window[4] = np.mean(prepared.features[: prepared.split.train_stop], axis=0)
    without = network.predict(window[np.newaxis])[0, 0]
    np.testing.assert_array_equal(found.positions, np.arange(89, 101))
    assert found.occlusion[4, 0] == pytest.approx((whole - without) * prepared.scaling.deviation, abs=1e-6)
    assert found.predicted == pytest.approx(whole * prepared.scaling.deviation + prepared.scaling.mean, abs=1e-6)
    gradient = input_gradients(network, prepared.features[np.newaxis, 89:101])[0]
    np.testing.assert_allclose(found.gradient, gradient, atol=1e-6)


def test_a_spike_is_felt_exactly_as_long_as_it_is_in_the_window():
    recipe, series, prepared, network = case()
    found = what_if(recipe, series, network.weights(), 80, 60, 1, Change(position=100, spike=3.0))
    felt = np.any(found.states != found.changed_states, axis=1)
    np.testing.assert_array_equal(found.anchors[felt], np.arange(100, 112))
    np.testing.assert_array_equal(found.anchors[found.predicted != found.changed_predicted], np.arange(100, 112))
    rise = found.changed_inputs - found.inputs
    assert rise[20] == pytest.approx(3 * prepared.scaling.deviation, rel=1e-5)
    assert np.count_nonzero(rise) == 1


def test_held_flat_inputs_repeat_the_one_before():
    recipe, series, prepared, network = case()
    found = what_if(recipe, series, network.weights(), 80, 60, 1, Change(position=100, flat_steps=5))
    np.testing.assert_allclose(found.changed_inputs[20:25], prepared.values[99], rtol=1e-6)
    np.testing.assert_array_equal(found.changed_inputs[25:], found.inputs[25:])


@pytest.mark.parametrize(("name", "place"), [("recurrent.weight_hh_l1", (3, 2)), ("readout.bias", (0, 0))])
def test_an_edited_weight_gives_the_network_that_has_it(name, place):
    recipe, series, _, network = case(layers=2)
    weights = network.weights()
    found = what_if(recipe, series, weights, 80, 30, 2, Change(weight=name, place=place, value=0.7))
    edited = {key: array.copy() for key, array in weights.items()}
    edited[name][place if edited[name].ndim == 2 else place[0]] = 0.7
    expected = trace_run(recipe, series, edited, 80, 30, 2, "h")
    np.testing.assert_array_equal(found.changed_states, expected.values)
    np.testing.assert_array_equal(found.changed_predicted, expected.predicted)
    np.testing.assert_array_equal(network.weights()[name], weights[name])
    assert not np.array_equal(found.predicted, found.changed_predicted)


def test_a_change_outside_the_series_is_refused():
    recipe, series, _, network = case()
    with pytest.raises(ValueError, match="must be at 2 to 299, got 400"):
        what_if(recipe, series, network.weights(), 80, 30, 1, Change(position=400, spike=1.0))
