"""Counting right and wrong answers, class by class, and whether one way is clearly better than another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.records import Ints
from playground.sequences.records import ClassScore

CLEARLY = 0.05
"""Least difference in macro accuracy that is called clear; it must also exceed two standard errors."""


def confusion_of(truth: Ints, answers: Ints, classes: int) -> Ints:
    """Return how often each true class (row) was given each answer (column)."""
    return np.bincount(truth * classes + answers, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class Standing:
    """Where a network stands beside the baseline of that title, in macro accuracy."""

    word: Literal["level", "above", "below"]
    title: str


def standings(test: ClassScore, baselines: Sequence[ClassScore]) -> tuple[Standing, ...]:
    """Return for each baseline whether the network is clearly above or below it."""
    return tuple(Standing(_word(test, baseline), baseline.title) for baseline in baselines)


def _word(test: ClassScore, baseline: ClassScore) -> Literal["level", "above", "below"]:
    difference = test.macro_accuracy - baseline.macro_accuracy
    if abs(difference) < max(CLEARLY, 2 * math.hypot(test.standard_error, baseline.standard_error)):
        return "level"
    return "above" if difference > 0 else "below"
