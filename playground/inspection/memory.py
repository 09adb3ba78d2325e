"""What the states of a network say about the series: measured on plain arrays, without the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.config import Recipe
from playground.evaluation.measures import rmse
from playground.records import Floats, Ints

MOST_PHASES = 24
MOST_DIRECTIONS = 3


@dataclass(frozen=True, eq=False)
class StateTrace:
    """One quantity of one layer after reading each window of a stretch, each window from a zero state.

    Attributes:
        anchors: (m,) position of each window's last input, evenly spaced.
        every: Steps between two anchors; more than 1 where the stretch is too long to read whole.
        layer: The layer, counted from 1.
        quantity: "h", "c" or the name of a gate.
        values: (m, units) float32, that quantity in the window's last step.
        predicted, truth: (m,) level at anchor + 1: forecast, and true value.
        orders: Name of the order -> (units,): "similarity", "correlation with the input", "index".
        correlations: What with -> (units,): "input", "change" and "error" (forecast minus truth);
            NaN where one of the two does not vary.
        phase_means: (units, phases) mean over the steps of each phase of the season; no phases without a season.
        path: (m, 3) the states projected on their principal directions, zero beyond the number of units.
        explained: (3,) share of the states' variance along each.
    """

    anchors: Ints
    every: int
    layer: int
    quantity: str
    values: Floats
    predicted: Floats
    truth: Floats
    orders: dict[str, Ints]
    correlations: dict[str, Floats]
    phase_means: Floats
    path: Floats
    explained: Floats


@dataclass(frozen=True)
class Change:
    """What is changed in a what-if; the default changes nothing.

    Attributes:
        position: Where in the series the input is changed.
        spike: Added to the input at `position`, in standard deviations of the training part.
        flat_steps: How many inputs, from `position` on, are held at the value before it.
        weight: Name of a changed array of weights, empty for none.
        place: Row and column in it (column 0 of a bias).
        value: The new weight.
    """

    position: int = 0
    spike: float = 0.0
    flat_steps: int = 0
    weight: str = ""
    place: tuple[int, int] = (0, 0)
    value: float = 0.0


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The same stretch read twice: as it is, and with a changed input or weight.

    Attributes:
        anchors: (m,) position of each window's last input.
        inputs, changed_inputs: (m,) the target quantity that is read at each anchor, in its own units.
        states, changed_states: (m, units) h of the chosen layer.
        predicted, changed_predicted: (m,) level forecast for anchor + 1.
    """

    anchors: Ints
    inputs: Floats
    changed_inputs: Floats
    states: Floats
    changed_states: Floats
    predicted: Floats
    changed_predicted: Floats


@dataclass(frozen=True, eq=False)
class Influence:
    """How much each input of one window moves its forecast of the next step.

    Attributes:
        positions: (window,) of the inputs in the series.
        names: Name of each input.
        gradient: (window, inputs) derivative of the scaled forecast by each scaled input: 1 means that
            they move together, one for one.
        occlusion: (window, inputs) by how much the forecast of the target quantity falls, in its own
            units, when that one input is replaced by its mean over the training part.
        predicted: The forecast of the target quantity, in its own units.
    """

    positions: Ints
    names: tuple[str, ...]
    gradient: Floats
    occlusion: Floats
    predicted: float


@dataclass(frozen=True, eq=False)
class SimilarSpans:
    """Stretches of a trace in which the states run most like in a chosen one.

    Attributes:
        starts: (k,) rows of the trace at which they begin, the nearest first; none overlap.
        length: Rows of each.
        distances: (k,) root mean square distance of the states, as a share of their spread over the trace.
        active: (j,) units that are on in the chosen span, the strongest first.
        activity: (j,) their mean over the span.
    """

    starts: Ints
    length: int
    distances: Floats
    active: Ints
    activity: Floats


@dataclass(frozen=True)
class UnitsShown:
    """The unit that follows the series most closely, None where none does, with its correlation.

    `close` of the `units` follow it with more than 0.9 or less than -0.9, and `still` ones hardly move.
    """

    unit: int | None
    correlation: float
    close: int
    units: int
    still: int


def first_anchor(recipe: Recipe) -> int:
    """Return the first position at which a window ends that has all its values, and a value before it."""
    return max(recipe.data.window_steps - (recipe.data.target == "level"), 1)


def correlate(values: Floats, other: Floats) -> Floats:
    """Return the correlation of every column of (m, units) with (m,) numbers; NaN where one does not vary."""
    columns = values - values.mean(axis=0, dtype=np.float64)
    other = other - np.mean(other, dtype=np.float64)
    sizes, size = np.linalg.norm(columns, axis=0), np.linalg.norm(other)
    scale = np.sqrt(len(values)) * 1e-7
    with np.errstate(divide="ignore", invalid="ignore"):
        found = other @ columns / (sizes * size)
    return np.where((sizes > scale) & (size > 1e-12 * np.sqrt(len(values))), np.clip(found, -1, 1), np.nan)


def phase_means(values: Floats, positions: Ints, season_steps: int) -> Floats:
    """Return the mean (units, phases) of (m, units) values over the phases of a season; NaN where none falls in one.

    A season of more than 24 steps is cut into 24 phases; without a season there are none.
    """
    phases = min(season_steps, MOST_PHASES)
    if phases < 2:
        return np.zeros((values.shape[1], 0))
    phase = (positions % season_steps) * phases // season_steps
    sums = np.zeros((phases, values.shape[1]))
    np.add.at(sums, phase, values)
    counts = np.bincount(phase, minlength=phases)[:, np.newaxis]
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0).T


def principal_path(values: Floats) -> tuple[Floats, Floats]:
    """Return (m, units) values along their three principal directions, (m, 3), and the share of variance, (3,).

    Directions that do not exist are zero. A direction's sign, which is free, is chosen so that its
    largest weight is positive.
    """
    centred = values - values.mean(axis=0, dtype=np.float64)
    path, explained = np.zeros((len(values), MOST_DIRECTIONS)), np.zeros(MOST_DIRECTIONS)
    _, strength, directions = np.linalg.svd(centred, full_matrices=False)
    total = float(np.sum(strength**2))
    if total > 0:
        kept = directions[:MOST_DIRECTIONS]
        signs = np.sign(kept[np.arange(len(kept)), np.abs(kept).argmax(axis=1)])
        path[:, : len(kept)] = centred @ (kept * signs[:, np.newaxis]).T
        explained[: len(kept)] = strength[: len(kept)] ** 2 / total
    return path, explained


def is_ring(path: Floats, explained: Floats) -> bool:
    """Say whether a path runs round an empty middle in its first two directions, which hold most of it."""
    radius = np.linalg.norm(path[:, :2] / (np.abs(path[:, :2]).max(axis=0) + 1e-12), axis=1)
    return bool(explained[0] + explained[1] > 0.8 and np.quantile(radius, 0.02) > 0.35)


def notice_units(trace: StateTrace) -> UnitsShown:
    """Return what the units follow."""
    correlations = np.nan_to_num(trace.correlations["input"])
    follow = np.abs(correlations)
    unit = int(follow.argmax())
    still = int(np.sum(np.std(trace.values, axis=0, dtype=np.float64) < 0.01))
    close = int(np.sum(follow > 0.9))
    return UnitsShown(unit if follow[unit] else None, float(correlations[unit]), close, len(follow), still)


def forecast_error(trace: StateTrace, start: int, length: int) -> float:
    """Return the root mean squared error of the forecasts made in rows [start, start + length)."""
    rows = slice(start, start + length)
    return float(rmse(trace.predicted[rows], trace.truth[rows]))


def similar_spans(values: Floats, start: int, length: int, most: int = 5) -> SimilarSpans:
    """Return the spans in which (m, units) states run most like in rows [start, start + length).

    The distance is the root mean square over steps and units; spans overlap neither the chosen one
    nor each other. A unit is on where its mean over the span is more than half its standard
    deviation away from its mean over all rows.

    Raises:
        ValueError: if the span lies outside the rows.
    """
    rows = len(values)
    if start < 0 or length < 1 or start + length > rows:
        raise ValueError(f"the span must lie inside 0 to {rows}, got {start} to {start + length}; choose it there")
    values = values.astype(np.float64)
    chosen = values[start : start + length]
    squares = np.zeros(rows - length + 1)
    for step in range(length):
        squares += np.sum((values[step : step + len(squares)] - chosen[step]) ** 2, axis=1)
    spread = values.std(axis=0)
    whole = float(np.sum(spread**2)) or 1.0
    starts = _apart(squares, start, length, most)
    offset = (chosen.mean(axis=0) - values.mean(axis=0)) / np.where(spread > 1e-7, spread, np.inf)
    active = np.argsort(-np.abs(offset), kind="stable")[: int(np.sum(np.abs(offset) > 0.5))]
    distances = np.sqrt(squares[starts] / (length * whole))
    return SimilarSpans(starts, length, distances, active, chosen.mean(axis=0)[active])


def _apart(squares: Floats, start: int, length: int, most: int) -> Ints:
    """Return the places of the smallest squares, each at least `length` from `start` and from the others."""
    free = squares.copy()
    found: list[int] = []
    place = start
    for _ in range(most + 1):
        free[max(place - length + 1, 0) : place + length] = np.inf
        place = int(np.argmin(free))
        if len(found) == most or not np.isfinite(free[place]):
            break
        found.append(place)
    return np.array(found, dtype=np.int64)
