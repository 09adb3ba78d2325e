"""Errors of several networks on the same validation targets, and step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from playground.evaluation.measures import rmse
from playground.records import PARTS, Floats, Forecast, Ints

VALIDATION = PARTS.index("validation")

FEWEST_TARGETS = 10
"""With fewer common forecasts than this an error says nothing."""


@dataclass(frozen=True, eq=False)
class CommonScores:
    """Errors of several forecasts where all of them have one.

    Attributes:
        anchors: (m,) common anchors on validation, ascending.
        steps: Common lead steps.
        errors: RMSE of each forecast over all of them, in the series' unit; infinite where one is not finite.
        baseline: RMSE of "same as the step before".
        by_step: For each forecast, RMSE (horizon,) over the common anchors at each of its own steps.
        baseline_by_step: The same of the baseline, of the longest horizon.
    """

    anchors: Ints
    steps: int
    errors: tuple[float, ...]
    baseline: float
    by_step: tuple[Floats, ...]
    baseline_by_step: Floats


def score_in_common(forecasts: Sequence[Forecast]) -> CommonScores:
    """Score forecasts of one series on the validation targets that all of them have.

    A longer window or horizon leaves fewer targets; only the common ones make errors comparable.

    Raises:
        ValueError: if there are none, or too few.
    """
    if not forecasts:
        raise ValueError("there is no forecast to score; choose a run with at least one finished epoch")
    anchors: Ints = reduce(np.intersect1d, (f.anchors[f.parts == VALIDATION] for f in forecasts))
    if len(anchors) < FEWEST_TARGETS:
        raise ValueError(
            f"the runs must have at least {FEWEST_TARGETS} validation targets in common, got {len(anchors)}; "
            "compare runs with the same split, or finished ones"
        )
    rows = [np.searchsorted(f.anchors, anchors) for f in forecasts]
    steps = min(f.truth.shape[1] for f in forecasts)
    longest = max(range(len(forecasts)), key=lambda k: forecasts[k].truth.shape[1])
    far, at = forecasts[longest], rows[longest]
    return CommonScores(
        anchors=anchors,
        steps=steps,
        errors=tuple(
            float(_rmse_or_inf(f.predicted[row][:, :steps], f.truth[row][:, :steps], None))
            for f, row in zip(forecasts, rows, strict=True)
        ),
        baseline=float(_rmse_or_inf(far.baseline[at][:, :steps], far.truth[at][:, :steps], None)),
        by_step=tuple(_rmse_or_inf(f.predicted[row], f.truth[row], 0) for f, row in zip(forecasts, rows, strict=True)),
        baseline_by_step=_rmse_or_inf(far.baseline[at], far.truth[at], 0),
    )


def _rmse_or_inf(predicted: Floats, truth: Floats, axis: int | None) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        error = rmse(predicted, truth, axis)
    return np.where(np.isfinite(error), error, np.inf)
