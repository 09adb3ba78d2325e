"""Every number of every step for one window, and the arithmetic of one unit, term by term.

Computed in double precision by `equations.py` from the network's own weights, so each number is
torch's forward pass up to its single-precision rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.cells.equations import GATE_NAMES, LayerWeights, layer_weights, unroll_layer
from playground.config import Recipe
from playground.records import Floats, Ints

MOST_TERMS = 16
"""Products of a sum that are listed one by one; the rest is added up."""


@dataclass(frozen=True, eq=False)
class LayerPass:
    """One layer's pass over one window; every array is (time, width), gates are named as in `GATE_NAMES`.

    Attributes:
        inputs: (time, features) x_t, which above layer 0 is the layer below's h_t.
        input_sums: Gate -> (time, hidden) W_x x_t.
        state_sums: Gate -> (time, hidden) W_h h_{t-1}.
        activations: Gate -> (time, hidden) what σ, tanh or ReLU is applied to.
        values: Name -> (time, hidden): the gates after their function, c and h.
    """

    inputs: Floats
    input_sums: dict[str, Floats]
    state_sums: dict[str, Floats]
    activations: dict[str, Floats]
    values: dict[str, Floats]

    def states(self, name: str = "h") -> Floats:
        """Return (time + 1, hidden) h or c, from the zero state before the first step on."""
        after = self.values[name]
        return np.concatenate([np.zeros_like(after[:1]), after])


@dataclass(frozen=True, eq=False)
class Microscope:
    """One window's way through a network: each layer's pass, and the (horizon,) scaled outputs."""

    layers: tuple[LayerPass, ...]
    outputs: Floats


@dataclass(frozen=True, eq=False)
class Terms:
    """The products of weighted sums that share their factors: sum over k of weights[., k] x values[t, k].

    Attributes:
        sources: (k,) which inputs or units the terms come from, in rising order.
        weights: (sums, k).
        values: (time, k).
        left_out: How many smaller terms are not listed.
        rest: (time, sums) what those add up to.
        totals: (time, sums) the whole sums.
    """

    sources: Ints
    weights: Floats
    values: Floats
    left_out: int
    rest: Floats
    totals: Floats


@dataclass(frozen=True, eq=False)
class UnitView:
    """The arithmetic of one unit in every step of a window; gates in the order of `gates`.

    Attributes:
        gates: Names of the unit's gates.
        inputs, states: Terms of W_x x_t and of W_h h_{t-1}, one sum a gate.
        input_bias, state_bias: (gates,) torch's two biases.
        activations: (time, gates) before the function.
        gate_values: (time, gates) after it.
        h: (time + 1,) the unit's hidden state, from the zero state on.
        c: (time + 1,) its cell state; None where the cell has none.
        shown_states: (time + 1, k) h of the units in `states.sources`.
    """

    gates: tuple[str, ...]
    inputs: Terms
    states: Terms
    input_bias: Floats
    state_bias: Floats
    activations: Floats
    gate_values: Floats
    h: Floats
    c: Floats | None
    shown_states: Floats


def microscope(recipe: Recipe, weights: Mapping[str, Floats], window: Floats) -> Microscope:
    """Read one window of (time, features) scaled inputs from the zero state and keep every number.

    Raises:
        ValueError: if the window does not fit the weights, or a weight or an input is not finite.
    """
    first = weights["recurrent.weight_ih_l0"].shape[1]
    if window.ndim != 2 or len(window) == 0 or window.shape[1] != first:
        raise ValueError(f"the window must be (time, {first}), got {window.shape}; use one of the recipe's windows")
    if not all(np.isfinite(array).all() for array in (window, *weights.values())):
        raise ValueError("weights and inputs must be finite numbers, got others; choose an earlier epoch")
    cell, layers = recipe.network.cell, []
    inputs: Floats = window.astype(np.float64)
    for layer in range(recipe.network.layers):
        matrices = LayerWeights(*(array.astype(np.float64) for array in layer_weights(weights, layer)))
        layers.append(_pass(cell, recipe.network.nonlinearity, inputs, matrices))
        inputs = layers[-1].values["h"]
    outputs = weights["readout.weight"].astype(np.float64) @ inputs[-1] + weights["readout.bias"]
    return Microscope(tuple(layers), outputs)


def _pass(cell: str, nonlinearity: str, inputs: Floats, weights: LayerWeights) -> LayerPass:
    steps = unroll_layer(cell, inputs[np.newaxis], weights, nonlinearity)
    values = {name: value[0] for name, value in steps.items() if name != "a"}
    h_prev = np.concatenate([np.zeros_like(values["h"][:1]), values["h"][:-1]])
    names = GATE_NAMES[cell]
    input_sums: dict[str, Floats] = dict(zip(names, np.split(inputs @ weights.W_xh.T, len(names), axis=1), strict=True))
    state_sums: dict[str, Floats] = dict(zip(names, np.split(h_prev @ weights.W_hh.T, len(names), axis=1), strict=True))
    b_x = dict(zip(names, np.split(weights.b_xh, len(names)), strict=True))
    b_h = dict(zip(names, np.split(weights.b_hh, len(names)), strict=True))
    # In the GRU's candidate the reset gate scales what comes from h, its bias included.
    scale = {"n": values["r"]} if cell == "gru" else {}
    activations: dict[str, Floats] = {
        k: input_sums[k] + b_x[k] + scale.get(k, 1.0) * (state_sums[k] + b_h[k]) for k in names
    }
    return LayerPass(inputs, input_sums, state_sums, activations, values)


def view_unit(
    recipe: Recipe, weights: Mapping[str, Floats], seen: Microscope, layer: int, unit: int, most: int = MOST_TERMS
) -> UnitView:
    """Return the arithmetic of one unit, layers and units counted from 0.

    Raises:
        ValueError: if there is no such layer or unit.
    """
    hidden = recipe.network.hidden_size
    if not (0 <= layer < len(seen.layers) and 0 <= unit < hidden):
        raise ValueError(
            f"layer and unit must be at most {len(seen.layers) - 1} and {hidden - 1}, got {layer} and {unit}; "
            "choose one that the network has"
        )
    read, gates = seen.layers[layer], GATE_NAMES[recipe.network.cell]
    matrices, rows = layer_weights(weights, layer), [unit + hidden * gate for gate in range(len(gates))]
    h = read.states()
    states = list_terms(matrices.W_hh[rows], h[:-1], most)
    return UnitView(
        gates=gates,
        inputs=list_terms(matrices.W_xh[rows], read.inputs, most),
        states=states,
        input_bias=matrices.b_xh[rows],
        state_bias=matrices.b_hh[rows],
        activations=np.stack([read.activations[gate][:, unit] for gate in gates], axis=1),
        gate_values=np.stack([read.values[gate][:, unit] for gate in gates], axis=1),
        h=h[:, unit],
        c=read.states("c")[:, unit] if "c" in read.values else None,
        shown_states=h[:, states.sources],
    )


def view_readout(weights: Mapping[str, Floats], seen: Microscope, output: int = 0, most: int = MOST_TERMS) -> Terms:
    """Return the terms of one forecast value, W_hy h_T, as a single sum at a single time."""
    return list_terms(weights["readout.weight"][[output]], seen.layers[-1].values["h"][-1:], most)


def list_terms(weights: Floats, values: Floats, most: int = MOST_TERMS) -> Terms:
    """Return the products of `weights` (sums, n) and `values` (time, n), the largest on average one by one."""
    weights, values = weights.astype(np.float64), values.astype(np.float64)
    size = np.abs(weights).sum(axis=0) * np.abs(values).sum(axis=0)
    chosen = np.sort(np.argsort(-size, kind="stable")[:most])
    totals = values @ weights.T
    listed = values[:, chosen] @ weights[:, chosen].T
    left_out = weights.shape[1] - len(chosen)
    rest = totals - listed if left_out else np.zeros_like(totals)
    return Terms(chosen, weights[:, chosen], values[:, chosen], left_out, rest, totals)
