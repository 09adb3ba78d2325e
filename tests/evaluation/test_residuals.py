import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import norm
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.stattools import acf

from playground.evaluation.residuals import FEWEST_BINS, MOST_BINS, chance_of_noise, examine_residuals
from playground.evaluation.results import PartForecasts
from playground.sentences.missing import because


def examined(residuals):
    residuals = np.array(residuals, dtype=float)
    truth = np.column_stack([10 + residuals, np.full(len(residuals), 99.0)])
    anchors = np.arange(50, 50 + len(residuals))
    return examine_residuals(PartForecasts("direct", "test", anchors, truth, np.full(truth.shape, 10.0), ()))


def test_residuals_are_truth_minus_forecast_of_the_next_step():
    found = examined([1, -2, 4])
    np.testing.assert_allclose(found.values, [1, -2, 4])
    np.testing.assert_array_equal(found.positions, [51, 52, 53])
    assert found.mean == pytest.approx(1)
    assert found.deviation == pytest.approx(np.sqrt((0 + 9 + 9) / 3))


def test_the_autocorrelation_agrees_with_statsmodels():
    values = np.random.default_rng(0).normal(size=300)
    found = examined(values)
    np.testing.assert_array_equal(found.lags, np.arange(1, 41))
    np.testing.assert_allclose(found.autocorrelation, acf(values, nlags=40)[1:], atol=1e-12)
    assert found.band == pytest.approx(1.96 / np.sqrt(300))


def test_a_pattern_left_over_shows_and_noise_does_not():
    noise = np.random.default_rng(2).normal(size=400)
    assert examined(noise).chance > 0.05
    assert examined(np.sin(np.arange(400) / 3) + 0.3 * noise).chance < 1e-6


def test_of_noise_of_one_size_the_chance_is_that_of_ljung_and_box():
    """Of many values of one size the two sums are nearly equal, and so are their chances."""
    for seed in range(5):
        values = np.random.default_rng(seed).normal(size=20_000)
        reference = float(acorr_ljungbox(values, lags=[10])["lb_pvalue"].iloc[0])
        assert chance_of_noise(values, 10) <= min(1, 2 * reference * 1.15)
        assert chance_of_noise(values + 0.1 * np.roll(values, 3), 10) < 1e-6


def test_each_lag_is_weighed_by_a_regression_that_allows_changing_sizes():
    """The largest t of lag alone: an ordinary regression through 0, its error by White's formula under no memory."""
    values = np.random.default_rng(3).normal(size=60) * np.linspace(1, 3, 60)
    values -= values.mean()
    past, now = values[:-1], values[1:]
    slope = OLS(now, past).fit().params[0]
    t = slope / (np.sqrt(np.sum(past**2 * now**2)) / np.sum(past**2))
    assert chance_of_noise(values, 1) == pytest.approx(min(1, 2 * 2 * norm.sf(abs(t))))


def called_a_pattern(make, n, tries=200):
    return sum(chance_of_noise(make(np.random.default_rng(seed), n), min(40, n // 4)) < 0.05 for seed in range(tries))


def test_a_memory_of_half_is_found_and_noise_that_changes_its_size_is_none():
    """Counting bars outside the band found the first in half of the cases; a plain sum finds the second in a fifth."""

    def memory(random, n):
        return lfilter([1.0], [1.0, -0.5], random.normal(size=n + 100))[100:]

    assert called_a_pattern(memory, 80) >= 150
    assert called_a_pattern(lambda random, n: np.diff(random.normal(size=n + 1)), 80) >= 170
    assert called_a_pattern(lambda random, n: random.normal(size=n) * np.linspace(0.5, 3, n), 200) <= 17
    assert called_a_pattern(lambda random, n: random.normal(size=n), 80) <= 17


def test_of_few_residuals_no_pattern_is_looked_for():
    assert examined(np.random.default_rng(0).normal(size=19)).autocorrelation.size == 0
    assert examined(np.random.default_rng(0).normal(size=20)).autocorrelation.size == 5


@pytest.mark.parametrize("size", [12, 400, 10_000])
def test_the_histogram_counts_every_residual_once(size):
    values = np.random.default_rng(2).normal(size=size)
    found = examined(values)
    assert found.counts.sum() == size
    assert FEWEST_BINS <= len(found.counts) <= MOST_BINS
    assert (found.bin_edges[0], found.bin_edges[-1]) == (pytest.approx(values.min()), pytest.approx(values.max()))


@pytest.mark.parametrize("value", [0.0, 3.0, -1e9])
def test_equal_residuals_fill_one_bin_and_have_no_autocorrelation(value):
    found = examined([value] * 20)
    assert sorted(found.counts)[-1] == 20
    assert found.autocorrelation.size == 0
    assert "all the same" in because(found.reason)


def test_forecasts_that_are_not_finite_have_no_residuals():
    found = examined([1.0, np.nan])
    assert (found.mean, found.counts.size) == (None, 0)
    assert "not all finite" in because(found.reason)
