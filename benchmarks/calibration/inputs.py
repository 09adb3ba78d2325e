"""What is said of the inputs of small networks, where some are noise of which nothing can be told.

Networks are looked at as pages show them, at the epoch that was the best on validation, and at the last epoch, when
they have learned some of the noise by heart. Noise is independent of all else, so shuffled it is worth as much.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import autoregressive, heavy, white
from playground.config import Recipe
from playground.data.prepare import prepare
from playground.evaluation.importance import weigh_inputs
from playground.records import Floats, Series
from playground.training.alone import Training

Draw = Callable[[np.random.Generator, int], Floats]

TRIES = 200
POINTS, NOISES = 400, 3
WORLDS = (
    ("white noise", white, 1),
    ("noise with outliers, Student's t 3", heavy, 1),
    ("noise with memory, AR(1) 0.9", partial(autoregressive, 0.9), 1),
    ("white noise", white, 4),
)
"""What the inputs of noise are, how they are drawn, and the horizon of the forecasts."""

RECIPE = Recipe().replaced(
    cell="rnn", hidden_size=6, window_steps=6, gap_steps=0, epochs=25, patience_epochs=0, learning_rate=0.01,
    train_fraction=0.5, validation_fraction=0.35,
)  # fmt: skip


def measure(share: float) -> list[Claim]:
    """Return how often an input of pure noise is said to matter or to mislead, and one that leads the series is."""
    torch.set_num_threads(1)
    tries, claims = max(1, round(TRIES * share)), []
    for name, draw, horizon in WORLDS:
        world = f"AR(1) 0.7 that follows another input; {NOISES} inputs of {name}; horizon {horizon}"
        said = simulate(world, tries, lambda random, draw=draw, horizon=horizon: _said(random, draw, horizon))
        for epoch in ("best", "last"):
            of_noise = "matters or misleads, said of any input of noise"
            claims.append(Claim(of_noise, f"{world}; {epoch} epoch", said[f"noise {epoch}"], tries, 0.05))
        claims.append(Claim("matters, said of the input that it follows", world, said["leader"], tries, None))
    return claims


def _said(random: np.random.Generator, draw: Draw, horizon: int) -> list[str]:
    leader = white(random, POINTS)
    values = autoregressive(0.7, random, POINTS) + np.concatenate([[0.0], 0.7 * leader[:-1]])
    noises = {f"noise {k}": draw(random, POINTS) for k in range(NOISES)}
    series = Series("x", "x", "", values, None, "step", extras={"leader": leader} | noises)
    seed = int(random.integers(1, 10_000))
    recipe = RECIPE.replaced(extra_inputs=tuple(series.extras), horizon_steps=horizon, seed=seed)
    training = Training(recipe, prepare(series, recipe.data))
    training.advance(math.inf)
    checkpoint, said = training.checkpoint(), []
    for epoch, weights in (("best", checkpoint.best_weights), ("last", checkpoint.weights)):
        words = {one.name: one.word for one in weigh_inputs(recipe, series, weights).inputs}
        said += [f"noise {epoch}"] * any(words[name] in ("matters", "misleads") for name in noises)
        said += ["leader"] * (epoch == "best" and words["leader"] == "matters")
    return said
