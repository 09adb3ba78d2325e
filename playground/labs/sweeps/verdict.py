"""What a sweep says: the simplest choice that does as well, a best one where there is one, and what misfits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.evaluation.rank_test import Word, beats_all, seeds_needed
from playground.labs.sweeps.plan import SweepPlan, simplicity
from playground.labs.sweeps.results import Point
from playground.labs.sweeps.spread import clear_ratio, geometric_mean
from playground.words import capitalised, number

UNDERFIT = 1.25
"""A training error this many times the lowest one says that the network cannot follow even what it has seen."""

MOST_LISTED = 4
"""More points than these are counted, not named."""

Fit = Literal["underfits", "overfits", ""]


@dataclass(frozen=True)
class SweepVerdict:
    """What to take from a sweep.

    Attributes:
        lowest: The point with the lowest mean validation error, None where nothing can be compared.
        pick: The simplest point within one standard error of the lowest.
        word: Whether the lowest is "better" than every other by the exact rank test of the page Compare.
        winner: The lowest, where every point is trained and it is better than every other; None otherwise.
        sentence: All of it in plain words.
    """

    lowest: Point | None
    pick: Point | None
    word: Word
    winner: Point | None
    sentence: str


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
    if len(known) < 2:
        return SweepVerdict(None, None, "n/a", None, _nothing_to_compare(points))
    lowest = min(known, key=lambda point: band(point)[1])
    limit = band(lowest)[2]
    near = [point for point in known if band(point)[1] <= limit]
    pick = min(near, key=lambda point: (simplicity(plan, point.cell), band(point)[1]))
    word = beats_all(_validation(lowest), [_validation(point) for point in known if point is not lowest])
    winner = lowest if word == "better" and len(points) == len(plan.cells) else None
    told = (_outcome(lowest, word, winner), _advice(lowest, pick), _reason(lowest, word))
    sentence = " ".join(filter(None, (*told, _against_baseline(pick), _left_out(plan, points))))
    return SweepVerdict(lowest, pick, word, winner, sentence)


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


def describe_fits(points: Sequence[Point]) -> tuple[str, ...]:
    """Return a plain sentence for each kind of misfit that occurs, with where and how it shows."""
    fits = {point.cell: fit_of(point, points) for point in points}
    sentences = []
    under = [point for point in points if fits[point.cell] == "underfits"]
    over = [point for point in points if fits[point.cell] == "overfits"]
    if under:
        sentences.append(
            f"Underfitting at {_listed(under)}: even the training error stays high. These networks are too weak for "
            "the series, or not trained well or long enough."
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
    return all(network.turned_up for network in point.networks)


def _outcome(lowest: Point, word: Word, winner: Point | None) -> str:
    if winner is not None:
        return f"{capitalised(winner.label)} is the best."
    if word == "better":
        return f"So far {lowest.label} is ahead."
    return "No clear winner." if word == "tie" else "Too few seeds to say which is best."


def _advice(lowest: Point, pick: Point) -> str:
    how = f"{number(lowest.validation_error or 0)} over {len(lowest.networks)} seeds"
    if pick is lowest:
        return (
            f"Take {lowest.label}: it has the lowest mean validation error ({how}), and nothing simpler is within one "
            "standard error of it."
        )
    return (
        f"Take {pick.label}: it is the simplest within one standard error of the lowest mean validation error, that of "
        f"{lowest.label} ({how})."
    )


def _reason(lowest: Point, word: Word) -> str:
    if word == "better":
        return "Against each of the others its seeds are lower than luck would have them (exact rank test)."
    if word == "tie":
        return f"The seeds cannot tell {lowest.label} from all of the others; more seeds could."
    seeds = len(lowest.networks)
    return f"With {seeds} seeds each even the clearest order can be luck; {seeds_needed()} seeds or more can tell."


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
