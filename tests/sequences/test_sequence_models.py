"""The hand-made cell against numpy, and every network's reading in numpy against torch."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import log_softmax

from playground.networks.weights import load_weights, weights_of
from playground.sequences.equations import read_sequence
from playground.sequences.models import SimpleRNN, build_sequence_network
from playground.sequences.recipe import ClassifyRecipe

INPUTS, CLASSES = 7, 5
SWITCHES = [(sigma, path) for sigma in (False, True) for path in ("old", "new")]


@pytest.mark.parametrize(("sigma", "path"), SWITCHES)
def test_simple_rnn_is_its_formula(sigma, path):
    torch.manual_seed(3)
    cell = SimpleRNN(INPUTS, 16, CLASSES, sigma, path)
    letters = torch.eye(INPUTS)[[2, 0, 5, 5]]
    hidden, state = cell.init_hidden(), np.zeros((1, 16))
    W_h, b_h, W_o, b_o = (parameter.detach().numpy().astype(np.float64) for parameter in cell.parameters())
    assert hidden.shape == (1, 16) and not hidden.any()
    for letter in letters:
        output, hidden = cell(letter[None], hidden)
        combined = np.concatenate([letter.numpy()[None], state], axis=1)
        state = combined @ W_h.T + b_h
        if sigma:
            state = np.tanh(state)
        scores = (state if path == "new" else combined) @ W_o.T + b_o
        expected = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        assert np.allclose(hidden.detach().numpy(), state, atol=1e-6)
        assert np.allclose(output.detach().numpy(), expected, atol=1e-6)


def test_the_old_path_reads_the_state_before():
    """With the state's weights on the last letter cleared, only the new path still tells letters apart."""
    cell = SimpleRNN(INPUTS, 4, CLASSES)
    with torch.no_grad():
        cell.i2o.weight[:, :INPUTS] = 0
    one, other = (cell(letter[None], cell.init_hidden())[0] for letter in torch.eye(INPUTS)[:2])
    assert torch.equal(one, other)


TWELVE = ClassifyRecipe().replaced(hidden_size=12)
RECIPES = [
    *(
        ClassifyRecipe().replaced(cell="simple", sigma=sigma, output_path=path, hidden_size=12)
        for sigma, path in SWITCHES
    ),
    *(
        ClassifyRecipe().replaced(cell=cell, layers=layers, hidden_size=12)
        for cell in ("rnn", "lstm", "gru")
        for layers in (1, 2)
    ),
]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: "-".join(recipe.to_query().values()) or "gru")
def test_reading_in_numpy_is_torchs(recipe):
    network = build_sequence_network(recipe, INPUTS, CLASSES)
    inputs = np.random.default_rng(1).normal(size=(9, INPUTS)).astype(np.float32)
    with torch.inference_mode():
        said, state = network.read(torch.from_numpy(inputs)[None])
    reading = read_sequence(recipe, weights_of(network), inputs)
    assert np.allclose(reading.log_probabilities, said[0].numpy(), atol=1e-6)
    assert np.allclose(reading.states[-1], state["h"][-1, 0].numpy(), atol=1e-6)
    assert np.allclose(reading.probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: "-".join(recipe.to_query().values()) or "gru")
def test_a_batch_of_several_lengths_says_what_each_says_alone(recipe):
    network = build_sequence_network(recipe, INPUTS, CLASSES)
    long, short = torch.randn(6, INPUTS), torch.randn(2, INPUTS)
    both = nn.utils.rnn.pad_sequence([short, long], batch_first=True)
    said, _ = network.read(both, torch.tensor([2, 6]))
    assert torch.allclose(said[0, :2], network.read(short[None])[0][0], atol=1e-6)
    assert torch.allclose(said[1], network.read(long[None])[0][0], atol=1e-6)


@pytest.mark.parametrize("cell", ["simple", "rnn", "lstm", "gru"])
def test_a_carried_state_reads_on(cell):
    network = build_sequence_network(ClassifyRecipe().replaced(cell=cell, hidden_size=6), INPUTS, CLASSES)
    inputs = torch.randn(3, 8, INPUTS)
    whole, _ = network.read(inputs)
    _, state = network.read(inputs[:, :5])
    rest, _ = network.read(inputs[:, 5:], state=state)
    assert torch.allclose(rest, whole[:, 5:], atol=1e-6)


@pytest.mark.parametrize("cell", ["simple", "lstm"])
def test_the_seed_decides_the_weights_and_nothing_else_does(cell):
    recipe = ClassifyRecipe().replaced(cell=cell)
    torch.manual_seed(1)
    one = weights_of(build_sequence_network(recipe, INPUTS, CLASSES))
    before = torch.random.get_rng_state()
    other = weights_of(build_sequence_network(recipe, INPUTS, CLASSES))
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(np.array_equal(one[name], other[name]) for name in one)
    third = weights_of(build_sequence_network(recipe.replaced(seed=2), INPUTS, CLASSES))
    assert not any(np.array_equal(one[name], third[name]) for name in one)
    assert all(np.abs(array).max() <= 1 / np.sqrt(64) for array in one.values())


def test_weights_of_another_network_are_refused():
    network = build_sequence_network(ClassifyRecipe().replaced(cell="gru"), INPUTS, CLASSES)
    with pytest.raises(ValueError, match=r"must (be named|have shape)"):
        load_weights(
            network, weights_of(build_sequence_network(ClassifyRecipe().replaced(cell="lstm"), INPUTS, CLASSES))
        )


def test_verdicts_are_log_probabilities():
    network = build_sequence_network(ClassifyRecipe().replaced(cell="gru"), INPUTS, CLASSES)
    states, _ = network.recurrent(torch.ones(1, 3, INPUTS))
    expected = log_softmax(network.readout(states), dim=2)
    assert torch.allclose(network.read(torch.ones(1, 3, INPUTS))[0], expected)
