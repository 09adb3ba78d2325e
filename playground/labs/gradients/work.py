"""Trainings whose gradients are watched, in short pieces; runs in a worker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.config import Recipe
from playground.data.prepare import prepare
from playground.labs.gradients.measuring import measure_moment, watched_windows
from playground.labs.gradients.results import GradientMoment, GradientRun
from playground.records import Series
from playground.training.alone import Training

PIECE_S = 0.4
"""Training time of one piece: short, so that the turns of others are not kept waiting."""

MOST_MOMENTS = 80
"""Epochs that are looked at; of a longer run every second, third, ... and the last."""


def begin_gradient_run(recipe: Recipe, series: Series) -> GradientRun:
    """Return the untrained network as it stands before the first step.

    Raises:
        ValueError: if the series cannot be cut as the recipe says.
    """
    prepared = prepare(series, recipe.data)
    training = Training(recipe, prepared)
    windows = watched_windows(prepared.validation)
    means = prepared.train.inputs.mean(axis=(0, 1), dtype=np.float64)
    return GradientRun(
        recipe=recipe,
        parameters=sum(values.size for values in training.network.weights().values()),
        windows=len(windows.anchors),
        checkpoint=training.checkpoint(),
        epochs=(),
        moments=(measure_moment(recipe, training.network, windows, means),),
    )


def advance_gradient_run(
    recipe: Recipe, series: Series, run: GradientRun | None = None, budget_s: float = PIECE_S
) -> GradientRun:
    """Train one piece on from `run` (None begins), and look at the network after its epochs.

    The gradients are those of validation windows; how a run is cut into pieces changes no number.

    Raises:
        ValueError: if the series cannot be cut as the recipe says.
    """
    run = run or begin_gradient_run(recipe, series)
    prepared = prepare(series, recipe.data)
    training = Training(recipe, prepared, run.checkpoint)
    windows = watched_windows(prepared.validation)
    means = prepared.train.inputs.mean(axis=(0, 1), dtype=np.float64)
    every = -(-recipe.training.epochs // MOST_MOMENTS)
    seen: list[GradientMoment] = []

    def look() -> None:
        epoch = training.progress.epoch
        if epoch % every == 0 or training.progress.state != "training":
            seen.append(measure_moment(recipe, training.network, windows, means, epoch))

    epochs = training.advance(budget_s, after_epoch=look)
    return replace(
        run,
        checkpoint=training.checkpoint(),
        epochs=run.epochs + epochs,
        moments=(*run.moments, *seen),
        pieces=run.pieces + 1,
    )
