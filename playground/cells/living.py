"""The network while it reads: what every unit does at each step of one window, and the weights between them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from playground.cells.equations import GATE_NAMES, layer_weights, unroll
from playground.config import NetworkChoice
from playground.data.prepare import restore_levels
from playground.records import Floats, Ints, LivingLayer, LivingNetwork, Prepared

MOST_UNITS = 24
MOST_STEPS = 96
MOST_INPUTS = 6
CANDIDATES = {"rnn": "h", "lstm": "g", "gru": "n"}
"""The block of a layer's matrices that says what is let in, and whose weights are shown."""


def living_network(choice: NetworkChoice, weights: Mapping[str, Floats], prepared: Prepared) -> LivingNetwork:
    """Read the last validation window, whose forecast's truth is no test value, and return all that is shown of it.

    The window is read whole; of a long one the last `MOST_STEPS` steps are shown, of a wide layer the
    `MOST_UNITS` units whose h moves most over them.

    Args:
        choice: Cell, size and depth.
        weights: The network's, by name.
        prepared: The series that it reads.
    """
    windows = prepared.validation
    window = windows.inputs[-1]
    read = unroll(choice, weights, window[np.newaxis])
    steps = slice(-min(len(window), MOST_STEPS), None)
    outputs = read[-1]["h"][0, steps] @ weights["readout.weight"].T + weights["readout.bias"]
    positions = np.arange(int(windows.anchors[-1]) - len(outputs) + 1, int(windows.anchors[-1]) + 1)
    layers: list[LivingLayer] = []
    below = np.arange(min(window.shape[1], MOST_INPUTS))
    for layer, values in enumerate(read):
        shown = {name: value[0, steps] for name, value in values.items()}
        layers.append(_living_layer(choice, weights, layer, shown, below))
        below = layers[-1].units
    inputs = window[steps, :MOST_INPUTS]
    return LivingNetwork(
        positions=positions,
        inputs=inputs,
        names=prepared.feature_names[:MOST_INPUTS],
        features=window.shape[1],
        layers=tuple(layers),
        W_y=weights["readout.weight"][0, below],
        outputs=outputs[:, 0],
        truth=prepared.features[positions + 1, 0],
        predicted=restore_levels(prepared, outputs, positions)[:, 0],
    )


def _living_layer(
    choice: NetworkChoice, weights: Mapping[str, Floats], layer: int, values: dict[str, Floats], below: Ints
) -> LivingLayer:
    size = choice.hidden_size
    units = np.sort(np.argsort(-values["h"].std(axis=0), kind="stable")[:MOST_UNITS])
    block = GATE_NAMES[choice.cell].index(CANDIDATES[choice.cell])
    matrices = layer_weights(weights, layer)
    rows = units + block * size
    return LivingLayer(
        size=size,
        units=units,
        values={name: value[:, units] for name, value in values.items()},
        W_x=matrices.W_xh[np.ix_(rows, below)],
        W_h=matrices.W_hh[np.ix_(rows, units)],
    )
