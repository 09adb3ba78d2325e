"""What to notice in what a chart shows right now, read off the records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.histories import EpochRecord
from playground.records import Series, Trace

LEVEL_WITHIN = 0.02
"""A validation loss this close to the baseline's, as a share of it, is called level with it: about 1% in RMSE."""

OVERFIT_RISE = 1.1
"""Validation loss this many times its best, while training loss is below its own then, is called overfitting."""

OVERFIT_EPOCHS = 10
"""By the median over so many epochs since the best, because single epochs jump."""


@dataclass(frozen=True)
class LossShown:
    """What the loss curves show: the best epoch, and by which share its validation loss is below that of `baseline`."""

    word: Literal["nothing yet", "turned up", "above", "level", "below"]
    baseline: str
    epoch: int = 0
    below: float = 0.0


@dataclass(frozen=True)
class StatesShown:
    """How many units follow the series, never move, and stand at the ends of their range, with these ends."""

    units: int
    following: int
    still: int
    saturated: int
    ends: tuple[str, str]


def notice_loss(epochs: Sequence[EpochRecord], baseline: tuple[str, float], best_epoch: int) -> LossShown:
    """Return what the loss curves show: overfitting, or how far their lowest point is from the baseline's.

    Args:
        epochs: Finished epochs, in order.
        baseline: Name and validation loss of the baseline that is drawn.
        best_epoch: Epoch with the lowest validation loss, 0 before the first.
    """
    name, baseline_loss = baseline
    if not epochs:
        return LossShown("nothing yet", name)
    best = epochs[max(best_epoch, 1) - 1]
    since = epochs[best.epoch :][-OVERFIT_EPOCHS:]
    if (
        len(since) == OVERFIT_EPOCHS
        and np.median([record.validation_loss for record in since]) > OVERFIT_RISE * best.validation_loss
        and np.median([record.train_loss for record in since]) < best.train_loss
    ):
        return LossShown("turned up", name, best.epoch)
    share = best.validation_loss / baseline_loss if baseline_loss else math.inf
    if share > 1 + LEVEL_WITHIN:
        return LossShown("above", name, best.epoch)
    return LossShown("below" if share < 1 - LEVEL_WITHIN else "level", name, best.epoch, 1 - share)


def notice_states(trace: Trace, series: Series, cell: str) -> StatesShown:
    """Return how many units follow the series and how many stand at their ceiling.

    A unit follows the series when the correlation of its state with the value at the same step is
    above 0.9 in size; a bounded unit is saturated when |h|, of a sigmoid |2h - 1|, is above 0.95 at
    most of the steps.
    """
    states = np.asarray(trace.states, dtype=np.float64)
    units = states.shape[1]
    values = series.values[trace.anchors]
    spread = states.std(axis=0) * values.std()
    moving = spread > 1e-9
    covariance = ((states - states.mean(axis=0)) * (values - values.mean())[:, None]).mean(axis=0)
    correlation = np.divide(covariance, spread, out=np.zeros(units), where=moving)
    following = int((np.abs(correlation) > 0.9).sum())
    reach, ends = (2 * states - 1, ("0", "1")) if cell == "sigmoid" else (states, ("-1", "+1"))
    saturated = 0 if cell == "relu" else int(((np.abs(reach) > 0.95).mean(axis=0) > 0.5).sum())
    return StatesShown(units, following, units - int(moving.sum()), saturated, ends)
