"""How far the means of several groups of seeds must lie apart before that is more than luck."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from playground.evaluation.rank_test import LEVEL
from playground.students_t import student_quantile

SMALLEST = 1e-300
"""Errors below this are taken for it, so that they have a logarithm."""


def geometric_mean(errors: Sequence[float]) -> float:
    """Return the geometric mean of errors, the centre on a logarithmic scale."""
    return float(np.exp(np.mean(_logarithms(errors))))


def clear_ratio(groups: Sequence[Sequence[float]]) -> float:
    """Return how many times as large the geometric mean of one group must be as that of another to be clearly larger.

    Student's t on the logarithms, in which errors of different sizes spread alike, with the spread of all groups
    together; every pair is a chance to be fooled, so the level is divided by their number (Bonferroni).

    Args:
        groups: At least two groups of as many errors each, at least two.
    """
    logs = np.stack([_logarithms(group) for group in groups])
    count, seeds = logs.shape
    spread = math.sqrt(float(logs.var(axis=1, ddof=1).mean()))
    quantile = student_quantile(LEVEL / math.comb(count, 2), count * (seeds - 1))
    return math.exp(min(quantile * spread * math.sqrt(2 / seeds), 700.0))


def _logarithms(errors: Sequence[float]) -> np.ndarray:
    return np.log(np.maximum(np.asarray(errors, dtype=np.float64), SMALLEST))
