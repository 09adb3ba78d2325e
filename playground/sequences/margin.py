"""Whether two ways of predicting symbols differ on the test part by more than luck would have it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.records import Floats
from playground.students_t import margin_of_mean

BLOCKS, SHORTEST_BLOCK = 20, 40
"""Stretches that the test part is cut into, at most, and symbols in each, at least.

Neighbouring symbols are alike, stretches of many hardly.
"""

LEVEL = 0.05
"""How often two that are equally good are told apart."""


def block_means(values: Floats) -> tuple[float, ...]:
    """Return the means of stretches of values (n,), of about equal length."""
    count = max(min(BLOCKS, len(values) // SHORTEST_BLOCK), 1)
    return tuple(float(part.mean()) for part in np.array_split(values, count))


def clear_gap(bits: Sequence[float], others: Sequence[float], tried: int = 1) -> bool:
    """Say whether two ways of predicting differ clearly in their bits.

    Student's t on the differences in each stretch of the test part, which both have read.

    Args:
        bits: Mean bits in each stretch.
        others: Those of the other way in the same stretches; without both nothing is clear.
        tried: How many were looked at to find this other one (Bonferroni).
    """
    if len(bits) != len(others) or len(bits) < 2:
        return False
    gaps = np.asarray(others) - np.asarray(bits)
    return abs(float(np.mean(gaps))) > margin_of_mean(gaps, LEVEL / tried)
