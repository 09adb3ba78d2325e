r"""One time step of each cell as a plain function, to read and to check torch's layers against.

x_t is (batch, features), h_prev and c_prev are (batch, hidden). `W_xh` stacks the blocks of all
gates as rows, (gates·hidden, features), `W_hh` is (gates·hidden, hidden): torch's layout.
torch gives each gate two biases, b_xh and b_hh; only their sum matters, except in the GRU's n.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from playground.config import GATES, NetworkChoice, Recipe
from playground.records import Floats

GATE_NAMES = {"rnn": ("h",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}
"""The blocks stacked in W_xh and W_hh, top to bottom."""


class LayerWeights(NamedTuple):
    """The matrices and biases of one recurrent layer."""

    W_xh: Floats
    W_hh: Floats
    b_xh: Floats
    b_hh: Floats


class RNNStep(NamedTuple):
    """All values of one step of the simple RNN, each (batch, hidden): a before, h after the nonlinearity."""

    a: Floats
    h: Floats


class LSTMStep(NamedTuple):
    """All values of one LSTM step, each (batch, hidden): gates i, f, o, candidate g, cell state c, output h."""

    i: Floats
    f: Floats
    g: Floats
    o: Floats
    c: Floats
    h: Floats


class GRUStep(NamedTuple):
    """All values of one GRU step, each (batch, hidden): reset gate r, update gate z, candidate n, output h."""

    r: Floats
    z: Floats
    n: Floats
    h: Floats


def layer_weights(weights: Mapping[str, Floats], layer: int) -> LayerWeights:
    """Pick one layer's matrices (layers counted from 0) out of a network's weights."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return LayerWeights(*(weights[f"recurrent.{name}_l{layer}"] for name in names))


def rnn_step(x_t: Floats, h_prev: Floats, weights: LayerWeights, nonlinearity: str = "tanh") -> RNNStep:
    """Take one step of the simple recurrent network.

    Source: Elman, "Finding structure in time", Cognitive Science 14 (1990).
    """
    W_xh, W_hh, b_xh, b_hh = weights
    a = x_t @ W_xh.T + b_xh + h_prev @ W_hh.T + b_hh  # a_t = W_xh x_t + W_hh h_{t-1} + b
    h = NONLINEARITIES[nonlinearity](a)  # h_t = tanh(a_t), or max(a_t, 0), or σ(a_t)
    return RNNStep(a, h)


def lstm_step(x_t: Floats, h_prev: Floats, c_prev: Floats, weights: LayerWeights) -> LSTMStep:
    """Take one step of the long short-term memory.

    Source: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9 (1997);
    the forget gate is from Gers, Schmidhuber and Cummins, "Learning to forget", Neural Computation 12 (2000).
    """
    W_xh, W_hh, b_xh, b_hh = weights
    a_i, a_f, a_g, a_o = np.split(x_t @ W_xh.T + b_xh + h_prev @ W_hh.T + b_hh, 4, axis=-1)
    i = sigmoid(a_i)  # i_t = σ(W_xi x_t + W_hi h_{t-1} + b_i)   how much to write (1997)
    f = sigmoid(a_f)  # f_t = σ(W_xf x_t + W_hf h_{t-1} + b_f)   how much to keep (2000)
    g = np.tanh(a_g)  # g_t = tanh(W_xg x_t + W_hg h_{t-1} + b_g)   what to write (1997)
    o = sigmoid(a_o)  # o_t = σ(W_xo x_t + W_ho h_{t-1} + b_o)   how much to show (1997)
    c = f * c_prev + i * g  # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
    h = o * np.tanh(c)  # h_t = o_t ⊙ tanh(c_t)
    return LSTMStep(i, f, g, o, c, h)


def gru_step(x_t: Floats, h_prev: Floats, weights: LayerWeights) -> GRUStep:
    """Take one step of the gated recurrent unit, in torch's variant.

    The reset gate acts after the matrix product, r ⊙ (W_hn h + b_hn); many textbooks have it
    before, W_hn (r ⊙ h). z = 1 keeps the old state; some texts mean the opposite by z.

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation", EMNLP (2014), arXiv:1406.1078; its first arXiv version has the reset gate
    after the product, its third before.
    """
    W_xh, W_hh, b_xh, b_hh = weights
    x_r, x_z, x_n = np.split(x_t @ W_xh.T + b_xh, 3, axis=-1)
    h_r, h_z, h_n = np.split(h_prev @ W_hh.T + b_hh, 3, axis=-1)
    r = sigmoid(x_r + h_r)  # r_t = σ(W_xr x_t + W_hr h_{t-1} + b_r)
    z = sigmoid(x_z + h_z)  # z_t = σ(W_xz x_t + W_hz h_{t-1} + b_z)
    n = np.tanh(x_n + r * h_n)  # n_t = tanh(W_xn x_t + b_xn + r_t ⊙ (W_hn h_{t-1} + b_hn))
    h = (1 - z) * n + z * h_prev  # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
    return GRUStep(r, z, n, h)


def unroll_layer(cell: str, inputs: Floats, weights: LayerWeights, nonlinearity: str = "tanh") -> dict[str, Floats]:
    """Step one layer through (batch, time, features) inputs from a zero state.

    Returns:
        Each value of the cell's step ("i", "f", ..., "h") as (batch, time, hidden).
    """
    h = c = np.zeros((inputs.shape[0], weights.W_hh.shape[1]), dtype=inputs.dtype)
    steps: list[RNNStep | LSTMStep | GRUStep] = []
    for x_t in np.moveaxis(inputs, 1, 0):
        if cell == "lstm":
            step = lstm_step(x_t, h, c, weights)
            h, c = step.h, step.c
            steps.append(step)
        elif cell == "gru":
            steps.append(gru_step(x_t, h, weights))
            h = steps[-1].h
        else:
            steps.append(rnn_step(x_t, h, weights, nonlinearity))
            h = steps[-1].h
    return {name: np.stack([getattr(step, name) for step in steps], axis=1) for name in steps[0]._fields}


def unroll(choice: NetworkChoice, weights: Mapping[str, Floats], inputs: Floats) -> tuple[dict[str, Floats], ...]:
    """Step the whole stack through (batch, time, features) inputs, without dropout.

    Returns:
        For each layer, every value of its steps as (batch, time, hidden); the last layer's "h" is
        what the readout sees.
    """
    layers: list[dict[str, Floats]] = []
    for layer in range(choice.layers):
        values = unroll_layer(choice.cell, inputs, layer_weights(weights, layer), choice.nonlinearity)
        layers.append(values)
        inputs = values["h"]
    return tuple(layers)


def sigmoid(a: Floats) -> Floats:
    """Return σ(a) = 1 / (1 + e^-a), written with tanh so that it cannot overflow."""
    return 0.5 * (1 + np.tanh(0.5 * a))


NONLINEARITIES: dict[str, Callable[[Floats], Floats]] = {
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0),
    "sigmoid": sigmoid,
}
"""What the simple RNN may end a step with."""


def formulas(cell: str, nonlinearity: str = "tanh") -> list[str]:
    """Return one time step of the cell and the readout as lines of LaTeX, in the names of this module."""
    if cell == "lstm":
        lines = [
            r"i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + b_i)",
            r"f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)",
            r"g_t = \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g)",
            r"o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + b_o)",
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            r"h_t = o_t \odot \tanh(c_t)",
        ]
    elif cell == "gru":
        lines = [
            r"r_t = \sigma(W_{xr} x_t + W_{hr} h_{t-1} + b_r)",
            r"z_t = \sigma(W_{xz} x_t + W_{hz} h_{t-1} + b_z)",
            r"n_t = \tanh(W_{xn} x_t + b_{xn} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))",
            r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
        ]
    else:
        function = {"tanh": r"\tanh", "relu": r"\mathrm{ReLU}", "sigmoid": r"\sigma"}[nonlinearity]
        lines = [rf"h_t = {function}(W_{{xh}} x_t + W_{{hh}} h_{{t-1}} + b_h)"]
    return [*lines, r"\hat{y} = W_{hy} h_T + b_y"]


def shape_lines(recipe: Recipe, features: int = 1) -> list[str]:
    """Return the shape of each matrix and bias in words, layer by layer, then the readout."""
    cell, hidden = recipe.network.cell, recipe.network.hidden_size
    rows = GATES[cell] * hidden
    stacked = f" ({', '.join(GATE_NAMES[cell])} stacked, {hidden} rows each)" if GATES[cell] > 1 else ""
    lines, inputs = [], features
    for layer in range(1, recipe.network.layers + 1):
        name = f"layer {layer} " if recipe.network.layers > 1 else ""
        lines.append(f"{name}W_xh: {rows} × {inputs}{stacked}")
        lines.append(f"{name}W_hh: {rows} × {hidden}{stacked}")
        lines.append(f"{name}b_xh and b_hh: {rows} each")
        inputs = hidden
    horizon = recipe.data.horizon_steps
    return [*lines, f"readout W_hy: {horizon} × {hidden}", f"readout b_y: {horizon}"]
