"""How far a mean would move on another stretch of the same kind, read off the slow waves in its values."""

from __future__ import annotations

import math

import numpy as np

from playground.records import Floats
from playground.students_t import student_quantile

LEVEL = 0.05
"""Chance that luck leaves a 95% interval."""

FEWEST_WAVES = 3
"""With fewer waves than this the slow ups and downs of the values are not known well enough."""

WAVES = 1 / 3
"""Waves for n values: this times n^(2/3). Lazarus et al. take 0.4; fewer keep the promise where errors last too."""


def fewest_values(horizon: int = 1) -> int:
    """Return how many values it takes; forecasts of a longer horizon overlap and so tell less each."""
    return max(math.ceil((FEWEST_WAVES / WAVES) ** 1.5 - 1e-9), 2 * FEWEST_WAVES * horizon)


def count_waves(n: int, horizon: int = 1) -> int:
    """Return how many waves to read in n values, at least `FEWEST_WAVES`."""
    return max(FEWEST_WAVES, min(int(WAVES * n ** (2 / 3) + 1e-9), n // (2 * horizon)))


def slow_waves(values: Floats, waves: int) -> Floats:
    """Return sqrt(2 / n) sum_t values_t cos(pi j (t - 1/2) / n) for j = 1 .. waves, of values (n,).

    Their mean square estimates n times the variance of the mean, however long the values keep a memory.
    Source: Lazarus, Lewis, Stock and Watson, J. Bus. Econ. Stat. 36 (2018), 541-559 (equal-weighted cosines).
    """
    n = len(values)
    mirrored = np.fft.rfft(np.concatenate([values, values[::-1]]))[1 : waves + 1]
    turned = mirrored * np.exp(-0.5j * np.pi * np.arange(1, waves + 1) / n)
    return math.sqrt(2 / n) * np.real(turned) / 2


def variance_of_mean(values: Floats, horizon: int = 1) -> float:
    """Return the variance of the mean of values (n,)."""
    waves = slow_waves(values, count_waves(len(values), horizon))
    return float(np.mean(np.square(waves))) / len(values)


def is_beyond_luck(values: Floats) -> bool:
    """Say whether the mean of values (n,) differs from 0 by more than luck does in 95 of 100 cases."""
    margin = student_quantile(LEVEL, count_waves(len(values))) * math.sqrt(variance_of_mean(values))
    return abs(float(np.mean(values))) > margin


def halves_differ(values: Floats) -> bool:
    """Say whether the two halves of values (n,) differ in size beyond luck, by the means of their ranks."""
    ranks = np.argsort(np.argsort(values)) / len(values)
    first, second = np.array_split(ranks, 2)
    margin = student_quantile(LEVEL, count_waves(len(first)) + count_waves(len(second))) * math.sqrt(
        variance_of_mean(first) + variance_of_mean(second)
    )
    return abs(float(np.mean(first) - np.mean(second))) > margin
