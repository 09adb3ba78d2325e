"""Gradients through time against finite differences and against what linear algebra says."""

import itertools

import numpy as np
import pytest

from playground.cells.equations import gru_step, layer_weights, lstm_step, rnn_step, unroll_layer
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.labs.gradients.measuring import (
    eigenvalues,
    gradient_norms,
    measure_moment,
    memory_ruler,
    saturation,
    watched_windows,
)
from playground.networks.network import build_network
from playground.records import Windows

CELLS = [("rnn", "tanh"), ("rnn", "relu"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh")]


def random_weights(recipe, features=1, seed=0):
    rng = np.random.default_rng(seed)
    shapes = build_network(recipe.replaced(nonlinearity="tanh"), features).weights()
    return {name: rng.normal(size=values.shape) / 2 for name, values in shapes.items()}


def random_windows(count, steps, features=1, horizon=1, seed=1):
    rng = np.random.default_rng(seed)
    return Windows(rng.normal(size=(count, steps, features)), rng.normal(size=(count, horizon)), np.arange(count))


def loss_with_a_moved_state(recipe, weights, inputs, target, layer, step, move, state="h"):
    """Step through one window by the equations, with `move` added to a state of one layer after one step."""
    cell, hidden = recipe.network.cell, recipe.network.hidden_size
    h = [np.zeros((1, hidden)) for _ in range(recipe.network.layers)]
    c = [np.zeros((1, hidden)) for _ in range(recipe.network.layers)]
    for t, x in enumerate(inputs):
        x = x[np.newaxis]
        for k in range(recipe.network.layers):
            matrices = layer_weights(weights, k)
            if cell == "lstm":
                made = lstm_step(x, h[k], c[k], matrices)
                if (state, k, t) == ("c", layer, step):
                    o, moved = made.h / np.tanh(made.c), made.c + move
                    made = made._replace(c=moved, h=o * np.tanh(moved))
                c[k] = made.c
            elif cell == "gru":
                made = gru_step(x, h[k], matrices)
            else:
                made = rnn_step(x, h[k], matrices, recipe.network.nonlinearity)
            h[k] = made.h + (move if (state, k, t) == ("h", layer, step) else 0)
            x = h[k]
    output = h[-1] @ weights["readout.weight"].T + weights["readout.bias"]
    return float(np.mean(np.square(output - target)))


@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_the_profile_is_the_limit_of_finite_differences(cell, nonlinearity):
    recipe = Recipe().replaced(cell=cell, nonlinearity=nonlinearity, hidden_size=3, layers=2, horizon_steps=2)
    weights, windows = random_weights(recipe, 2), random_windows(2, 5, 2, 2)
    found = gradient_norms(recipe, weights, windows)
    assert list(found) == (["h", "c"] if cell == "lstm" else ["h"])
    size = 1e-6
    for state, layer, step in itertools.product(found, range(2), range(5)):
        assert found[state].shape == (2, 5)
        norms = []
        for inputs, target in zip(windows.inputs, windows.targets, strict=True):
            slopes = []
            for unit in np.eye(3):
                up, down = (
                    loss_with_a_moved_state(recipe, weights, inputs, target, layer, step, sign * size * unit, state)
                    for sign in (1, -1)
                )
                slopes.append((up - down) / (2 * size))
            norms.append(np.linalg.norm(slopes))
        assert found[state][layer, 4 - step] == pytest.approx(np.mean(norms), rel=1e-5, abs=1e-9)


def test_an_lstm_without_recurrent_weights_still_carries_its_memory_back():
    recipe = Recipe().replaced(cell="lstm", hidden_size=4)
    weights = random_weights(recipe)
    weights["recurrent.weight_hh_l0"] *= 0
    weights["recurrent.weight_ih_l0"][4:8] = 0
    weights["recurrent.bias_ih_l0"][4:8], weights["recurrent.bias_hh_l0"][4:8] = np.log(9), 0  # f = 0.9 always
    found = gradient_norms(recipe, weights, random_windows(3, 40))
    assert (found["h"][0, 1:] == 0).all()
    np.testing.assert_allclose(found["c"][0] / found["c"][0, 0], 0.9 ** np.arange(40), rtol=1e-12)


def test_a_linear_network_with_orthogonal_recurrence_keeps_its_gradient_over_100_steps():
    recipe = Recipe().replaced(cell="rnn", hidden_size=16, initialisation="orthogonal")
    weights = {name: values.astype(np.float64) for name, values in build_network(recipe).weights().items()}
    drawn = weights["recurrent.weight_hh_l0"]
    u, _, v = np.linalg.svd(drawn)
    np.testing.assert_allclose(drawn, u @ v, atol=1e-6)
    weights["recurrent.weight_hh_l0"] = u @ v
    windows = random_windows(4, 101)
    norms = gradient_norms(recipe, weights, windows, activation=lambda a: a)["h"][0]
    np.testing.assert_allclose(norms / norms[0], 1, rtol=0, atol=1e-6)
    assert gradient_norms(recipe, weights, windows)["h"][0, -1] < 0.9 * norms[0]


@pytest.mark.parametrize("radius", [0.5, 1.2])
def test_a_linear_network_loses_or_gains_by_its_spectral_radius(radius):
    recipe = Recipe().replaced(cell="rnn", hidden_size=8, initialisation="orthogonal", spectral_radius=radius)
    weights = build_network(recipe).weights()
    norms = gradient_norms(recipe, weights, random_windows(3, 30), activation=lambda a: a)["h"][0]
    np.testing.assert_allclose(norms / norms[0], radius ** np.arange(30), rtol=1e-4)


@pytest.mark.parametrize(("cell", "gates"), [("rnn", "h"), ("lstm", "ifgo"), ("gru", "rzn")])
def test_eigenvalues_are_numpys_of_each_gates_block(cell, gates):
    recipe = Recipe().replaced(cell=cell, hidden_size=5, layers=2)
    weights = random_weights(recipe)
    found = eigenvalues(recipe, weights)
    assert "".join(found) == gates
    for layer in range(2):
        for k, gate in enumerate(gates):
            block = weights[f"recurrent.weight_hh_l{layer}"][5 * k : 5 * k + 5]
            np.testing.assert_allclose(np.sort_complex(found[gate][layer]), np.sort_complex(np.linalg.eigvals(block)))


@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_saturation_is_counted_where_the_slope_is_small(cell, nonlinearity):
    recipe = Recipe().replaced(cell=cell, nonlinearity=nonlinearity, hidden_size=4)
    weights = {name: 6 * values for name, values in random_weights(recipe).items()}
    windows = random_windows(6, 8)
    (found,) = saturation(recipe, weights, windows.inputs)
    values = unroll_layer(cell, windows.inputs, layer_weights(weights, 0), nonlinearity)
    if nonlinearity == "relu":
        assert found.saturated == {}
        np.testing.assert_allclose(found.dead, np.mean(values["h"] == 0, axis=(0, 1)))
        return
    assert found.dead.size == 0
    assert "".join(found.saturated) == {"rnn": "h", "lstm": "ifgo", "gru": "rzn"}[cell]
    for name, shares in found.saturated.items():
        v = values[name]
        squashes = name in "gn" or (name == "h" and nonlinearity == "tanh")
        slope = 1 - v**2 if squashes else 4 * v * (1 - v)
        np.testing.assert_allclose(shares, np.mean(slope < 0.0595, axis=(0, 1)), atol=0.03)
        assert shares.max() > 0.1


def test_watched_windows_are_spread_over_the_part():
    windows = random_windows(100, 3)
    np.testing.assert_array_equal(watched_windows(windows, 12).anchors[[0, -1]], [0, 99])
    assert len(watched_windows(windows, 12).anchors) == 12
    assert len(watched_windows(windows, 500).anchors) == 100


def test_the_ruler_measures_what_one_step_does():
    recipe = Recipe().replaced(cell="gru", hidden_size=4, window_steps=6)
    prepared = prepare(load_series(recipe.data), recipe.data)
    network = build_network(recipe)
    inputs = prepared.validation.inputs[:5]
    found = memory_ruler(network, inputs, np.array([0.25]))
    changed = inputs.copy()
    changed[:, 3] = 0.25
    difference = network.predict(changed) - network.predict(inputs)
    assert found.occlusion[2] == pytest.approx(np.sqrt(np.mean(difference**2)), rel=1e-5)
    size = 1e-2
    up, down = inputs.copy(), inputs.copy()
    up[:, 3] += size
    down[:, 3] -= size
    slope = (network.predict(up) - network.predict(down)) / (2 * size)
    assert found.gradient[2] == pytest.approx(np.sqrt(np.mean(slope**2)), rel=1e-3)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_moment_holds_all_that_is_shown(cell):
    recipe = Recipe().replaced(cell=cell, hidden_size=4, layers=2, window_steps=6)
    prepared = prepare(load_series(recipe.data), recipe.data)
    moment = measure_moment(recipe, build_network(recipe), watched_windows(prepared.validation), np.zeros(1), 7)
    assert (moment.epoch, moment.norms.shape, len(moment.saturation)) == (7, (2, 6), 2)
    assert (moment.cell_norms is not None) == (cell == "lstm")
    both = [moment.norms[1]] + ([moment.cell_norms[1]] if cell == "lstm" else [])
    assert moment.ratio() == max(norms[5] for norms in both) / max(norms[0] for norms in both)
    for gate, values in moment.eigenvalues.items():
        assert moment.radii(0)[gate] == pytest.approx(np.abs(values[0]).max())
