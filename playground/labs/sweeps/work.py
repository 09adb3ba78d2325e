"""Trainings of a sweep, in short pieces; runs in a worker."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

from playground.config import Recipe
from playground.data.prepare import prepare
from playground.evaluation.baselines import baseline_loss
from playground.histories import Checkpoint, EpochRecord
from playground.labs.sweeps.results import GroupRun
from playground.networks.network import build_network
from playground.records import Prepared, Series, Windows
from playground.training.alone import Training, mean_squared_error
from playground.training.stacked import StackedTraining, stacking_wins

PIECE_S = 0.5
"""Training time of one piece: short, so that the turns of others are not kept waiting."""

Trained = tuple[tuple[Checkpoint, ...], tuple[tuple[EpochRecord, ...], ...]]


def train_group(recipes: Sequence[Recipe], series: Series, longest_window: int = 0) -> GroupRun:
    """Train networks of one shape to the end; see `advance_group`."""
    run = advance_group(recipes, series, longest_window, None)
    while not run.done:
        run = advance_group(recipes, series, longest_window, run)
    return run


def advance_group(
    recipes: Sequence[Recipe],
    series: Series,
    longest_window: int,
    run: GroupRun | None = None,
    budget_s: float = PIECE_S,
) -> GroupRun:
    """Train networks of one shape one piece on from `run` (None begins); score them where that ends the last.

    How the work is cut into pieces does not change its numbers. Nothing reads the test part.

    Args:
        recipes: Alike in all but the seed.
        series: The series, as loaded.
        longest_window: Score where windows of this length have forecasts; 0 scores everywhere.
        run: What the previous piece returned.
        budget_s: Time of the piece.

    Raises:
        ValueError: if the series cannot be cut as the recipes say.
    """
    prepared = prepare(series, recipes[0].data)
    scored = _scored_windows(prepared, recipes[0], longest_window)
    checkpoints, epochs = _advance(recipes, prepared, run, budget_s)
    errors: tuple[float, ...] = ()
    if all(checkpoint.state != "training" for checkpoint in checkpoints):
        errors = tuple(
            _score(recipe, prepared, scored, checkpoint)
            for recipe, checkpoint in zip(recipes, checkpoints, strict=True)
        )
    return GroupRun(
        planned_epochs=recipes[0].training.epochs,
        checkpoints=checkpoints,
        epochs=epochs,
        pieces=(run.pieces if run else 0) + 1,
        baseline_error=baseline_loss(replace(prepared, validation=scored), "validation"),
        validation_errors=errors,
    )


def _advance(recipes: Sequence[Recipe], prepared: Prepared, run: GroupRun | None, budget_s: float) -> Trained:
    """Train on, as one stack where that is quicker."""
    before = run.epochs if run is not None else ((),) * len(recipes)
    if stacking_wins(recipes):
        stack = StackedTraining(recipes, prepared, None if run is None else run.checkpoints)
        fresh = stack.advance(budget_s)
        return stack.checkpoints(), tuple(old + new for old, new in zip(before, fresh, strict=True))
    checkpoints: list[Checkpoint | None] = [None] * len(recipes) if run is None else list(run.checkpoints)
    epochs = list(before)
    began, trained = time.perf_counter(), False
    for place, recipe in enumerate(recipes):
        checkpoint = checkpoints[place]
        if checkpoint is not None and checkpoint.state != "training":
            continue
        left_s = budget_s - (time.perf_counter() - began)
        turn = not trained or left_s > 0
        if turn or checkpoint is None:
            training = Training(recipe, prepared, checkpoint)
            epochs[place] += training.advance(left_s) if turn else ()
            checkpoints[place] = training.checkpoint()
        trained = trained or turn
    return tuple(one for one in checkpoints if one is not None), tuple(epochs)


def _scored_windows(prepared: Prepared, recipe: Recipe, longest_window: int) -> Windows:
    """Return the validation windows that windows of the longest length have too."""
    windows = prepared.validation
    late = max(longest_window - recipe.data.window_steps, 0)
    if late >= len(windows.anchors):
        raise ValueError(
            f"a window of {longest_window} steps must leave forecasts in the validation part, which has "
            f"{len(windows.anchors)} for a window of {recipe.data.window_steps}; shorten the longest window or give "
            "the validation part more points"
        )
    return Windows(windows.inputs[late:], windows.targets[late:], windows.anchors[late:])


def _score(recipe: Recipe, prepared: Prepared, scored: Windows, checkpoint: Checkpoint) -> float:
    """Return the error of the best epoch, infinite where there is none."""
    if not checkpoint.best_epoch:
        return math.inf
    if len(scored.anchors) == len(prepared.validation.anchors):
        return checkpoint.best_loss
    network = build_network(recipe, prepared.train.inputs.shape[2])
    network.load_weights(checkpoint.best_weights)
    return mean_squared_error(network, scored)
