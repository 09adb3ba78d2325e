"""The microscope's numbers against torch's own layers, and its terms against their sums."""

import numpy as np
import pytest
import torch

from playground.cells.equations import GATE_NAMES, sigmoid
from playground.cells.microscope import list_terms, microscope, view_readout, view_unit
from playground.config import Recipe
from playground.networks.network import build_network

CELLS = [("rnn", "tanh"), ("rnn", "relu"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh")]


def make_case(cell: str, nonlinearity: str = "tanh", layers: int = 1, hidden: int = 6, features: int = 2):
    recipe = Recipe().replaced(
        cell=cell, nonlinearity=nonlinearity, layers=layers, hidden_size=hidden, seed=5, horizon_steps=3
    )
    network = build_network(recipe, features)
    window = np.random.default_rng(1).normal(size=(12, features)).astype(np.float32)
    return recipe, network, window


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_every_state_and_the_forecast_are_torchs(cell, nonlinearity, layers):
    recipe, network, window = make_case(cell, nonlinearity, layers)
    seen = microscope(recipe, network.weights(), window)
    with torch.no_grad():
        top, last = network.recurrent(torch.tensor(window[None]))
    np.testing.assert_allclose(seen.layers[-1].values["h"], top[0].numpy(), rtol=0, atol=1e-5)
    np.testing.assert_allclose(seen.outputs, network.predict(window[None])[0], rtol=0, atol=1e-5)
    for index, part in enumerate(last if cell == "lstm" else (last,)):
        for layer, read in enumerate(seen.layers):
            expected = part[layer, 0].numpy()
            np.testing.assert_allclose(read.states("hc"[index])[-1], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_every_gate_is_what_torch_computes_from_its_own_states(cell, nonlinearity, layers):
    """Stop torch after each step, and rebuild each gate from the states that it had before."""
    recipe, network, window = make_case(cell, nonlinearity, layers)
    seen = microscope(recipe, network.weights(), window)
    weights = {name: torch.tensor(value) for name, value in network.weights().items()}
    functions = {"h": getattr(torch, nonlinearity), "g": torch.tanh, "n": torch.tanh}
    with torch.no_grad():
        for step in range(1, len(window)):
            _, before = network.recurrent(torch.tensor(window[None, :step]))
            _, after = network.recurrent(torch.tensor(window[None, : step + 1]))
            h_before, h_after = (before[0], after[0]) if cell == "lstm" else (before, after)
            x_t = torch.tensor(window[step])
            for layer, read in enumerate(seen.layers):
                W_x, W_h, b_x, b_h = (
                    weights[f"recurrent.{name}_l{layer}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                )
                from_x = (W_x @ x_t + b_x).split(recipe.network.hidden_size)
                from_h = (W_h @ h_before[layer, 0] + b_h).split(recipe.network.hidden_size)
                for row, gate in enumerate(GATE_NAMES[cell]):
                    scale = torch.sigmoid(from_x[0] + from_h[0]) if gate == "n" else 1.0
                    a = from_x[row] + scale * from_h[row]
                    value = functions.get(gate, torch.sigmoid)(a)
                    np.testing.assert_allclose(read.activations[gate][step], a.numpy(), rtol=0, atol=1e-5)
                    np.testing.assert_allclose(read.values[gate][step], value.numpy(), rtol=0, atol=1e-5)
                x_t = h_after[layer, 0]


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
@pytest.mark.parametrize("most", [2, 16])
def test_the_terms_of_a_unit_add_up_to_its_activation(cell, nonlinearity, layer, most):
    recipe, network, window = make_case(cell, nonlinearity, layers=2)
    seen = microscope(recipe, network.weights(), window)
    view = view_unit(recipe, network.weights(), seen, layer, unit=4, most=most)
    sums = []
    for terms in (view.inputs, view.states):
        assert len(terms.sources) + terms.left_out == (2 if terms is view.inputs and layer == 0 else 6)
        listed = np.array([[(w * v).sum() for w in terms.weights] for v in terms.values])
        np.testing.assert_allclose(listed + terms.rest, terms.totals, rtol=0, atol=1e-12)
        sums.append(listed + terms.rest)
    from_h = sums[1] + view.state_bias
    if cell == "gru":
        from_h[:, 2] *= view.gate_values[:, 0]
    np.testing.assert_allclose(sums[0] + view.input_bias + from_h, view.activations, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(view.states.values, view.shown_states[:-1])
    assert view.h[0] == 0 and len(view.h) == len(window) + 1


def test_the_cell_state_of_an_lstm_unit_follows_its_gates():
    recipe, network, window = make_case("lstm")
    view = view_unit(recipe, network.weights(), microscope(recipe, network.weights(), window), 0, 3)
    i, f, g, o = view.gate_values.T
    np.testing.assert_allclose(view.c[1:], f * view.c[:-1] + i * g, rtol=0, atol=1e-12)
    np.testing.assert_allclose(view.h[1:], o * np.tanh(view.c[1:]), rtol=0, atol=1e-12)
    np.testing.assert_allclose(i, sigmoid(view.activations[:, 0]), rtol=0, atol=1e-12)


def test_readout_terms_add_up_to_each_forecast_value():
    recipe, network, window = make_case("gru", layers=3, hidden=9)
    weights = network.weights()
    seen = microscope(recipe, weights, window)
    for output in range(3):
        terms = view_readout(weights, seen, output, most=4)
        assert (len(terms.sources), terms.left_out) == (4, 5)
        listed = float(terms.weights[0] @ terms.values[0])
        forecast = listed + terms.rest[0, 0] + weights["readout.bias"][output]
        assert forecast == pytest.approx(network.predict(window[None])[0, output], abs=1e-6)


def test_the_largest_terms_are_listed_in_the_order_of_their_sources():
    terms = list_terms(np.array([[1.0, 5.0, 0.0, -3.0]]), np.ones((2, 4)), most=2)
    assert terms.sources.tolist() == [1, 3]
    assert terms.rest.tolist() == [[1.0], [1.0]]
    assert terms.totals.tolist() == [[3.0], [3.0]]


def test_what_does_not_fit_is_refused():
    recipe, network, window = make_case("rnn")
    weights = network.weights()
    with pytest.raises(ValueError, match=r"must be \(time, 2\), got \(12, 1\)"):
        microscope(recipe, weights, window[:, :1])
    with pytest.raises(ValueError, match="choose an earlier epoch"):
        microscope(recipe, weights | {"readout.bias": np.array([np.nan])}, window)
    seen = microscope(recipe, weights, window)
    for layer, unit in [(1, 0), (0, 6), (-1, 0), (0, -1)]:
        with pytest.raises(ValueError, match="at most 0 and 5"):
            view_unit(recipe, weights, seen, layer, unit)
