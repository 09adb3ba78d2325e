r"""The hand-made cell's time step as a plain function, and any network's reading of one sequence in numpy.

The server draws a verdict as it is typed with these; a test ties them to torch's forward pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from playground.cells.equations import unroll
from playground.config import NetworkChoice
from playground.records import Floats
from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import Reading


class SimpleStep(NamedTuple):
    """All values of one step of the hand-made cell.

    Attributes:
        combined: (inputs + hidden,) x_t and h_{t-1} side by side.
        a: (hidden,) i2h of it.
        h: (hidden,) the new state: tanh(a) with the sigma, a itself without.
        scores: (classes,) what LogSoftmax is applied to.
        log_probabilities: (classes,).
    """

    combined: Floats
    a: Floats
    h: Floats
    scores: Floats
    log_probabilities: Floats


def simple_step(
    x_t: Floats, h_prev: Floats, weights: Mapping[str, Floats], sigma: bool, output_path: str
) -> SimpleStep:
    """Take one step of the hand-made cell in double precision."""
    W_h, b_h, W_o, b_o = (
        weights[name].astype(np.float64) for name in ("i2h.weight", "i2h.bias", "i2o.weight", "i2o.bias")
    )
    combined = np.concatenate([x_t, h_prev]).astype(np.float64)  # [x_t, h_{t-1}]
    a = W_h @ combined + b_h  # a_t = W_h [x_t, h_{t-1}] + b_h
    h = np.tanh(a) if sigma else a  # h_t = tanh(a_t), or a_t
    scores = W_o @ (h if output_path == "new" else combined) + b_o  # of h_t, or of [x_t, h_{t-1}]
    return SimpleStep(combined, a, h, scores, log_softmax(scores))


def simple_steps(recipe: SequenceRecipe, weights: Mapping[str, Floats], inputs: Floats) -> tuple[SimpleStep, ...]:
    """Step the hand-made cell through (steps, inputs) from a zero state."""
    h: Floats = np.zeros(recipe.network.hidden_size)
    steps: list[SimpleStep] = []
    for x_t in inputs:
        steps.append(simple_step(x_t, h, weights, recipe.network.sigma, recipe.network.output_path))
        h = steps[-1].h
    return tuple(steps)


def reading_of(steps: Sequence[SimpleStep]) -> Reading:
    """Return what the hand-made cell said in these steps."""
    return Reading(np.stack([step.h for step in steps]), np.stack([step.log_probabilities for step in steps]))


def read_sequence(recipe: SequenceRecipe, weights: Mapping[str, Floats], inputs: Floats) -> Reading:
    """Return what a network says after each step of (steps, inputs), from a zero state, in double precision.

    Raises:
        ValueError: if there is no step.
    """
    if not len(inputs):
        raise ValueError("there must be at least one step to read, got none; type something")
    if recipe.network.cell == "simple":
        return reading_of(simple_steps(recipe, weights, inputs))
    choice = NetworkChoice(
        cell=recipe.network.cell, hidden_size=recipe.network.hidden_size, layers=recipe.network.layers
    )
    exact = {name: array.astype(np.float64) for name, array in weights.items()}
    states = unroll(choice, exact, inputs[np.newaxis].astype(np.float64))[-1]["h"][0]
    return Reading(states, log_softmax(states @ exact["readout.weight"].T + exact["readout.bias"]))


def log_softmax(scores: Floats) -> Floats:
    """Return log(e^s / sum of e^s) along the last axis, shifted so that nothing overflows."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
