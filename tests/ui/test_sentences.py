"""Sentences of glossary and notes that are easily said too strongly, each beside the numbers that it must not deny."""

import re

import numpy as np
import pytest
import torch

from playground.config import Recipe
from playground.networks.network import build_network
from playground.places import ROOT
from playground.ui.frame.glossary import GLOSSARY

NOTES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "assets" / "notes").glob("*.md")}
ROOMS = ("ui", "charts", "inspection", "sequences", "sweeps", "comparison", "data")
CODE = [path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / "playground" / room).rglob("*.py")]

TOO_STRONG = (
    "nothing to do with each other",
    "state in bounds: tanh",
    "is all that there is to learn",
    "baselines** see what the network",
    "1 is what you get by always",
    "W_hh. Eigenvalues inside the unit circle shrink",
    "0 (unrelated)",
    "by luck alone, never",
    "Nothing is assumed",
    "look like chance",
    "buys nothing",
)


@pytest.mark.parametrize("words", TOO_STRONG)
def test_what_was_said_too_strongly_is_said_nowhere(words):
    said = [text for text in (*NOTES.values(), *GLOSSARY.values(), *CODE) if words in re.sub(r'"\s*\n\s*f?"', "", text)]
    assert not said


def test_relu_keeps_no_state_in_bounds():
    state = 1.0
    for _ in range(50):
        state = max(0.0, 1.5 * state + 0.1)
    assert state > 1e8
    assert "no upper bound" in GLOSSARY["nonlinearity"]


@pytest.mark.parametrize(("cell", "handed_on"), [("rnn", 1), ("gru", 1), ("lstm", 2)])
def test_an_lstm_hands_on_two_numbers_for_each_unit(cell, handed_on):
    layer = build_network(Recipe().replaced(cell=cell, hidden_size=5)).recurrent
    state = layer(torch.zeros(1, 3, layer.input_size))[1]
    assert sum(part.numel() for part in (state if isinstance(state, tuple) else (state,))) == handed_on * 5
    assert "LSTM twice as many" in GLOSSARY["hidden_size"]


def test_a_correlation_of_0_does_not_mean_unrelated():
    values = np.linspace(-1, 1, 101)
    assert np.corrcoef(values, values**2)[0, 1] == pytest.approx(0, abs=1e-12)
    assert "may still be related" in GLOSSARY["correlation"]


def test_eigenvalues_within_the_circle_shrink_in_the_long_run_only():
    matrix = np.array([[0.5, 10.0], [0.0, 0.5]])
    assert np.abs(np.linalg.eigvals(matrix)).max() < 1
    sizes = [np.linalg.norm(np.linalg.matrix_power(matrix, n) @ [0, 1]) for n in (0, 1, 60)]
    assert sizes[1] > 10 * sizes[0] > 1e6 * sizes[2]
    assert "long run" in GLOSSARY["eigenvalues"] and "In the long run" in GLOSSARY["spectral_radius"]


def test_the_training_mean_makes_1_on_the_training_part_only():
    assert "makes 1 on the training part" in NOTES["playground"]


def test_what_intervals_assume_is_named():
    assert "exchangeable" in NOTES["forecasts"]


def test_sections_of_held_out_text_are_told():
    assert "sections of 1,000 letters" in NOTES["write"]
