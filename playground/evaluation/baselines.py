"""The naive baseline that every forecast is compared with: nothing changes."""

from __future__ import annotations

import numpy as np

from playground.records import Floats, Ints, Part, Prepared


def baseline_name(horizon: int) -> str:
    """Return what the baseline is called for forecasts of `horizon` steps."""
    return "same as the step before" if horizon == 1 else "same as the last known value"


def last_value(prepared: Prepared, anchors: Ints, horizon: int) -> Floats:
    """Return the (m, horizon) levels of the baseline: the level at the anchor, repeated."""
    return np.repeat(prepared.values[anchors][:, np.newaxis], horizon, axis=1)


def baseline_loss(prepared: Prepared, part: Part) -> float:
    """Return the baseline's mean squared error on a part, in scaled units like the training loss.

    For a change or a log return the baseline's forecast is 0, for a level the level at the anchor.
    """
    windows, scaling = prepared.part(part), prepared.scaling
    quantity = prepared.values[windows.anchors] if prepared.target == "level" else np.zeros(len(windows.anchors))
    forecast = (quantity - scaling.mean) / scaling.deviation
    return float(np.mean(np.square(windows.targets - forecast[:, np.newaxis], dtype=np.float64)))
