"""Linear autoregression: the same window as the network's, weighed and summed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.data.prepare import restore_levels
from playground.evaluation.free_run import run_free
from playground.records import Floats, Ints, Prepared, Windows

RIDGE_STRENGTH = 1.0
"""Weight of the squared coefficients beside the sum of squared errors, in scaled units; fixed, never tuned."""

MOST_WINDOWS_FITTED = 20_000
"""Of a longer training part, this many evenly spaced windows are fitted."""

CHUNK = 1000
"""Windows held in memory at once."""


def fit_linear(prepared: Prepared) -> Callable[[Ints, int], Floats]:
    """Fit the regression on the training windows; return its forecaster (anchors, steps) -> levels (m, steps).

    Forecasts beyond the horizon are run free, exactly as the network's are.
    """
    coefficients, intercept = ridge(prepared.train)

    def predict(inputs: Floats) -> Floats:
        return inputs.reshape(len(inputs), -1).astype(np.float64) @ coefficients + intercept

    def forecast(anchors: Ints, steps: int) -> Floats:
        levels = np.empty((len(anchors), steps))
        for start in range(0, len(anchors), CHUNK):
            some = anchors[start : start + CHUNK]
            levels[start : start + CHUNK] = restore_levels(prepared, run_free(predict, prepared, some, steps), some)
        return levels

    return forecast


def ridge(windows: Windows, strength: float = RIDGE_STRENGTH) -> tuple[Floats, Floats]:
    """Return coefficients (time * features, horizon) and intercept (horizon,) of the ridge regression.

    They minimise sum |y - x W - b|^2 + strength |W|^2 over the windows, which the normal equations of
    the inputs with a column of ones solve. Source: Hoerl and Kennard, Technometrics 12 (1970), 55-67.
    """
    every = -(-len(windows.anchors) // MOST_WINDOWS_FITTED)
    inputs, targets = windows.inputs[::every], windows.targets[::every]
    columns = inputs.shape[1] * inputs.shape[2] + 1
    gram, moments = np.zeros((columns, columns)), np.zeros((columns, targets.shape[1]))
    for start in range(0, len(inputs), CHUNK):
        some = inputs[start : start + CHUNK]
        rows = np.column_stack([some.reshape(len(some), -1).astype(np.float64), np.ones(len(some))])
        gram += rows.T @ rows
        moments += rows.T @ targets[start : start + CHUNK]
    penalty = np.full(columns, strength)
    penalty[-1] = 0
    solution = np.linalg.solve(gram + np.diag(penalty), moments)
    return solution[:-1], solution[-1]
