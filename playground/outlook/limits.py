"""Prediction intervals by lead time, measured: how far off forecasts from the past were at each.

Source: split conformal prediction, see `evaluation/intervals.py`. Forecasts from neighbouring origins overlap, so
their errors are alike; with k steps in common the sizes of n errors tell as much as about 1.5 n / k independent
ones (for sums of independent shocks their sizes correlate as the square of the share in common). A level is promised
only where so many independent errors could carry it, and the rank is raised a little for every step in common: on
random walks, AR(1) and white noise, with 3 to 20 times as many errors as steps in common, the intervals of 80% then
hold 78 to 83%.
"""

from __future__ import annotations

import numpy as np

from playground.evaluation.intervals import LEVELS, conformal_half_width
from playground.evaluation.missing import Missing, Why
from playground.outlook.adaptive import adaptive_limits
from playground.outlook.results import Limits
from playground.records import Floats, Ints

RAISED = 0.1
"""Errors by which the rank is raised for every further step that neighbouring forecasts have in common."""

ALIKE = 1.5
"""Independent errors that n overlapping ones with k steps in common are worth, times k / n."""


def limits_of(
    sizes: Floats, in_test: np.ndarray, origins: Ints, levels: tuple[float, ...] = LEVELS, *, adapts: bool = True
) -> Limits:
    """Return the limits of one forecaster.

    Args:
        sizes: (m, steps) absolute errors of its forecasts from the past, NaN where the truth is not known.
        in_test: (m,) bool, which of the origins forecast the opened test part.
        origins: (m,) their positions, ascending.
        levels: Share of truths that each interval should hold, ascending.
        adapts: Whether adaptive intervals are wanted beside them.
    """
    known = ~np.isnan(sizes)
    counts = known.sum(axis=0)
    if np.isinf(sizes).any() or not counts.any():
        nothing = np.full((len(levels), sizes.shape[1]), np.nan)
        why: Why = "errors too large" if counts.any() else "none forecast"
        return Limits(levels, nothing, counts, nothing, nothing, nothing, Missing(why, part="validation"))
    widths = _half_widths(sizes, origins, levels)
    hidden = np.isnan(widths)
    adaptive = held = np.full(widths.shape, np.nan)
    if adapts:
        adaptive, held = (np.where(hidden, np.nan, each) for each in adaptive_limits(sizes, origins, levels))
    short = tuple(level for level, row in zip(levels, hidden, strict=True) if row.any())
    reason = Missing("too few for levels", int(counts.min()), levels=short) if short else None
    return Limits(levels, widths, counts, _coverage(sizes, in_test, origins, levels), adaptive, held, reason)


def _half_widths(sizes: Floats, origins: Ints, levels: tuple[float, ...]) -> Floats:
    """Return (levels, steps) half widths, NaN where the errors of a lead time cannot carry the level."""
    widths = np.full((len(levels), sizes.shape[1]), np.nan)
    for lead, column in enumerate(sizes.T, start=1):
        known = np.flatnonzero(~np.isnan(column))
        common = _in_common(origins[known], lead)
        worth = len(known) * min(1.0, ALIKE / common)
        beside = 1 + RAISED * (common - 1)
        for row, level in enumerate(levels):
            if worth >= level / (1 - level) - 1e-9:
                widths[row, lead - 1] = conformal_half_width(column[known, np.newaxis], level, beside)[0]
    return widths


def _in_common(origins: Ints, lead: int) -> float:
    """Return how many neighbouring forecasts of a lead time share each step, at least 1, from origins (n,)."""
    apart = float(np.median(np.diff(origins))) if len(origins) > 1 else lead
    return max(1.0, lead / apart)


def _coverage(sizes: Floats, in_test: np.ndarray, origins: Ints, levels: tuple[float, ...]) -> Floats:
    """Return the share (levels, steps) of the test errors inside half widths measured on validation alone."""
    if not in_test.any() or in_test.all():
        return np.full((len(levels), sizes.shape[1]), np.nan)
    widths = _half_widths(sizes[~in_test], origins[~in_test], levels)
    test = sizes[in_test]
    count = (~np.isnan(test)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        inside = (test[np.newaxis] <= widths[:, np.newaxis]).sum(axis=1) / np.where(count, count, np.nan)
    return np.where(np.isnan(widths), np.nan, inside)
