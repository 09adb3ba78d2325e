"""All that is said about how good a network's forecasts are; runs in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from playground.config import Recipe
from playground.data.prepare import prepare, restore_levels
from playground.evaluation.baselines import FittedBaseline, fit_baselines
from playground.evaluation.copycat import find_copycat
from playground.evaluation.free_run import Predict, run_free
from playground.evaluation.intervals import conformal_intervals
from playground.evaluation.pretrained import pretrained_baselines
from playground.evaluation.residuals import examine_residuals
from playground.evaluation.results import Evaluation, Kind, PartForecasts
from playground.evaluation.scoring import score_part
from playground.evaluation.season import choose_season
from playground.evaluation.seed_verdicts import SeedVerdict, judge_seeds
from playground.evaluation.verdicts import judge
from playground.networks.network import build_network
from playground.records import PARTS, Floats, Ints, Part, Prepared, Series

MOST_FORECAST_VALUES = 100_000
"""Of a longer part, only so many values are forecast: those next to validation, or the first of it."""

FREE_RUN_STEPS = 200
"""Longest free run."""

FREE_RUN_ORIGINS = 8
"""Free runs on one part, evenly spaced."""


def evaluate(
    recipe: Recipe,
    series: Series,
    weights: dict[str, Floats],
    season_steps: int = 0,
    include_test: bool = False,
) -> Evaluation:
    """Forecast, score and examine with the weights, beside every baseline.

    Args:
        recipe: The recipe that the weights were trained with.
        series: The series, as loaded.
        weights: Parameter name -> array.
        season_steps: Season for the baselines and MASE; 0 means the series' own, or else the one
            found in the training part.
        include_test: Open the sealed test part. Without it nothing about test is computed.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, if the weights do not fit the
            recipe, or if the season is negative.
    """
    prepared = prepare(series, recipe.data)
    network = build_network(recipe, prepared.train.inputs.shape[2])
    network.load_weights(weights)
    found = evaluate_forecaster(network.predict, prepared, series.unit, season_steps, include_test)
    stop = prepared.split.length if include_test else prepared.split.test_start
    return replace(found, filled=int(np.sum(series.filled < stop)))


def evaluate_seeds(
    recipes: Sequence[Recipe],
    series: Series,
    weights: Sequence[dict[str, Floats]],
    include_test: bool = False,
) -> tuple[SeedVerdict, ...]:
    """Judge networks that differ in their seed alone, together; return a verdict for each part.

    Args:
        recipes: One for each network; the season of the baselines is the first one's.
        series: The series, as loaded.
        weights: Of each network.
        include_test: See `evaluate`.

    Raises:
        ValueError: as `evaluate` does, and if there are too few seeds or one has no weights.
    """
    prepared = prepare(series, recipes[0].data)
    fitted = fit_baselines(prepared, choose_season(prepared, recipes[0].data.season_steps).steps)
    networks = [build_network(recipe, prepared.train.inputs.shape[2]) for recipe in recipes]
    for recipe, network, arrays in zip(recipes, networks, weights, strict=True):
        if not arrays:
            raise ValueError(
                f"no verdict over seeds: with seed {recipe.seed} training diverged before the end of its first epoch; "
                "lower the learning rate or clip more"
            )
        network.load_weights(arrays)
    seeds = [recipe.seed for recipe in recipes]
    beside = [fitted, *[()] * (len(networks) - 1)]
    return tuple(
        judge_seeds(
            seeds,
            [
                _with_true_inputs(network.predict, prepared, baselines, part)
                for network, baselines in zip(networks, beside, strict=True)
            ],
        )
        for part in (PARTS if include_test else PARTS[:-1])
    )


def evaluate_forecaster(
    predict: Predict, prepared: Prepared, unit: str, season_steps: int = 0, include_test: bool = False
) -> Evaluation:
    """Evaluate any function of the window; see `evaluate`."""
    season = choose_season(prepared, season_steps)
    fitted = (*fit_baselines(prepared, season.steps), *pretrained_baselines(prepared))
    parts = PARTS if include_test else PARTS[:-1]
    with_true_inputs = tuple(_with_true_inputs(predict, prepared, fitted, part) for part in parts)
    free_run = tuple(_free_run(predict, prepared, fitted, part) for part in parts)
    further = list(zip(prepared.feature_names, prepared.known_ahead, strict=True))[1:]
    scored = [score_part(f, prepared, unit, season.steps) for f in (*with_true_inputs, *free_run)]
    return Evaluation(
        horizon=prepared.train.targets.shape[1],
        unit=unit,
        season=season,
        test_opened=include_test,
        with_true_inputs=with_true_inputs,
        free_run=free_run,
        scores=tuple(chain.from_iterable(scores for scores, _ in scored)),
        by_step=tuple(chain.from_iterable(by_step for _, by_step in scored)),
        verdicts=tuple(judge(forecasts) for forecasts in with_true_inputs),
        intervals=conformal_intervals(with_true_inputs),
        residuals=tuple(examine_residuals(forecasts) for forecasts in with_true_inputs),
        copycats=tuple(find_copycat(forecasts, prepared) for forecasts in with_true_inputs),
        notes=prepared.notes,
        windows={part: len(prepared.part(part).anchors) for part in parts},
        held=tuple(name for name, ahead in further if not ahead),
        moving=tuple(name for name, ahead in further if ahead),
    )


def _with_true_inputs(
    predict: Predict, prepared: Prepared, fitted: tuple[FittedBaseline, ...], part: Part
) -> PartForecasts:
    windows = prepared.part(part)
    horizon = windows.targets.shape[1]
    most = max(1, MOST_FORECAST_VALUES // horizon)
    chosen = slice(-most, None) if part == "train" else slice(most)
    anchors = windows.anchors[chosen]
    outputs = predict(windows.inputs[chosen])
    return _beside_baselines("one-step" if horizon == 1 else "direct", prepared, fitted, part, anchors, outputs)


def _free_run(predict: Predict, prepared: Prepared, fitted: tuple[FittedBaseline, ...], part: Part) -> PartForecasts:
    """Run free from evenly spaced origins, over at most three quarters of what follows the part's first window."""
    windows = prepared.part(part)
    first, last = int(windows.anchors[0]), prepared.split.bounds(part)[1] - 1
    steps = min(FREE_RUN_STEPS, max(windows.targets.shape[1], 3 * (last - first) // 4))
    anchors = np.unique(np.linspace(first, last - steps, FREE_RUN_ORIGINS).astype(np.int64))
    outputs = run_free(predict, prepared, anchors, steps)
    return _beside_baselines("free-run", prepared, fitted, part, anchors, outputs)


def _beside_baselines(
    kind: Kind,
    prepared: Prepared,
    fitted: tuple[FittedBaseline, ...],
    part: Part,
    anchors: Ints,
    outputs: Floats,
) -> PartForecasts:
    """Put scaled outputs (m, steps), as levels, beside the truth and every baseline's forecasts."""
    steps = outputs.shape[1]
    with np.errstate(over="ignore", invalid="ignore"):
        predicted = restore_levels(prepared, outputs, anchors)
    return PartForecasts(
        kind=kind,
        part=part,
        anchors=anchors,
        truth=prepared.values[anchors[:, np.newaxis] + np.arange(1, steps + 1)],
        predicted=predicted,
        baselines=tuple(baseline.forecast(anchors, steps) for baseline in fitted),
    )
