import numpy as np
import pytest
import torch

from playground.config import Recipe, parameter_count
from playground.networks import network as network_module
from playground.networks.network import build_network, derived_seed, spectral_radius


@pytest.mark.parametrize("features", [1, 3])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_parameter_count_is_torchs(cell, layers, features):
    recipe = Recipe().replaced(cell=cell, layers=layers, hidden_size=9, horizon_steps=5)
    counted = sum(p.numel() for p in build_network(recipe, features).parameters())
    assert parameter_count(recipe, features) == counted


def test_the_seed_decides_the_weights_and_torchs_generator_is_left_alone():
    before = torch.get_rng_state()
    first, again = build_network(Recipe()).weights(), build_network(Recipe()).weights()
    other = build_network(Recipe(seed=2)).weights()
    assert torch.equal(before, torch.get_rng_state())
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])
        assert not np.array_equal(first[name], other[name])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_initial_weights_have_torchs_default_distribution(cell):
    network = build_network(Recipe().replaced(cell=cell, hidden_size=64, layers=2))
    bound = 1 / np.sqrt(64)
    for parameter in network.parameters():
        values = parameter.detach().numpy()
        assert np.abs(values).max() <= bound
        if values.size > 1000:
            assert values.std() == pytest.approx(bound / np.sqrt(3), rel=0.05)
            assert np.abs(values.mean()) < 0.05 * bound


def test_weights_as_drawn_are_one_uniform_stream():
    generator = torch.Generator().manual_seed(derived_seed(1, "weights"))
    for name, weights in build_network(Recipe()).weights().items():
        drawn = torch.empty(weights.shape).uniform_(-0.25, 0.25, generator=generator)
        np.testing.assert_array_equal(weights, drawn.numpy(), err_msg=name)


@pytest.mark.parametrize("initialisation", ["uniform", "orthogonal"])
@pytest.mark.parametrize(("cell", "gates"), [("rnn", 1), ("gru", 3), ("lstm", 4)])
def test_every_block_of_the_recurrence_starts_as_chosen(cell, gates, initialisation):
    recipe = Recipe().replaced(cell=cell, layers=2, hidden_size=12, initialisation=initialisation, spectral_radius=1.3)
    drawn = build_network(recipe.replaced(initialisation="uniform", spectral_radius=0)).weights()
    for name, weights in build_network(recipe).weights().items():
        if "weight_hh" not in name:
            np.testing.assert_array_equal(weights, drawn[name])
            continue
        blocks = np.split(weights.astype(np.float64), gates)
        assert len({block.tobytes() for block in blocks}) == gates
        for block, before in zip(blocks, np.split(drawn[name], gates), strict=True):
            assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(1.3, abs=1e-5)
            assert spectral_radius(block) == pytest.approx(1.3, abs=1e-5)
            if initialisation == "orthogonal":
                np.testing.assert_allclose(block @ block.T, 1.69 * np.eye(12), atol=1e-5)
            else:
                np.testing.assert_allclose(block / before, block[0, 0] / before[0, 0], rtol=1e-4)


def test_forward_reads_out_the_last_state():
    recipe = Recipe().replaced(horizon_steps=3, layers=2)
    network = build_network(recipe)
    inputs = torch.tensor(np.random.default_rng(0).normal(size=(6, 12, 1)), dtype=torch.float32)
    outputs, (h, _) = network.recurrent(inputs)
    torch.testing.assert_close(network.last_states(inputs), outputs[:, -1])
    torch.testing.assert_close(network.last_states(inputs), h[-1])
    assert network(inputs).shape == (6, 3)
    torch.testing.assert_close(network(inputs), h[-1] @ network.readout.weight.T + network.readout.bias)


def test_prediction_in_chunks_is_prediction_in_one_piece(monkeypatch):
    recipe = Recipe().replaced(horizon_steps=2, layers=2, dropout=0.5)
    network = build_network(recipe)
    inputs = np.random.default_rng(0).normal(size=(50, 12, 1)).astype(np.float32)
    whole, states = network.predict(inputs), network.read_states(inputs)
    assert network.chunk_windows(12) >= 50
    monkeypatch.setattr(network_module, "CHUNK_BYTES", 100_000)
    assert 1 < network.chunk_windows(12) < 50
    np.testing.assert_allclose(network.predict(inputs), whole, rtol=0, atol=1e-6)
    np.testing.assert_allclose(network.read_states(inputs), states, rtol=0, atol=1e-6)
    assert network.training


def test_a_window_that_is_larger_than_a_chunk_is_still_predicted(monkeypatch):
    network = build_network(Recipe(), 1)
    inputs = np.ones((2, 5, 1), dtype=np.float32)
    whole = network.predict(inputs)
    monkeypatch.setattr(network_module, "CHUNK_BYTES", 1)
    assert network.chunk_windows(5) == 1
    np.testing.assert_allclose(network.predict(inputs), whole, rtol=1e-5)


def test_weights_go_out_and_in_again_as_copies():
    network, other = build_network(Recipe()), build_network(Recipe(seed=5))
    weights = network.weights()
    other.load_weights(weights)
    weights["readout.bias"][:] = 99
    inputs = np.random.default_rng(0).normal(size=(4, 8, 1)).astype(np.float32)
    np.testing.assert_array_equal(network.predict(inputs), other.predict(inputs))


def test_weights_of_another_network_are_refused():
    weights = build_network(Recipe()).weights()
    with pytest.raises(ValueError, match="must have shape"):
        build_network(Recipe().replaced(hidden_size=8)).load_weights(weights)
    with pytest.raises(ValueError, match="must be named"):
        build_network(Recipe().replaced(layers=2)).load_weights(weights)


def test_derived_seeds_differ_by_seed_purpose_and_counter():
    seeds = {derived_seed(s, p, *c) for s in range(5) for p in ("order", "dropout") for c in ((), (0,), (1,), (1, 2))}
    assert len(seeds) == 40
    assert all(0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize("layers", [1, 3])
def test_the_sigmoid_network_is_torchs_plain_network_but_for_its_function(layers, monkeypatch):
    recipe = Recipe().replaced(cell="rnn", layers=layers, hidden_size=6)
    own, torchs = build_network(recipe.replaced(nonlinearity="sigmoid"), 2), build_network(recipe, 2)
    assert [(n, p.shape) for n, p in own.named_parameters()] == [(n, p.shape) for n, p in torchs.named_parameters()]
    own.load_weights(torchs.weights())
    inputs = torch.tensor(np.random.default_rng(0).normal(size=(5, 9, 2)), dtype=torch.float32)
    first = torch.rand(layers, 5, 6)
    monkeypatch.setattr(torch, "sigmoid", torch.tanh)
    for state in (None, first):
        for ours, theirs in zip(own.recurrent(inputs, state), torchs.recurrent(inputs, state), strict=True):
            torch.testing.assert_close(ours, theirs)


def test_dropout_of_the_sigmoid_network_falls_between_layers_in_training_only():
    recipe = Recipe().replaced(cell="rnn", nonlinearity="sigmoid", layers=2, dropout=0.5)
    network, inputs = build_network(recipe), torch.zeros(4, 8, 1)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        dropped = network.recurrent(inputs)[1]
    plain = network.eval().recurrent(inputs)[1]
    assert torch.equal(dropped[0], plain[0])
    assert not torch.allclose(dropped[1], plain[1])
