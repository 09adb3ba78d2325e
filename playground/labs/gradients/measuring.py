"""How far the loss reaches back through time, and what the recurrent matrix does to it.

Everything is computed in float64 from the trained weights, because float32 would end a vanishing
gradient early; the steps are torch's own cells, unrolled so that every state can be asked for its
gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear

from playground.cells.equations import GATE_NAMES, layer_weights, unroll_layer
from playground.config import Recipe
from playground.inspection.states import input_gradients
from playground.labs.gradients.results import Complexes, GradientMoment, MemoryRuler, Saturation
from playground.networks.network import Network
from playground.records import Floats, Windows

WATCHED_WINDOWS = 32
"""Windows that gradients are averaged over; evenly spaced over the validation part."""

COVERED_AT_ONCE = 16
"""Steps of the window whose covering is tried in one batch."""

TANH_LIMIT = 0.97
"""Beyond it the slope of tanh, 1 - h², is below 6 % of its largest."""

SIGMOID_LIMIT = 0.985
"""Above it, and below 1 minus it, the slope of a sigmoid, s (1 - s), is below 6 % of its largest."""

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}

_TANH_QUANTITIES = {"rnn": ("h",), "lstm": ("g",), "gru": ("n",)}
_SIGMOID_QUANTITIES = {"rnn": (), "lstm": ("i", "f", "o"), "gru": ("r", "z")}


def measure_moment(recipe: Recipe, network: Network, windows: Windows, means: Floats, epoch: int = 0) -> GradientMoment:
    """Return gradient profile, eigenvalues, saturation and memory ruler of a network.

    Args:
        recipe: The recipe of the network.
        network: The network.
        windows: The windows to average over; see `watched_windows`.
        means: (features,) mean of each input over the training windows.
        epoch: After which epoch this is.
    """
    weights = {name: values.astype(np.float64) for name, values in network.weights().items()}
    norms = gradient_norms(recipe, weights, windows)
    return GradientMoment(
        epoch=epoch,
        norms=norms["h"],
        cell_norms=norms.get("c"),
        eigenvalues=eigenvalues(recipe, weights),
        saturation=saturation(recipe, weights, windows.inputs),
        ruler=memory_ruler(network, windows.inputs, means),
    )


def watched_windows(validation: Windows, most: int = WATCHED_WINDOWS) -> Windows:
    """Return at most that many validation windows, evenly spaced, the first and the last included."""
    count = len(validation.anchors)
    rows = np.unique(np.linspace(0, count - 1, min(most, count)).round().astype(np.int64))
    return Windows(validation.inputs[rows], validation.targets[rows], validation.anchors[rows])


def gradient_norms(
    recipe: Recipe,
    weights: Mapping[str, Floats],
    windows: Windows,
    activation: Callable[[Tensor], Tensor] | None = None,
) -> dict[str, Floats]:
    """Return |dL/dh_t| as "h", of an LSTM |dL/dc_t| as "c" too, each (layers, steps), column k for k steps back.

    L is a window's own mean squared error over the horizon; the norm over the units is averaged over
    windows. An LSTM's h_t acts through the next step's gates and what reads it above, while c_t is held;
    its c_t acts through h_t and through c_{t+1}. So nothing can be learned of a step where both are 0.

    Args:
        recipe: The recipe of the network.
        weights: Its weights.
        windows: The windows to average over.
        activation: What a plain RNN uses instead of the recipe's nonlinearity.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks",
    ICML (2013), arXiv:1211.5063, equations 3 to 5.
    """
    tensors = {name: torch.tensor(values, dtype=torch.float64) for name, values in weights.items()}
    inputs = torch.tensor(windows.inputs, dtype=torch.float64).requires_grad_()
    targets = torch.tensor(windows.targets, dtype=torch.float64)
    states = unroll(recipe, tensors, inputs, activation)
    outputs = linear(states["h"][-1][-1], tensors["readout.weight"], tensors["readout.bias"])
    loss = torch.square(outputs - targets).mean(dim=1).sum()
    flat = [state for layers in states.values() for layer in layers for state in layer]
    gradients = torch.stack(torch.autograd.grad(loss, flat))
    norms = torch.linalg.vector_norm(gradients, dim=2).mean(dim=1)
    by_layer = norms.reshape(len(states), recipe.network.layers, -1).flip(2).numpy()
    return dict(zip(states, by_layer, strict=True))


def unroll(
    recipe: Recipe,
    weights: Mapping[str, Tensor],
    inputs: Tensor,
    activation: Callable[[Tensor], Tensor] | None = None,
) -> dict[str, list[list[Tensor]]]:
    """Return "h", of an LSTM "c" too: each layer's states, step by step, (batch, hidden), without dropout.

    Args:
        recipe: The recipe of the network.
        weights: Its weights as tensors.
        inputs: (batch, time, features) in the weights' precision.
        activation: What a plain RNN uses instead of the recipe's nonlinearity.
    """
    chosen = recipe.network
    function = activation or ACTIVATIONS[chosen.nonlinearity]
    read = list(inputs.unbind(1))
    layers: dict[str, list[list[Tensor]]] = {"h": [], "c": []} if chosen.cell == "lstm" else {"h": []}
    for layer in range(chosen.layers):
        w_xh, w_hh, b_xh, b_hh = (
            weights[f"recurrent.{name}_l{layer}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        h = c = inputs.new_zeros(len(inputs), chosen.hidden_size)
        states: list[Tensor] = []
        cells: list[Tensor] = []
        for x in read:
            if chosen.cell == "lstm":
                h, c = torch.lstm_cell(x, (h, c), w_xh, w_hh, b_xh, b_hh)
                cells.append(c)
            elif chosen.cell == "gru":
                h = torch.gru_cell(x, h, w_xh, w_hh, b_xh, b_hh)
            else:
                h = function(linear(x, w_xh, b_xh) + linear(h, w_hh, b_hh))
            states.append(h)
        layers["h"].append(states)
        if cells:
            layers["c"].append(cells)
        read = states
    return layers


def eigenvalues(recipe: Recipe, weights: Mapping[str, Floats]) -> dict[str, Complexes]:
    """Return the eigenvalues of each gate's block of W_hh, gate -> (layers, hidden) complex."""
    gates = GATE_NAMES[recipe.network.cell]
    blocks = [np.split(layer_weights(weights, k).W_hh, len(gates)) for k in range(recipe.network.layers)]
    values = np.linalg.eigvals(np.array(blocks, dtype=np.float64)).astype(np.complex128)
    return {gate: values[:, k] for k, gate in enumerate(gates)}


def saturation(recipe: Recipe, weights: Mapping[str, Floats], inputs: Floats) -> tuple[Saturation, ...]:
    """Return for each layer how often its units are where their activation is flat.

    Args:
        recipe: The recipe of the network.
        weights: Its weights.
        inputs: (batch, time, features) windows.
    """
    chosen, found = recipe.network, []
    read: Floats = inputs.astype(np.float64)
    plain = chosen.nonlinearity if chosen.cell == "rnn" else ""
    for layer in range(chosen.layers):
        values = unroll_layer(chosen.cell, read, layer_weights(weights, layer), chosen.nonlinearity)
        read = values["h"]
        squashed = () if plain in ("relu", "sigmoid") else _TANH_QUANTITIES[chosen.cell]
        gates = ("h",) if plain == "sigmoid" else _SIGMOID_QUANTITIES[chosen.cell]
        shares = {name: np.mean(np.abs(values[name]) > TANH_LIMIT, axis=(0, 1)) for name in squashed}
        shares |= {name: np.mean(np.abs(values[name] - 0.5) > SIGMOID_LIMIT - 0.5, axis=(0, 1)) for name in gates}
        off = np.mean(read <= 0, axis=(0, 1)) if plain == "relu" else np.zeros(0)
        found.append(Saturation({name: shares[name] for name in values if name in shares}, off))
    return tuple(found)


def memory_ruler(network: Network, inputs: Floats, means: Floats) -> MemoryRuler:
    """Return the influence of every step of the window on the forecast of the next step.

    Args:
        network: The network.
        inputs: (batch, time, features) windows to average over.
        means: (features,) what an input is replaced by when it is covered.
    """
    gradients = input_gradients(network, inputs).astype(np.float64)
    whole = network.predict(inputs)[:, 0].astype(np.float64)
    steps = inputs.shape[1]
    occlusion = np.empty(steps)
    for first in range(0, steps, COVERED_AT_ONCE):
        group = np.arange(first, min(first + COVERED_AT_ONCE, steps))
        covered = np.repeat(inputs[np.newaxis], len(group), axis=0)
        covered[group - first, :, group] = means
        outputs = network.predict(covered.reshape(-1, *inputs.shape[1:]))[:, 0].reshape(len(group), -1)
        occlusion[steps - 1 - group] = np.sqrt(np.mean(np.square(outputs - whole), axis=1))
    return MemoryRuler(np.sqrt(np.mean(np.sum(np.square(gradients), axis=2), axis=0))[::-1].copy(), occlusion)
