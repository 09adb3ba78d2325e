"""Measured limits of what comes next: how often what came lay outside them, by lead time, in worlds of many kinds."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import autoregressive, prices, white
from playground.config import Recipe
from playground.data.prepare import prepare
from playground.evaluation.baselines import last_value
from playground.evaluation.results import LAST_VALUE, NETWORK
from playground.outlook.limits import limits_of
from playground.outlook.origins import origins_of, truth_after
from playground.outlook.results import Limits
from playground.outlook.work import advance_outlook
from playground.records import Floats, Series
from playground.training.alone import Training

WALKS = 500
TRIES = 60
ROWS, STEPS = 400, 12
LEADS = (1, 4, 12)
LEVEL = 0.8
SEASON = 7

RECIPE = Recipe().replaced(
    cell="gru",
    hidden_size=6,
    window_steps=14,
    gap_steps=4,
    learning_rate=0.01,
    batch_size=32,
    epochs=25,
    patience_epochs=0,
)

Found = tuple[Floats, Limits]
"""Forecasts (steps,), and their limits."""

Draw = Callable[[np.random.Generator, int], Floats]
"""(random, n) -> values (n,)."""


def _walk(random: np.random.Generator, n: int) -> Floats:
    return 100 + np.cumsum(white(random, n))


def _seasonal(random: np.random.Generator, n: int) -> Floats:
    return 10 * np.sin(2 * np.pi * np.arange(n) / SEASON) + white(random, n)


def _heteroscedastic(random: np.random.Generator, n: int) -> Floats:
    return prices(random, n)


def _shifted(random: np.random.Generator, n: int) -> Floats:
    """Return AR(1) values whose shocks are three times as large from the last tenth on: limits cannot know it."""
    values = autoregressive(0.7, random, n)
    values[-(n - ROWS) - ROWS // 10 :] *= 3
    return values


WORLDS: tuple[tuple[str, Draw, bool], ...] = (
    ("AR(1) 0.7", partial(autoregressive, 0.7), True),
    ("a season of 7 and white noise", _seasonal, True),
    ("errors in clusters, as of prices", _heteroscedastic, True),
    ("errors three times as large since the last tenth of the rows", _shifted, False),
)


def measure(share: float) -> list[Claim]:
    """Return how often what came lay outside the 80% limits of the network and of the best simple forecast."""
    walks = _claims(LAST_VALUE, "a random walk", _walk, max(1, round(WALKS * share)), _last_value)
    tries = max(1, round(TRIES * share))
    rest = (_claims("the network", name, draw, tries, _network, holds) for name, draw, holds in WORLDS)
    return walks + [claim for claims in rest for claim in claims]


def _claims(
    of: str, world: str, draw: Draw, tries: int, looked: Callable[[Floats], Found], holds: bool = True
) -> list[Claim]:
    name = f"{world}; {ROWS} rows"
    said = simulate(name, tries, lambda random: _said(draw(random, ROWS + STEPS), looked))
    return [
        Claim(
            f"within the {LEVEL:.0%} limits of {of}, {lead} ahead: false",
            name,
            said[f"{lead}"],
            said[f"{lead} told"],
            1 - LEVEL if holds else None,
            "the errors change, which limits cannot know",
        )
        for lead in LEADS
        if said[f"{lead} told"]
    ]


def _said(values: Floats, looked: Callable[[Floats], Found]) -> list[str]:
    predicted, limits = looked(values[:ROWS])
    told = []
    for lead in LEADS:
        width = limits.at(LEVEL)[lead - 1]
        if np.isfinite(width):
            told.append(f"{lead} told")
            told += [f"{lead}"] if abs(values[ROWS + lead - 1] - predicted[lead - 1]) > width else []
    return told


def _network(values: Floats) -> Found:
    """Train a small network and look ahead with it."""
    series = Series("x", "", "", values, None, "step")
    training = Training(RECIPE, prepare(series, RECIPE.data))
    training.advance(1e9)
    found = advance_outlook(RECIPE, series, (training.checkpoint().best_weights,), STEPS, piece_s=math.inf).result
    assert found is not None
    return found.predicted[NETWORK], found.limits[NETWORK]


def _last_value(values: Floats) -> Found:
    """Measure the last value from the same origins as a network."""
    prepared = prepare(Series("x", "", "", values, None, "step"), RECIPE.data)
    origins, parts = origins_of(prepared, RECIPE, STEPS, test_open=False)
    sizes = np.abs(truth_after(prepared, origins, parts, STEPS) - last_value(prepared, origins, STEPS))
    return np.repeat(values[-1], STEPS), limits_of(sizes, np.zeros(len(origins), dtype=bool), origins, adapts=False)
