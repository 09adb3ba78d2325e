"""One step of the hand-made cell with its real numbers: which products make a sum, and what the switches did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from playground.records import Floats
from playground.sequences.equations import SimpleStep
from playground.sequences.recipe import HandMadeRecipe
from playground.sequences.records import ClassScore

MOST_TERMS = 6
SETTINGS: tuple[tuple[bool, str], ...] = tuple(product((False, True), ("old", "new")))
"""The four settings of the switches: sigma, and what the output reads."""


@dataclass(frozen=True)
class Term:
    """One product of a sum: where its value comes from, weight and value."""

    source: str
    weight: float
    value: float

    @property
    def product(self) -> float:
        """What it adds to the sum."""
        return self.weight * self.value


@dataclass(frozen=True)
class Sum:
    """A weighted sum, term by term: the largest products, what the others add up to, the bias, and the total."""

    terms: tuple[Term, ...]
    left_out: int
    rest: float
    bias: float
    total: float


@dataclass(frozen=True)
class Change:
    """A change of the mean, in points of a hundred, and whether all seeds agree on its direction."""

    points: float
    seeds: int
    agreed: bool


@dataclass(frozen=True)
class Effect:
    """What a switch did: with the old and the new path, or without and with a sigma."""

    switch: Literal["sigma", "path"]
    changes: tuple[Change, Change]


def state_sum(weights: Mapping[str, Floats], step: SimpleStep, tokens: Sequence[str], unit: int) -> Sum:
    """Return the sum that makes one unit's new state: i2h of the input beside the old state."""
    names = _combined_names(step, tokens)
    return _sum(weights["i2h.weight"][unit], weights["i2h.bias"][unit], step.combined, names)


def output_sum(
    weights: Mapping[str, Floats], step: SimpleStep, tokens: Sequence[str], output_path: str, output: int
) -> Sum:
    """Return the sum that makes one class's score: i2o of the new state, or of the input beside the old one."""
    new = output_path == "new"
    names = [f"h[{k}] new" for k in range(len(step.h))] if new else _combined_names(step, tokens)
    return _sum(weights["i2o.weight"][output], weights["i2o.bias"][output], step.h if new else step.combined, names)


def _combined_names(step: SimpleStep, tokens: Sequence[str]) -> list[str]:
    return [*(f"letter {token}" for token in tokens), *(f"h[{k}] old" for k in range(len(step.h)))]


def _sum(weights: Floats, bias: float, values: Floats, names: list[str]) -> Sum:
    exact = weights.astype(np.float64)
    products = exact * values
    there = np.flatnonzero(products)
    chosen = there[np.argsort(-np.abs(products[there]), kind="stable")[:MOST_TERMS]]
    terms = tuple(Term(names[k], float(exact[k]), float(values[k])) for k in chosen)
    total = float(products.sum() + bias)
    rest = total - float(bias) - sum(term.product for term in terms)
    left_out = len(there) - len(chosen)
    return Sum(terms, left_out, rest if left_out else 0.0, float(bias), total)


def setting_of(recipe: HandMadeRecipe) -> tuple[bool, str]:
    """Return the recipe's setting of the two switches."""
    return recipe.network.sigma, recipe.network.output_path


def effects_of(scores: Mapping[tuple[bool, str], Sequence[ClassScore]]) -> tuple[Effect, ...]:
    """Return what each switch did to the macro accuracy, for each switch that was measured in both positions."""
    means = {setting: [score.macro_accuracy for score in found] for setting, found in scores.items() if found}
    pairs: dict[Literal["sigma", "path"], list[tuple[tuple[bool, str], tuple[bool, str]]]] = {
        "sigma": [((False, path), (True, path)) for path in ("old", "new")],
        "path": [((sigma, "old"), (sigma, "new")) for sigma in (False, True)],
    }
    return tuple(
        Effect(switch, (_change(means, *first), _change(means, *second)))
        for switch, (first, second) in pairs.items()
        if means.keys() >= {*first, *second}
    )


def _change(
    means: Mapping[tuple[bool, str], Sequence[float]], before: tuple[bool, str], after: tuple[bool, str]
) -> Change:
    points = 100 * (float(np.mean(means[after])) - float(np.mean(means[before])))
    differences = np.array([b - a for a, b in zip(means[before], means[after], strict=False)])
    agreed = len(differences) > 1 and bool((differences > 0).all() or (differences < 0).all())
    return Change(points, len(differences), agreed)
