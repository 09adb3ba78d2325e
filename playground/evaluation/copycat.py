"""The copycat test: do the forecasts match the past better than the future they are for?"""

from __future__ import annotations

import numpy as np

from playground.evaluation.copycat_results import Copycat, CopycatWord
from playground.evaluation.measures import rmse
from playground.evaluation.missing import Missing
from playground.evaluation.results import LAST_VALUE, PartForecasts, VerdictWord
from playground.evaluation.verdicts import compare, window_losses
from playground.records import Floats, Prepared

FEWEST_FORECASTS = 10
"""Fewer forecasts than this say nothing."""

CLEAR_SHARE = 0.7
"""A copy's error against the past is at most this share of its error against the truth."""

SAME_SHARE = 0.02
"""Forecasts this near to the last value, as a share of their error, are the last value itself."""

TIE = 1 + 1e-9
"""Errors closer than this are equal: a series that repeats itself matches at many shifts."""

CLOSE: dict[VerdictWord, CopycatWord] = {
    "beats": "close, better",
    "ties": "close, as good",
    "loses": "copies",
    "n/a": "close, too few to tell",
}
"""What forecasts near the last value are, by how they stand against it: on some series that is where they belong."""


def find_copycat(forecasts: PartForecasts, prepared: Prepared) -> Copycat:
    """Hold the forecasts for the last step against the truth moved by up to twice the horizon either way.

    Every shift is measured over the same forecasts, those for which the moved truth stays in the part.
    """
    horizon = forecasts.predicted.shape[1]
    shifts = np.arange(-2 * horizon, 2 * horizon + 1)
    start, stop = prepared.split.bounds(forecasts.part)
    targets = forecasts.anchors + horizon
    rows = np.flatnonzero((targets - 2 * horizon >= start) & (targets + 2 * horizon < stop))
    predicted = forecasts.predicted[rows, -1]
    reason = _why_not(forecasts.part, predicted, prepared.values[targets[rows]])
    if reason is not None:
        return Copycat(forecasts.part, horizon, shifts, np.empty(0), None, "n/a", reason)
    moved = prepared.values[targets[rows][:, np.newaxis] - shifts]
    with np.errstate(over="ignore"):
        errors = rmse(predicted[:, np.newaxis], moved, axis=0)
    best = _best_shift(shifts, errors, horizon)
    at_truth, at_anchor = errors[shifts == 0][0], errors[shifts == horizon][0]
    close = best == horizon and bool(at_anchor <= CLEAR_SHARE * at_truth)
    same = bool(at_anchor <= SAME_SHARE * at_truth)
    word: CopycatWord
    if close:
        word = "is the last value" if same else CLOSE[_word(forecasts)]
    else:
        word = "no copy" if best == 0 else "leans" if best == horizon else "another shift"
    return Copycat(forecasts.part, horizon, shifts, errors, best, word)


def _why_not(part: str, predicted: Floats, truth: Floats) -> Missing | None:
    if len(predicted) < FEWEST_FORECASTS:
        return Missing("too few to move", len(predicted), FEWEST_FORECASTS)
    if not np.isfinite(predicted).all():
        return Missing("network not finite", part=part)
    return Missing("does not vary") if np.ptp(truth) == 0 else None


def _best_shift(shifts: np.ndarray, errors: Floats, horizon: int) -> int:
    """Return the shift with the lowest error; of equal ones 0, then the horizon, then the nearest to 0."""
    best = shifts[errors <= TIE * errors.min()].tolist()
    return min(best, key=lambda shift: (shift != 0, shift != horizon, abs(shift)))


def _word(forecasts: PartForecasts) -> VerdictWord:
    """Return how the network stands against the last value; a forecaster that is as good or better is no copycat."""
    last = next((b.predicted for b in forecasts.baselines if b.name == LAST_VALUE), None)
    if last is None:
        return "n/a"
    network, baseline = (window_losses(of, forecasts.truth) for of in (forecasts.predicted, last))
    return compare(LAST_VALUE, network, baseline, forecasts.truth.shape[1]).word
