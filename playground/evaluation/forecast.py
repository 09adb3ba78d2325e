"""Forecasts of the level over the whole series, each from true inputs."""

from __future__ import annotations

import numpy as np

from playground.data.prepare import restore_levels
from playground.evaluation.baselines import last_value
from playground.networks.network import Network
from playground.records import PARTS, Forecast, Part, Prepared


def forecast_one_step(network: Network, prepared: Prepared, most: int | None = None) -> Forecast:
    """Forecast the next `horizon` steps from every window, by part and then by anchor.

    Args:
        network: Trained on `prepared`, or not at all.
        prepared: The series.
        most: Forecast from at most this many windows of train and test together, those next to
            validation, to save time on a long series; validation is always whole. None means all.
    """
    chosen = [(prepared.part(part), _rows(prepared, part, most)) for part in PARTS]
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


def _rows(prepared: Prepared, part: Part, most: int | None) -> slice:
    """Choose the windows of a part: all, or the last of train and the first of test."""
    counts = {"train": len(prepared.train.anchors), "test": len(prepared.test.anchors)}
    if most is None or part == "validation" or sum(counts.values()) <= most:
        return slice(None)
    share = most * counts[part] // sum(counts.values())
    return slice(counts["train"] - share, None) if part == "train" else slice(share)
