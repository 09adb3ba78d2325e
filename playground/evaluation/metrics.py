"""Errors in the series' own units, each with the baseline's beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from playground.evaluation.measures import mae, rmse, skill
from playground.evaluation.missing import Why
from playground.evaluation.results import LAST_VALUE, VerdictWord
from playground.evaluation.verdicts import compare, window_losses
from playground.records import PARTS, Floats, Forecast, Part, Score, Snapshot

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


@dataclass(frozen=True)
class LiveVerdict:
    """Whether the network shown beats the last value on a part, by RMSE and luck considered.

    `gain` is 1 - error / baseline's error; None where one of them is missing or the baseline makes no error.
    """

    word: VerdictWord
    horizon: int
    score: Score
    gain: float | None


def judge_snapshot(snapshot: Snapshot, part: Part = "validation") -> LiveVerdict:
    """Return whether the network beats the last value on a part, luck considered."""
    score = next(s for s in snapshot.scores if s.metric == "RMSE" and s.part == part)
    gain = skill(score.value, score.baseline)
    word: VerdictWord = "n/a" if gain is None else _word(snapshot.forecast, part)
    return LiveVerdict(word, snapshot.forecast.truth.shape[1], score, gain)


def _word(forecast: Forecast, part: Part) -> VerdictWord:
    rows = forecast.parts == PARTS.index(part)
    truth = forecast.truth[rows]
    network, baseline = (window_losses(of[rows], truth) for of in (forecast.predicted, forecast.baseline))
    return compare(LAST_VALUE, network, baseline, truth.shape[1]).word


def _score(metric: str, part: Part, forecast: Forecast, unit: str, whole: bool) -> Score:
    rows = forecast.parts == PARTS.index(part)
    reason = _why_not(forecast.predicted[rows], whole)
    if reason is not None:
        return Score(metric, part, unit, None, None, reason)
    measure, truth = METRICS[metric], forecast.truth[rows]
    with np.errstate(over="ignore"):
        value, baseline = (float(measure(of[rows], truth)) for of in (forecast.predicted, forecast.baseline))
    if math.isfinite(value) and math.isfinite(baseline):
        return Score(metric, part, unit, value, baseline)
    return Score(metric, part, unit, None, None, "part errors too large")


def _why_not(predicted: Floats, whole: bool) -> Why | None:
    """Return why a part cannot be scored, or None."""
    if not whole:
        return "only some forecast"
    if not len(predicted):
        return "none forecast"
    if not np.isfinite(predicted).all():
        return "network not finite"
    return None
