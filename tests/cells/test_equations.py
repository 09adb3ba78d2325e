import numpy as np
import pytest
import torch

from playground.cells.equations import GATE_NAMES, formulas, shape_lines, sigmoid, unroll
from playground.config import Recipe, parameter_count
from playground.networks.network import build_network

CELLS = [("rnn", "tanh"), ("rnn", "relu"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh")]


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_equations_give_what_torchs_layers_give(cell, nonlinearity, layers):
    recipe = Recipe().replaced(cell=cell, nonlinearity=nonlinearity, layers=layers, hidden_size=6, seed=3)
    network = build_network(recipe, features=2).double()
    inputs = np.random.default_rng(0).normal(size=(4, 20, 2))
    layers_values = unroll(recipe.network, network.weights(), inputs)
    with torch.no_grad():
        expected, last = network.recurrent(torch.tensor(inputs))
    assert len(layers_values) == layers
    np.testing.assert_allclose(layers_values[-1]["h"], expected.numpy(), rtol=0, atol=1e-12)
    h_last, c_last = last if cell == "lstm" else (last, None)
    for layer, values in enumerate(layers_values):
        np.testing.assert_allclose(values["h"][:, -1], h_last[layer].numpy(), rtol=0, atol=1e-12)
        if c_last is not None:
            np.testing.assert_allclose(values["c"][:, -1], c_last[layer].numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_single_precision_agrees_with_the_trained_layers(cell, nonlinearity):
    recipe = Recipe().replaced(cell=cell, nonlinearity=nonlinearity, layers=2)
    network = build_network(recipe)
    inputs = np.random.default_rng(1).normal(size=(5, 32, 1)).astype(np.float32)
    states = unroll(recipe.network, network.weights(), inputs)[-1]["h"][:, -1]
    np.testing.assert_allclose(states, network.read_states(inputs), rtol=0, atol=2e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_lie_between_0_and_1_and_candidates_between_minus_1_and_1(cell):
    recipe = Recipe().replaced(cell=cell, hidden_size=5)
    inputs = 50 * np.random.default_rng(2).normal(size=(3, 10, 1))
    values = unroll(recipe.network, build_network(recipe).double().weights(), inputs)[0]
    for gate in set(GATE_NAMES[cell]) - {"g", "n"}:
        assert values[gate].shape == (3, 10, 5)
        assert values[gate].min() >= 0
        assert values[gate].max() <= 1
    candidate = values["g" if cell == "lstm" else "n"]
    assert np.abs(candidate).max() <= 1


def test_sigmoid_does_not_overflow():
    np.testing.assert_allclose(sigmoid(np.array([-1e4, 0.0, 1.0, 1e4])), [0, 0.5, 1 / (1 + np.exp(-1)), 1], atol=1e-15)


@pytest.mark.parametrize(("cell", "lines"), [("rnn", 2), ("lstm", 7), ("gru", 5)])
def test_formulas_have_a_line_for_each_quantity_and_the_readout(cell, lines):
    written = formulas(cell)
    assert len(written) == lines
    assert written[-1].startswith(r"\hat{y}")
    assert all(line.count("{") == line.count("}") for line in written)


def test_formula_of_the_simple_network_names_its_nonlinearity():
    assert r"\tanh" in formulas("rnn", "tanh")[0]
    assert "ReLU" in formulas("rnn", "relu")[0]
    assert r"= \sigma(" in formulas("rnn", "sigmoid")[0]


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_shape_lines_say_the_shapes_of_the_network(cell, layers):
    recipe = Recipe().replaced(cell=cell, layers=layers, hidden_size=7, horizon_steps=4)
    shapes = []
    for line in shape_lines(recipe):
        numbers = [int(n) for n in line.split(":")[1].split("(")[0].replace("each", "").split("×")]
        shapes += [tuple(numbers)] * (2 if "b_xh and b_hh" in line else 1)
    assert shapes == [tuple(p.shape) for p in build_network(recipe).parameters()]
    assert sum(int(np.prod(s)) for s in shapes) == parameter_count(recipe)


def test_shape_lines_of_the_default_simple_network():
    assert shape_lines(Recipe().replaced(cell="rnn", hidden_size=32)) == [
        "W_xh: 32 × 1",
        "W_hh: 32 × 32",
        "b_xh and b_hh: 32 each",
        "readout W_hy: 1 × 32",
        "readout b_y: 1",
    ]
