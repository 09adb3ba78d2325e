"""Errors in the series' own units, each with the baseline's beside it, and the verdict on a network in training."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from playground.evaluation.baseline_losses import BaselineLosses
from playground.evaluation.measures import mae, rmse
from playground.evaluation.missing import Missing, Why
from playground.evaluation.results import LAST_VALUE, Verdict, VerdictWord
from playground.evaluation.verdicts import judge_losses, window_losses
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
    """How the network shown stands against the baselines on a part.

    Attributes:
        epoch: Epochs completed, 0 before the end of the first.
        begun: Whether it has been trained at all.
        score: Its RMSE.
        verdict: The verdict; None where it has no score, or the baselines are not known.
        reason: Why there is none; None where the baselines are only to come.
    """

    epoch: int
    begun: bool
    score: Score
    verdict: Verdict | None
    reason: Missing | None

    @property
    def word(self) -> VerdictWord | Literal["not yet"]:
        """Return the word of the verdict, "not yet" while there is none to come to."""
        if self.verdict is not None:
            return self.verdict.word
        return "n/a" if self.reason is not None else "not yet"


def judge_snapshot(snapshot: Snapshot, known: BaselineLosses | None, part: Part = "validation") -> LiveVerdict:
    """Judge the network shown on a part, against what is known of the baselines there; as `verdicts.judge` does."""
    score = next(s for s in snapshot.scores if s.metric == "RMSE" and s.part == part)
    shown = snapshot.epoch, snapshot.chosen != "untrained", score
    if score.value is None:
        return LiveVerdict(*shown, None, Missing(cast(Why, score.reason), part=part))
    if known is None:
        return LiveVerdict(*shown, None, None)
    forecast, rows = snapshot.forecast, snapshot.forecast.parts == PARTS.index(part)
    truth = forecast.truth[rows]
    network, last = (window_losses(of[rows], truth) for of in (forecast.predicted, forecast.baseline))
    same = known.windows[LAST_VALUE]
    if last.shape != same.shape or not np.allclose(last, same, rtol=1e-6, atol=0.0):
        return LiveVerdict(*shown, None, Missing("another version"))
    return LiveVerdict(*shown, judge_losses(part, truth.shape[1], network, known.windows), None)


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
