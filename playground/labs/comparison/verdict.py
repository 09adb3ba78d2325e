"""Better, tie or too few seeds: recipes compared by the validation errors of their seeds.

The rule is that of `evaluation/rank_test.py`. Of a recipe that is not better than all others, every pair
is another chance to be fooled, so what is said of single ones is held to the level divided by the number
of pairs (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.evaluation.rank_test import LEVEL, Word, beats_all, is_lower, seeds_needed
from playground.words import number


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
class RecipeVerdict:
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


def judge_recipes(contenders: Sequence[Contender], unit: str = "", measure: str = "RMSE") -> RecipeVerdict:
    """Compare the recipe with the lowest median error with every other.

    Args:
        contenders: The recipes; those without a finished seed are left out.
        unit: Unit of the errors.
        measure: What the errors are.
    """
    known = sorted((c for c in contenders if c.errors), key=lambda c: c.median)
    if len(known) < 2:
        return RecipeVerdict("n/a", "", "Choose finished runs of at least two recipes to compare them.")
    leader, *others = known
    word = beats_all(leader.errors, [other.errors for other in others])
    if word == "too few seeds":
        return RecipeVerdict(word, leader.label, _few_sentence(leader, others, known), _few_reason(known))
    if word == "better":
        sentence = f"{leader.label} is better than {_listed([c.label for c in others])}: its seeds have lower errors."
    else:
        strict = LEVEL / math.comb(len(known), 2)
        beaten = [other.label for other in others if is_lower(leader.errors, other.errors, strict)]
        sentence = _tie_sentence(leader, [other.label for other in others if other.label not in beaten], beaten)
    return RecipeVerdict(word, leader.label, sentence, _reason(known, unit, measure))


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


def _reason(known: Sequence[Contender], unit: str, measure: str) -> str:
    named = f" {unit}" if unit else ""
    medians = ", ".join(f"{c.label} {_size(c.median)}{named} ({len(c.errors)} seeds)" for c in known)
    return (
        f"Median validation {measure}: {medians}. A difference counts when luck alone would bring one this clear in at "
        f"most {round(100 * LEVEL)} of 100 comparisons like this one."
    )


def _size(value: float) -> str:
    return number(value) if np.isfinite(value) else "diverged"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
