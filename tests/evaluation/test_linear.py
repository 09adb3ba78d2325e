import numpy as np
import pytest
from sklearn.linear_model import Ridge

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.evaluation.linear import RIDGE_STRENGTH, fit_linear, ridge

CHOICE = DataChoice(window_steps=6, horizon_steps=3, gap_steps=0)


def walk(seed=0, length=300):
    return np.random.default_rng(seed).normal(size=length).cumsum() + 50


@pytest.mark.parametrize("choice", [CHOICE, CHOICE.model_copy(update={"extra_inputs": ("wind",)})])
def test_ridge_agrees_with_scikit_learn(series_of, choice):
    prepared = prepare(series_of(walk(), extras={"wind": walk(1)}), choice)
    coefficients, intercept = ridge(prepared.train)
    inputs = prepared.train.inputs.reshape(len(prepared.train.inputs), -1).astype(float)
    reference = Ridge(alpha=RIDGE_STRENGTH).fit(inputs, prepared.train.targets)
    np.testing.assert_allclose(coefficients, reference.coef_.T, atol=1e-5)
    np.testing.assert_allclose(intercept, reference.intercept_, atol=1e-5)


@pytest.mark.parametrize("target", ["level", "change", "log_return"])
def test_forecasts_are_those_of_the_regression_in_the_series_units(series_of, target):
    choice = CHOICE.model_copy(update={"target": target})
    prepared = prepare(series_of(walk()), choice)
    windows = prepared.validation
    scaled = windows.inputs.reshape(len(windows.inputs), -1) @ ridge(prepared.train)[0] + ridge(prepared.train)[1]
    quantity = scaled * prepared.scaling.deviation + prepared.scaling.mean
    anchor = prepared.values[windows.anchors][:, np.newaxis]
    expected = {
        "level": quantity,
        "change": anchor + np.cumsum(quantity, axis=1),
        "log_return": anchor * np.exp(np.cumsum(quantity, axis=1)),
    }[target]
    np.testing.assert_allclose(fit_linear(prepared)(windows.anchors, 3), expected)


def test_the_regression_finds_the_rule_of_an_autoregression(series_of):
    rng = np.random.default_rng(3)
    values = np.zeros(3000)
    for t in range(2, 3000):
        values[t] = 1.2 * values[t - 1] - 0.5 * values[t - 2] + rng.normal()
    prepared = prepare(series_of(values), DataChoice(window_steps=4, gap_steps=0))
    np.testing.assert_allclose(ridge(prepared.train)[0][:, 0], [0, 0, -0.5, 1.2], atol=0.06)


def test_nothing_after_the_training_part_reaches_the_fit(series_of):
    values = walk()
    prepared = prepare(series_of(values), CHOICE)
    changed = values.copy()
    changed[prepared.split.train_stop :] = changed[prepared.split.train_stop :][::-1]
    for before, after in zip(ridge(prepared.train), ridge(prepare(series_of(changed), CHOICE).train), strict=True):
        np.testing.assert_array_equal(before, after)


def test_forecasts_from_many_anchors_are_those_from_each(series_of):
    prepared = prepare(series_of(walk(length=4000)), CHOICE)
    forecast = fit_linear(prepared)
    anchors = prepared.train.anchors
    assert len(anchors) > 2000
    together = forecast(anchors, 5)
    np.testing.assert_allclose(together[[0, 999, 1000, -1]], forecast(anchors[[0, 999, 1000, -1]], 5))
