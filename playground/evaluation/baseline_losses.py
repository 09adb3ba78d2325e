"""How the baselines err on a part, to judge a network by while it trains; measured once for a choice of data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.config import DataChoice
from playground.data.prepare import prepare, scaled_targets
from playground.evaluation.baselines import baseline_loss, fit_baselines
from playground.evaluation.results import LAST_VALUE
from playground.evaluation.season import choose_season
from playground.evaluation.verdicts import window_losses
from playground.records import Floats, Part, Prepared, Series


@dataclass(frozen=True, eq=False)
class BaselineLosses:
    """What each baseline that can be computed misses on one part, by name.

    Attributes:
        part: The part.
        windows: (m,) mean squared error of each window of the part, in order, in the series' own units.
        scaled: Mean squared error over the part in scaled units, as of a loss curve; those that have none are left out.
    """

    part: Part
    windows: dict[str, Floats]
    scaled: dict[str, float]


def measure_baselines(choice: DataChoice, series: Series, part: Part) -> BaselineLosses:
    """Fit every baseline on the training part and forecast from every window of `part`; runs in a worker.

    Raises:
        ValueError: if the series cannot be cut as the choice says.
    """
    prepared = prepare(series, choice)
    anchors, horizon = prepared.part(part).anchors, prepared.part(part).targets.shape[1]
    truth = prepared.values[anchors[:, np.newaxis] + np.arange(1, horizon + 1)]
    windows, scaled = {}, {}
    for baseline in fit_baselines(prepared, choose_season(prepared, choice.season_steps).steps):
        predicted = baseline.forecast(anchors, horizon).predicted
        if predicted is None:
            continue
        windows[baseline.name] = window_losses(predicted, truth)
        loss = _scaled_loss(prepared, predicted, part)
        if np.isfinite(loss):
            scaled[baseline.name] = loss
    return BaselineLosses(part, windows, scaled)


def _scaled_loss(prepared: Prepared, predicted: Floats, part: Part) -> float:
    windows = prepared.part(part)
    with np.errstate(over="ignore", invalid="ignore"):
        misses = scaled_targets(prepared, predicted, windows.anchors) - windows.targets
        return float(np.mean(np.square(misses, dtype=np.float64)))


def loss_to_beat(prepared: Prepared, known: BaselineLosses | None) -> tuple[str, float]:
    """Return name and validation loss of the baseline with the lowest, of the last value while no other is known."""
    if known is None or not known.scaled:
        return LAST_VALUE, baseline_loss(prepared, "validation")
    best = min(known.scaled, key=known.scaled.__getitem__)
    return best, known.scaled[best]
