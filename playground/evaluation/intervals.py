"""Prediction intervals by split conformal prediction: how wrong validation was says how wrong to expect to be.

Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005), chapter 4; Lei,
G'Sell, Rinaldo, Tibshirani and Wasserman, JASA 113 (2018), 1094-1111, section 2.2. The guarantee is for
exchangeable errors, which those of a time series are not quite: the coverage reached on test tells.
"""

from __future__ import annotations

import math

import numpy as np

from playground.evaluation.luck import fewest_values, variance_of_mean
from playground.evaluation.missing import Missing
from playground.evaluation.results import Coverage, Intervals, PartForecasts
from playground.records import Floats

LEVELS = (0.5, 0.8, 0.9)


def conformal_intervals(with_true_inputs: tuple[PartForecasts, ...], levels: tuple[float, ...] = LEVELS) -> Intervals:
    """Return intervals calibrated on validation, and what they hold on validation and, if given, on test."""
    parts = {forecasts.part: forecasts for forecasts in with_true_inputs if forecasts.part != "train"}
    errors = _sizes(parts["validation"])
    calibrated_on, horizon = errors.shape
    reason = None
    if not np.isfinite(errors).all():
        half_widths = np.full((len(levels), horizon), np.nan)
        reason = Missing("network not finite", part="validation")
    else:
        half_widths = np.array([conformal_half_width(errors, level) for level in levels])
        short = tuple(level for level, widths in zip(levels, half_widths, strict=True) if np.isnan(widths).any())
        reason = Missing("too few for levels", calibrated_on, levels=short) if short else None
    coverage = tuple(
        _coverage(parts["validation"], forecasts, level, widths)
        for level, widths in zip(levels, half_widths, strict=True)
        for forecasts in parts.values()
    )
    return Intervals(levels, half_widths, calibrated_on, coverage, reason)


def conformal_half_width(sizes: Floats, level: float, beside: float = 1.0) -> Floats:
    """Return the k-th smallest of n absolute errors (n, horizon), by step, k being (n + beside) level rounded up.

    NaN where k is above n: so few errors can promise no such level. `beside` is 1 for errors that are as good as
    independent; where they are alike, more.
    """
    n = len(sizes)
    rank = math.ceil((n + beside) * level - 1e-9)
    if rank > n:
        return np.full(sizes.shape[1], np.nan)
    return np.partition(sizes, rank - 1, axis=0)[rank - 1]


def _sizes(forecasts: PartForecasts) -> Floats:
    return np.abs(forecasts.truth - forecasts.predicted)


def _coverage(calibration: PartForecasts, forecasts: PartForecasts, level: float, half_widths: Floats) -> Coverage:
    if not np.isfinite(half_widths).all():
        return Coverage(level, forecasts.part, None, np.full(len(half_widths), np.nan))
    inside = _sizes(forecasts) <= half_widths
    low, high = None, None
    if forecasts.part == "test" and min(len(inside), len(calibration.anchors)) >= fewest_values(len(half_widths)):
        held = (_sizes(calibration) <= half_widths).astype(float)
        low, high = shares_by_luck(held, inside.astype(float), level)
    return Coverage(level, forecasts.part, float(np.mean(inside)), np.mean(inside, axis=0), low, high)


def shares_by_luck(calibrated: Floats, inside: Floats, level: float) -> tuple[float, float]:
    """Return between which shares inside the interval a part lies in 95 of 100 cases, if it errs as validation did.

    With n calibration errors that are as good as independent the true share is Beta distributed, with
    k = (n + 1) level and n + 1 - k, and what m further ones show is beta-binomial. Errors of a series come
    in runs, so n and m count for as many independent ones as the runs in the hits leave.

    Source: Vovk, Conditional validity of inductive conformal predictors, Machine Learning 92 (2013),
    349-376, section 2 (the Beta distribution).

    Args:
        calibrated: (n, horizon), 1 where a validation error lies inside and 0 where not.
        inside: (m, horizon), the same of the part.
        level: What the interval promises.
    """
    from scipy.stats import betabinom  # in workers only, and late

    known, further = (_worth(np.mean(hits, axis=1), level, hits.shape[1]) for hits in (calibrated, inside))
    hits = max(1, int(further))
    low, high = betabinom(hits, (known + 1) * level, (known + 1) * (1 - level)).ppf((0.025, 0.975))
    return float(low) / hits, float(high) / hits


def _worth(hits: Floats, level: float, horizon: int) -> float:
    """Return as how many independent hits and misses the shares of hits (n,) of neighbouring windows count."""
    alone = level * (1 - level) / len(hits)
    return len(hits) * min(1.0, alone / max(variance_of_mean(hits, horizon), alone))
