"""Forecasts of the level over the whole series, each from true inputs."""

from __future__ import annotations

import numpy as np

from playground.data.prepare import restore_levels
from playground.evaluation.baselines import last_value
from playground.networks.network import Network
from playground.records import PARTS, Forecast, Ints, Part, Prepared


def forecast_one_step(network: Network, prepared: Prepared, most: int | None = None) -> Forecast:
    """Forecast the next `horizon` steps from every window, by part and then by anchor.

    Args:
        network: Trained on `prepared`, or not at all.
        prepared: The series.
        most: Forecast from about this many evenly spaced windows of train and test together, to
            save time on a long series; validation is always whole. None means all windows.
    """
    rows = {part: _rows(prepared, part, most) for part in PARTS}
    chosen = [(prepared.part(part), rows[part]) for part in PARTS]
    anchors = np.concatenate([windows.anchors[some] for windows, some in chosen])
    outputs = np.concatenate([network.predict(windows.inputs[some]) for windows, some in chosen])
    horizon = outputs.shape[1]
    with np.errstate(over="ignore", invalid="ignore"):
        predicted = restore_levels(prepared, outputs, anchors)
    return Forecast(
        kind="one-step" if horizon == 1 else "direct",
        anchors=anchors,
        parts=np.repeat(np.arange(3, dtype=np.uint8), [len(windows.anchors[some]) for windows, some in chosen]),
        predicted=predicted,
        baseline=last_value(prepared, anchors, horizon),
        truth=prepared.values[anchors[:, np.newaxis] + np.arange(1, horizon + 1)],
    )


def _rows(prepared: Prepared, part: Part, most: int | None) -> slice | Ints:
    """Choose the windows of a part: all, or evenly spaced ones from the first to the last."""
    shared = len(prepared.train.anchors) + len(prepared.test.anchors)
    if most is None or part == "validation" or shared <= most:
        return slice(None)
    count = len(prepared.part(part).anchors)
    return np.unique(np.append(np.arange(0, count, -(-shared // most)), count - 1))
