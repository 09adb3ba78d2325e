"""What to notice: one plain sentence for what a chart shows right now, read off the records."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from playground.histories import EpochRecord
from playground.records import Series, Trace
from playground.words import percent

LEVEL_WITHIN = 0.02
"""A validation loss this close to the baseline's, as a share of it, is called level with it: about 1% in RMSE."""

OVERFIT_RISE = 1.1
"""Validation loss this many times its best, while training loss is below its own then, is called overfitting."""

OVERFIT_EPOCHS = 10
"""By the median over so many epochs since the best, because single epochs jump."""


def notice_loss(epochs: Sequence[EpochRecord], baseline_loss: float, best_epoch: int) -> str:
    """Say what the loss curves show: overfitting, or how far their lowest point is from the baseline's.

    Nothing is said of skill: the lowest of all epochs goes below the baseline by chance too.
    """
    if not epochs:
        return (
            "Both curves should fall as the network learns. Below the dotted line it errs less than "
            "'same as the step before'."
        )
    best = epochs[max(best_epoch, 1) - 1]
    since = epochs[best.epoch :][-OVERFIT_EPOCHS:]
    if (
        len(since) == OVERFIT_EPOCHS
        and np.median([record.validation_loss for record in since]) > OVERFIT_RISE * best.validation_loss
        and np.median([record.train_loss for record in since]) < best.train_loss
    ):
        return (
            f"Validation loss turned up after epoch {best.epoch} while training loss kept falling, as in overfitting. "
            "The weights of the best epoch are kept."
        )
    share = best.validation_loss / baseline_loss if baseline_loss else math.inf
    if share > 1 + LEVEL_WITHIN:
        return "So far validation loss has stayed above the dotted line: there, repeating the last value errs less."
    where = f"{percent(1 - share)} below" if share < 1 - LEVEL_WITHIN else "level with"
    return (
        f"At its lowest, after epoch {best.epoch}, validation loss is {where} the dotted line. The lowest of many "
        "epochs is a little lucky."
    )


def notice_states(trace: Trace, series: Series, cell: str) -> str:
    """Say how many units follow the series and how many stand at their ceiling.

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
    sentence = f"{following} of {units} units follow the series closely (correlation above 0.9 or below -0.9)"
    quiet = units - int(moving.sum())
    if quiet:
        sentence += f"; {quiet} never move"
    if cell != "relu":
        reach, ends = (2 * states - 1, "0 or 1") if cell == "sigmoid" else (states, "-1 or +1")
        saturated = int(((np.abs(reach) > 0.95).mean(axis=0) > 0.5).sum())
        if saturated:
            sentence += f"; {saturated} stand near {ends} most of the time (saturated)"
    return sentence + "."


def notice_divergence(reason: str) -> str:
    """Say what a diverged run means."""
    return f"The run {reason}. The curve so far is kept."
