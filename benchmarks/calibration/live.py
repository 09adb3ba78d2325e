"""What is said beside networks in training, on random walks that nothing can forecast better than their last value."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.config import Recipe
from playground.data.prepare import prepare
from playground.data.synthetic import make_random_walk
from playground.evaluation.baseline_losses import measure_baselines
from playground.evaluation.forecast import forecast_one_step
from playground.evaluation.metrics import judge_snapshot, score_forecast
from playground.networks.network import build_network
from playground.records import Part, Snapshot, Trace
from playground.training.alone import Training

TRIES = 100
RECIPE = Recipe().replaced(
    cell="rnn", hidden_size=8, window_steps=12, epochs=25, learning_rate=0.003, target="change", length_steps=800
)


def measure(share: float) -> list[Claim]:
    """Return how often a network is said to beat every baseline on a random walk, the last value among them."""
    import torch

    torch.set_num_threads(1)
    tries = max(1, round(TRIES * share))
    claims = []
    for target in ("change", "level"):
        for length in (400, 1000) if target == "change" else (400,):
            recipe = RECIPE.replaced(target=target, length_steps=length)
            world = f"random walk of {length:,} points, target {target}: the best of {recipe.training.epochs} epochs"
            said = simulate(world, tries, lambda random, recipe=recipe: _said(recipe, int(random.integers(2**31))))
            claims += [
                Claim("Beats every baseline on validation", world, said["validation"], tries, 0.05),
                Claim("Beats every baseline on test", world, said["test"], tries, 0.025),
            ]
    return claims


def _said(recipe: Recipe, seed: int) -> Iterable[str]:
    recipe = recipe.replaced(data_seed=seed % 1000, seed=seed % 997)
    series = make_random_walk(recipe.data)
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
