"""Which inputs a network uses: how much worse it forecasts when one of them is shuffled; runs in a worker.

Shuffled is an input's whole course through a window: window i is read with the input of window j, so each course
keeps its shape and only what it has to do with everything else is lost. A plain permutation draws j from the whole
part, since neighbouring windows are nearly the same. Sine and cosine of one circle of the calendar are one input.

Sources: Breiman, Machine Learning 45 (2001), 5-32 (permutation importance); Fisher, Rudin and Dominici, J. Mach.
Learn. Res. 20 (2019), 177 (model reliance: the error shuffled over the error as it is); `verdicts.skill_interval`.
"""

from __future__ import annotations

import math

import numpy as np

from playground.config import GATES, Recipe
from playground.data.prepare import prepare, restore_levels
from playground.evaluation.free_run import Predict
from playground.evaluation.importance_results import Importance, ImportanceWord, InputImportance
from playground.evaluation.missing import Missing
from playground.evaluation.results import VerdictWord
from playground.evaluation.verdicts import compare, window_losses
from playground.networks.network import build_network
from playground.records import Floats, Ints, Prepared, Series

MOST_WINDOWS, FEWEST_WINDOWS = 2000, 100
"""So many windows of a long validation part are read at most, and at least where the network is large."""

MOST_SHUFFLES, FEWEST_SHUFFLES = 10, 3

MOST_PRODUCTS = 1e11
"""Multiplications that reading all shuffled windows may cost, some seconds; beyond it fewer are read."""

_WORDS: dict[VerdictWord, ImportanceWord] = {
    "beats": "matters",
    "ties": "by chance",
    "loses": "misleads",
    "n/a": "n/a",
}


def weigh_inputs(recipe: Recipe, series: Series, weights: dict[str, Floats]) -> Importance:
    """Return how much each input matters to the network with these weights, on the validation part.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, or the weights do not fit the recipe.
    """
    prepared = prepare(series, recipe.data)
    network = build_network(recipe, prepared.features.shape[1])
    network.load_weights(weights)
    layers = recipe.network
    products = GATES[layers.cell] * 2 * layers.hidden_size**2 * layers.layers * recipe.data.window_steps
    most = MOST_PRODUCTS / products / len(inputs_of(prepared))
    windows = int(min(MOST_WINDOWS, len(prepared.validation.anchors), max(FEWEST_WINDOWS, most / FEWEST_SHUFFLES)))
    shuffles = int(min(MOST_SHUFFLES, max(FEWEST_SHUFFLES, most / windows)))
    return importance_of(network.predict, prepared, windows, shuffles)


def importance_of(
    predict: Predict, prepared: Prepared, most_windows: int = MOST_WINDOWS, shuffles: int = MOST_SHUFFLES
) -> Importance:
    """Return how much each input matters to any function of the window.

    An input matters where the network's error is below that with the input shuffled beyond luck. Both are of the
    same windows, so what makes a window hard for both cancels. The chance of 5% is shared among all inputs
    (Bonferroni).

    Args:
        predict: (m, time, features) -> (m, horizon), scaled.
        prepared: The series.
        most_windows: Windows to read at most, the first of the validation part.
        shuffles: How often each input is shuffled; the losses of a window are averaged over them.
    """
    windows = prepared.validation
    inputs, anchors = windows.inputs[:most_windows], windows.anchors[:most_windows]
    horizon = windows.targets.shape[1]
    truth = prepared.values[anchors[:, np.newaxis] + np.arange(1, horizon + 1)]

    def losses(read: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return window_losses(restore_levels(prepared, predict(read), anchors), truth)

    def shuffled(columns: list[int]) -> Floats:
        with np.errstate(invalid="ignore"):
            more = [losses(_shuffled(inputs, columns, order)) - as_it_is for order in orders]
        return as_it_is + np.mean(more, axis=0)

    orders, groups = orders_of(len(anchors), shuffles), inputs_of(prepared)
    as_it_is = losses(inputs)
    found = [_weighed(name, as_it_is, shuffled(columns), horizon, among=len(groups)) for name, columns in groups]
    found.sort(key=lambda one: -math.inf if one.increase is None else one.increase, reverse=True)
    error = math.sqrt(float(np.mean(as_it_is)))
    return Importance(tuple(found), error, len(anchors), len(windows.anchors), shuffles)


def inputs_of(prepared: Prepared) -> list[tuple[str, list[int]]]:
    """Return name and columns of each input; a circle of the calendar has two, the series' own past has no name."""
    inputs: list[tuple[str, list[int]]] = [("", [0])]
    for column, (name, ahead) in enumerate(zip(prepared.feature_names, prepared.known_ahead, strict=True)):
        if ahead and name.endswith(" cosine"):
            inputs[-1][1].append(column)
        elif column:
            inputs.append((name.removesuffix(" sine") if ahead else name, [column]))
    return inputs


def orders_of(windows: int, shuffles: int) -> Ints:
    """Return (shuffles, windows) permutations: of which window each is given the input; always the same."""
    random = np.random.default_rng(0)
    return np.array([random.permutation(windows) for _ in range(shuffles)])


def _shuffled(inputs: Floats, columns: list[int], order: Ints) -> Floats:
    read = inputs.copy()
    read[:, :, columns] = inputs[order][:, :, columns]
    return read


def _weighed(name: str, as_it_is: Floats, shuffled: Floats, horizon: int, among: int) -> InputImportance:
    """Compare the losses (m,) of the same windows; the skill times the RMSE shuffled is the increase."""
    found = compare(name, as_it_is, shuffled, horizon, among)
    if found.skill is None or found.low is None or found.high is None:
        too_large = found.reason is not None and found.reason.why == "baseline too large"
        return InputImportance(name, "n/a", reason=Missing("errors too large") if too_large else found.reason)
    error = math.sqrt(float(np.mean(shuffled)))
    increase, low, high = (error * share for share in (found.skill, found.low, found.high))
    return InputImportance(name, _WORDS[found.word], increase, low, high)
