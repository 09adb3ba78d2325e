"""What a sweep says: the simplest choice that is as good as the best, and where networks under- or overfit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.evaluation.words import number
from playground.sweeps.plan import SweepPlan, simplicity
from playground.sweeps.results import Point
from playground.words import capitalised

UNDERFIT = 1.25
"""A training error this many times the lowest one says that the network cannot follow even what it has seen."""

REBOUND = 1.1
"""A validation error that ends this many times above its own lowest value has turned up for good."""

MOST_LISTED = 4
"""More points than these are counted, not named."""

Fit = Literal["underfits", "overfits", ""]


@dataclass(frozen=True)
class SweepVerdict:
    """What to take from a sweep.

    Attributes:
        best: The point with the lowest mean validation error, None where nothing can be compared.
        pick: The simplest point within one standard error of the best.
        rivals: Points whose bands overlap the best one's.
        winner: The best, where every point is trained and no band overlaps its own; None otherwise.
        sentence: All of it in plain words.
    """

    best: Point | None
    pick: Point | None
    rivals: tuple[Point, ...]
    winner: Point | None
    sentence: str


def judge_sweep(plan: SweepPlan, points: Sequence[Point]) -> SweepVerdict:
    """Pick the simplest point within one standard error of the best, and name a winner only where bands part.

    A band is the mean over the seeds, one standard error to either side. Source: Breiman, Friedman,
    Olshen and Stone, Classification and Regression Trees (1984), 3.4.3, the one-standard-error rule.

    Args:
        plan: The sweep.
        points: Its finished points.
    """
    known = [point for point in points if point.comparable]
    if len(known) < 2:
        return SweepVerdict(None, None, (), None, _nothing_to_compare(points))
    best = min(known, key=lambda point: band(point)[1])
    limit = band(best)[2]
    pick = min((point for point in known if band(point)[1] <= limit), key=lambda p: simplicity(plan, p.cell))
    rivals = tuple(point for point in known if point is not best and band(point)[0] <= limit)
    complete = len(points) == len(plan.cells)
    winner = best if complete and not rivals else None
    outcome = _outcome(best, pick, rivals, complete)
    sentence = " ".join(filter(None, (outcome, _against_baseline(pick), _left_out(plan, points))))
    return SweepVerdict(best, pick, rivals, winner, sentence)


def band(point: Point) -> tuple[float, float, float]:
    """Return mean - standard error, mean, and mean + standard error of a comparable point."""
    mean, spread = point.validation_error or 0.0, point.validation_spread or 0.0
    return mean - spread, mean, mean + spread


def fit_of(point: Point, points: Sequence[Point]) -> Fit:
    """Say whether the networks at a point fit too little or too much, next to those at the other points.

    Underfitting: training error and validation error both lie clearly above the best. Overfitting: the
    training error is clearly below the best point's and yet the validation error clearly above, or with
    every seed the validation error turned up again while the training error fell on. "Clearly" is beyond
    the bands of one standard error.
    """
    known = [other for other in points if other.comparable]
    if len(known) < 2 or not point.comparable:
        return ""
    best = min(known, key=lambda other: band(other)[1])
    worse = band(point)[0] > band(best)[2]
    train, train_spread = point.train_error or 0.0, point.train_spread or 0.0
    lowest = min(other.train_error or 0.0 for other in known)
    if worse and train - train_spread > UNDERFIT * lowest:
        return "underfits"
    lower = train + train_spread < (best.train_error or 0.0) - (best.train_spread or 0.0)
    if (worse and lower) or _turned_up(point):
        return "overfits"
    return ""


def describe_fits(points: Sequence[Point]) -> tuple[str, ...]:
    """Return a plain sentence for each kind of misfit that occurs, with where and how it shows."""
    fits = {point.cell: fit_of(point, points) for point in points}
    sentences = []
    under = [point for point in points if fits[point.cell] == "underfits"]
    over = [point for point in points if fits[point.cell] == "overfits"]
    if under:
        sentences.append(
            f"Underfitting at {_listed(under)}: even the training error stays high, so these networks are too weak for "
            "the series, or not trained for long enough."
        )
    rising = [point for point in over if _turned_up(point)]
    beaten = [point for point in over if not _turned_up(point)]
    if rising:
        sentences.append(
            f"Overfitting at {_listed(rising)}: with every seed the validation error turned up again while the "
            "training error fell on. The error shown is that of the best epoch, before the turn."
        )
    if beaten:
        sentences.append(
            f"Overfitting at {_listed(beaten)}: the training error is lower than at the best point, and yet the "
            "validation error is higher: these networks learn by heart what does not come again."
        )
    return tuple(sentences)


def _turned_up(point: Point) -> bool:
    """Say whether with every seed the last epoch is worse on validation than the best, and better on training."""
    pairs = [(n.last_validation_error, n.validation_error, n.last_train_error, n.train_error) for n in point.networks]
    return all(
        None not in pair and pair[0] > REBOUND * pair[1] and pair[2] < pair[3]  # type: ignore[operator]
        for pair in pairs
    )


def _outcome(best: Point, pick: Point, rivals: tuple[Point, ...], complete: bool) -> str:
    how = f"mean validation error {number(best.validation_error or 0)} over {len(best.networks)} seeds"
    if not rivals and not complete:
        return f"So far {best.label} is ahead. It has a {how}, and no other band reaches its own yet."
    if not rivals:
        return f"{capitalised(best.label)} is the best. It has a {how}, and no other band reaches its own."
    names = _listed(sorted((best, *rivals), key=lambda point: point.validation_error or 0))
    if pick is best:
        advice = (
            f"{capitalised(best.label)} has the lowest mean ({how}) and is the simplest within one standard error of it"
        )
    else:
        advice = f"Take {pick.label}: it is the simplest within one standard error of the best, {best.label} ({how})"
    return f"No clear winner: the bands of {names} overlap. {advice}. More seeds could tell them apart."


def _against_baseline(pick: Point) -> str:
    low, _, high = band(pick)
    if high < pick.baseline_error:
        return ""
    if low > pick.baseline_error:
        return "But it is worse than the naive baseline, which needs no network: train for longer or change the data."
    return "But its band holds the naive baseline: whether it is any better cannot be said."


def _left_out(plan: SweepPlan, points: Sequence[Point]) -> str:
    lost = [point for point in points if not point.comparable]
    missing = len(plan.cells) - len(points)
    said = f"Left out: {_listed(lost)}, where training diverged." if lost else ""
    if missing:
        said += f" {missing} of {len(plan.cells)} points are not trained yet, so this may change."
    return said.strip()


def _nothing_to_compare(points: Sequence[Point]) -> str:
    lost = [point for point in points if not point.comparable]
    if lost and len(points) > 1:
        return f"Nothing can be compared: training diverged at {_listed(lost)}. Lower the learning rate or clip more."
    return "Nothing can be compared yet: at least two points must be trained."


def _listed(points: Sequence[Point]) -> str:
    """Return the points by name: "hidden size 4 and 8", the common words said once."""
    if len(points) > MOST_LISTED:
        return f"{len(points)} points"
    heads = {point.label.rpartition(" ")[0] for point in points}
    names = [point.label for point in points]
    if len(heads) == 1:
        names = [names[0], *(label.rpartition(" ")[2] for label in names[1:])]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def mean_grid(plan: SweepPlan, points: Sequence[Point]) -> np.ndarray:
    """Return the mean validation errors of a sweep over two axes, (second, first), NaN where there is none."""
    (_, across), (_, up) = plan.axes
    grid = np.full((len(up), len(across)), np.nan)
    for point in points:
        if point.validation_error is not None:
            grid[up.index(point.cell[1]), across.index(point.cell[0])] = point.validation_error
    return grid
