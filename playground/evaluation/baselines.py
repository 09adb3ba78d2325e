"""The baselines that every forecast is compared with, each fitted on the training part alone.

A baseline is fitted once and then forecasts any number of steps from any anchor, reading no value
after the anchor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.data.summary import is_mostly_zero
from playground.evaluation.linear import RIDGE_STRENGTH, fit_linear
from playground.evaluation.missing import Missing, NotAvailable
from playground.evaluation.results import LAST_VALUE, BaselineForecast
from playground.evaluation.smoothing import fit_smoothing
from playground.records import Floats, Ints, Part, Prepared

Forecaster = Callable[[Ints, int], Floats]
"""(anchors (m,), steps) -> levels (m, steps) float64; raises `NotAvailable`."""


def last_value(prepared: Prepared, anchors: Ints, horizon: int) -> Floats:
    """Return the (m, horizon) levels of the baseline: the level at the anchor, repeated."""
    return np.repeat(prepared.values[anchors][:, np.newaxis], horizon, axis=1)


def baseline_loss(prepared: Prepared, part: Part) -> float:
    """Return the baseline's mean squared error on a part, in scaled units like the training loss.

    For a change or a log return the baseline's forecast is 0, for a level the level at the anchor.
    """
    windows, scaling = prepared.part(part), prepared.scaling
    quantity = prepared.values[windows.anchors] if prepared.target == "level" else np.zeros(len(windows.anchors))
    forecast = (quantity - scaling.mean) / scaling.deviation
    return float(np.mean(np.square(windows.targets - forecast[:, np.newaxis], dtype=np.float64)))


def seasonal_naive(prepared: Prepared, anchors: Ints, steps: int, season: int) -> Floats:
    """Return the (m, steps) levels of the last season before each anchor, repeated.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 5.2.

    Raises:
        NotAvailable: without a season, or where the first anchor has less than a season behind it.
    """
    if season == 0:
        raise NotAvailable(Missing("no season"))
    ahead = np.arange(1, steps + 1)
    positions = anchors[:, np.newaxis] + ahead - season * (-(-ahead // season))
    if positions.size and positions.min() < 0:
        raise NotAvailable(Missing("season longer than known", season, int(anchors.min()) + 1))
    return prepared.values[positions]


def drift(prepared: Prepared, anchors: Ints, steps: int) -> Floats:
    """Return the (m, steps) levels y_a + k (y_a - y_0) / a on the line from the first value to the anchor's.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 5.2.
    """
    levels = prepared.values[anchors][:, np.newaxis]
    slope = (levels - prepared.values[0]) / anchors[:, np.newaxis]
    return levels + slope * np.arange(1, steps + 1)


def training_mean(prepared: Prepared, anchors: Ints, steps: int) -> Floats:
    """Return the mean of the training part's levels, (m, steps) times."""
    return np.full((len(anchors), steps), np.mean(prepared.values[: prepared.split.train_stop]))


@dataclass(frozen=True)
class Baseline:
    """A way to forecast without a network: its name, how it works in one line, and how to fit it.

    `fit` takes the prepared series and the season (0 for none) and may raise `NotAvailable`.
    """

    name: str
    description: str
    fit: Callable[[Prepared, int], Forecaster]


BASELINES: tuple[Baseline, ...] = (
    Baseline(
        LAST_VALUE,
        "Nothing changes: the value at the anchor, for every step ahead.",
        lambda prepared, season: lambda anchors, steps: last_value(prepared, anchors, steps),
    ),
    Baseline(
        "seasonal naive",
        "The same again: the value one season earlier.",
        lambda prepared, season: lambda anchors, steps: seasonal_naive(prepared, anchors, steps, season),
    ),
    Baseline(
        "drift",
        "Straight on: the line from the first value of the series through the one at the anchor.",
        lambda prepared, season: lambda anchors, steps: drift(prepared, anchors, steps),
    ),
    Baseline(
        "mean",
        "The mean of the training part, always.",
        lambda prepared, season: lambda anchors, steps: training_mean(prepared, anchors, steps),
    ),
    Baseline(
        "linear autoregression",
        "A weighted sum of the same window that the network reads, fitted to the training windows by ridge "
        f"regression of strength {RIDGE_STRENGTH:g}.",
        lambda prepared, season: fit_linear(prepared),
    ),
    Baseline(
        "exponential smoothing",
        "A running average that favours recent values, with a damped trend, and with a season where that fits the "
        "training part better; its settings are fitted there and then kept.",
        fit_smoothing,
    ),
)

ALWAYS_ZERO = Baseline(
    "always 0",
    "Nothing happens: 0, always. Asked only where more than half of the training part is 0.",
    lambda prepared, season: lambda anchors, steps: np.zeros((len(anchors), steps)),
)


@dataclass(frozen=True, eq=False)
class FittedBaseline:
    """A baseline ready to forecast, or the reason why it is not."""

    name: str
    description: str
    forecaster: Forecaster | None
    reason: Missing | None = None

    def forecast(self, anchors: Ints, steps: int) -> BaselineForecast:
        """Return `steps` forecasts from each anchor, or why there are none."""
        if self.forecaster is None:
            return BaselineForecast(self.name, self.description, None, self.reason)
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                predicted = self.forecaster(anchors, steps)
        except NotAvailable as problem:
            return BaselineForecast(self.name, self.description, None, problem.reason)
        if not np.isfinite(predicted).all():
            return BaselineForecast(self.name, self.description, None, Missing("baseline not finite"))
        return BaselineForecast(self.name, self.description, predicted)


def fit_baselines(prepared: Prepared, season_steps: int) -> tuple[FittedBaseline, ...]:
    """Fit every baseline on the training part; `season_steps` 0 means that there is no season."""
    mostly_zero = is_mostly_zero(prepared.values[: prepared.split.train_stop])
    asked = (*BASELINES, ALWAYS_ZERO) if mostly_zero else BASELINES
    return tuple(_fitted(baseline, prepared, season_steps) for baseline in asked)


def _fitted(baseline: Baseline, prepared: Prepared, season_steps: int) -> FittedBaseline:
    try:
        forecaster = baseline.fit(prepared, season_steps)
    except NotAvailable as problem:
        return FittedBaseline(baseline.name, baseline.description, None, problem.reason)
    return FittedBaseline(baseline.name, baseline.description, forecaster)
