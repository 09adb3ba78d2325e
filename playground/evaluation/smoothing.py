"""Exponential smoothing: settings fitted on the training part, then carried forward unchanged."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.evaluation.missing import Missing, NotAvailable
from playground.records import Floats, Ints, Prepared

MOST_VALUES_FITTED = 2000
"""The settings are fitted on at most so many of the last training values, the first states on as many of the first."""

MOST_SEASONS_FITTED = 6
"""Where so many seasons take longer than that, they are what is fitted."""


@dataclass(frozen=True, eq=False)
class Smoothing:
    """Settings and first states of additive Holt-Winters smoothing with a damped trend.

    `level_rate`, `trend_rate`, `season_rate` say how fast level, trend and season follow; `damping` is
    the share of the trend left after a step. `level`, `trend` and `seasons` (m,), empty without a
    season, are the states before position 0.
    """

    level_rate: float
    trend_rate: float
    season_rate: float
    damping: float
    level: float
    trend: float
    seasons: Floats


def fit_smoothing(prepared: Prepared, season_steps: int) -> Callable[[Ints, int], Floats]:
    """Fit the settings on the training part; return the forecaster (anchors, steps) -> levels (m, steps).

    The states then follow the series up to each anchor, with the settings as they are. A season is
    used where the training part holds two and the fit is better by Akaike's criterion.

    Raises:
        NotAvailable: if the training part is too short or no settings can be fitted.
    """
    train = prepared.values[: prepared.split.train_stop]
    mean, deviation = float(np.mean(train)), float(np.std(train))
    smoothing = _fit((train - mean) / deviation, season_steps)
    scaled = (prepared.values - mean) / deviation

    def forecast(anchors: Ints, steps: int) -> Floats:
        known = scaled[: int(anchors.max()) + 1]
        return mean + deviation * forecast_smoothed(smoothing, known, anchors, steps)

    return forecast


def forecast_smoothed(smoothing: Smoothing, values: Floats, anchors: Ints, steps: int) -> Floats:
    """Return the forecasts (m, steps) from each anchor, the states having followed values (n,) up to it.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 8.2 and 8.3.
    """
    levels, trends, seasons = _follow(smoothing, values)
    ahead = np.arange(1, steps + 1)
    damped = np.cumsum(smoothing.damping**ahead)
    forecasts = levels[anchors][:, np.newaxis] + trends[anchors][:, np.newaxis] * damped
    period = len(smoothing.seasons)
    if period:
        # seasons[t] is the season for position t, known one period before.
        forecasts += seasons[anchors[:, np.newaxis] + 1 + (ahead - 1) % period]
    return forecasts


def _follow(smoothing: Smoothing, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return level and trend (n,) after each value, and the seasons (n + m,) for each position and one season on."""
    alpha, beta, gamma, phi = (
        smoothing.level_rate,
        smoothing.trend_rate,
        smoothing.season_rate,
        smoothing.damping,
    )
    level, trend = smoothing.level, smoothing.trend
    period = len(smoothing.seasons)
    seasons: list[float] = smoothing.seasons.tolist()
    levels, trends = np.empty(len(values)), np.empty(len(values))
    for t, value in enumerate(values.tolist()):
        season = seasons[t] if period else 0.0
        expected = level + phi * trend
        before, level = level, alpha * (value - season) + (1 - alpha) * expected
        trend = beta * (level - before) + (1 - beta) * phi * trend
        if period:
            seasons.append(gamma * (value - expected) + (1 - gamma) * season)
        levels[t], trends[t] = level, trend
    return levels, trends, np.array(seasons)


def _fit(train: Floats, season_steps: int) -> Smoothing:
    """Return the better of the fits to scaled training values (n,), without and with a season."""
    fits = [_fit_one(train, 0)]
    if season_steps >= 2 and 2 * season_steps + 10 <= len(train):
        fits.append(_fit_one(train, season_steps))
    criterion, smoothing = min(fits, key=lambda fit: fit[0])
    if np.isnan(criterion):
        raise NotAvailable(Missing("no settings"))
    return smoothing


def _fit_one(train: Floats, period: int) -> tuple[float, Smoothing]:
    """Return Akaike's criterion and the fitted smoothing; the first states are statsmodels' heuristic ones."""
    most = max(MOST_VALUES_FITTED, MOST_SEASONS_FITTED * period)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a search that stops early still gives usable settings
        try:
            found = _model(train[-most:], period).fit(use_brute=False)
            settings = {
                name: found.params[name] for name in ("smoothing_level", "smoothing_trend", "damping_trend")
            } | ({"smoothing_seasonal": found.params["smoothing_seasonal"]} if period else {})
            first = _model(train[:most], period).fit(optimized=False, **settings).params
        except (ValueError, FloatingPointError, np.linalg.LinAlgError) as problem:
            raise NotAvailable(Missing("no settings, another library says", detail=f"{problem}")) from None
        criterion = float(found.aic)
    smoothing = Smoothing(
        level_rate=float(settings["smoothing_level"]),
        trend_rate=float(settings["smoothing_trend"]),
        season_rate=float(settings.get("smoothing_seasonal", 0.0)),
        damping=float(settings["damping_trend"]),
        level=float(first["initial_level"]),
        trend=float(first["initial_trend"]),
        seasons=np.array(first["initial_seasons"], dtype=np.float64) if period else np.empty(0),
    )
    return criterion, smoothing


def _model(values: Floats, period: int) -> Any:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing  # imported in workers only, and late

    return ExponentialSmoothing(
        values,
        trend="add",
        damped_trend=True,
        seasonal="add" if period else None,
        seasonal_periods=period or None,
        initialization_method="heuristic",
    )
