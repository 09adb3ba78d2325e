"""Seasons that are there are found, those that are not are not, and the autocorrelation is statsmodels'."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import acf
from statsmodels.tsa.tsatools import detrend

from playground.config import DataChoice
from playground.data.catalog import load_series
from playground.data.season import autocorrelation, detrended, find_season
from playground.data.synthetic import make_ar1, make_random_walk, make_sine

N = 560


def test_autocorrelation_and_detrending_agree_with_statsmodels():
    values = np.random.default_rng(0).normal(size=300).cumsum() * 1e-3 + 7e5
    np.testing.assert_allclose(detrended(values), detrend(values, order=1), atol=1e-8)
    np.testing.assert_allclose(autocorrelation(values, 120), acf(values, nlags=120, fft=True), atol=1e-9)


def test_autocorrelation_by_hand():
    np.testing.assert_allclose(autocorrelation(np.array([4.0, 5.0, 6.0]), 9), [1, 0, -0.5], atol=1e-15)
    assert autocorrelation(np.full(9, 0.1), 3).size == 0
    assert autocorrelation(np.empty(0), 3).size == 0
    assert autocorrelation(np.array([1e100, -1e100, 1e100]), 2)[0] == 1


@pytest.mark.parametrize("period", [4, 7, 12, 24, 40, 60, 100, 150, 180])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_the_period_of_a_sine_is_found_within_one_step(period, noise):
    for seed in range(3):
        values = make_sine(DataChoice(period_steps=period, noise=noise, data_seed=seed)).values[:N]
        assert find_season(values) == pytest.approx(period, abs=1)


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e90])
def test_trend_shift_and_scale_do_not_hide_a_season(factor):
    values = make_sine(DataChoice(period_steps=24, noise=0.2)).values[:N]
    assert find_season((values + 0.05 * np.arange(N) + 100) * factor) == 24


def test_a_season_on_a_random_walk_is_found_in_its_steps():
    walk = 2 * make_random_walk(DataChoice(length_steps=1500)).values
    assert find_season(walk + 12 * np.sin(2 * np.pi * np.arange(1500) / 12)) == 12


def test_a_weekly_pattern_is_found_not_its_multiples():
    pattern = np.array([5.0, 1, 1, 2, 1, 4, 6])
    assert find_season(np.tile(pattern, 60) + np.random.default_rng(1).normal(size=420)) == 7


@pytest.mark.parametrize("a", [-0.5, 0.0, 0.5, 0.9, 0.99])
def test_noise_with_a_memory_has_no_season_but_by_chance(a):
    found = [find_season(make_ar1(DataChoice(ar_coefficient=a, data_seed=seed)).values[:N]) for seed in range(20)]
    assert found.count(0) >= 19


def test_random_walks_have_no_season_but_by_chance():
    found = [find_season(make_random_walk(DataChoice(data_seed=seed)).values[:N]) for seed in range(20)]
    assert found.count(0) >= 19


@pytest.mark.parametrize(
    "values", [np.ones(100), np.full(50, 0.1), np.arange(100.0), 1e6 + 0.1 * np.arange(300), np.zeros(0), np.ones(3)]
)
def test_straight_lines_and_a_handful_of_values_have_no_season(values):
    assert find_season(values) == 0


@pytest.mark.parametrize(
    ("name", "season"), [("heartbeat", 328), ("sunspots", 11), ("seattle_temperature", 360), ("ibm", 0), ("google", 0)]
)
def test_measured_series(name, season):
    values = load_series(DataChoice(series=name)).values
    assert find_season(values[: int(0.7 * len(values))]) == season


def test_the_same_values_have_the_same_season():
    values = make_ar1(DataChoice()).values
    assert find_season(values) == find_season(values.copy())
