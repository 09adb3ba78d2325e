import numpy as np
import pytest

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.evaluation.baselines import (
    ALWAYS_ZERO,
    BASELINES,
    baseline_loss,
    drift,
    fit_baselines,
    last_value,
    seasonal_naive,
    training_mean,
)
from playground.records import Series
from playground.sentences.missing import because


def ramp(target, horizon_steps=2):
    """A series of 100 points 1, 2, 4, 5, 7, 8, ...: steps of 1 and 2 in turn."""
    values = 1 + np.concatenate([[0], np.cumsum(np.tile([1.0, 2.0], 50))[:99]])
    series = Series("ramp", "Ramp", "m", values, None, "step")
    choice = DataChoice(target=target, window_steps=4, horizon_steps=horizon_steps, gap_steps=0)
    return prepare(series, choice)


def test_the_baseline_repeats_the_value_at_the_anchor():
    prepared = ramp("level")
    np.testing.assert_array_equal(last_value(prepared, np.array([0, 3]), 2), [[1.0, 1.0], [5.0, 5.0]])


def test_baseline_loss_of_levels_by_hand():
    prepared = ramp("level")
    # One step ahead the baseline misses by 1 or 2, two steps ahead always by 3.
    firsts = np.where(prepared.validation.anchors % 2 == 0, 1.0, 4.0)
    expected = np.mean((firsts + 9) / 2) / prepared.scaling.deviation**2
    assert baseline_loss(prepared, "validation") == pytest.approx(expected, rel=1e-5)


def test_baseline_loss_of_changes_by_hand():
    prepared = ramp("change")
    # Windows have both changes, 1 and 2, as targets: the mean of 1² and 2², over the variance.
    assert baseline_loss(prepared, "test") == pytest.approx(2.5 / prepared.scaling.deviation**2, rel=1e-5)


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_baseline_loss_of_log_returns_is_their_mean_square(part):
    prepared = ramp("log_return", horizon_steps=1)
    returns = np.log(prepared.values[1:] / prepared.values[:-1])[prepared.part(part).anchors]
    expected = np.mean(returns**2) / prepared.scaling.deviation**2
    assert baseline_loss(prepared, part) == pytest.approx(expected, rel=1e-5)


def hand_made(values, **fields):
    series = Series("x", "X", "", np.array(values, dtype=float), None, "step")
    return prepare(series, DataChoice(window_steps=2, gap_steps=0, **fields))


def test_seasonal_naive_repeats_the_last_season():
    prepared = hand_made(np.arange(40) ** 2)
    # The season 7, 8, 9 before the anchor 9 repeats; from anchor 10 it is 8, 9, 10.
    expected = np.array([[7, 8, 9, 7, 8, 9, 7], [8, 9, 10, 8, 9, 10, 8]]) ** 2
    np.testing.assert_array_equal(seasonal_naive(prepared, np.array([9, 10]), 7, season=3), expected)


def test_seasonal_naive_of_season_1_is_the_last_value():
    prepared, anchors = hand_made(np.arange(40) ** 2), np.array([5, 30])
    np.testing.assert_array_equal(seasonal_naive(prepared, anchors, 3, 1), last_value(prepared, anchors, 3))


def test_drift_draws_the_line_from_the_first_value_on():
    prepared = hand_made([3.0, 9.0, 4.0, 9.0, 11.0, *range(30)])
    # At anchor 4: (11 - 3) / 4 = 2 a step; at anchor 1: (9 - 3) / 1.
    np.testing.assert_allclose(drift(prepared, np.array([4, 1]), 3), [[13, 15, 17], [15, 21, 27]])


def test_the_mean_is_that_of_the_training_part():
    prepared = hand_made([0.0, 2.0] * 20, train_fraction=0.5)
    np.testing.assert_array_equal(training_mean(prepared, np.array([30]), 2), [[1.0, 1.0]])


def test_every_baseline_forecasts_and_says_how():
    rng = np.random.default_rng(0)
    prepared = hand_made(np.sin(np.arange(200) * 2 * np.pi / 10) + 0.1 * rng.normal(size=200) + 3)
    fitted = fit_baselines(prepared, 10)
    assert [baseline.name for baseline in fitted] == [baseline.name for baseline in BASELINES]
    for baseline in fitted:
        forecast = baseline.forecast(np.array([150, 160]), 25)
        assert forecast.predicted.shape == (2, 25)
        assert forecast.reason is None
        assert forecast.description.endswith(".")


@pytest.mark.parametrize("target", ["level", "change", "log_return"])
def test_no_baseline_reads_a_value_after_its_anchor_or_is_fitted_on_one_after_the_training_part(target):
    rng = np.random.default_rng(0)
    values = np.sin(np.arange(200) * 2 * np.pi / 10) + 0.1 * rng.normal(size=200) + 3
    prepared = hand_made(values, target=target)
    changed = values.copy()
    changed[161:] = rng.permutation(changed[161:]) * 2
    shuffled = values.copy()
    shuffled[prepared.split.train_stop :] = rng.permutation(values[prepared.split.train_stop :]) * 2
    before = fit_baselines(prepared, 10)
    for one, other in zip(before, fit_baselines(hand_made(changed, target=target), 10), strict=True):
        anchors = np.array([140, 160])
        np.testing.assert_array_equal(one.forecast(anchors, 20).predicted, other.forecast(anchors, 20).predicted)
    for one, other in zip(before, fit_baselines(hand_made(shuffled, target=target), 10), strict=True):
        anchors = np.array([40, prepared.split.train_stop - 1])
        np.testing.assert_array_equal(one.forecast(anchors, 20).predicted, other.forecast(anchors, 20).predicted)


def test_a_season_longer_than_what_is_known_has_a_reason():
    fitted = fit_baselines(hand_made(np.sin(np.arange(40.0))), 30)[1]
    assert fitted.forecast(np.array([29]), 2).predicted is not None
    forecast = fitted.forecast(np.array([20, 29]), 2)
    assert forecast.predicted is None
    assert because(forecast.reason) == "the season of 30 steps is longer than the 21 values known at the first forecast"


def test_without_a_season_the_seasonal_naive_has_a_reason():
    forecast = fit_baselines(hand_made(np.sin(np.arange(40.0))), 0)[1].forecast(np.array([29]), 2)
    assert forecast.predicted is None
    assert "no season" in because(forecast.reason)


@pytest.mark.parametrize(("zeros", "asked"), [(0.4, False), (0.6, True)])
def test_always_zero_is_a_baseline_where_most_of_the_training_part_is_zero(zeros, asked):
    values = np.where(np.arange(400) % 10 < 10 * zeros, 0, 1 + np.arange(400) % 7)
    prepared = hand_made(values)
    fitted = {baseline.name: baseline for baseline in fit_baselines(prepared, 0)}
    assert (ALWAYS_ZERO.name in fitted) is asked
    if asked:
        np.testing.assert_array_equal(
            fitted[ALWAYS_ZERO.name].forecast(np.array([9, 30]), 3).predicted, np.zeros((2, 3))
        )
