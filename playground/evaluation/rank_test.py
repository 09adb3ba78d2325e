"""Whose errors are lower, over a few seeds: an exact test, and what "better than all others" takes.

The rule: an exact two-sided rank test (Wilcoxon, Biometrics Bulletin 1 (1945), 80-83; Mann and
Whitney, Annals of Mathematical Statistics 18 (1947), 50-60) between the seeds of two recipes. Seeds
are few and their errors far from normal, so nothing is assumed but that, without a difference, every
order of the seeds is equally likely. Where even the clearest order could not reach the level, there
are too few seeds.

A recipe is better than all others only where every one of its pairs is that clear. Of recipes that
are equally good luck brings this no more often than the level says, however many they are: two of
them are the hardest case (intersection-union test; Berger, Technometrics 24 (1982), 295-300).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import count, groupby
from typing import Literal

LEVEL = 0.05
"""Chance that one of several equal recipes is called better than all others, or than some, by mistake."""

Word = Literal["better", "tie", "too few seeds", "n/a"]


def rank_test(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the exact two-sided p-value of the rank sum of `first` among both.

    It is the share of all ways to deal out the ranks in which the rank sum lies at least as far from
    its mean; equal values share the mean of their ranks.

    Raises:
        ValueError: if either has no value.
    """
    if not first or not second:
        raise ValueError("a rank test needs at least one value on either side; add a seed")
    doubled = _doubled_ranks([*first, *second])
    mean = len(first) * sum(doubled) / len(doubled)
    far = abs(sum(doubled[: len(first)]) - mean)
    ways = _ways_by_sum(doubled, len(first))
    extreme = sum(many for total, many in ways.items() if abs(total - mean) >= far - 1e-9)
    return extreme / math.comb(len(doubled), len(first))


def smallest_p(first: int, second: int) -> float:
    """Return the p-value of the clearest order of so many seeds: all of one below all of the other."""
    return min(1.0, 2 / math.comb(first + second, first))


def seeds_needed() -> int:
    """Return how many seeds each recipe needs before one can be called better than all others."""
    return next(seeds for seeds in count(1) if smallest_p(seeds, seeds) <= LEVEL)


def beats_all(first: Sequence[float], others: Sequence[Sequence[float]]) -> Word:
    """Say whether the errors of some seeds are lower than those of each of the others.

    Args:
        first: One error for each seed.
        others: The same for every other recipe.

    Raises:
        ValueError: if one of them has no value.
    """
    if any(smallest_p(len(first), len(other)) > LEVEL for other in others):
        return "too few seeds"
    return "better" if all(is_lower(first, other, LEVEL) for other in others) else "tie"


def is_lower(first: Sequence[float], second: Sequence[float], level: float) -> bool:
    """Say whether the ranks of `first` are lower, and so clearly that the test reaches the level."""
    ranks = _doubled_ranks([*first, *second])
    below = sum(ranks[: len(first)]) * len(ranks) < len(first) * sum(ranks)
    return below and rank_test(first, second) <= level


def _doubled_ranks(values: Sequence[float]) -> list[int]:
    """Return twice the rank of each value, so that the mean of two ranks is whole."""
    ranked = sorted(values)
    doubled: dict[float, int] = {}
    below = 0
    for value, equal in groupby(ranked):
        alike = len(list(equal))
        doubled[value] = 2 * below + alike + 1
        below += alike
    return [doubled[value] for value in values]


def _ways_by_sum(ranks: Sequence[int], take: int) -> Counter[int]:
    """Return in how many ways `take` of the ranks add up to each sum."""
    ways: list[Counter[int]] = [Counter({0: 1})] + [Counter() for _ in range(take)]
    for rank in ranks:
        for taken in range(take, 0, -1):
            for total, many in ways[taken - 1].items():
                ways[taken][total + rank] += many
    return ways[take]
