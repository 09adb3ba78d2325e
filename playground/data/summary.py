"""What a series looks like before any training: its range, its gaps, its trend and its season.

Trend and season are read off the training part alone, as a network would have to. The values of the test
part are sealed: how many there are and how many are filled in is told, and nothing of what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.data.season import autocorrelation, detrended, find_season, is_rounding
from playground.records import Floats, Prepared, Series

MOST_LAGS = 800
"""Most lags of the autocorrelation that are kept to be shown."""

BAND = 1.96
"""The autocorrelation of white noise lies within ±1.96 / √n at 95 of 100 lags."""


MOSTLY = 0.5
"""A series with a larger share of zeros is mostly zero: always 0 is then its median, and no percentage exists."""

WEAK, STRONG = 0.3, 0.7
"""Strengths below the first are called hardly any, from the second on much."""

NORMAL_95 = 1.6448536269514722
"""What a normal deviate stays below in 95 of 100 cases."""


@dataclass(frozen=True)
class Beyond:
    """How much of the validation part lies outside the range of the training part, as shares from 0 to 1."""

    above: float
    below: float


@dataclass(frozen=True)
class Strength:
    """How much of what is not remainder is trend or season, from 0 (none) to 1 (all).

    With the additive decomposition into trend T, season S and remainder R,
    trend = max(0, 1 - Var(R) / Var(T + R)) and season = max(0, 1 - Var(R) / Var(S + R)).
    The season is a mean over few cycles, so noise has one, too: `noise_season` is what white noise of this
    length stays below in 95 of 100 cases.

    Source: Wang, Smith and Hyndman (2006), Data Mining and Knowledge Discovery 13, 335-364.
    """

    trend: float
    season: float
    noise_season: float = 0.0

    @property
    def trend_word(self) -> Literal["hardly any", "some", "much"]:
        """How much slow movement there is."""
        return _word(self.trend)

    @property
    def season_word(self) -> Literal["as noise", "hardly any", "some", "much"]:
        """How much seasonal movement there is, if it is more than noise would show."""
        return "as noise" if self.season <= self.noise_season else _word(self.season)


def _word(strength: float) -> Literal["hardly any", "some", "much"]:
    return "hardly any" if strength < WEAK else "some" if strength < STRONG else "much"


@dataclass(frozen=True, eq=False)
class DataSummary:
    """What a series looks like.

    Attributes:
        length: Number of points.
        step: One step in words.
        first, last: First and last time as ISO 8601, "" where there are no times.
        lowest, highest: Smallest and largest value before the test part.
        filled: Points that are not measured but taken from before.
        beyond: How far validation leaves the range of the training part.
        season_steps: The season in force, chosen or the series' own, 0 for none.
        season_found: The season found in the training part, 0 where none is significant.
        zeros: Share of values of the training part that are 0.
        strength: By a decomposition of the training part with the season in force, or else the one
            found; None where there is no season, or the training part does not cover it twice.
        train_length: Points of the training part.
        autocorrelation: (lags + 1,) of the training part without its straight trend, from lag 0 on;
            empty where that is constant.
        band: White noise stays within ± this at 95 of 100 lags.
    """

    length: int
    step: str
    first: str
    last: str
    lowest: float
    highest: float
    filled: int
    beyond: Beyond
    season_steps: int
    season_found: int
    strength: Strength | None
    train_length: int
    autocorrelation: Floats
    band: float
    zeros: float = 0.0


def is_mostly_zero(values: Floats) -> bool:
    """Say whether more than half of the values (n,) are 0."""
    return bool(np.mean(values == 0) > MOSTLY)


def summarise(series: Series, prepared: Prepared) -> DataSummary:
    """Describe a series and what its parts have in common."""
    seen, open_values = (prepared.values[:stop] for stop in (prepared.split.train_stop, prepared.split.test_start))
    first, last = ("", "") if series.times is None else (str(series.times[end]) for end in (0, -1))
    found = find_season(seen)
    season = prepared.season_steps or found
    level = detrended(seen)
    return DataSummary(
        length=len(prepared.values),
        step=series.step,
        first=first.removesuffix(".000000000"),
        last=last.removesuffix(".000000000"),
        lowest=float(open_values.min()),
        highest=float(open_values.max()),
        filled=len(series.filled),
        beyond=_beyond(prepared),
        season_steps=prepared.season_steps,
        season_found=found,
        strength=_strength(seen, season),
        train_length=len(seen),
        autocorrelation=np.empty(0)
        if is_rounding(level, seen)
        else autocorrelation(level, min(MOST_LAGS, len(level) // 2)),
        band=BAND / np.sqrt(len(seen)),
        zeros=float(np.mean(seen == 0)),
    )


def decompose(values: Floats, season_steps: int) -> tuple[Floats, Floats, Floats]:
    """Return trend, season and remainder (n,) of values (n,), which they add up to.

    The trend is the centred moving average over one season (for an even season with half weight at
    both ends), NaN within half a season of the ends; the season is the mean of what is left at each
    place in the season, around 0.

    Raises:
        ValueError: if the season is shorter than 2 steps or the values do not cover it twice.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 3.4.
    """
    n = len(values)
    if season_steps < 2 or n < 2 * season_steps:
        raise ValueError(
            f"a decomposition needs a season of 2 to {n // 2} steps for {n} values, got {season_steps}; "
            "choose another season or a longer training part"
        )
    half = season_steps // 2
    weights = np.ones(season_steps)
    if season_steps % 2 == 0:
        weights = np.concatenate([[0.5], np.ones(season_steps - 1), [0.5]])
    trend = np.full(n, np.nan)
    trend[half : n - half] = np.convolve(values, weights / season_steps, mode="valid")
    left = values - trend
    place = np.arange(n) % season_steps
    inside = np.isfinite(left)
    pattern = np.bincount(place[inside], left[inside], season_steps) / np.bincount(
        place[inside], minlength=season_steps
    )
    season = (pattern - pattern.mean())[place]
    return trend, season, values - trend - season


def _beyond(prepared: Prepared) -> Beyond:
    seen = prepared.values[: prepared.split.train_stop]
    values = prepared.values[slice(*prepared.split.bounds("validation"))]
    return Beyond(float((values > seen.max()).mean()), float((values < seen.min()).mean()))


def _strength(values: Floats, season_steps: int) -> Strength | None:
    if season_steps < 2 or len(values) < 2 * season_steps:
        return None
    trend, season, remainder = (part[np.isfinite(part)] for part in decompose(values, season_steps))
    season = season[season_steps // 2 :][: len(remainder)]
    noise_season = _noise_season(len(remainder), season_steps)
    return Strength(_share(trend, remainder), _share(season, remainder), noise_season)


def _noise_season(count: int, season_steps: int) -> float:
    """Return the season strength that white noise of `count` values stays below in 95 of 100 cases.

    The sum of squares of a season's means is chi-squared in units of the noise. Source: Wilson and Hilferty
    (1931), Proceedings of the National Academy of Sciences 17, 684-688, for its quantile.
    """
    degrees = season_steps - 1
    spread = 2 / (9 * degrees)
    quantile = degrees * (1 - spread + NORMAL_95 * spread**0.5) ** 3
    return min(quantile / count, 1.0)


def _share(part: Floats, remainder: Floats) -> float:
    """Return 1 - Var(R) / Var(P + R), not below 0; 0 where neither varies."""
    together = float(np.var(part + remainder))
    return max(0.0, 1 - float(np.var(remainder)) / together) if together > 0 else 0.0
