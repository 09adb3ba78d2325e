"""What is said of the residuals: a pattern, a change of size, a bias."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import autoregressive, growing, heavy, prices, white
from playground.evaluation.residuals import bias_of, examine_residuals, misses_of, pattern_of
from playground.evaluation.results import PartForecasts
from playground.records import Floats

TRIES = 1000
PATTERN, CHANGED, BIASED = "A pattern is left", "The misses are", "Biased"
"""How the sentences begin."""


def over_differenced(random: np.random.Generator, n: int) -> Floats:
    """Return the steps (n,) of noise, which turn back every time."""
    return np.diff(white(random, n + 1))


def one_outlier(random: np.random.Generator, n: int) -> Floats:
    """Return noise (n,) with one value of 30 deviations at a random place."""
    values = white(random, n)
    values[random.integers(n)] = 30.0
    return values


WORLDS: tuple[tuple[str, Callable[[np.random.Generator, int], Floats], frozenset[str]], ...] = (
    ("white noise", white, frozenset()),
    ("noise with outliers, Student's t 3", heavy, frozenset()),
    ("noise in clusters, as of prices", prices, frozenset({CHANGED})),
    ("noise that grows from 0.5 to 3", growing, frozenset({CHANGED})),
    ("noise with one outlier of 30 deviations", one_outlier, frozenset()),
    ("memory of AR(1) 0.5", partial(autoregressive, 0.5), frozenset({PATTERN})),
    ("over-differenced noise", over_differenced, frozenset({PATTERN})),
)
"""Name, noise, and which of the sentences are true there."""


def measure(share: float) -> list[Claim]:
    """Return how often residuals are said to have what they have not, and for some what they have."""
    tries = max(1, round(TRIES * share))
    return [claim for world in WORLDS for n in (40, 80, 200) for claim in _claims(*world, n, tries)]


def _claims(
    name: str, noise: Callable[[np.random.Generator, int], Floats], true: frozenset[str], n: int, tries: int
) -> list[Claim]:
    world = f"{name}; {n} residuals"
    said = simulate(world, tries, lambda random: _said(noise(random, n)))
    return [
        Claim(words, world, said[words], tries, None if words in true else 0.05) for words in (PATTERN, CHANGED, BIASED)
    ]


def _said(values: Floats) -> list[str]:
    truth, anchors = values[:, np.newaxis], np.arange(len(values))
    residuals = examine_residuals(PartForecasts("one-step", "validation", anchors, truth, np.zeros_like(truth), ()))
    said = {
        PATTERN: pattern_of(residuals).word == "left",
        CHANGED: misses_of(residuals).word in ("larger", "smaller"),
        BIASED: bias_of(residuals).word == "biased",
    }
    return [words for words, true in said.items() if true]
