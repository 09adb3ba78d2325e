import numpy as np
import pytest
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.evaluation.baselines import fit_baselines
from playground.evaluation.smoothing import Smoothing, fit_smoothing, forecast_smoothed

CHOICE = DataChoice(window_steps=4, gap_steps=0)
SEASONAL = Smoothing(0.3, 0.1, 0.2, 0.9, 1.0, 0.05, np.array([0.5, -0.2, -0.3]))
PLAIN = Smoothing(0.3, 0.1, 0.0, 0.9, 1.0, 0.05, np.empty(0))


def seasonal_values(length=300, period=12, seed=0):
    steps = np.arange(length)
    return np.sin(2 * np.pi * steps / period) + 0.01 * steps + 0.1 * np.random.default_rng(seed).normal(size=length)


def test_one_step_by_hand():
    # From level 1 and trend 0.05, damped to 0.045, value 2: level 0.3*2 + 0.7*1.045, trend 0.1*(level - 1) + 0.9*0.045.
    level = 0.3 * 2 + 0.7 * 1.045
    trend = 0.1 * (level - 1) + 0.9 * 0.045
    forecast = forecast_smoothed(PLAIN, np.array([2.0]), np.array([0]), 2)
    np.testing.assert_allclose(forecast, [[level + 0.9 * trend, level + (0.9 + 0.81) * trend]])


@pytest.mark.parametrize("smoothing", [PLAIN, SEASONAL], ids=["plain", "seasonal"])
def test_following_the_values_agrees_with_statsmodels(smoothing):
    values = seasonal_values()
    seasonal = len(smoothing.seasons) > 0
    reference = ExponentialSmoothing(
        values,
        trend="add",
        damped_trend=True,
        seasonal="add" if seasonal else None,
        seasonal_periods=3 if seasonal else None,
        initialization_method="known",
        initial_level=smoothing.level,
        initial_trend=smoothing.trend,
        initial_seasonal=smoothing.seasons if seasonal else None,
    ).fit(
        optimized=False,
        smoothing_level=smoothing.level_rate,
        smoothing_trend=smoothing.trend_rate,
        damping_trend=smoothing.damping,
        **({"smoothing_seasonal": smoothing.season_rate} if seasonal else {}),
    )
    ours = forecast_smoothed(smoothing, values, np.arange(299), 1)[:, 0]
    np.testing.assert_allclose(ours, reference.fittedvalues[1:], atol=1e-12)
    np.testing.assert_allclose(
        forecast_smoothed(smoothing, values, np.array([299]), 2)[0], reference.forecast(2), atol=1e-12
    )


@pytest.mark.parametrize("smoothing", [PLAIN, SEASONAL], ids=["plain", "seasonal"])
def test_forecasts_further_ahead_are_those_after_their_own_values_came_true(smoothing):
    values = seasonal_values(40)
    ahead = forecast_smoothed(smoothing, values, np.array([39]), 8)[0]
    for k in range(1, 8):
        known = np.concatenate([values, ahead[:k]])
        assert forecast_smoothed(smoothing, known, np.array([39 + k]), 1)[0, 0] == pytest.approx(ahead[k])


def test_forecasts_from_an_anchor_read_nothing_after_it():
    values = seasonal_values(60)
    changed = values.copy()
    changed[41:] += 100
    np.testing.assert_array_equal(
        forecast_smoothed(SEASONAL, values, np.array([20, 40]), 5),
        forecast_smoothed(SEASONAL, changed, np.array([20, 40]), 5),
    )


def test_the_settings_are_fitted_on_the_training_part_alone(series_of):
    values = seasonal_values()
    prepared = prepare(series_of(values), CHOICE)
    changed = values.copy()
    changed[prepared.split.train_stop :] = (
        np.random.default_rng(9).permutation(changed[prepared.split.train_stop :]) * 3
    )
    anchors = np.arange(20, prepared.split.train_stop)
    np.testing.assert_array_equal(
        fit_smoothing(prepared, 12)(anchors, 24),
        fit_smoothing(prepare(series_of(changed), CHOICE), 12)(anchors, 24),
    )


def test_a_season_is_used_where_it_fits_better_and_not_where_there_is_none(series_of):
    anchors = np.array([250, 280])
    seasonal = prepare(series_of(seasonal_values()), CHOICE)
    errors = fit_smoothing(seasonal, 12)(anchors, 12) - seasonal.values[anchors[:, np.newaxis] + np.arange(1, 13)]
    assert np.abs(errors).max() < 0.5
    walk = prepare(series_of(np.random.default_rng(0).normal(size=300).cumsum()), CHOICE)
    np.testing.assert_array_equal(fit_smoothing(walk, 12)(anchors, 12), fit_smoothing(walk, 0)(anchors, 12))


def test_a_season_that_does_not_fit_twice_is_not_used(series_of):
    prepared = prepare(series_of(seasonal_values()), CHOICE)
    anchors = np.array([250])
    np.testing.assert_array_equal(fit_smoothing(prepared, 150)(anchors, 12), fit_smoothing(prepared, 0)(anchors, 12))


def test_smoothing_moves_and_scales_with_the_series(series_of):
    values = seasonal_values()
    anchors = np.array([250])
    plain = fit_smoothing(prepare(series_of(values), CHOICE), 12)(anchors, 12)
    scaled = fit_smoothing(prepare(series_of(1e6 * values + 1e7), CHOICE), 12)(anchors, 12)
    np.testing.assert_allclose((scaled - 1e7) / 1e6, plain, atol=1e-4)


def test_a_long_training_part_is_followed_from_its_first_value_on(series_of):
    prepared = prepare(series_of(seasonal_values(6000)), CHOICE)
    forecast = fit_smoothing(prepared, 12)
    for anchor in (20, 2100, 4100):
        truth = prepared.values[anchor + 1 : anchor + 13]
        assert np.abs(forecast(np.array([anchor]), 12)[0] - truth).max() < 0.6


def test_a_training_part_too_short_for_settings_has_a_reason(series_of):
    choice = DataChoice(window_steps=2, gap_steps=0, train_fraction=0.3, validation_fraction=0.35)
    prepared = prepare(series_of([1.0, 2, 4, 3, 5, 4, 6, 5, 7, 6, 8, 7]), choice)
    found = fit_baselines(prepared, 0)[-1].forecast(np.array([4]), 1)
    assert found.name == "exponential smoothing"
    assert found.predicted is None
    assert "no settings" in found.reason.why
