"""What is said of recipes that are compared by the errors of their seeds."""

from __future__ import annotations

import math

from playground.evaluation.rank_test import LEVEL
from playground.labs.comparison.verdict import RecipeVerdict
from playground.sentences.listing import listed
from playground.words import counted, number


def recipe_sentence(verdict: RecipeVerdict) -> str:
    """Return what to take from a comparison."""
    leader, others = verdict.leader, [one.label for one in verdict.contenders[1:]]
    if verdict.word == "n/a":
        return "Choose finished runs of at least two recipes to compare them."
    if verdict.word == "too few seeds":
        return (
            f"Too few seeds: {leader} is ahead of {listed(others)}, but with {counted(verdict.fewest, 'seed')} that "
            f"can be luck. At least {verdict.seeds_needed} seeds of each can tell."
        )
    if verdict.word == "better":
        return f"{leader} is better than {listed(others)}: its seeds have lower errors."
    ties = listed([label for label in others if label not in verdict.beaten])
    if verdict.beaten:
        return f"Tie: these seeds cannot tell {leader} from {ties}. It is better than {listed(verdict.beaten)}."
    return f"Tie: these seeds cannot tell {leader} from {ties}."


def recipe_details(verdict: RecipeVerdict, unit: str, measure: str = "RMSE") -> str:
    """Say why a comparison by this measure came out so; nothing where there is none."""
    if verdict.word == "n/a":
        return ""
    if verdict.word == "too few seeds":
        counts = ", ".join(f"{one.label}: {len(one.errors)}" for one in verdict.contenders)
        return f"Finished seeds: {counts}. Other seeds begin with other weights and learn in another order."
    medians = ", ".join(
        f"{one.label} {f'{_size(one.median)} {unit}'.rstrip()} ({len(one.errors)} seeds)" for one in verdict.contenders
    )
    return (
        f"Median validation {measure}: {medians}. A difference counts when luck alone would bring one this clear in at "
        f"most {round(100 * LEVEL)} of 100 comparisons like this one."
    )


def _size(value: float) -> str:
    return number(value) if math.isfinite(value) else "diverged"
