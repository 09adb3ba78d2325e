"""The measures of an evaluation: one function each, and why one may not exist.

Each function takes forecasts and truth (m, steps), the two alone or as `Pairs`, and gives one number,
or with `axis=0` one for each step; NaN where it does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.evaluation.missing import Missing
from playground.records import Floats, Prepared

ROUNDING = 1e-10
"""A training error below this share of the training part's range is only rounding."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Forecasts and truth of one forecaster on one part, with what measures need beside them.

    Attributes:
        predicted, truth: (m, steps) float64.
        known: (m, 1) float64, the value at each anchor.
        scale: Training error that MASE divides by, NaN where there is none.
        scale_reason: Why there is none.
    """

    predicted: Floats
    truth: Floats
    known: Floats
    scale: float
    scale_reason: Missing | None = None


def mae(predicted: Floats, truth: Floats, axis: int | None = None) -> Floats:
    """Return the mean absolute error, mean |f - y|, in double precision."""
    return np.asarray(np.mean(np.abs(np.subtract(predicted, truth, dtype=np.float64)), axis=axis))


def rmse(predicted: Floats, truth: Floats, axis: int | None = None) -> Floats:
    """Return the root mean squared error, sqrt(mean (f - y)^2), in double precision."""
    return np.asarray(np.sqrt(np.mean(np.square(np.subtract(predicted, truth, dtype=np.float64)), axis=axis)))


def skill(error: float | None, baseline: float | None) -> float | None:
    """Return 1 - error / baseline's error: 1 is perfect, 0 as good as the baseline, below 0 worse.

    None where either error is missing or the baseline makes no error at all.
    """
    return None if error is None or not baseline else 1 - error / baseline


def mean_absolute_scaled_error(pairs: Pairs, axis: int | None = None) -> Floats:
    """Return MAE / MAE of the seasonal naive forecast, one step ahead, inside the training part.

    Source: Hyndman and Koehler, International Journal of Forecasting 22 (2006), 679-688.
    """
    return mae(pairs.predicted, pairs.truth, axis) / pairs.scale


def symmetric_percentage_error(pairs: Pairs, axis: int | None = None) -> Floats:
    """Return mean 200 |y - f| / (|y| + |f|), from 0% to 200%; it does not exist for a pair of 0 and 0."""
    size = np.abs(pairs.truth) + np.abs(pairs.predicted)
    return np.mean(200 * np.abs(pairs.truth - pairs.predicted) / size, axis=axis)


def determination(pairs: Pairs, axis: int | None = None) -> Floats:
    """Return R2 = 1 - sum (y - f)^2 / sum (y - mean y)^2; it does not exist for a constant truth."""
    residual = np.sum(np.square(pairs.truth - pairs.predicted), axis=axis)
    total = np.sum(np.square(pairs.truth - np.mean(pairs.truth, axis=axis)), axis=axis)
    varies = np.ptp(pairs.truth, axis=axis) > 0
    return np.where(varies, 1 - residual / np.where(varies, total, 1), np.nan)


def direction_accuracy(pairs: Pairs, axis: int | None = None) -> Floats:
    """Return the share, in %, of forecasts that lie on the same side of the anchor's value as the truth.

    Pairs in which the forecast or the truth equals the anchor's value have no side and are left out.
    """
    ahead, actual = np.sign(pairs.predicted - pairs.known), np.sign(pairs.truth - pairs.known)
    counted = np.count_nonzero(ahead * actual, axis=axis)
    return 100 * np.count_nonzero(ahead * actual > 0, axis=axis) / np.asarray(counted, dtype=np.float64)


def _no_scale(pairs: Pairs) -> Missing | None:
    return pairs.scale_reason


def _zero_pairs(pairs: Pairs) -> Missing | None:
    zeros = int(np.sum((pairs.truth == 0) & (pairs.predicted == 0)))
    return Missing("pairs of zeros", zeros, pairs.truth.size)


def _constant_truth(pairs: Pairs) -> Missing | None:
    return Missing("constant truth")


def _no_sides(pairs: Pairs) -> Missing | None:
    return Missing("no sides")


def _pairs_without_side(pairs: Pairs) -> Missing | None:
    still = int(np.sum((pairs.predicted == pairs.known) | (pairs.truth == pairs.known)))
    return Missing("pairs without a side", still, pairs.truth.size) if still else None


def _nothing(pairs: Pairs) -> Missing | None:
    return None


@dataclass(frozen=True)
class Measure:
    """A measure: its name, what it says in one line, which way is better and in which unit it is.

    `unit` None means the series' own. `missing` says why it does not exist, `left_out` what it
    leaves out.
    """

    name: str
    description: str
    better: Literal["lower", "higher"]
    unit: str | None
    compute: Callable[..., Floats]
    missing: Callable[[Pairs], Missing | None] = _nothing
    left_out: Callable[[Pairs], Missing | None] = _nothing


MEASURES: tuple[Measure, ...] = (
    Measure(
        "MAE",
        "The mean size of the errors.",
        "lower",
        None,
        lambda pairs, axis=None: mae(pairs.predicted, pairs.truth, axis),
    ),
    Measure(
        "RMSE",
        "The root of the mean squared error: large errors weigh more.",
        "lower",
        None,
        lambda pairs, axis=None: rmse(pairs.predicted, pairs.truth, axis),
    ),
    Measure(
        "MASE",
        "MAE as a multiple of the error of the seasonal naive forecast, one step ahead, in the training part.",
        "lower",
        "",
        mean_absolute_scaled_error,
        _no_scale,
    ),
    Measure(
        "sMAPE",
        "The mean error in percent of the mean size of forecast and truth, from 0% to 200%.",
        "lower",
        "%",
        symmetric_percentage_error,
        _zero_pairs,
    ),
    Measure(
        "R²",
        "The share of the truth's variance that the forecasts explain; below 0 they are worse than its mean.",
        "higher",
        "",
        determination,
        _constant_truth,
    ),
    Measure(
        "direction",
        "The share of forecasts that get the direction of the change from the last known value right; pairs "
        "without a change are left out.",
        "higher",
        "%",
        direction_accuracy,
        _no_sides,
        _pairs_without_side,
    ),
)


def training_scale(prepared: Prepared, season_steps: int) -> tuple[float, Missing | None]:
    """Return the error that MASE divides by, and why there is none (then NaN).

    It is the mean |y_t - y_(t-m)| over the training part, m being the season, 1 where there is none.
    """
    train, season = prepared.values[: prepared.split.train_stop], season_steps or 1
    if season >= len(train):
        return np.nan, Missing("season longer than training", season, len(train))
    scale = float(mae(train[:-season], train[season:]))
    if scale <= ROUNDING * float(np.ptp(train)):
        return np.nan, Missing("training repeats itself", season)
    return scale, None


def measured(measure: Measure, pairs: Pairs) -> tuple[float | None, Missing | None]:
    """Return a measure over all pairs and what it leaves out; None and the reason where it does not exist."""
    with np.errstate(all="ignore"):
        value = float(measure.compute(pairs))
    if np.isfinite(value):
        return value, measure.left_out(pairs)
    return None, measure.missing(pairs) or Missing("errors too large")


def measured_by_step(measure: Measure, pairs: Pairs) -> Floats:
    """Return a measure (steps,) at each step, NaN where it does not exist."""
    with np.errstate(all="ignore"):
        values = np.asarray(measure.compute(pairs, axis=0), dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)
