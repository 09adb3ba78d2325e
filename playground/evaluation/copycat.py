"""The copycat test: do the forecasts match the past better than the future they are for?"""

from __future__ import annotations

import numpy as np

from playground.evaluation.baselines import LAST_VALUE
from playground.evaluation.measures import rmse
from playground.evaluation.results import Copycat, PartForecasts, VerdictWord
from playground.evaluation.verdicts import compare, window_losses
from playground.records import Floats, Prepared
from playground.words import number

FEWEST_FORECASTS = 10
"""Fewer forecasts than this say nothing."""

CLEAR_SHARE = 0.7
"""A copy's error against the past is at most this share of its error against the truth."""

SAME_SHARE = 0.02
"""Forecasts this near to the last value, as a share of their error, are the last value itself."""

TIE = 1 + 1e-9
"""Errors closer than this are equal: a series that repeats itself matches at many shifts."""


def find_copycat(forecasts: PartForecasts, prepared: Prepared, unit: str) -> Copycat:
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
    if reason:
        return Copycat(forecasts.part, horizon, shifts, np.empty(0), None, False, f"n/a on {forecasts.part}: {reason}")
    moved = prepared.values[targets[rows][:, np.newaxis] - shifts]
    with np.errstate(over="ignore"):
        errors = rmse(predicted[:, np.newaxis], moved, axis=0)
    best = _best_shift(shifts, errors, horizon)
    at_truth, at_anchor = errors[shifts == 0][0], errors[shifts == horizon][0]
    close = best == horizon and bool(at_anchor <= CLEAR_SHARE * at_truth)
    same = bool(at_anchor <= SAME_SHARE * at_truth)
    word = _word(forecasts)
    copies = close and (same or word == "loses")
    truth, anchor, lowest = (_with_unit(error, unit) for error in (at_truth, at_anchor, errors.min()))
    if close:
        sentence = _close_sentence("loses" if copies else word, same, truth, anchor)
    else:
        sentence = _sentence(best, horizon, truth, anchor, lowest)
    return Copycat(forecasts.part, horizon, shifts, errors, best, copies, sentence)


def _why_not(part: str, predicted: Floats, truth: Floats) -> str:
    if len(predicted) < FEWEST_FORECASTS:
        return f"only {len(predicted)} forecasts can be moved both ways inside the part, {FEWEST_FORECASTS} are needed"
    if not np.isfinite(predicted).all():
        return f"the network's {part} forecasts are not all finite"
    if np.ptp(truth) == 0:
        return "the series does not vary there, so past and future are the same"
    return ""


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


def _close_sentence(word: VerdictWord, same: bool, at_truth: str, at_anchor: str) -> str:
    """Say what forecasts near the last value are worth: on some series that is where they belong."""
    match = (
        f"the forecasts match the value known when they were made (RMSE {at_anchor}) far better than the value they "
        f"are for (RMSE {at_truth})"
    )
    if word == "loses":
        worth = "they are that value" if same else "repeating it errs less"
        return f"Copies the past: {match}, and {worth}. In a plot they look right, only late."
    if word == "beats":
        return f"Close to the last value, as it should be here, and better than it: {match}."
    if word == "ties":
        return f"Close to the last value, and as good a forecast as that, luck considered: {match}."
    return f"Close to the last value: {match}. There are too few to tell whether they are better than it."


def _sentence(best: int, horizon: int, at_truth: str, at_anchor: str, lowest: str) -> str:
    steps = "1 step" if abs(best) == 1 else f"{abs(best)} steps"
    if best == 0:
        return (
            f"Does not copy the past: the forecasts match the value they are for best (RMSE {at_truth}; "
            f"against the value known when they were made {at_anchor})."
        )
    if best == horizon:
        return (
            "Leans on the past: the forecasts match the value known when they were made "
            f"(RMSE {at_anchor}) better than the value they are for (RMSE {at_truth}), but too little to call a copy."
        )
    side = "before" if best > 0 else "after"
    return (
        f"No plain copy, but the forecasts match the value {steps} {side} the one they are for best "
        f"(RMSE {lowest} against {at_truth})."
    )


def _with_unit(error: float, unit: str) -> str:
    return f"{number(error)} {unit}".rstrip()
