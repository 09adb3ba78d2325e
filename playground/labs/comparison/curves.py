"""Loss curves of several runs on one axis, smoothed beside the raw line, and seeds as a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.histories import EpochRecord
from playground.records import Floats

Axis = Literal["epochs", "seconds", "steps"]


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss curve.

    Attributes:
        label: Whose it is.
        color: Name of its colour.
        at: (n,) places on the axis.
        raw: (n,) the loss as it was.
        smooth: (n,) the smoothed loss, or None.
        low, high: (n,) lowest and highest over seeds; `raw` is then their median. None for a single run.
    """

    label: str
    color: str
    at: Floats
    raw: Floats
    smooth: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None


def places(epochs: Sequence[EpochRecord], axis: Axis, steps_per_epoch: int) -> Floats:
    """Return where each epoch ends on an axis."""
    if axis == "seconds":
        return np.array([record.elapsed_s for record in epochs], dtype=np.float64)
    ends = np.array([record.epoch for record in epochs], dtype=np.float64)
    return ends * steps_per_epoch if axis == "steps" else ends


def validation_losses(epochs: Sequence[EpochRecord]) -> Floats:
    """Return the validation loss after each epoch."""
    return np.array([record.validation_loss for record in epochs], dtype=np.float64)


def smoothed(values: Floats, span: int) -> Floats:
    """Return the exponential moving average that weighs about the last `span` values; 1 changes nothing.

    s_t = sum_k (1 - a)^k x_(t-k) / sum_k (1 - a)^k with a = 2 / (span + 1), so it does not start from 0.

    Raises:
        ValueError: if `span` is below 1.
    """
    if span < 1:
        raise ValueError(f"span must be at least 1 value, got {span}")
    keep = 1 - 2 / (span + 1)
    result = np.empty(len(values))
    total = weight = 0.0
    for k, value in enumerate(values):
        if not np.isfinite(value):
            result[k] = np.nan
            continue
        total, weight = keep * total + float(value), keep * weight + 1
        result[k] = total / weight
    return result


def band(curves: Sequence[Floats]) -> tuple[Floats, Floats, Floats]:
    """Return lowest, median and highest loss at each epoch, as long as at least two runs have reached it.

    Raises:
        ValueError: if there are fewer than two runs.
    """
    if len(curves) < 2:
        raise ValueError(f"a band needs at least 2 runs, got {len(curves)}; train another seed")
    length = sorted((len(curve) for curve in curves), reverse=True)[1]
    table = np.full((len(curves), length), np.nan)
    for row, curve in zip(table, curves, strict=True):
        row[: len(curve)] = curve[:length]
    finite = np.where(np.isfinite(table), table, np.nan)
    known = np.count_nonzero(np.isfinite(finite), axis=0) >= 2
    low, middle, high = (np.full(length, np.nan) for _ in range(3))
    if known.any():
        seen = finite[:, known]
        low[known], middle[known], high[known] = np.nanmin(seen, 0), np.nanmedian(seen, 0), np.nanmax(seen, 0)
    return low, middle, high
