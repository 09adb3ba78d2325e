"""What a sweep shows: the simplest choice that does as well, a best one where there is one, and what misfits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.evaluation.rank_test import Word, beats_all, seeds_needed
from playground.labs.sweeps.plan import SweepPlan, simplicity
from playground.labs.sweeps.results import Point
from playground.labs.sweeps.spread import clear_ratio, geometric_mean

UNDERFIT = 1.25
"""A training error this many times the lowest one says that the network cannot follow even what it has seen."""

Fit = Literal["underfits", "overfits", ""]


@dataclass(frozen=True)
class SweepVerdict:
    """What to take from a sweep.

    Attributes:
        lowest: The point with the lowest mean validation error, None where nothing can be compared.
        pick: The simplest point within one standard error of the lowest.
        word: Whether the lowest is "better" than every other by the exact rank test of the page Compare.
        winner: The lowest, where every point is trained and it is better than every other; None otherwise.
        against_baseline: Where the band of the pick lies beside the last value.
        lost: The points that cannot be compared, because training diverged.
        points, planned: How many points are trained, and how many there are to be.
        seeds_needed: How many seeds can tell.
    """

    lowest: Point | None
    pick: Point | None
    word: Word
    winner: Point | None
    against_baseline: Literal["better", "worse", "unclear"]
    lost: tuple[Point, ...]
    points: int
    planned: int
    seeds_needed: int = seeds_needed()


@dataclass(frozen=True)
class Misfits:
    """The points whose networks underfit, and overfit: the validation error turned up again, or all by heart."""

    underfit: tuple[Point, ...]
    turned_up: tuple[Point, ...]
    by_heart: tuple[Point, ...]


def judge_sweep(plan: SweepPlan, points: Sequence[Point]) -> SweepVerdict:
    """Pick the simplest point within one standard error of the lowest mean, and call best what a test bears out.

    The pick is a rule of thumb and no claim: among points that are equally good it takes a simple one.
    Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees (1984), 3.4.3, the
    one-standard-error rule. Best is what beats every other point by the exact rank test over the seeds.

    Args:
        plan: The sweep.
        points: Its finished points.
    """
    known = [point for point in points if point.comparable]
    lost = tuple(point for point in points if not point.comparable)
    counts = len(points), len(plan.cells)
    if len(known) < 2:
        return SweepVerdict(None, None, "n/a", None, "unclear", lost, *counts)
    lowest = min(known, key=lambda point: band(point)[1])
    limit = band(lowest)[2]
    near = [point for point in known if band(point)[1] <= limit]
    pick = min(near, key=lambda point: (simplicity(plan, point.cell), band(point)[1]))
    word = beats_all(_validation(lowest), [_validation(point) for point in known if point is not lowest])
    winner = lowest if word == "better" and len(points) == len(plan.cells) else None
    return SweepVerdict(lowest, pick, word, winner, _against_baseline(pick), lost, *counts)


def band(point: Point) -> tuple[float, float, float]:
    """Return mean - standard error, mean, and mean + standard error of a comparable point."""
    mean, spread = point.validation_error or 0.0, point.validation_spread or 0.0
    return mean - spread, mean, mean + spread


def fit_of(point: Point, points: Sequence[Point]) -> Fit:
    """Say whether the networks at a point fit too little or too much, next to those at the other points.

    Underfitting: training error and validation error both lie clearly above the lowest. Overfitting: the
    training error is clearly below that of the point with the lowest validation error, and yet the
    validation error clearly above; or with every seed the validation error turned up again while the
    training error fell on. "Clearly" is by more than luck brings in 5 of 100 sweeps over equal points,
    all pairs taken together (`clear_ratio`).
    """
    known = [other for other in points if other.comparable]
    if len(known) < 2 or not point.comparable:
        return ""
    validation, train = ([geometric_mean(of(other)) for other in known] for of in (_validation, _train))
    here, best = known.index(point), int(np.argmin(validation))
    worse = validation[here] > clear_ratio([_validation(other) for other in known]) * validation[best]
    clear = clear_ratio([_train(other) for other in known])
    if worse and train[here] > max(UNDERFIT, clear) * min(train):
        return "underfits"
    if (worse and train[here] * clear < train[best]) or _turned_up(point):
        return "overfits"
    return ""


def _validation(point: Point) -> list[float]:
    return [network.validation_error or 0.0 for network in point.networks]


def _train(point: Point) -> list[float]:
    return [network.train_error or 0.0 for network in point.networks]


def misfits(points: Sequence[Point]) -> Misfits:
    """Return the points whose networks fit too little or too much, by how it shows."""
    fits = {point.cell: fit_of(point, points) for point in points}
    over = [point for point in points if fits[point.cell] == "overfits"]
    return Misfits(
        underfit=tuple(point for point in points if fits[point.cell] == "underfits"),
        turned_up=tuple(point for point in over if _turned_up(point)),
        by_heart=tuple(point for point in over if not _turned_up(point)),
    )


def _turned_up(point: Point) -> bool:
    return all(network.turned_up for network in point.networks)


def _against_baseline(pick: Point) -> Literal["better", "worse", "unclear"]:
    low, _, high = band(pick)
    return "better" if high < pick.baseline_error else "worse" if low > pick.baseline_error else "unclear"


def mean_grid(plan: SweepPlan, points: Sequence[Point]) -> np.ndarray:
    """Return the mean validation errors of a sweep over two axes, (second, first), NaN where there is none."""
    (_, across), (_, up) = plan.axes
    grid = np.full((len(up), len(across)), np.nan)
    for point in points:
        if point.validation_error is not None:
            grid[up.index(point.cell[1]), across.index(point.cell[0])] = point.validation_error
    return grid
