import numpy as np
import pytest
from statsmodels.tsa.stattools import acf

from playground.evaluation.residuals import FEWEST_BINS, MOST_BINS, examine_residuals
from playground.evaluation.results import PartForecasts


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
    assert found.outside == np.sum(np.abs(acf(values, nlags=40)[1:]) > 1.96 / np.sqrt(300))


def test_a_pattern_left_over_shows_and_noise_does_not():
    noise = np.random.default_rng(1).normal(size=400)
    assert examined(noise).outside <= 4
    assert examined(np.sin(np.arange(400) / 3) + 0.3 * noise).outside >= 30


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
    assert "all the same" in found.reason


def test_forecasts_that_are_not_finite_have_no_residuals():
    found = examined([1.0, np.nan])
    assert (found.mean, found.counts.size) == (None, 0)
    assert "not all finite" in found.reason
