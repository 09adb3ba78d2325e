"""Prediction intervals by split conformal prediction: how wrong validation was says how wrong to expect to be.

Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005), chapter 4; Lei,
G'Sell, Rinaldo, Tibshirani and Wasserman, JASA 113 (2018), 1094-1111, section 2.2. The guarantee is for
exchangeable errors, which those of a time series are not quite: the coverage reached on test tells.
"""

from __future__ import annotations

import math

import numpy as np

from playground.evaluation.results import Coverage, Intervals, PartForecasts
from playground.records import Floats

LEVELS = (0.5, 0.8, 0.9)


def conformal_intervals(with_true_inputs: tuple[PartForecasts, ...], levels: tuple[float, ...] = LEVELS) -> Intervals:
    """Return intervals calibrated on validation, and what they hold on validation and, if given, on test."""
    parts = {forecasts.part: forecasts for forecasts in with_true_inputs if forecasts.part != "train"}
    errors = _sizes(parts["validation"])
    calibrated_on, horizon = errors.shape
    reason = ""
    if not np.isfinite(errors).all():
        half_widths = np.full((len(levels), horizon), np.nan)
        reason = "the network's validation forecasts are not all finite"
    else:
        half_widths = np.array([conformal_half_width(errors, level) for level in levels])
        short = [level for level, widths in zip(levels, half_widths, strict=True) if np.isnan(widths).any()]
        if short:
            reason = (
                f"{calibrated_on} validation forecasts are too few for intervals of "
                f"{' and '.join(f'{100 * level:.0f}%' for level in short)}"
            )
    coverage = tuple(
        _coverage(forecasts, level, widths)
        for level, widths in zip(levels, half_widths, strict=True)
        for forecasts in parts.values()
    )
    return Intervals(levels, half_widths, calibrated_on, coverage, reason)


def conformal_half_width(sizes: Floats, level: float) -> Floats:
    """Return the k-th smallest of n absolute errors (n, horizon), by step, k being (n + 1) level rounded up.

    NaN where k is above n: so few errors can promise no such level.
    """
    n = len(sizes)
    rank = math.ceil((n + 1) * level - 1e-9)
    if rank > n:
        return np.full(sizes.shape[1], np.nan)
    return np.partition(sizes, rank - 1, axis=0)[rank - 1]


def _sizes(forecasts: PartForecasts) -> Floats:
    return np.abs(forecasts.truth - forecasts.predicted)


def _coverage(forecasts: PartForecasts, level: float, half_widths: Floats) -> Coverage:
    if not np.isfinite(half_widths).all():
        return Coverage(level, forecasts.part, None, np.full(len(half_widths), np.nan))
    inside = _sizes(forecasts) <= half_widths
    return Coverage(level, forecasts.part, float(np.mean(inside)), np.mean(inside, axis=0))
