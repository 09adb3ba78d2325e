"""What is said beside networks in training, on series that no network can forecast better than their best baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.config import DataChoice, Recipe
from playground.data.prepare import prepare
from playground.data.synthetic import make_ar1, make_random_walk
from playground.evaluation.baseline_losses import measure_baselines
from playground.evaluation.forecast import forecast_one_step
from playground.evaluation.metrics import judge_snapshot, score_forecast
from playground.networks.network import build_network
from playground.records import Part, Series, Snapshot, Trace
from playground.training.alone import Training

TRIES = 100
RECIPE = Recipe().replaced(
    cell="rnn", hidden_size=8, window_steps=12, epochs=25, learning_rate=0.003, target="change", length_steps=800
)

Make = Callable[[DataChoice], Series]


def _make_seasonal_walk(choice: DataChoice) -> Series:
    """Make x_t = x_(t - season) + e_t: no forecast beats the value one season earlier."""
    season = choice.season_steps
    shocks = np.random.default_rng(choice.data_seed).standard_normal((-(-choice.length_steps // season), season))
    return Series("x", "X", "", np.cumsum(shocks, axis=0).ravel()[: choice.length_steps], None, "step")


WORLDS: tuple[tuple[str, Make, Recipe], ...] = (
    ("random walk", make_random_walk, RECIPE.replaced(length_steps=400)),
    ("random walk", make_random_walk, RECIPE.replaced(length_steps=1000)),
    ("random walk", make_random_walk, RECIPE.replaced(length_steps=400, target="level")),
    ("AR(1) 0.9", make_ar1, RECIPE.replaced(length_steps=400, target="level")),
    (
        "seasonal random walk, season 12,",
        _make_seasonal_walk,
        RECIPE.replaced(length_steps=400, target="level", season_steps=12),
    ),
)


def measure(share: float) -> list[Claim]:
    """Return how often a network is said to beat every baseline, of which one is the best forecast that there is."""
    import torch

    torch.set_num_threads(1)
    tries = max(1, round(TRIES * share))
    claims = []
    for name, make, recipe in WORLDS:
        data = recipe.data
        epochs = recipe.training.epochs
        world = f"{name} of {data.length_steps:,} points, target {data.target}: the best of {epochs} epochs"
        said = simulate(
            world,
            tries,
            lambda random, make=make, recipe=recipe: _said(make, recipe, int(random.integers(2**31))),
        )
        claims += [
            Claim("Beats every baseline on validation", world, said["validation"], tries, 0.05),
            Claim("Beats every baseline on test", world, said["test"], tries, 0.025),
        ]
    return claims


def _said(make: Make, recipe: Recipe, seed: int) -> Iterable[str]:
    recipe = recipe.replaced(data_seed=seed % 1000, seed=seed % 997)
    series = make(recipe.data)
    prepared = prepare(series, recipe.data)
    training = Training(recipe, prepared)
    while training.progress.state == "training":
        training.advance(10.0)
    network = build_network(recipe, prepared.train.inputs.shape[2])
    network.load_weights(training.progress.best_weights)
    forecast = forecast_one_step(network, prepared)
    trace = Trace(np.arange(1), np.zeros((1, 1), np.float32), np.arange(1))
    snapshot = Snapshot(
        training.progress.best_epoch, "best on validation", forecast, score_forecast(forecast, ""), trace
    )
    parts: tuple[Part, ...] = ("validation", "test")
    known = {part: measure_baselines(recipe.data, series, part) for part in parts}
    yield from (part for part in parts if judge_snapshot(snapshot, known[part], part).word == "beats")
