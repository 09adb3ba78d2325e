"""Which season the baselines and MASE use, found in the training part where nobody says."""

from __future__ import annotations

import numpy as np

from playground.evaluation.results import Season
from playground.records import Floats, Prepared

LEAST_AUTOCORRELATION = 0.2
"""Least autocorrelation of the steps, one season apart, for a season to be found."""

MOST_VALUES_SEARCHED = 20_000
"""The search reads at most this many of the last training values."""

NEAR_HIGHEST = 0.9
"""The season is the shortest lag whose peak reaches this share of the highest: its multiples peak too."""


def choose_season(prepared: Prepared, given: int) -> Season:
    """Return the season given, else the series' own, else the one found in the training part.

    Raises:
        ValueError: if the season given is negative.
    """
    if given < 0:
        raise ValueError(f"season_steps must be at least 0, got {given}; 0 takes the season of the series")
    if given:
        return Season(given, "given")
    if prepared.season_steps:
        return Season(prepared.season_steps, "of the series")
    found = find_season(prepared.values[: prepared.split.train_stop])
    return Season(found, "found in the training part") if found else Season(0, "none found")


def find_season(values: Floats) -> int:
    """Return the season of values (n,) in steps, 0 where none is clear.

    It is a peak in the autocorrelation of the steps x_t - x_(t-1), which neither a trend nor a
    random walk can feign, with a valley below 0 before it. White noise pulls lag 1 down and no
    other, so the search begins behind it: seasons from 3 steps to a third of the values are found.
    """
    steps = np.diff(values[-MOST_VALUES_SEARCHED:])
    correlation = autocorrelation(steps, len(steps) // 3 + 1)
    lags = np.arange(3, len(correlation) - 1)
    if not len(lags):
        return 0
    here = correlation[lags]
    higher = (here > correlation[lags - 1]) & (here >= correlation[lags + 1])
    after_valley = np.minimum.accumulate(correlation[2:])[lags - 3] < 0
    clear = here >= max(LEAST_AUTOCORRELATION, 4 / np.sqrt(len(steps)))
    peaks = lags[higher & after_valley & clear]
    if not len(peaks):
        return 0
    return _sharpened(values, int(peaks[correlation[peaks] >= NEAR_HIGHEST * correlation[peaks].max()][0]))


def _sharpened(values: Floats, season: int) -> int:
    """Return the season moved by at most an eighth to where changes over a quarter of it resemble each other most.

    Steps from one value to the next show a slow cycle faintly; changes over a longer time show it well.
    """
    span = max(1, season // 4)
    near = np.arange(season - season // 8, season + season // 8 + 1)
    recent = values[-MOST_VALUES_SEARCHED:]
    changes = recent[span:] - recent[:-span]
    # The usual estimate shrinks with the lag, by the share of pairs that are left.
    return int(near[np.argmax(autocorrelation(changes, int(near[-1]))[near] / (len(changes) - near))])


def autocorrelation(values: Floats, lags: int) -> Floats:
    """Return the autocorrelation (k + 1,) of values (n,) at lags 0 to k = min(lags, n - 1).

    It is the usual estimate, sum (x_t - m)(x_(t+k) - m) / sum (x_t - m)^2; empty where the values
    do not vary. Source: Box, Jenkins, Reinsel and Ljung, Time Series Analysis, 2.1.
    """
    n = len(values)
    if n < 2 or np.ptp(values) == 0:
        return np.empty(0)
    centred = (values - np.mean(values)) / np.ptp(values)
    spectrum = np.fft.rfft(centred, 2 * n)
    sums = np.fft.irfft(np.abs(spectrum) ** 2, 2 * n)[: min(lags, n - 1) + 1]
    return sums / sums[0]
