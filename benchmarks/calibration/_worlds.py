"""Noise of many kinds, for worlds in which the truth is known."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from playground.records import Floats

WARM_UP = 200


def white(random: np.random.Generator, n: int) -> Floats:
    """Return standard normal values (n,)."""
    return random.standard_normal(n)


def heavy(random: np.random.Generator, n: int) -> Floats:
    """Return values (n,) of Student's t with 3 degrees of freedom: outliers are common."""
    return random.standard_t(3, n)


def autoregressive(carried: float, random: np.random.Generator, n: int) -> Floats:
    """Return an AR(1) series (n,) of variance 1."""
    shocks = random.standard_normal(n + WARM_UP) * np.sqrt(1 - carried**2)
    return np.asarray(lfilter([1.0], [1.0, -carried], shocks))[WARM_UP:]


def prices(random: np.random.Generator, n: int) -> Floats:
    """Return uncorrelated values (n,) whose size comes in clusters, as that of daily returns: GARCH(1, 1)."""
    shocks = random.standard_normal(n + WARM_UP)
    values, variance = np.empty(n + WARM_UP), 1.0
    for step, shock in enumerate(shocks):
        values[step] = np.sqrt(variance) * shock
        variance = 0.05 + 0.1 * values[step] ** 2 + 0.85 * variance
    return values[WARM_UP:]


def growing(random: np.random.Generator, n: int) -> Floats:
    """Return independent values (n,) whose deviation grows from 0.5 to 3."""
    return random.standard_normal(n) * np.linspace(0.5, 3, n)
