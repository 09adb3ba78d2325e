"""All that is shown of a network at one moment of training, and before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from playground.cells.living import living_network
from playground.config import Recipe
from playground.data.prepare import prepare
from playground.evaluation.forecast import forecast_one_step
from playground.evaluation.metrics import score_forecast
from playground.inspection.trace import trace_states
from playground.networks.network import Network, build_network
from playground.records import PARTS, Floats, Ints, Prepared, Preview, Series, Snapshot, Windows
from playground.training.alone import mean_squared_error, measure_epoch_s

PREVIEW_WINDOWS = 2000
"""Most training windows that a preview's loss reads, evenly spaced, and most forecasts it makes outside validation."""


def take_snapshot(
    network: Network,
    prepared: Prepared,
    unit: str,
    epoch: int,
    chosen: Literal["latest", "best on validation", "untrained"],
    order: Ints | None = None,
    most: int | None = None,
) -> Snapshot:
    """Forecast, score and trace with the network as it is now.

    Args:
        network: The network, with the weights to show.
        prepared: The series it is trained on.
        unit: Unit of the series' values.
        epoch: Epochs completed with these weights.
        chosen: Why these weights.
        order: Order of the units in an earlier trace, to keep rows where they are.
        most: See `forecast_one_step`; a part that is not forecast whole is not scored.
    """
    forecast = forecast_one_step(network, prepared, most)
    trace = trace_states(network, prepared, order=order)
    whole = tuple(
        part for index, part in enumerate(PARTS) if np.sum(forecast.parts == index) == len(prepared.part(part).anchors)
    )
    living = living_network(network.choice, network.weights(), prepared)
    return Snapshot(epoch, chosen, forecast, score_forecast(forecast, unit, whole), trace, living)


def preview(recipe: Recipe, prepared: Prepared, unit: str) -> Preview:
    """Show the untrained network, its losses and what an epoch will cost.

    Of a long series only some windows are read: see `PREVIEW_WINDOWS`.
    """
    network = build_network(recipe, prepared.train.inputs.shape[2])
    every = -(-len(prepared.train.anchors) // PREVIEW_WINDOWS)
    spaced = Windows(prepared.train.inputs[::every], prepared.train.targets[::every], prepared.train.anchors[::every])
    return Preview(
        snapshot=take_snapshot(network, prepared, unit, epoch=0, chosen="untrained", most=PREVIEW_WINDOWS),
        train_loss=mean_squared_error(network, spaced),
        validation_loss=mean_squared_error(network, prepared.validation),
        epoch_s=measure_epoch_s(recipe, prepared),
    )


def snapshot_at(
    recipe: Recipe,
    series: Series,
    weights: Mapping[str, Floats],
    epoch: int,
    order: Ints | None = None,
    best: bool = False,
) -> Snapshot:
    """Show a network as it was after an epoch, from the weights that were kept; `best` says that they are the best.

    Raises:
        ValueError: if the weights are of another recipe, or the series cannot be cut as it says.
    """
    prepared = prepare(series, recipe.data)
    network = build_network(recipe, prepared.train.inputs.shape[2])
    network.load_weights(weights)
    chosen: Literal["latest", "untrained", "best on validation"] = "latest" if epoch else "untrained"
    chosen = "best on validation" if best else chosen
    return take_snapshot(network, prepared, series.unit, epoch, chosen, order, most=PREVIEW_WINDOWS)
