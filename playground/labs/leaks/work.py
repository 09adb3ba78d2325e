"""Real trainings with classic mistakes made, in short pieces; runs in a worker."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from playground.config import Recipe
from playground.data.prepare import restore_levels
from playground.evaluation.baselines import baseline_loss, last_value
from playground.evaluation.measures import rmse
from playground.labs.leaks.preparing import LeakData, lab_recipe, lab_series, prepare_with_leaks
from playground.labs.leaks.results import Evidence, LeakResult, LeakRun
from playground.networks.network import Network, build_network
from playground.records import Prepared, Series, Windows
from playground.training.alone import Training

PIECE_S = 0.4
"""Training time of one piece: short, so that the turns of others are not kept waiting."""


def advance_leak_run(
    recipe: Recipe, series: Series, leaks: Set[str], run: LeakRun | None = None, budget_s: float = PIECE_S
) -> LeakRun:
    """Train a network with exactly these mistakes made one piece on, and score the run where that ends it.

    How a run is cut into pieces does not change its numbers.

    Args:
        recipe: The learner's; the lab trains it as `lab_recipe` says.
        series: The series, as loaded.
        leaks: Names of `MISTAKES`; none for the honest run.
        run: What the piece before returned, None to begin.
        budget_s: Time of one piece.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, or the run cannot be scored.
    """
    data = prepare_with_leaks(lab_series(series), recipe, leaks)
    quick = lab_recipe(recipe, len(data.prepared.train.anchors))
    training = Training(quick, data.prepared, None if run is None else run.checkpoint)
    epochs = (run.epochs if run else ()) + training.advance(budget_s)
    checkpoint = training.checkpoint()
    result = None if checkpoint.state == "training" else _judge(quick, data, training)
    return LeakRun(quick.training.epochs, checkpoint, epochs, (run.pieces if run else 0) + 1, result)


def _judge(recipe: Recipe, data: LeakData, training: Training) -> LeakResult:
    """Score the network of the epoch that was chosen, as a careless person would and on fresh data."""
    chosen = training.progress
    if not chosen.best_epoch:
        raise ValueError(f"the run cannot be scored: it {chosen.reason}")
    network = build_network(recipe, data.prepared.train.inputs.shape[2])
    network.load_weights(chosen.best_weights)
    reported, reported_baseline = _errors(network, data.prepared, data.reported)
    real, real_baseline = _errors(network, data.prepared, data.fresh)
    chosen_by, chosen_by_baseline = _errors(network, data.prepared, data.prepared.validation)
    return LeakResult(
        leaks=data.leaks,
        reported=reported,
        reported_baseline=reported_baseline,
        real=real,
        real_baseline=real_baseline,
        best_epoch=chosen.best_epoch,
        validation_baseline_loss=baseline_loss(data.prepared, "validation"),
        evidence=_evidence(data, chosen_by / chosen_by_baseline),
    )


def _errors(network: Network, prepared: Prepared, windows: Windows) -> tuple[float, float]:
    """Return the RMSE of the network and of the last value over these windows, in the series' units."""
    horizon = windows.targets.shape[1]
    with np.errstate(over="ignore", invalid="ignore"):
        predicted = restore_levels(prepared, network.predict(windows.inputs), windows.anchors)
        truth = prepared.values[windows.anchors[:, np.newaxis] + np.arange(1, horizon + 1)]
        error = float(rmse(predicted, truth))
    baseline = float(rmse(last_value(prepared, windows.anchors, horizon), truth))
    if not np.isfinite(error):
        raise ValueError("the run cannot be scored: its forecasts are not all finite; choose another target")
    if not baseline:
        raise ValueError(
            "the run cannot be scored: the series stands still there, so the baseline makes no error to compare with; "
            "choose another series or split"
        )
    return error, baseline


def _evidence(data: LeakData, chosen_by_error: float) -> Evidence:
    train, scored = data.prepared.train, data.reported
    read = train.inputs[:, :, 0].astype(np.float64)
    horizon = train.targets.shape[1]
    return Evidence(
        train_windows=len(train.anchors),
        scored_windows=len(scored.anchors),
        trained_until=int(train.anchors.max()) + horizon,
        scored_from=int(scored.anchors.min()) + 1,
        scored_until=int(scored.anchors.max()) + horizon,
        mean=float(np.mean(read)),
        deviation=float(np.std(read)),
        last_input_correlation=_correlation(scored),
        chosen_by_error=chosen_by_error,
    )


def _correlation(windows: Windows) -> float | None:
    last, target = windows.inputs[:, -1, 0].astype(np.float64), windows.targets[:, -1].astype(np.float64)
    if not (np.ptp(last) and np.ptp(target)):
        return None
    return float(np.corrcoef(last, target)[0, 1])
