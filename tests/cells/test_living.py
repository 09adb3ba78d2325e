import dataclasses

import numpy as np
import pytest
import torch

from playground.cells.living import MOST_INPUTS, MOST_STEPS, MOST_UNITS, living_network
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.inspection.snapshot import take_snapshot
from playground.networks.network import build_network
from playground.packing import pack, unpack
from playground.records import Snapshot

CELLS = [("rnn", "tanh"), ("rnn", "relu"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh")]
SMALL = Recipe().replaced(length_steps=400, window_steps=12, hidden_size=5)


def look(recipe: Recipe, features: int = 1):
    """Return the living network of initial weights, the network, and what it reads."""
    prepared = prepare(load_series(recipe.data), recipe.data)
    if features > 1:
        inputs = np.random.default_rng(0).normal(size=(*prepared.validation.inputs.shape[:2], features))
        inputs[:, :, 0] = prepared.validation.inputs[:, :, 0]
        windows = dataclasses.replace(prepared.validation, inputs=inputs.astype(np.float32))
        names = tuple(f"input {k}" for k in range(features))
        prepared = dataclasses.replace(prepared, validation=windows, feature_names=names)
    network = build_network(recipe, features)
    return living_network(recipe.network, network.weights(), prepared), network, prepared


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_every_layer_does_what_torchs_layer_does(cell, nonlinearity, layers):
    recipe = SMALL.replaced(cell=cell, nonlinearity=nonlinearity, layers=layers, horizon_steps=3)
    living, network, prepared = look(recipe)
    inputs = torch.tensor(prepared.validation.inputs[-1:])
    assert len(living.layers) == layers
    for layer, shown in enumerate(living.layers):
        shallow = build_network(recipe.replaced(layers=layer + 1))
        names = shallow.weights()
        shallow.load_weights({name: network.weights()[name] for name in names})
        with torch.no_grad():
            states, _ = shallow.recurrent(inputs)
        np.testing.assert_allclose(shown.values["h"], states[0].numpy(), rtol=0, atol=1e-6)
        assert shown.values["h"].dtype == np.float32
        assert (shown.size, shown.units.tolist()) == (5, [0, 1, 2, 3, 4])
    with torch.no_grad():
        outputs = network.readout(states)[0, :, 0].numpy()
    np.testing.assert_allclose(living.outputs, outputs, rtol=0, atol=1e-6)


def test_the_last_output_is_the_forecast_of_that_window_and_its_truth_lies_in_validation():
    living, network, prepared = look(SMALL)
    snapshot = take_snapshot(network, prepared, "", 0, "untrained")
    anchor = living.positions[-1]
    row = snapshot.forecast.anchors.tolist().index(anchor)
    assert anchor == prepared.validation.anchors[-1] < prepared.split.validation_stop - 1
    np.testing.assert_allclose(living.predicted[-1], snapshot.forecast.predicted[row, 0], rtol=1e-6)
    np.testing.assert_allclose(living.truth[-1], prepared.validation.targets[-1, 0])
    np.testing.assert_array_equal(living.truth[:-1], living.inputs[1:, 0])


@pytest.mark.parametrize(("cell", "block"), [("rnn", 0), ("lstm", 2), ("gru", 2)])
def test_the_weights_shown_are_those_of_the_candidate(cell, block):
    living, network, _ = look(SMALL.replaced(cell=cell, layers=2))
    weights, rows = network.weights(), slice(5 * block, 5 * block + 5)
    np.testing.assert_array_equal(living.layers[0].W_x, weights["recurrent.weight_ih_l0"][rows])
    np.testing.assert_array_equal(living.layers[1].W_x, weights["recurrent.weight_ih_l1"][rows])
    np.testing.assert_array_equal(living.layers[1].W_h, weights["recurrent.weight_hh_l1"][rows])
    np.testing.assert_array_equal(living.W_y, weights["readout.weight"][0])


def test_of_a_wide_network_the_units_that_move_most_are_shown_and_their_weights():
    recipe = SMALL.replaced(cell="gru", hidden_size=40, layers=2, window_steps=150, length_steps=2000)
    living, network, prepared = look(recipe, features=9)
    first, second = living.layers
    with torch.no_grad():
        states, _ = network.recurrent(torch.tensor(prepared.validation.inputs[-1:]))
    moves = states[0, -MOST_STEPS:].numpy().std(axis=0)
    hidden = np.setdiff1d(np.arange(40), second.units)
    assert len(second.units) == MOST_UNITS
    assert moves[second.units].min() >= moves[hidden].max()
    np.testing.assert_allclose(second.values["h"], states[0, -MOST_STEPS:].numpy()[:, second.units], rtol=0, atol=2e-6)
    rows = second.units + 80
    np.testing.assert_array_equal(second.W_x, network.weights()["recurrent.weight_ih_l1"][rows][:, first.units])
    assert (first.W_x.shape, living.inputs.shape) == ((MOST_UNITS, MOST_INPUTS), (MOST_STEPS, MOST_INPUTS))
    assert (living.features, len(living.names)) == (9, MOST_INPUTS)


def test_a_snapshot_keeps_it_and_does_without_it_where_an_earlier_version_wrote_it():
    _, network, prepared = look(SMALL)
    snapshot = take_snapshot(network, prepared, "", 0, "untrained")
    again = unpack(Snapshot, pack(snapshot))
    np.testing.assert_array_equal(again.living.layers[0].values["h"], snapshot.living.layers[0].values["h"])
    assert unpack(Snapshot, pack(dataclasses.replace(snapshot, living=None))).living is None
