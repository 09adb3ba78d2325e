"""What forecasts leave over, and whether there is still a pattern in it."""

from __future__ import annotations

import math

import numpy as np

from playground.data.season import autocorrelation
from playground.evaluation.results import PartForecasts, Residuals
from playground.records import Floats, Part

MOST_LAGS = 40

SHORT_LAGS = 10
"""The first lags are weighed together, because a memory shows in several of them."""

FEWEST_VALUES = 20
"""With fewer residuals nothing is said of a pattern."""

FEWEST_BINS, MOST_BINS = 10, 60


def examine_residuals(forecasts: PartForecasts) -> Residuals:
    """Return the residuals of the first step of the forecasts: over time, as a histogram, their autocorrelation."""
    values = forecasts.truth[:, 0] - forecasts.predicted[:, 0]
    positions = forecasts.anchors + 1
    if not np.isfinite(values).all():
        reason = f"the network's {forecasts.part} forecasts are not all finite"
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
        reason="" if len(correlation) else "the residuals are too few or all the same: there is no autocorrelation",
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


def _without_numbers(part: Part, positions: np.ndarray, values: Floats, reason: str) -> Residuals:
    none = np.empty(0)
    no_counts = np.empty(0, dtype=np.int64)
    return Residuals(
        part, positions, values, None, None, none, no_counts, no_counts, none, float("nan"), float("nan"), reason
    )
