"""What forecasts leave over, and whether there is still a pattern in it."""

from __future__ import annotations

import numpy as np

from playground.data.season import autocorrelation
from playground.evaluation.results import PartForecasts, Residuals
from playground.records import Floats, Part

MOST_LAGS = 40
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
    correlation = autocorrelation(values, min(MOST_LAGS, len(values) // 4))[1:]
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
        outside=int(np.sum(np.abs(correlation) > band)),
        reason="" if len(correlation) else "the residuals are too few or all the same: there is no autocorrelation",
    )


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
    return Residuals(part, positions, values, None, None, none, no_counts, no_counts, none, float("nan"), 0, reason)
