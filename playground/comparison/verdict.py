"""Better, tie or too few seeds: recipes compared by the validation errors of their seeds.

The rule: an exact two-sided rank test (Wilcoxon, Biometrics Bulletin 1 (1945), 80-83; Mann and
Whitney, Annals of Mathematical Statistics 18 (1947), 50-60) between the seeds of two recipes. Seeds
are few and their errors far from normal, so nothing is assumed but that, without a difference, every
order of the seeds is equally likely. Where even the clearest order could not reach the level, there
are too few seeds.

A recipe is better than all others only where every one of its pairs is that clear. Of recipes that
are equally good luck brings this no more often than the level says, however many they are: two of
them are the hardest case (intersection-union test; Berger, Technometrics 24 (1982), 295-300). Of a
recipe that is not, every pair is another chance to be fooled, so what it says of single ones is held
to the level divided by the number of pairs (Bonferroni).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Literal

import numpy as np

from playground.evaluation.words import number

LEVEL = 0.05
"""Chance that one of several equal recipes is called better than all others, or than some, by mistake."""

Word = Literal["better", "tie", "too few seeds", "n/a"]


@dataclass(frozen=True)
class Contender:
    """A recipe with the validation errors of its seeds, lower is better; infinite where a seed diverged."""

    label: str
    errors: tuple[float, ...]

    @property
    def median(self) -> float:
        """The error that half of the seeds stay below."""
        ranked = sorted(self.errors)
        middle = len(ranked) // 2
        return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


@dataclass(frozen=True)
class SeedVerdict:
    """The comparison of recipes over their seeds.

    Attributes:
        word: "better" if the leader is better than every other recipe.
        leader: Label of the recipe with the lowest median error, empty without one.
        sentence: What to take from it, in plain words.
        more: Why it came out so, in plain words.
    """

    word: Word
    leader: str
    sentence: str
    more: str = ""


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
    return "better" if all(_is_lower(first, other, LEVEL) for other in others) else "tie"


def judge_seeds(contenders: Sequence[Contender], unit: str = "") -> SeedVerdict:
    """Compare the recipe with the lowest median error with every other.

    Args:
        contenders: The recipes; those without a finished seed are left out.
        unit: Unit of the errors.
    """
    known = sorted((c for c in contenders if c.errors), key=lambda c: c.median)
    if len(known) < 2:
        return SeedVerdict("n/a", "", "Choose finished runs of at least two recipes to compare them.")
    leader, *others = known
    word = beats_all(leader.errors, [other.errors for other in others])
    if word == "too few seeds":
        return SeedVerdict(word, leader.label, _few_sentence(leader, others, known), _few_reason(known))
    if word == "better":
        sentence = f"{leader.label} is better than {_listed([c.label for c in others])}: its seeds have lower errors."
    else:
        strict = LEVEL / math.comb(len(known), 2)
        beaten = [other.label for other in others if _is_lower(leader.errors, other.errors, strict)]
        sentence = _tie_sentence(leader, [other.label for other in others if other.label not in beaten], beaten)
    return SeedVerdict(word, leader.label, sentence, _reason(known, unit))


def _is_lower(first: Sequence[float], second: Sequence[float], level: float) -> bool:
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


def _few_sentence(leader: Contender, others: Sequence[Contender], known: Sequence[Contender]) -> str:
    fewest, needed = min(len(c.errors) for c in known), seeds_needed()
    ahead = f"{leader.label} is ahead of {_listed([c.label for c in others])}"
    have = "1 seed" if fewest == 1 else f"{fewest} seeds"
    return f"Too few seeds: {ahead}, but with {have} that can be luck. At least {needed} seeds of each can tell."


def _few_reason(known: Sequence[Contender]) -> str:
    counts = ", ".join(f"{c.label}: {len(c.errors)}" for c in known)
    return f"Finished seeds: {counts}. Another seed means other first weights and another order of the windows."


def _tie_sentence(leader: Contender, ties: Sequence[str], beaten: Sequence[str]) -> str:
    also = f" It is better than {_listed(beaten)}." if beaten else ""
    return f"Tie: these seeds cannot tell {leader.label} from {_listed(ties)}.{also}"


def _reason(known: Sequence[Contender], unit: str) -> str:
    named = f" {unit}" if unit else ""
    medians = ", ".join(f"{c.label} {_size(c.median)}{named} ({len(c.errors)} seeds)" for c in known)
    return (
        f"Median validation RMSE: {medians}. A difference counts when luck alone would bring one this clear in at "
        f"most {round(100 * LEVEL)} of 100 comparisons like this one."
    )


def _size(value: float) -> str:
    return number(value) if np.isfinite(value) else "diverged"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
