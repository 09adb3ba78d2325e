"""Looking ahead, in pieces; what a worker runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from playground.config import Recipe
from playground.data.future import checked_steps, future_times
from playground.data.prepare import prepare, restore_levels, split_of, whole
from playground.evaluation.baselines import FittedBaseline, fit_baselines
from playground.evaluation.free_run import run_free
from playground.evaluation.measures import rmse
from playground.evaluation.missing import Missing
from playground.evaluation.pretrained import pretrained_baselines
from playground.evaluation.results import NETWORK
from playground.evaluation.season import choose_season
from playground.networks.network import Network, build_network
from playground.outlook.beyond import beyond
from playground.outlook.limits import limits_of
from playground.outlook.origins import CHUNK_WORK, origins_of, truth_after, work_of_one
from playground.outlook.results import Limits, Outlook, OutlookRun, RefitRun, Rolling, TurnedOut
from playground.records import PARTS, Floats, Ints, Prepared, Series
from playground.training.alone import Training

PIECE_S = 0.4
"""Computing time of one piece: short, so that the turns of others are not kept waiting."""

Weights = dict[str, Floats]
"""Parameter name -> array."""


def advance_outlook(
    recipe: Recipe,
    series: Series,
    weights: Sequence[Weights],
    steps: int,
    newer: Series | None = None,
    known: Mapping[str, Floats] | None = None,
    test_open: bool = False,
    refitted: Weights | None = None,
    run: OutlookRun | None = None,
    piece_s: float = PIECE_S,
) -> OutlookRun:
    """Go on for one piece with forecasts from the past; the last piece looks ahead.

    Args:
        recipe: The recipe that the weights were trained with.
        series: The series that they were trained on, as loaded.
        weights: Of one network, or of several that differ in their seed alone.
        steps: How far to look ahead, 1 to `data.future.MOST_STEPS`.
        newer: The same series with the rows that have come since, None where there are none.
        known: Further input -> its values to come, at least `steps`.
        test_open: Whether the test part has been opened.
        refitted: Of the network that was trained again on all rows and looks ahead in place of the others; the
            forecasts from the past, and so the limits, stay those of the judged ones.
        run: What the piece before returned, None to begin.
        piece_s: Time of one piece, in seconds.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, the weights do not fit the recipe, `steps` is
            outside its limits, or `known` does not fit.
    """
    began = time.perf_counter()
    ahead = _Ahead(recipe, series, newer, checked_steps(steps), known)
    networks = [_loaded(recipe, ahead.prepared, each) for each in weights]
    origins, parts = origins_of(ahead.prepared, recipe, steps, test_open, len(networks))
    levels = np.full((len(origins), steps), np.nan) if run is None else run.levels.copy()
    finished = 0 if run is None else run.finished
    one = len(networks) * work_of_one(recipe, ahead.prepared.features.shape[1], steps)
    chunk = max(1, int(CHUNK_WORK / one))
    while finished < len(origins):
        some = slice(finished, finished + chunk)
        levels[some] = np.mean([_forecast(each, ahead.judged, origins[some], steps) for each in networks], axis=0)
        finished = min(finished + chunk, len(origins))
        if time.perf_counter() - began >= piece_s:
            break
    result = None
    if finished == len(origins):
        result = _looked(ahead, networks, origins, parts, levels, refitted)
    return OutlookRun(levels, finished, (run.pieces if run else 0) + 1, result)


def look_ahead(recipe: Recipe, series: Series, weights: Weights, steps: int) -> Floats:
    """Return the network's forecast (steps,) beyond the last row, without anything that tells how good it is.

    Args:
        recipe: The recipe that the weights were trained with.
        series: The series that they were trained on, as loaded.
        weights: Of the network.
        steps: How far to look ahead, 1 to `data.future.MOST_STEPS`.

    Raises:
        ValueError: as `advance_outlook` does.
    """
    ahead = _Ahead(recipe, series, None, checked_steps(steps), None)
    return _forecast(_loaded(recipe, ahead.prepared, weights), ahead.judged, np.array([ahead.rows - 1]), steps)[0]


class _Ahead:
    """The series with room for the steps to come, cut as it was when the network was trained."""

    def __init__(
        self, recipe: Recipe, series: Series, newer: Series | None, steps: int, known: Mapping[str, Floats] | None
    ) -> None:
        self.recipe, self.steps, self.known = recipe, steps, known
        self.trained_rows = len(series.values)
        self.series = series if newer is None else newer
        self.split = replace(split_of(self.trained_rows, recipe.data), length=len(self.series.values))
        self.future = future_times(self.series, steps)
        self.prepared = prepare(self.series, recipe.data, self.split)
        self.judged = self._beyond(self.prepared)

    @property
    def rows(self) -> int:
        """Rows that are known."""
        return len(self.series.values)

    def refit(self) -> Prepared:
        """Return the series as the network trained on all rows reads it."""
        return self._beyond(prepare(self.series, self.recipe.data, whole(self.split)))

    def _beyond(self, prepared: Prepared) -> Prepared:
        times = self.future.times if self.future is not None else None
        return beyond(prepared, self.series, self.recipe.data, self.steps, times, self.known)


def _looked(
    ahead: _Ahead, networks: list[Network], origins: Ints, parts: np.ndarray, levels: Floats, refitted: Weights | None
) -> Outlook:
    steps, judged = ahead.steps, ahead.judged
    now = np.array([ahead.rows - 1])
    base = judged if refitted is None else ahead.refit()
    looking = networks if refitted is None else [_loaded(ahead.recipe, base, refitted)]
    members = np.concatenate([_forecast(network, base, now, steps) for network in looking])
    season = choose_season(ahead.prepared, ahead.recipe.data.season_steps).steps
    predicted, reasons = {NETWORK: members.mean(axis=0)}, {}
    past = {NETWORK: levels}
    fitted = _fitted(judged, season)
    for baseline, looks in zip(fitted, fitted if refitted is None else _fitted(base, season), strict=True):
        found, before = looks.forecast(now, steps), baseline.forecast(origins, steps)
        if found.predicted is None or before.predicted is None:
            reasons[baseline.name] = found.reason or before.reason or Missing("baseline not finite")
        else:
            predicted[baseline.name], past[baseline.name] = found.predicted[0], before.predicted
    if not np.isfinite(predicted[NETWORK]).all():
        predicted[NETWORK], reasons[NETWORK] = np.full(steps, np.nan), Missing("network not finite or too large")
    truth = truth_after(ahead.prepared, origins, parts, steps)
    in_test = parts == PARTS.index("test")
    limits = {
        name: limits_of(np.abs(truth - each), in_test, origins, adapts=name == NETWORK) for name, each in past.items()
    }
    further = list(zip(ahead.prepared.feature_names, ahead.prepared.known_ahead, strict=True))[1:]
    given = tuple(ahead.known or ())
    return Outlook(
        horizon=ahead.recipe.data.horizon_steps,
        unit=ahead.series.unit,
        rows=ahead.rows,
        future=ahead.future,
        predicted=predicted,
        reasons=reasons,
        members=members,
        limits=limits,
        rolling=Rolling(origins, parts, truth, past),
        held=tuple(name for name, moves in further if not moves and name not in given),
        moving=tuple(name for name, moves in further if moves),
        given=given,
        refitted=refitted is not None,
        turned_out=_turned_out(ahead, networks, fitted, limits[NETWORK]),
    )


def _turned_out(
    ahead: _Ahead, networks: list[Network], fitted: Sequence[FittedBaseline], limits: Limits
) -> TurnedOut | None:
    """Return how the forecast from the last row of the training series turned out; None without newer rows."""
    count = min(ahead.rows - ahead.trained_rows, ahead.steps)
    if count < 1:
        return None
    then = np.array([ahead.trained_rows - 1])
    truth = ahead.prepared.values[ahead.trained_rows : ahead.trained_rows + count]
    predicted = {NETWORK: np.mean([_forecast(each, ahead.judged, then, count) for each in networks], axis=0)[0]}
    for baseline in fitted:
        found = baseline.forecast(then, count).predicted
        if found is not None:
            predicted[baseline.name] = found[0]
    off = np.abs(truth - predicted[NETWORK])
    inside, known = {}, {}
    for level, widths in zip(limits.levels, limits.half_widths, strict=True):
        there = np.isfinite(widths[:count])
        known[f"{level}"], inside[f"{level}"] = int(there.sum()), int((off <= widths[:count])[there].sum())
    errors = {name: float(rmse(each, truth)) for name, each in predicted.items()}
    return TurnedOut(truth, predicted, inside, known, errors)


def _fitted(prepared: Prepared, season: int) -> tuple[FittedBaseline, ...]:
    """Return the baselines, and the pretrained forecaster where the host has one."""
    return (*fit_baselines(prepared, season), *pretrained_baselines(prepared))


def _loaded(recipe: Recipe, prepared: Prepared, weights: Weights) -> Network:
    network = build_network(recipe, prepared.features.shape[1])
    network.load_weights(weights)
    return network


def _forecast(network: Network, prepared: Prepared, origins: Ints, steps: int) -> Floats:
    """Return levels (m, steps) from each origin."""
    outputs = run_free(network.predict, prepared, origins, steps)
    with np.errstate(over="ignore", invalid="ignore"):
        return restore_levels(prepared, outputs, origins)


def advance_refit(
    recipe: Recipe,
    series: Series,
    epochs: int,
    newer: Series | None = None,
    run: RefitRun | None = None,
    piece_s: float = PIECE_S,
) -> RefitRun:
    """Go on for one piece with training the recipe anew on all rows, for as many epochs as were found to be best.

    Nothing chooses among the epochs here: the weights after the last one are taken, and no score is computed.

    Args:
        recipe: The recipe of the judged network.
        series: The series that it was trained on.
        epochs: Its best epoch.
        newer: The same series with the rows that have come since.
        run: What the piece before returned, None to begin.
        piece_s: Time of one piece, in seconds.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, or training diverged.
    """
    rows = series if newer is None else newer
    split = replace(split_of(len(series.values), recipe.data), length=len(rows.values))
    again = recipe.replaced(epochs=epochs, patience_epochs=0)
    training = Training(again, prepare(rows, recipe.data, whole(split)), run.checkpoint if run else None)
    training.advance(piece_s)
    checkpoint = training.checkpoint()
    if checkpoint.state == "diverged":
        raise ValueError(f"trained again on all rows, the network {checkpoint.reason}; use the judged one")
    return RefitRun(checkpoint, epochs, (run.pieces if run else 0) + 1)
