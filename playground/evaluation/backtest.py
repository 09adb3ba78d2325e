"""Rolling-origin backtest: one trained network forecasts from many origins, without being trained again.

The forecast of an origin reads nothing after it. Origins are taken in an order that is spread over
the part from the start, so a backtest that runs out of time still covers all of it. Source: Tashman,
Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 16 (2000), fixed
fitting with rolling origin.
"""

from __future__ import annotations

import time

import numpy as np

from playground.config import Recipe, parameter_count
from playground.data.prepare import prepare, restore_levels
from playground.evaluation.backtest_results import BacktestResult, BacktestRun
from playground.evaluation.baselines import fit_baselines
from playground.evaluation.free_run import run_free
from playground.evaluation.measures import rmse
from playground.evaluation.results import NETWORK, Kind
from playground.evaluation.season import choose_season
from playground.networks.network import build_network
from playground.records import PARTS, Floats, Ints, Part, Prepared, Series

ORIGINS = 50

BUDGET_S = 10.0
"""Computing time after which a backtest ends with the origins it has."""

PIECE_S = 0.4
"""Computing time of one piece: short, so that the turns of others are not kept waiting."""

CHUNK_WORK = 5e8
"""Weights x window steps x forward passes for the origins that are forecast from at once."""

LONGEST = 64
"""Steps of a forecast where nobody says, at most."""


def advance_backtest(
    recipe: Recipe,
    series: Series,
    weights: dict[str, Floats],
    origins: int = ORIGINS,
    steps: int = 0,
    test_open: bool = False,
    run: BacktestRun | None = None,
    budget_s: float = BUDGET_S,
    piece_s: float = PIECE_S,
) -> BacktestRun:
    """Go on for one piece with forecasts from origins over validation, and test once it is opened.

    The piece that reaches the last origin, or the end of the time, has the result.

    Args:
        recipe: The recipe that the weights were trained with.
        series: The series, as loaded.
        weights: Parameter name -> array.
        origins: How many, evenly spaced; fewer where the parts are too short.
        steps: How far each forecast reaches; 0 means a season, but at least the horizon.
        test_open: Whether the test part has been opened.
        run: What the piece before returned, None to begin.
        budget_s: Computing time after which the backtest ends with the origins it has.
        piece_s: Time of one piece.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, the weights do not fit the recipe,
            or `origins` or `steps` is outside its limits.
    """
    began = time.perf_counter()
    prepared = prepare(series, recipe.data)
    parts = PARTS[1:] if test_open else PARTS[1:2]
    steps = _chosen_steps(prepared, parts, steps)
    chosen = choose_origins(prepared, parts, origins, steps)
    network = build_network(recipe, prepared.train.inputs.shape[2])
    network.load_weights(weights)
    outputs = np.full((len(chosen), steps), np.nan) if run is None else run.outputs.copy()
    finished, before = (0, 0.0) if run is None else (run.finished, run.elapsed_s)
    order, chunk = spread_order(len(chosen)), _chunk(recipe, prepared, steps)
    while finished < len(chosen):
        rows = order[finished : finished + chunk]
        outputs[rows] = run_free(network.predict, prepared, chosen[rows], steps)
        finished += len(rows)
        if time.perf_counter() - began >= min(piece_s, budget_s - before):
            break
    elapsed_s = before + time.perf_counter() - began
    result = None
    if finished == len(chosen) or elapsed_s >= budget_s:
        done = np.sort(order[:finished])
        result = compare(prepared, parts, chosen[done], outputs[done], origins, series.unit, elapsed_s)
    return BacktestRun(outputs, finished, (run.pieces if run else 0) + 1, elapsed_s, result)


def choose_origins(prepared: Prepared, parts: tuple[Part, ...], origins: int, steps: int) -> Ints:
    """Return at most `origins` evenly spaced positions from which all `steps` lie in one of the parts.

    The spacing is even up to rounding to whole steps, and over two parts even in the positions that
    are possible.

    Raises:
        ValueError: if no origin is asked for or possible.
    """
    if origins < 1:
        raise ValueError(f"origins must be at least 1, got {origins}")
    bounds = [prepared.split.bounds(part) for part in parts]
    possible = np.concatenate([np.arange(start - 1, stop - steps) for start, stop in bounds])
    if not len(possible):
        longest = max(stop - start for start, stop in bounds)
        raise ValueError(
            f"steps must be at most {longest}, the points of {parts[0]}, got {steps}; forecast fewer steps"
        )
    return possible[np.linspace(0, len(possible) - 1, min(origins, len(possible))).round().astype(np.int64)]


def spread_order(count: int) -> Ints:
    """Return 0 .. count - 1 in an order whose every beginning is spread evenly (bit-reversed, van der Corput)."""
    bits = max(count - 1, 1).bit_length()
    return np.array(sorted(range(count), key=lambda index: f"{index:0{bits}b}"[::-1]), dtype=np.int64)


def compare(
    prepared: Prepared,
    parts: tuple[Part, ...],
    origins: Ints,
    outputs: Floats,
    asked: int,
    unit: str,
    elapsed_s: float,
) -> BacktestResult:
    """Hold scaled outputs (m, steps) against the truth, beside the baselines from the same origins."""
    steps, horizon = outputs.shape[1], prepared.train.targets.shape[1]
    truth = prepared.values[origins[:, np.newaxis] + np.arange(1, steps + 1)]
    with np.errstate(over="ignore", invalid="ignore"):
        predicted = restore_levels(prepared, outputs, origins)
    season = choose_season(prepared, 0).steps
    forecasts = [baseline.forecast(origins, steps) for baseline in fit_baselines(prepared, season)]
    baselines = {f.name: f.predicted for f in forecasts if f.predicted is not None}
    everyone = {NETWORK: predicted, **baselines}
    near: Kind = "one-step" if horizon == 1 else "direct"
    by_origin = {near: _errors(everyone, truth, slice(horizon), axis=1)}
    if steps > horizon:
        by_origin["free-run"] = _errors(everyone, truth, slice(steps), axis=1)
    return BacktestResult(
        origins=origins,
        parts=_parts_of(prepared, parts, origins),
        horizon=min(horizon, steps),
        truth=truth,
        predicted=predicted,
        baselines=baselines,
        reasons={f.name: f.reason for f in forecasts if f.reason is not None},
        by_lead=_errors(everyone, truth, slice(steps), axis=0),
        by_origin=by_origin,
        asked_origins=asked,
        unit=unit,
        elapsed_s=elapsed_s,
    )


def _chosen_steps(prepared: Prepared, parts: tuple[Part, ...], steps: int) -> int:
    """Return the steps asked for, or a season, at least the horizon, at most half of the shortest part.

    Raises:
        ValueError: if a negative number is asked for.
    """
    if steps < 0:
        raise ValueError(f"steps must be at least 0, got {steps}; 0 takes a season")
    if steps:
        return steps
    horizon = prepared.train.targets.shape[1]
    shortest = min(stop - start for start, stop in (prepared.split.bounds(part) for part in parts))
    wanted = choose_season(prepared, 0).steps or 3 * horizon
    return max(horizon, min(wanted, LONGEST, shortest // 2))


def _chunk(recipe: Recipe, prepared: Prepared, steps: int) -> int:
    """Return how many origins to forecast from at once; by the recipe alone, so the numbers are always the same."""
    features = prepared.train.inputs.shape[2]
    passes = -(-steps // recipe.data.horizon_steps)
    return max(1, int(CHUNK_WORK / (passes * recipe.data.window_steps * parameter_count(recipe, features))))


def _errors(forecasts: dict[str, Floats], truth: Floats, columns: slice, axis: int) -> dict[str, Floats]:
    """Return each forecaster's RMSE along an axis, NaN where a forecast is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        errors = {name: rmse(each[:, columns], truth[:, columns], axis) for name, each in forecasts.items()}
    return {name: np.where(np.isfinite(error), error, np.nan) for name, error in errors.items()}


def _parts_of(prepared: Prepared, parts: tuple[Part, ...], origins: Ints) -> np.ndarray:
    """Return the index into PARTS of the part that each origin forecasts."""
    starts = [prepared.split.bounds(part)[0] for part in parts]
    first = PARTS.index(parts[0])
    return (first + np.searchsorted(starts, origins + 1, side="right") - 1).astype(np.uint8)
