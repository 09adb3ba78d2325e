"""What is said of a sweep: the simplest choice that does as well, a best one where there is one, and what misfits."""

from __future__ import annotations

from collections.abc import Sequence

from playground.labs.sweeps.results import Point
from playground.labs.sweeps.verdict import Misfits, SweepVerdict
from playground.sentences.listing import listed
from playground.words import capitalised, number

MOST_LISTED = 4
"""More points than these are counted, not named."""


def sweep_headline(verdict: SweepVerdict) -> str:
    """Say which point is best, or why that cannot be said."""
    if verdict.lowest is None:
        if verdict.lost and verdict.points > 1:
            return f"Nothing can be compared: training diverged at {_points(verdict.lost)}"
        return "Nothing can be compared yet: at least two points must be trained"
    if verdict.winner is not None:
        return f"{capitalised(verdict.winner.label)} is the best"
    return {
        "better": f"So far {verdict.lowest.label} is ahead",
        "tie": "No clear winner",
        "too few seeds": "Too few seeds to say which is best",
    }[verdict.word]


def sweep_details(verdict: SweepVerdict) -> str:
    """Say what to take, why, and what is left out."""
    if verdict.lowest is None or verdict.pick is None:
        return "Lower the learning rate or clip more." if verdict.lost and verdict.points > 1 else ""
    told = [_advice(verdict.lowest, verdict.pick), _reason(verdict, verdict.lowest)]
    if verdict.against_baseline == "worse":
        told.append("But it is worse than the last value, which needs no network: train for longer or change the data.")
    if verdict.against_baseline == "unclear":
        told.append("But its band holds the last value: whether it is any better cannot be said.")
    if verdict.lost:
        told.append(f"Left out: {_points(verdict.lost)}, where training diverged.")
    if verdict.points < verdict.planned:
        told.append(
            f"{verdict.planned - verdict.points} of {verdict.planned} points are not trained yet, so this may change."
        )
    return " ".join(told)


def _advice(lowest: Point, pick: Point) -> str:
    error, seeds = number(lowest.validation_error or 0), len(lowest.networks)
    if pick is lowest:
        return (
            f"Take {lowest.label}: it has the lowest mean validation error ({error} over {seeds} seeds), and nothing "
            "simpler is within one standard error of it."
        )
    return (
        f"Take {pick.label}: it is the simplest within one standard error of the lowest mean validation error, that of "
        f"{lowest.label} ({error} over {seeds} seeds)."
    )


def _reason(verdict: SweepVerdict, lowest: Point) -> str:
    return {
        "better": "Against each of the others its seeds are lower than luck would have them (exact rank test).",
        "tie": f"The seeds cannot tell {lowest.label} from all of the others; more seeds could.",
        "too few seeds": (
            f"With {len(lowest.networks)} seeds each even the clearest order can be luck; {verdict.seeds_needed} seeds "
            "or more can tell."
        ),
    }[verdict.word]


def misfit_sentences(found: Misfits) -> tuple[str, ...]:
    """Return a sentence for each kind of misfit that occurs, with where and how it shows."""
    told = []
    if found.underfit:
        told.append(
            f"Underfitting at {_points(found.underfit)}: even the training error stays high. These networks are too "
            "weak for the series, or not trained well or long enough."
        )
    if found.turned_up:
        told.append(
            f"Overfitting at {_points(found.turned_up)}: with every seed the validation error turned up again while "
            "the training error fell on. The error shown is that of the best epoch, before the turn."
        )
    if found.by_heart:
        told.append(
            f"Overfitting at {_points(found.by_heart)}: the training error is lower than at the best point, and yet "
            "the validation error is higher: these networks learn by heart what does not come again."
        )
    return tuple(told)


def _points(points: Sequence[Point]) -> str:
    """Return the points by name: "hidden size 4 and 8", the common words said once."""
    if len(points) > MOST_LISTED:
        return f"{len(points)} points"
    names = [point.label for point in points]
    if len({name.rpartition(" ")[0] for name in names}) == 1:
        names = [names[0], *(name.rpartition(" ")[2] for name in names[1:])]
    return listed(names)
