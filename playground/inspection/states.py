"""States and gates along a series, what a change does to them, and what a forecast rests on.

Everywhere a state is the one after reading the window that ends at a position, from a zero state:
what the network's forecast for the next position is read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from playground.cells.equations import gru_step, layer_weights, lstm_step, rnn_step
from playground.config import GATES, Recipe
from playground.data.prepare import prepare, restore_levels
from playground.inspection.memory import (
    Change,
    Influence,
    StateTrace,
    WhatIf,
    correlate,
    first_anchor,
    phase_means,
    principal_path,
)
from playground.inspection.order import order_by_similarity
from playground.networks.network import Network, build_network
from playground.records import Floats, Ints, Prepared, Series

MOST_PRODUCTS = 2e10
"""Multiplications that reading a stretch may cost, a second or so; beyond it only every n-th window is read."""


def trace_run(
    recipe: Recipe, series: Series, weights: Mapping[str, Floats], start: int, steps: int, layer: int, quantity: str
) -> StateTrace:
    """Read a quantity of a layer after every window that ends in [start, start + steps).

    Args:
        recipe: The recipe of the network.
        series: What it reads.
        weights: Its weights.
        start: Position of the first window's last input.
        steps: Length of the stretch; a large network reads only every n-th window of it.
        layer: Layer, counted from 1.
        quantity: "h", "c" or the name of a gate of the recipe's cell.

    Raises:
        ValueError: if the stretch does not fit in the series, or there is no such layer or quantity.
    """
    prepared = prepare(series, recipe.data)
    anchors = anchors_of(recipe, prepared, start, steps)
    network = _network(recipe, prepared, weights)
    layers, outputs = read_last_step(recipe, network, _windows(recipe, prepared.features, anchors))
    if not (1 <= layer <= len(layers) and quantity in layers[layer - 1]):
        raise ValueError(
            f"layer must be 1 to {len(layers)} and the quantity one of {', '.join(layers[0])}, "
            f"got layer {layer} and {quantity}; choose them for this network"
        )
    values = layers[layer - 1][quantity].astype(np.float32)
    predicted = restore_levels(prepared, outputs, anchors)[:, 0]
    truth, level = prepared.values[anchors + 1], prepared.values[anchors]
    correlations = {
        "input": correlate(values, level),
        "change": correlate(values, level - prepared.values[anchors - 1]),
        "error": correlate(values, predicted - truth),
    }
    path, explained = principal_path(values)
    return StateTrace(
        anchors=anchors,
        every=int(anchors[1] - anchors[0]) if len(anchors) > 1 else 1,
        layer=layer,
        quantity=quantity,
        values=values,
        predicted=predicted,
        truth=truth,
        orders={
            "similarity": order_by_similarity(values),
            "correlation with the input": np.argsort(-np.nan_to_num(correlations["input"]), kind="stable"),
            "index": np.arange(values.shape[1]),
        },
        correlations=correlations,
        phase_means=phase_means(values, anchors, prepared.season_steps),
        path=path.astype(np.float32),
        explained=explained,
    )


def what_if(
    recipe: Recipe, series: Series, weights: Mapping[str, Floats], start: int, steps: int, layer: int, change: Change
) -> WhatIf:
    """Read a stretch as it is and with a change, and return both.

    The change is made to what the network reads; the level to which forecasts of a change or a log
    return are added stays the true one.

    Raises:
        ValueError: if the stretch, the changed position or the weight does not exist.
    """
    prepared = prepare(series, recipe.data)
    anchors = anchors_of(recipe, prepared, start, steps)
    features, changed_weights = _changed_features(prepared, change), _changed_weights(weights, change)
    states, predicted = _states(recipe, prepared, weights, prepared.features, anchors, layer)
    changed_states, changed_predicted = _states(recipe, prepared, changed_weights, features, anchors, layer)
    scaling = prepared.scaling
    read, changed_read = (
        table[anchors, 0].astype(np.float64) * scaling.deviation + scaling.mean
        for table in (prepared.features, features)
    )
    return WhatIf(anchors, read, changed_read, states, changed_states, predicted, changed_predicted)


def past_influence(recipe: Recipe, series: Series, weights: Mapping[str, Floats], anchor: int) -> Influence:
    """Return what the forecast after `anchor` rests on: its gradient by each input, and occlusion.

    Raises:
        ValueError: if no window ends at `anchor`.
    """
    prepared = prepare(series, recipe.data)
    anchors = anchors_of(recipe, prepared, anchor, 1)
    network = _network(recipe, prepared, weights)
    window = np.ascontiguousarray(_windows(recipe, prepared.features, anchors)[0])
    means = np.nan_to_num(np.nanmean(prepared.features[: prepared.split.train_stop].astype(np.float64), axis=0))
    steps, inputs = window.shape
    covered = np.repeat(window[np.newaxis], steps * inputs, axis=0)
    rows = np.arange(steps * inputs)
    covered[rows, rows // inputs, rows % inputs] = means[rows % inputs]
    outputs = network.predict(np.concatenate([window[np.newaxis], covered]))[:, 0].astype(np.float64)
    scaling = prepared.scaling
    return Influence(
        positions=np.arange(anchor - steps + 1, anchor + 1),
        names=prepared.feature_names,
        gradient=input_gradients(network, window[np.newaxis])[0],
        occlusion=(outputs[0] - outputs[1:]).reshape(steps, inputs) * scaling.deviation,
        predicted=float(outputs[0] * scaling.deviation + scaling.mean),
    )


def input_gradients(network: Network, windows: Floats) -> Floats:
    """Return d output[0] / d input, (m, time, features), for (m, time, features) windows, without dropout."""
    was_training = network.training
    network.eval()
    inputs = torch.tensor(windows).requires_grad_()
    (gradients,) = torch.autograd.grad(network(inputs)[:, 0].sum(), inputs)
    network.train(was_training)
    return cast(Floats, gradients.numpy())


def anchors_of(recipe: Recipe, prepared: Prepared, start: int, steps: int) -> Ints:
    """Return the ends of the windows to read in a stretch, thinned where the network is large.

    Raises:
        ValueError: if the stretch has no room in the series.
    """
    window = recipe.data.window_steps
    first = first_anchor(recipe)
    last = len(prepared.values) - 2
    if steps < 1 or start < first or start + steps - 1 > last:
        raise ValueError(
            f"windows of {window} steps that have a next step end at {first} to {last}, "
            f"got {start} to {start + steps - 1}; choose the stretch inside"
        )
    network = recipe.network
    products = GATES[network.cell] * 2 * network.hidden_size**2 * network.layers * window
    every = max(1, -(-steps * products // int(MOST_PRODUCTS)))
    return np.arange(start, start + steps, every)


def read_last_step(recipe: Recipe, network: Network, inputs: Floats) -> tuple[list[dict[str, Floats]], Floats]:
    """Return, for each layer, every value of the cell's last step, (m, hidden), and the (m, horizon) outputs.

    torch reads all steps but the last; the last is taken by the equations, from the states of all
    layers there.

    Args:
        recipe: The recipe of the network.
        network: The network.
        inputs: (m, time, features), at least two steps.
    """
    before, cell_before = _states_before_last(network, inputs)
    weights = network.weights()
    layers: list[dict[str, Floats]] = []
    x: Floats = inputs[:, -1]
    for layer, h_prev in enumerate(before):
        matrices = layer_weights(weights, layer)
        if cell_before is not None:
            step = lstm_step(x, h_prev, cell_before[layer], matrices)._asdict()
        elif recipe.network.cell == "gru":
            step = gru_step(x, h_prev, matrices)._asdict()
        else:
            step = {"h": rnn_step(x, h_prev, matrices, recipe.network.nonlinearity).h}
        layers.append(step)
        x = step["h"]
    return layers, x @ weights["readout.weight"].T + weights["readout.bias"]


def _states_before_last(network: Network, inputs: Floats) -> tuple[Floats, Floats | None]:
    """Return h, and c of an LSTM, of all layers after the last step but one, each (layers, m, hidden)."""
    network.eval()
    size = network.chunk_windows(inputs.shape[1])
    hidden: list[Floats] = []
    cells: list[Floats] = []
    with torch.inference_mode():
        for start in range(0, len(inputs), size):
            _, last = network.recurrent(torch.tensor(inputs[start : start + size, :-1]))
            h, c = last if isinstance(last, tuple) else (last, None)
            hidden.append(h.numpy())
            if c is not None:
                cells.append(c.numpy())
    return np.concatenate(hidden, axis=1), np.concatenate(cells, axis=1) if cells else None


def _windows(recipe: Recipe, features: Floats, anchors: Ints) -> Floats:
    """Return the (m, time, features) windows that end at the anchors."""
    window = recipe.data.window_steps
    return sliding_window_view(features, window, axis=0)[anchors - window + 1].transpose(0, 2, 1)


def _network(recipe: Recipe, prepared: Prepared, weights: Mapping[str, Floats]) -> Network:
    network = build_network(recipe, prepared.features.shape[1])
    network.load_weights(weights)
    return network


def _states(
    recipe: Recipe, prepared: Prepared, weights: Mapping[str, Floats], features: Floats, anchors: Ints, layer: int
) -> tuple[Floats, Floats]:
    """Return h of a layer, (m, units), and the level forecast one step ahead, (m,)."""
    network = _network(recipe, prepared, weights)
    layers, outputs = read_last_step(recipe, network, _windows(recipe, features, anchors))
    with np.errstate(over="ignore", invalid="ignore"):
        predicted = restore_levels(prepared, outputs, anchors)[:, 0]
    return layers[layer - 1]["h"].astype(np.float32), predicted


def _changed_features(prepared: Prepared, change: Change) -> Floats:
    features = prepared.features.copy()
    if change.spike or change.flat_steps:
        if not 2 <= change.position < len(features):
            raise ValueError(
                f"the changed input must be at 2 to {len(features) - 1}, got {change.position}; choose it there"
            )
        features[change.position : change.position + change.flat_steps, 0] = features[change.position - 1, 0]
        features[change.position, 0] += change.spike
    return features


def _changed_weights(weights: Mapping[str, Floats], change: Change) -> dict[str, Floats]:
    changed = dict(weights)
    if change.weight:
        array = np.array(weights[change.weight])
        np.atleast_2d(array.T).T[change.place] = change.value
        changed[change.weight] = array
    return changed
