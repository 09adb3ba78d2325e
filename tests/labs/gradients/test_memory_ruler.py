"""The memory ruler is calibrated: on series whose memory is known it reads that memory."""

import numpy as np
import pytest

from playground.config import Recipe
from playground.labs.gradients.measuring import memory_ruler
from playground.labs.gradients.results import MemoryRuler
from playground.labs.memory.tasks import TASKS
from playground.networks.network import build_network
from playground.sentences.gradients import ruler_words
from playground.training.alone import Training

COPY = TASKS["copy"]


def ruler(influence) -> MemoryRuler:
    return MemoryRuler(np.asarray(influence, dtype=float), np.asarray(influence, dtype=float))


@pytest.mark.parametrize(("cell", "lag"), [("rnn", 2), ("lstm", 4), ("gru", 3)])
def test_a_network_that_copies_its_input_of_k_steps_ago_reads_k(cell, lag):
    recipe = Recipe().replaced(
        cell=cell, hidden_size=24, window_steps=COPY.window_steps(lag), learning_rate=0.01, epochs=25, clip_norm=1,
        batch_size=64, patience_epochs=0,
    )  # fmt: skip
    examples = COPY.examples(lag, 1, train=3200, validation=200, test=2)
    training = Training(recipe, examples)
    training.advance(60)
    best = training.progress.best_loss
    assert best < COPY.solved_error, "the network must solve the task first"
    training.network.load_weights(training.progress.best_weights)
    read = memory_ruler(training.network, examples.validation.inputs[:64], examples.train.inputs.mean(axis=(0, 1)))
    steps, reason = read.reach()
    assert reason == ""
    assert abs(steps - lag) <= 1
    assert np.argmax(read.gradient) == np.argmax(read.occlusion) == lag


def test_reach_holds_nine_tenths_of_the_squared_influence():
    assert ruler([1, 0, 0, 0]).reach() == (0, "")
    assert ruler([0, 0, 0, 2, 0]).reach() == (3, "")
    fading = 0.9 ** np.arange(200)
    expected = int(np.ceil(np.log(0.1) / np.log(0.81))) - 1
    assert ruler(fading).reach() == (expected, "")
    both = MemoryRuler(np.array([1.0, 0, 0, 0]), np.array([0.0, 0, 5, 0]))
    np.testing.assert_allclose(both.influence, [0.5, 0, 0.5, 0])
    assert both.reach() == (2, "")


def test_influences_of_any_size_are_weighed_alike():
    for size in (1e-200, 1e200):
        assert ruler(size * np.array([1.0, 0.1, 3.0, 0.0])).reach() == (2, "")


def test_where_nothing_can_be_read_the_ruler_says_why():
    assert ruler(np.zeros(5)).reach() == (None, "nothing")
    flat, reason = ruler(np.ones(5)).reach()
    assert flat is None
    assert reason == "all alike"
    assert ruler([1, np.inf]).reach()[0] is None
    assert ruler_words(ruler(np.zeros(5))) == "memory n/a: no input moves the forecast"


def test_the_ruler_speaks_plainly():
    assert ruler_words(ruler([1, 0, 0])) == "goes by the last input alone"
    assert ruler_words(ruler([0, 1, 0])) == "remembers about 1 step"
    assert ruler_words(ruler([0, 0, 1, 0])) == "remembers about 2 steps"
    assert ruler_words(ruler([0, 0, 1])) == "remembers its whole window of 3 steps"


def test_a_network_that_does_not_read_moves_with_no_input():
    network = build_network(Recipe().replaced(cell="rnn", hidden_size=3))
    weights = network.weights()
    weights["recurrent.weight_ih_l0"][:] = 0
    network.load_weights(weights)
    inputs = np.random.default_rng(0).normal(size=(4, 6, 1)).astype(np.float32)
    assert memory_ruler(network, inputs, np.zeros(1)).reach() == (None, "nothing")
