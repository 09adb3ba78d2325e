"""The season of a series, found in its autocorrelation and tested against noise with a memory."""

from __future__ import annotations

import numpy as np

from playground.records import Floats

SURROGATES = 199
"""Red-noise series that a season must stand out from: all of them, which chance does once in 200 times.

They are drawn once and for all, so for series of one length the chance is a little more or less than that.
"""

MOST_VALUES = 20_000
"""The search reads at most this many of the last values."""

FEWEST_VALUES = 20

SMALLEST_SPREAD = 1e-12
"""Smallest spread that is more than rounding, relative to the values."""

SHORTEST_SEASON = 3
"""Shortest season in steps; an alternation from step to step is no season."""

NEAR_HIGHEST = 0.9
"""A season's multiples peak too, and chance may lift one: the first peak within this share of the highest counts."""

LEAST_AUTOCORRELATION = 0.1
"""Least autocorrelation one season apart: a weaker season, even a significant one, is of no use to a forecast."""


def find_season(values: Floats) -> int:
    """Return the season of values (n,) in steps, 0 where none is significant.

    It is the lag of the highest peak in the autocorrelation of the values without their straight
    trend; where that has none, of the steps x_t - x_(t-1). Of peaks nearly as high as the highest
    the first is taken. Seasons up to half the values are found.

    A peak is significant where it rises higher above the deepest valley before it than any peak of
    199 AR(1) series of the same length, lag-1 autocorrelation and treatment: a Monte Carlo test at
    the level 1/200 for each of the two attempts, whose surrogates are the same on every call.

    Source: Allen and Smith (1996), Monte Carlo SSA, J. Climate 9, 3373-3404 (red noise as the null).
    """
    values = np.asarray(values, dtype=np.float64)[-MOST_VALUES:]
    if len(values) < FEWEST_VALUES:
        return 0
    for treated, straightened in ((detrended(values), True), (np.diff(values), False)):
        if is_rounding(treated, values):
            return 0
        season = _significant_peak(treated, straightened)
        if season:
            return season
    return 0


def is_rounding(treated: Floats, values: Floats) -> bool:
    """Say whether what was computed from values varies by no more than the rounding of its computation."""
    return bool(np.ptp(treated) <= SMALLEST_SPREAD * np.abs(values).max())


def detrended(values: Floats) -> Floats:
    """Return values (n,) less the straight line that fits them best."""
    time = np.arange(len(values)) - (len(values) - 1) / 2
    centred = values - np.mean(values)
    return centred - time * (time @ centred) / (time @ time)


def autocorrelation(values: Floats, lags: int) -> Floats:
    """Return the autocorrelation (k + 1,) of values (n,) at lags 0 to k = min(lags, n - 1).

    It is the usual estimate, sum (x_t - m)(x_(t+k) - m) / sum (x_t - m)^2; empty where the values
    do not vary by more than rounding. Source: Box, Jenkins, Reinsel and Ljung, Time Series Analysis, 2.1.
    """
    n = len(values)
    centred = values - np.mean(values) if n else values
    size = float(np.abs(values).max()) if n else 0.0
    if n < 2 or float(np.abs(centred).max()) <= 1e-15 * size:
        return np.empty(0)
    centred = centred / np.abs(centred).max()
    padded = 1 << (2 * n - 1).bit_length()
    power = np.abs(np.fft.rfft(centred, padded)) ** 2
    sums = np.fft.irfft(power, padded)[: min(lags, n - 1) + 1]
    return sums / sums[0]


def _significant_peak(treated: Floats, straightened: bool) -> int:
    """Return the lag of the first of the highest significant peaks, 0 for none."""
    correlation = autocorrelation(treated, len(treated) // 2 + 1)
    peaks, rises = _peaks(correlation)
    if not len(peaks):
        return 0
    threshold = _threshold(float(correlation[1]), len(treated), straightened, float(rises.max()))
    peaks = peaks[(rises > threshold) & (correlation[peaks] >= LEAST_AUTOCORRELATION)]
    if not len(peaks):
        return 0
    first = int(peaks[correlation[peaks] >= NEAR_HIGHEST * correlation[peaks].max()][0])
    return _sharpened(autocorrelation(treated, len(treated) - 1), len(treated), first)


def _peaks(correlation: Floats) -> tuple[np.ndarray, Floats]:
    """Return the lags of the peaks and how far each rises above the deepest valley before it."""
    inner = correlation[1:-1]
    peaks = np.flatnonzero((inner > correlation[:-2]) & (inner >= correlation[2:])) + 1
    peaks = peaks[peaks >= SHORTEST_SEASON]
    return peaks, correlation[peaks] - np.minimum.accumulate(correlation)[peaks]


def _threshold(memory: float, n: int, straightened: bool, enough: float) -> float:
    """Return the highest rise among red-noise series, or the first that is more than `enough`.

    The lag-1 autocorrelation of a short series is too low on average by (1 + 4a) / n, which is made
    up for. Source: Marriott and Pope (1954), Biometrika 41, 390-402.
    """
    memory = min(memory + (1 + 4 * memory) / n, 1 - 1 / n)
    random = np.random.default_rng(0)
    padded = 1 << (2 * n - 1).bit_length()
    response = 1 / (1 - memory * np.exp(-2j * np.pi * np.fft.rfftfreq(padded)))
    highest = 0.0
    for _ in range(SURROGATES):
        noise = np.fft.rfft(random.standard_normal(padded))
        surrogate = np.fft.irfft(noise * response, padded)[:n]
        _, rises = _peaks(autocorrelation(detrended(surrogate) if straightened else surrogate, n // 2 + 1))
        highest = max(highest, float(rises.max(initial=0.0)))
        if highest >= enough:
            break
    return highest


def _sharpened(correlation: Floats, n: int, peak: int) -> int:
    """Return the peak after making up for the usual estimate's shrinking with the lag, by n / (n - lag)."""
    near = np.arange(max(peak - peak // 8, SHORTEST_SEASON), peak + peak // 8 + 1)
    near = near[near < n - 1]
    return int(near[np.argmax(correlation[near] * n / (n - near))])
