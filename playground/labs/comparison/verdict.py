"""Better, tie or too few seeds: recipes compared by the validation errors of their seeds.

The rule is that of `evaluation/rank_test.py`. Of a recipe that is not better than all others, every pair
is another chance to be fooled, so what is said of single ones is held to the level divided by the number
of pairs (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from playground.evaluation.rank_test import LEVEL, Word, beats_all, is_lower, seeds_needed


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
        contenders: The recipes with a finished seed, the leader, which has the lowest median error, first.
        beaten: Labels of those that a leader which is not better than all is better than nevertheless.
        seeds_needed: How many seeds of each can tell.
    """

    word: Word
    contenders: tuple[Contender, ...] = ()
    beaten: tuple[str, ...] = ()
    seeds_needed: int = seeds_needed()

    @property
    def leader(self) -> str:
        """Label of the recipe with the lowest median error, empty without one."""
        return self.contenders[0].label if self.contenders else ""

    @property
    def fewest(self) -> int:
        """Finished seeds of the recipe that has the fewest."""
        return min(len(one.errors) for one in self.contenders)


def judge_recipes(contenders: Sequence[Contender]) -> RecipeVerdict:
    """Compare the recipe with the lowest median error with every other; those without a finished seed are left out."""
    known = sorted((c for c in contenders if c.errors), key=lambda c: c.median)
    if len(known) < 2:
        return RecipeVerdict("n/a")
    leader, *others = known
    word = beats_all(leader.errors, [other.errors for other in others])
    strict = LEVEL / math.comb(len(known), 2)
    beaten = [other.label for other in others if word == "tie" and is_lower(leader.errors, other.errors, strict)]
    return RecipeVerdict(word, tuple(known), tuple(beaten))
