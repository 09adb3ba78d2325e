import numpy as np
import pytest

from playground.data.prepare import prepare
from playground.evaluation.linear import ridge
from playground.evaluation.report import evaluate_forecaster
from playground.records import Series


@pytest.fixture
def series_of():
    """Make a series of the given values."""
    return lambda values, times=None, **fields: Series(
        "x", "X", "m", np.array(values, dtype=float), times, "step", **fields
    )


@pytest.fixture
def last_input():
    """A function of the window that repeats the last input, for one step."""
    return lambda inputs: inputs[:, -1, :1]


@pytest.fixture
def linear_forecaster():
    """Fit a fast, honest forecaster on the training windows: the ridge regression."""

    def fit(prepared):
        coefficients, intercept = ridge(prepared.train)
        return lambda inputs: inputs.reshape(len(inputs), -1).astype(float) @ coefficients + intercept

    return fit


@pytest.fixture
def evaluated():
    """Prepare a series and evaluate a forecaster on it, the test part opened."""

    def evaluate(series, choice, forecaster, season_steps=0, include_test=True):
        prepared = prepare(series, choice)
        return evaluate_forecaster(forecaster(prepared), prepared, series.unit, season_steps, include_test)

    return evaluate
