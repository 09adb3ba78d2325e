"""Forecasts by a function of the window, straight from true inputs or fed back into itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.records import Floats, Ints, Prepared

Predict = Callable[[Floats], Floats]
"""(m, time, features) scaled inputs -> (m, horizon) scaled outputs."""


def windows_before(prepared: Prepared, anchors: Ints) -> Floats:
    """Return a copy of the windows (m, time, features) that end at the anchors.

    Raises:
        ValueError: if a window would begin before the series.
    """
    window = prepared.train.inputs.shape[1]
    if anchors.size and anchors.min() < window - 1:
        raise ValueError(
            f"anchors must be at least {window - 1} for a window of {window} steps, got {anchors.min()}; "
            "begin later or shorten the window"
        )
    return prepared.features[anchors[:, np.newaxis] + np.arange(1 - window, 1)]


def run_free(predict: Predict, prepared: Prepared, anchors: Ints, steps: int) -> Floats:
    """Return scaled outputs (m, steps) that depend on no true value of the target after the anchor.

    The `horizon` outputs become the newest inputs for the next `horizon` steps. Inputs that are known
    ahead, as the calendar is, move on; other further inputs keep their value at the anchor.

    Args:
        predict: The forecaster.
        prepared: The series.
        anchors: (m,) positions of the last true input.
        steps: How far to run, at least 1.

    Raises:
        ValueError: if a run would pass the end of the series, or begin with less than a window.
    """
    last = len(prepared.values) - 1
    if anchors.size and anchors.max() + steps > last:
        raise ValueError(
            f"a free run must end by position {last}, got {anchors.max() + steps}; begin earlier or run fewer steps"
        )
    inputs = windows_before(prepared, anchors)
    blocks = [predict(inputs)]
    window, horizon = inputs.shape[1], blocks[0].shape[1]
    for done in range(0, steps - horizon, horizon):
        newest = _newest_inputs(prepared, anchors, blocks[-1], done)
        inputs = np.concatenate([inputs, newest], axis=1)[:, -window:]
        blocks.append(predict(inputs))
    return np.concatenate(blocks, axis=1)[:, :steps]


def _newest_inputs(prepared: Prepared, anchors: Ints, outputs: Floats, done: int) -> Floats:
    """Return the inputs (m, horizon, features) for the steps after `done`, with own outputs (m, horizon) as target."""
    positions = anchors[:, np.newaxis] + done + np.arange(1, outputs.shape[1] + 1)
    ahead = prepared.features[positions]
    held = prepared.features[anchors][:, np.newaxis]
    newest = np.where(prepared.known_ahead, ahead, held)
    newest[:, :, 0] = outputs
    return newest
