"""Errors in the series' own units, each with the baseline's beside it."""

from __future__ import annotations

import math

import numpy as np

from playground.evaluation.baselines import LAST_VALUE, baseline_name
from playground.evaluation.measures import mae, rmse, skill
from playground.evaluation.results import VerdictWord
from playground.evaluation.verdicts import compare, window_losses
from playground.records import PARTS, Floats, Forecast, Part, Score, Snapshot
from playground.words import number, percent

METRICS = {"RMSE": rmse, "MAE": mae}


def score_forecast(forecast: Forecast, unit: str, whole: tuple[Part, ...] = PARTS) -> tuple[Score, ...]:
    """Return every metric on every part, for the network and for the baseline.

    A score is about all windows of its part: where the forecast holds only some of them, or
    numbers that are not finite, the score is None and says why.

    Args:
        forecast: The forecasts.
        unit: Their unit.
        whole: The parts of which the forecast holds all windows.
    """
    return tuple(_score(metric, part, forecast, unit, part in whole) for part in PARTS for metric in METRICS)


def headline(snapshot: Snapshot, part: Part = "validation") -> tuple[VerdictWord, str]:
    """Return whether the network beats the last value on a part, luck considered, and one sentence saying so."""
    score = next(s for s in snapshot.scores if s.metric == "RMSE" and s.part == part)
    horizon = snapshot.forecast.truth.shape[1]
    name, where = f"“{baseline_name(horizon)}”", "training" if part == "train" else part
    if score.value is None or score.baseline is None:
        return "n/a", f"n/a on {where}: {score.reason}"
    gain = skill(score.value, score.baseline)
    if gain is None:
        return "n/a", f"n/a on {where}: {name} makes no error there, so nothing can be compared with it"
    unit = f" {score.unit}" if score.unit else ""
    numbers = f"on {where} (RMSE {number(score.value)}{unit} against {number(score.baseline)}{unit})"
    word = _word(snapshot.forecast, part)
    if word == "n/a":
        return word, f"Too few windows to tell skill from luck against {name} {numbers}"
    if word == "ties":
        return word, f"Ties with {name} {numbers}"
    if word == "beats":
        return word, f"{percent(gain)} better than {name} {numbers}"
    if gain > -1:
        return word, f"{percent(-gain)} worse than {name} {numbers}"
    times = number(1 - gain) if gain > -1000 else "more than 1,000"
    return word, f"Worse: {times} times the error of {name} {numbers}"


def _word(forecast: Forecast, part: Part) -> VerdictWord:
    rows = forecast.parts == PARTS.index(part)
    truth = forecast.truth[rows]
    network, baseline = (window_losses(of[rows], truth) for of in (forecast.predicted, forecast.baseline))
    return compare(LAST_VALUE, network, baseline, truth.shape[1]).word


def _score(metric: str, part: Part, forecast: Forecast, unit: str, whole: bool) -> Score:
    rows = forecast.parts == PARTS.index(part)
    reason = _why_not(part, forecast.predicted[rows], whole)
    if reason:
        return Score(metric, part, unit, None, None, reason)
    measure, truth = METRICS[metric], forecast.truth[rows]
    with np.errstate(over="ignore"):
        value, baseline = (float(measure(of[rows], truth)) for of in (forecast.predicted, forecast.baseline))
    if math.isfinite(value) and math.isfinite(baseline):
        return Score(metric, part, unit, value, baseline)
    return Score(metric, part, unit, None, None, f"the errors on {part} are too large to be squared")


def _why_not(part: Part, predicted: Floats, whole: bool) -> str:
    """Return why a part cannot be scored, or nothing."""
    if not whole:
        return f"only some of the {part} windows were forecast, to save time"
    if not len(predicted):
        return f"there are no {part} forecasts"
    if not np.isfinite(predicted).all():
        return f"the network's {part} forecasts are not all finite"
    return ""
