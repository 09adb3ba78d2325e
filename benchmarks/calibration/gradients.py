"""What the page Gradients says of networks whose gradient did or did not vanish or explode.

The truth comes another way: how far the loss moves with the first input of a window, beside the last one. An
input acts through the states of its step alone, so where it moves the loss the gradient of some state is there.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import linear

from benchmarks.calibration._claims import Claim, simulate
from playground.config import Recipe
from playground.histories import Checkpoint
from playground.labs.gradients.alarms import alarms_of
from playground.labs.gradients.measuring import eigenvalues, gradient_norms, unroll
from playground.labs.gradients.results import GradientMoment, GradientRun, MemoryRuler
from playground.networks.network import build_network
from playground.records import Floats, Windows

TRIES = 60

Drawn = tuple[Recipe, dict[str, Floats], Windows]

KINDS = {
    "RNN": ("rnn", ("tanh", "relu", "sigmoid")),
    "LSTM": ("lstm", ("tanh",)),
    "GRU": ("gru", ("tanh",)),
}

WINDOWS = 6
"""Windows that a gradient is averaged over."""

REACHES, GONE = 1e-5, 1e-7
"""Shares of the last input's influence: above, the first input is felt, below it is not; the page draws the line at
a millionth."""

SMALL, LARGE = 1e2, 1e4
"""The same for growth, where the page draws the line at a thousand."""


def measure(share: float) -> list[Claim]:
    """Return how often each alarm is raised where the first input of the window says otherwise, and where it agrees."""
    torch.set_num_threads(1)
    tries, claims = round(TRIES * share), []
    for title, (cell, kinds) in KINDS.items():
        worlds = (
            ("vanished", f"{title} whose first input is felt", (REACHES, np.inf), 0.05),
            ("vanished", f"{title} whose first input is not felt", (0.0, GONE), None),
            ("exploding", f"{title} whose first input is not felt more than a hundredfold", (0.0, SMALL), 0.05),
        )
        for kind, world, (low, high), at_most in worlds:
            said = simulate(
                world, tries, lambda random, a=low, b=high, c=cell, k=kinds: _alarms(_drawn(random, c, k, a, b))
            )
            claims.append(Claim(f"alarm: {kind}", world, said[kind], tries, at_most))
    return claims


def _drawn(random: np.random.Generator, cell: str, kinds: tuple[str, ...], low: float, high: float) -> Drawn:
    """Draw networks until one's first input has an influence from `low` to `high` times that of its last."""
    while True:
        drawn = _network(random, cell, str(random.choice(kinds)))
        if low <= influence_of_first_input(*drawn) <= high:
            return drawn


def _network(random: np.random.Generator, cell: str, nonlinearity: str) -> Drawn:
    """Draw a network of any start, with memory gates more or less open and W_hh more or less in use."""
    recipe = Recipe().replaced(
        cell=cell,
        nonlinearity=nonlinearity,
        layers=int(random.integers(1, 3)),
        hidden_size=int(random.integers(4, 17)),
        window_steps=int(random.integers(16, 97)),
        initialisation=str(random.choice(["uniform", "orthogonal"])),
        spectral_radius=float(random.choice([0.0, 0.3, 0.7, 1.0, 1.5])),
        seed=int(random.integers(1, 10_000)),
    )
    weights: dict[str, Floats] = {
        name: values.astype(np.float64) for name, values in build_network(recipe).weights().items()
    }
    hidden = recipe.network.hidden_size
    for layer in range(recipe.network.layers):
        if cell != "rnn":  # the second block: f of an LSTM, z of a GRU
            weights[f"recurrent.bias_ih_l{layer}"][hidden : 2 * hidden] += random.uniform(-1, 4)
        weights[f"recurrent.weight_hh_l{layer}"] *= random.choice([0.0, 0.1, 1.0], p=[0.15, 0.15, 0.7])
    inputs = random.normal(size=(WINDOWS, recipe.data.window_steps, 1))
    return recipe, weights, Windows(inputs, random.normal(size=(WINDOWS, 1)), np.arange(WINDOWS))


def influence_of_first_input(recipe: Recipe, weights: dict[str, Floats], windows: Windows) -> float:
    """Return |dL/dx| at the first step of the window as a share of that at the last, NaN where that is 0."""
    tensors = {name: torch.tensor(values) for name, values in weights.items()}
    inputs = torch.tensor(windows.inputs).requires_grad_()
    last = unroll(recipe, tensors, inputs)["h"][-1][-1]
    outputs = linear(last, tensors["readout.weight"], tensors["readout.bias"])
    loss = torch.square(outputs - torch.tensor(windows.targets)).sum()
    sizes = torch.autograd.grad(loss, inputs)[0].abs().mean(dim=(0, 2)).numpy()
    return float(sizes[0] / sizes[-1]) if sizes[-1] else np.nan


def _alarms(drawn: Drawn) -> list[str]:
    recipe, weights, windows = drawn
    norms = gradient_norms(recipe, weights, windows)
    ruler = MemoryRuler(np.zeros(1), np.zeros(1))
    moment = GradientMoment(0, norms["h"], norms.get("c"), eigenvalues(recipe, weights), (), ruler)
    run = GradientRun(recipe, 0, WINDOWS, Checkpoint(0, 0, {}, {}), (), (moment,))
    return [alarm.kind for alarm in alarms_of(run)]
