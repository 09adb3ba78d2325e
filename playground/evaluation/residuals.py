"""What forecasts leave over, and whether there is still a pattern in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.data.season import autocorrelation
from playground.evaluation.luck import halves_differ, is_beyond_luck
from playground.evaluation.missing import Missing
from playground.evaluation.results import PartForecasts, Residuals
from playground.records import Floats, Part

MOST_LAGS = 40

SHORT_LAGS = 10
"""The first lags are weighed together, because a memory shows in several of them."""

FEWEST_VALUES = 20
"""With fewer residuals nothing is said of a pattern."""

FEWEST_BINS, MOST_BINS = 10, 60

UNBIASED = 0.1
"""A mean residual below this share of their deviation is no bias to speak of."""

STEADY = 1.5
"""Misses whose typical size changes by less than this factor from the first half to the second stay about the same."""

CHANCE = 0.05
"""What is said of the errors is said by chance at most this often."""


@dataclass(frozen=True)
class Misses:
    """How the typical (median) size of the residuals changes from the first half of a part to the second."""

    word: Literal["n/a", "steady", "by chance", "larger", "smaller"]
    first: float = math.nan
    second: float = math.nan
    reason: Missing | None = None


@dataclass(frozen=True)
class Bias:
    """Whether the forecasts are too low (mean above 0) or too high, beside the deviation of the residuals."""

    word: Literal["n/a", "none", "by chance", "biased"]
    mean: float = math.nan
    deviation: float = math.nan
    reason: Missing | None = None


@dataclass(frozen=True)
class Pattern:
    """Whether `count` residuals have more of a pattern than noise shows by chance; `tallest` is a lag.

    None found is no proof of none.
    """

    word: Literal["n/a", "none", "left"]
    count: int
    chance: float = math.nan
    tallest: int = 0
    reason: Missing | None = None


def examine_residuals(forecasts: PartForecasts) -> Residuals:
    """Return the residuals of the first step of the forecasts: over time, as a histogram, their autocorrelation."""
    values = forecasts.truth[:, 0] - forecasts.predicted[:, 0]
    positions = forecasts.anchors + 1
    if not np.isfinite(values).all():
        reason = Missing("network not finite", part=forecasts.part)
        return _without_numbers(forecasts.part, positions, values, reason)
    bins = int(np.clip(np.ceil(np.sqrt(len(values))), FEWEST_BINS, MOST_BINS))
    counts, edges = np.histogram(values, bins=bins, range=_range(values))
    lags = min(MOST_LAGS, len(values) // 4) if len(values) >= FEWEST_VALUES else 0
    correlation = autocorrelation(values, lags)[1:]
    band = 1.96 / float(np.sqrt(len(values)))
    return Residuals(
        part=forecasts.part,
        positions=positions,
        values=values,
        mean=float(np.mean(values)),
        deviation=float(np.std(values)),
        bin_edges=edges,
        counts=counts,
        lags=np.arange(1, len(correlation) + 1),
        autocorrelation=correlation,
        band=band,
        chance=chance_of_noise(values, len(correlation)) if len(correlation) else float("nan"),
        reason=None if len(correlation) else Missing("too few or all the same"),
    )


def chance_of_noise(values: Floats, lags: int) -> float:
    """Return how often noise without memory has an autocorrelation as clear as that of the values (n,).

    At each lag k, t_k = sum e_t e_(t-k) / sqrt(sum e_t^2 e_(t-k)^2) is standard normal for noise of any
    changing size. Two ways to be clear are tried, a memory by the sum of the first t_k^2 and a repetition by
    the largest of all; the smaller of their chances counts twice.

    Source: Dalla, Giraitis and Phillips, Econometric Theory 38 (2022), 913-941, a Box and Ljung test that
    holds for noise whose size changes too.

    Args:
        values: More than `lags` of them.
        lags: At least 1.
    """
    from scipy.special import chdtrc  # in workers only, and late

    centred = values - np.mean(values)
    centred = centred / np.abs(centred).max()
    squares = np.empty(lags)
    for lag in range(1, lags + 1):
        products = centred[lag:] * centred[:-lag]
        size = float(np.sum(np.square(products)))
        squares[lag - 1] = float(np.sum(products)) ** 2 / size if size else 0.0
    short = min(SHORT_LAGS, lags)
    together = float(chdtrc(short, np.sum(squares[:short])))
    highest = -math.expm1(lags * math.log1p(-math.erfc(math.sqrt(float(squares.max()) / 2))))
    return min(1.0, 2 * together, 2 * highest)


def _range(values: Floats) -> tuple[float, float]:
    """Return the ends of the histogram; those of equal values are moved apart."""
    low, high = float(np.min(values)), float(np.max(values))
    if high - low > 1e-12 * max(abs(low), abs(high)):
        return low, high
    half = abs(low) / 2 or 0.5
    return low - half, high + half


def _without_numbers(part: Part, positions: np.ndarray, values: Floats, reason: Missing) -> Residuals:
    none = np.empty(0)
    no_counts = np.empty(0, dtype=np.int64)
    return Residuals(
        part, positions, values, None, None, none, no_counts, no_counts, none, float("nan"), float("nan"), reason
    )


def misses_of(residuals: Residuals) -> Misses:
    """Return whether the typical size of the residuals changes from the first half of the part to the second."""
    if residuals.deviation is None:
        return Misses("n/a", reason=residuals.reason)
    sizes = np.abs(residuals.values)
    first, second = (float(np.median(half)) for half in np.array_split(sizes, 2))
    if first <= STEADY * second and second <= STEADY * first:
        return Misses("steady", first, second)
    if len(sizes) < FEWEST_VALUES or not halves_differ(sizes):
        return Misses("by chance", first, second)
    return Misses("larger" if second > first else "smaller", first, second)


def bias_of(residuals: Residuals) -> Bias:
    """Return whether the forecasts are too low or too high on average."""
    mean, deviation = residuals.mean, residuals.deviation
    if mean is None or deviation is None:
        return Bias("n/a", reason=residuals.reason)
    if abs(mean) <= UNBIASED * deviation:
        return Bias("none", mean, deviation)
    if len(residuals.values) < FEWEST_VALUES or not is_beyond_luck(residuals.values):
        return Bias("by chance", mean, deviation)
    return Bias("biased", mean, deviation)


def pattern_of(residuals: Residuals) -> Pattern:
    """Return whether the residuals have more of a pattern than noise shows by chance."""
    count = len(residuals.values)
    if not len(residuals.autocorrelation):
        return Pattern("n/a", count, reason=residuals.reason)
    tallest = int(residuals.lags[np.argmax(np.abs(residuals.autocorrelation))])
    return Pattern("left" if residuals.chance < CHANCE else "none", count, residuals.chance, tallest)
