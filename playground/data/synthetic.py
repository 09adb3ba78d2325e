"""Series made by a formula and a seed.

In the formulas t counts steps from 0 and e_t is standard normal noise drawn with `data_seed`. The
same choice gives the same series, and a longer series begins with the shorter one; only the slope
of `make_trend_and_season` depends on the length. The fields of the choice mean, for amplitude 1:

- `period_steps`, `second_period_steps`: length of one cycle in steps;
- `noise`: standard deviation of the noise added to every point;
- `trend`: total rise from the first point to the last;
- `ar_coefficient`: how much of a value is carried over to the next.
"""

from __future__ import annotations

import numpy as np

from playground.config import DataChoice
from playground.records import Floats, Series


def make_sine(choice: DataChoice) -> Series:
    """Make sin(2 pi t / period) + noise e_t."""
    return _noisy(_cycle(choice.length_steps, choice.period_steps), choice, "sin(2π t / period) + noise")


def make_sum_of_sines(choice: DataChoice) -> Series:
    """Make sin(2 pi t / period) + 0.5 sin(2 pi t / second period) + noise e_t."""
    n = choice.length_steps
    values = _cycle(n, choice.period_steps) + 0.5 * _cycle(n, choice.second_period_steps)
    return _noisy(values, choice, "sin(2π t / period) + ½ sin(2π t / second period) + noise")


def make_sawtooth(choice: DataChoice) -> Series:
    """Make a ramp from -1 up to 1 that falls back at the start of every period, + noise e_t."""
    return _noisy(2 * _phase(choice) - 1, choice, "a ramp from -1 to 1 once a period, + noise")


def make_square(choice: DataChoice) -> Series:
    """Make +1 in the first half of every period and -1 in the second, + noise e_t."""
    return _noisy(np.where(_phase(choice) < 0.5, 1.0, -1.0), choice, "+1 for half a period, -1 for the other, + noise")


def make_trend_and_season(choice: DataChoice) -> Series:
    """Make trend t / (n - 1) + sin(2 pi t / period) + noise e_t, n being the length."""
    n = choice.length_steps
    values = choice.trend * np.arange(n) / (n - 1) + _cycle(n, choice.period_steps)
    return _noisy(values, choice, "a straight rise of `trend` + sin(2π t / period) + noise")


def make_ar1(choice: DataChoice) -> Series:
    """Make the stationary x_t = a x_(t-1) + e_t, a being `ar_coefficient`; its variance is 1 / (1 - a^2)."""
    a = choice.ar_coefficient
    values = _draws(choice)
    values[0] /= np.sqrt(1 - a * a)
    for t in range(1, len(values)):
        values[t] += a * values[t - 1]
    return _made(values, 0, "x(t) = a x(t-1) + noise, a being the AR coefficient")


def make_random_walk(choice: DataChoice) -> Series:
    """Make x_t = x_(t-1) + e_t from x_(-1) = 0: no forecast beats the last value."""
    return _made(np.cumsum(_draws(choice)), 0, "x(t) = x(t-1) + noise")


def _cycle(length: int, period: float) -> Floats:
    return np.sin(2 * np.pi * np.arange(length) / period)


def _phase(choice: DataChoice) -> Floats:
    """Return how far each step is through its period, in [0, 1)."""
    return (np.arange(choice.length_steps) % choice.period_steps) / choice.period_steps


def _draws(choice: DataChoice) -> Floats:
    return np.random.default_rng(choice.data_seed).standard_normal(choice.length_steps)


def _noisy(values: Floats, choice: DataChoice, formula: str) -> Series:
    return _made(values + choice.noise * _draws(choice), round(choice.period_steps), formula)


def _made(values: Floats, season_steps: int, formula: str) -> Series:
    values.flags.writeable = False
    return Series(
        name="",
        title="",
        unit="",
        values=values,
        times=None,
        step="step",
        season_steps=season_steps,
        source=f"Made here: {formula}",
        licence="Free to use",
    )
