"""The copycat badge, on forecasters that are as good as any and on bad copies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import autoregressive, white
from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.evaluation.baselines import last_value
from playground.evaluation.copycat import find_copycat
from playground.evaluation.results import LAST_VALUE, BaselineForecast, PartForecasts
from playground.records import Floats, Series

TRIES = 400
LENGTHS = (800, 2000)
CHOICE = DataChoice(window_steps=8, gap_steps=0)


def measure(share: float) -> list[Claim]:
    """Return how often the badge is up on the best forecaster, and on a copy with noise."""
    tries = max(1, round(TRIES * share))
    claims = []
    for length in LENGTHS:
        for kept in (0.5, 0.7, 0.9):
            world = f"the best forecaster of AR(1) {kept:g}; {length:,} points"
            claims.append(
                _badge(
                    world, tries, length, lambda random, n, kept=kept: autoregressive(kept, random, n), kept, 0.0, 0.05
                )
            )
        walk = f"the best forecaster of a random walk with drift; {length:,} points"
        claims.append(_badge(walk, tries, length, lambda random, n: np.cumsum(white(random, n) + 0.1), 1.0, 0.1, 0.05))
        copy = f"a random walk, the last value and a noise of half a step; {length:,} points"
        claims.append(
            _badge(copy, tries, length, lambda random, n: np.cumsum(white(random, n)), 1.0, 0.0, None, noise=0.5)
        )
    return claims


def _badge(
    world: str,
    tries: int,
    length: int,
    draw: Callable[[np.random.Generator, int], Floats],
    kept: float,
    added: float,
    at_most: float | None,
    noise: float = 0.0,
) -> Claim:
    def once(random: np.random.Generator) -> list[str]:
        prepared = prepare(Series("x", "x", "", draw(random, length), None, "step"), CHOICE)
        anchors = prepared.test.anchors
        truth, last = prepared.values[anchors + 1][:, np.newaxis], last_value(prepared, anchors, 1)
        predicted = kept * last + added + noise * white(random, len(anchors))[:, np.newaxis]
        forecasts = PartForecasts(
            "one-step", "test", anchors, truth, predicted, (BaselineForecast(LAST_VALUE, "", last),)
        )
        return ["badge"] if find_copycat(forecasts, prepared).copies else []

    return Claim("badge “Copies the past”", world, simulate(world, tries, once)["badge"], tries, at_most)
