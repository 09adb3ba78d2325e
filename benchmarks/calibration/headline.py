"""Beats every baseline, where one of them is best by construction and the network is no better than it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import autoregressive, white
from playground.config import DataChoice
from playground.data.prepare import prepare, restore_levels
from playground.evaluation.baseline_losses import measure_baselines
from playground.evaluation.linear import ridge
from playground.evaluation.verdicts import judge_losses, window_losses
from playground.records import Floats, Prepared, Series

TRIES = 300
SEASON = 12
OFF = 0.05
"""How far the network is off the best forecast at every step, beside shocks of deviation 1."""

CHOICE = DataChoice(window_steps=SEASON)


@dataclass(frozen=True)
class World:
    """A series whose best forecast is known, and a network that makes it a little worse, or learns as a baseline does.

    Attributes:
        name: What it is.
        draw: (random, n) -> values (n,).
        network: (random, prepared, another draw, prepared alike) -> forecasts (m, 1) on test.
        season: Its season, 0 for none.
    """

    name: str
    draw: Callable[[np.random.Generator, int], Floats]
    network: Callable[[np.random.Generator, Prepared, Prepared], Floats]
    season: int = 0


def _walk(random: np.random.Generator, n: int) -> Floats:
    return np.cumsum(white(random, n))


def _seasonal_walk(random: np.random.Generator, n: int) -> Floats:
    """Return x_t = x_(t - season) + e_t: no forecast beats the value one season earlier."""
    shocks = white(random, -(-n // SEASON) * SEASON).reshape(-1, SEASON)
    return np.cumsum(shocks, axis=0).ravel()[:n]


def _off(back: int) -> Callable[[np.random.Generator, Prepared, Prepared], Floats]:
    """Return a network that forecasts the value `back` steps before the target, a little off."""

    def forecast(random: np.random.Generator, prepared: Prepared, other: Prepared) -> Floats:
        anchors = prepared.test.anchors
        return (prepared.values[anchors + 1 - back] + OFF * white(random, len(anchors)))[:, np.newaxis]

    return forecast


def _learnt_elsewhere(random: np.random.Generator, prepared: Prepared, other: Prepared) -> Floats:
    """Return the forecasts of the linear autoregression of another stretch, which errs as much as the baseline."""
    weights, shift = ridge(other.train)
    inputs = prepared.test.inputs.reshape(len(prepared.test.anchors), -1)
    return restore_levels(prepared, inputs @ weights + shift, prepared.test.anchors)


WORLDS = (
    World("a random walk; the network is a little off its last value", _walk, _off(1)),
    World(
        "AR(1) 0.8; the network is the linear autoregression of another stretch",
        lambda random, n: autoregressive(0.8, random, n),
        _learnt_elsewhere,
    ),
    World(
        f"a seasonal random walk, season {SEASON}; the network is a little off the value a season before",
        _seasonal_walk,
        _off(SEASON),
        SEASON,
    ),
)


def measure(share: float) -> list[Claim]:
    """Return how often such a network is said to beat every baseline, all of them fitted as in the app."""
    tries = max(1, round(TRIES * share))
    claims = []
    for world in WORLDS:
        for n in (400, 1000):
            name = f"{world.name}; {n:,} points"
            said = simulate(name, tries, lambda random, world=world, n=n: [_word(world, random, n)])
            claims.append(Claim("Beats every baseline", name, said["beats"], tries, 0.05))
    return claims


def _word(world: World, random: np.random.Generator, n: int) -> str:
    choice = CHOICE.model_copy(update={"season_steps": world.season})
    series, other = (Series("x", "X", "", world.draw(random, n), None, "step") for _ in range(2))
    prepared = prepare(series, choice)
    predicted = world.network(random, prepared, prepare(other, choice))
    truth = prepared.values[prepared.test.anchors + 1][:, np.newaxis]
    known = measure_baselines(choice, series, "test").windows
    return judge_losses("test", 1, window_losses(predicted, truth), known).word
