import numpy as np
import pytest
from statsmodels.tsa.stattools import acf

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.data.season import autocorrelation, find_season
from playground.evaluation.season import choose_season

CHOICE = DataChoice(window_steps=4, gap_steps=0)


def noisy_cycle(period, length=500, noise=0.1, trend=0.0, seed=0):
    steps = np.arange(length)
    return np.sin(2 * np.pi * steps / period) + trend * steps + noise * np.random.default_rng(seed).normal(size=length)


def test_autocorrelation_agrees_with_statsmodels():
    values = np.random.default_rng(0).normal(size=200).cumsum()
    np.testing.assert_allclose(autocorrelation(values, 30), acf(values, nlags=30), atol=1e-12)


def test_autocorrelation_by_hand():
    # Centred: -1, 0, 1. Lag 1: -1*0 + 0*1 = 0; lag 2: -1; sum of squares: 2.
    np.testing.assert_allclose(autocorrelation(np.array([4.0, 5.0, 6.0]), 9), [1, 0, -0.5], atol=1e-15)


def test_constant_values_have_no_autocorrelation():
    assert autocorrelation(np.full(9, 0.1), 3).size == 0


@pytest.mark.parametrize("period", [4, 12, 40, 90])
@pytest.mark.parametrize("trend", [0.0, 0.05])
def test_the_period_of_a_cycle_is_found(period, trend):
    assert find_season(noisy_cycle(period, noise=0.02, trend=trend)) == pytest.approx(period, abs=period // 40)


def test_a_weekly_pattern_is_found_not_its_multiples():
    pattern = np.array([5.0, 1, 1, 2, 1, 4, 6])
    assert find_season(np.tile(pattern, 60) + np.random.default_rng(1).normal(size=420)) == 7


def test_random_walks_and_noise_have_no_season():
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=550)
        assert find_season(np.cumsum(noise)) == 0
        assert find_season(noise) == 0


@pytest.mark.parametrize("values", [np.ones(100), np.arange(100.0), np.array([1.0, 2.0]), np.array([1.0])])
def test_straight_lines_and_a_handful_of_values_have_no_season(values):
    assert find_season(values) == 0


def test_the_season_given_goes_before_the_series_own_and_that_before_the_one_found(series_of):
    values = noisy_cycle(12)
    own = prepare(series_of(values, season_steps=24), CHOICE)
    assert (choose_season(own, 36).steps, choose_season(own, 36).origin) == (36, "given")
    assert (choose_season(own, 0).steps, choose_season(own, 0).origin) == (24, "of the series")
    unknown = prepare(series_of(values), CHOICE)
    assert (choose_season(unknown, 0).steps, choose_season(unknown, 0).origin) == (12, "found in the training part")
    walk = prepare(series_of(np.random.default_rng(0).normal(size=300).cumsum()), CHOICE)
    assert (choose_season(walk, 0).steps, choose_season(walk, 0).origin) == (0, "none found")


def test_a_negative_season_is_refused(series_of):
    with pytest.raises(ValueError, match="season_steps must be at least 0, got -1"):
        choose_season(prepare(series_of(noisy_cycle(12)), CHOICE), -1)


def test_the_season_is_found_in_the_training_part_alone(series_of):
    values = noisy_cycle(12)
    split = prepare(series_of(values), CHOICE).split
    values[split.train_stop :] = noisy_cycle(30)[split.train_stop :]
    assert choose_season(prepare(series_of(values), CHOICE), 0).steps == 12
