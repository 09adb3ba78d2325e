"""Thinning keeps every peak, both ends and every gap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.charts.thinning import thin


def test_short_series_are_returned_unchanged():
    x, y = np.arange(1000), np.random.default_rng(1).normal(size=1000)
    kept_x, kept_y = thin(x, y, most=1000)
    assert kept_x is x and kept_y is y


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), n=st.integers(1001, 6000))
def test_extremes_and_ends_survive_and_the_limit_holds(seed, n):
    y = np.random.default_rng(seed).normal(size=n).astype(np.float32)
    kept, kept_y = thin(np.arange(n), y, most=200)
    assert len(kept) <= 202
    assert kept[0] == 0 and kept[-1] == n - 1
    assert np.all(np.diff(kept) > 0)
    assert np.array_equal(kept_y, y[kept])
    assert y.argmax() in kept and y.argmin() in kept


def test_each_stretch_keeps_its_own_peak():
    y = np.zeros(10_000)
    spikes = [17, 2_503, 5_001, 9_990]
    y[spikes] = [1, -1, 2, -2]
    assert set(spikes) <= set(thin(np.arange(10_000), y, most=100)[0])


def test_gaps_stay_gaps():
    y = np.sin(np.arange(5000) / 50)
    y[1000:1200] = np.nan
    y[3000] = np.nan
    kept, kept_y = thin(np.arange(5000), y, most=300)
    before, after = np.searchsorted(kept, [1000, 1200])
    assert np.isnan(kept_y[before:after]).any()
    assert np.isnan(kept_y[kept == 3000]).all() and 3000 in kept
    assert np.nanmax(kept_y) == np.nanmax(y)


def test_a_short_line_keeps_all_its_points_beside_a_long_one():
    long = np.sin(np.arange(5000) / 50)
    short = np.full(5000, np.nan)
    short[2000:2080] = 0.5
    kept, kept_long, kept_short = thin(np.arange(5000), long, short, most=400)
    assert np.isfinite(kept_short).sum() == 80
    assert np.isfinite(kept_long).all()
    assert len(kept) > 300


def test_a_series_without_any_value_does_not_fail():
    kept, kept_y = thin(np.arange(2000), np.full(2000, np.nan), most=100)
    assert np.isnan(kept_y).all() and len(kept) >= 2


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="must have 5 points like the positions, got 4"):
        thin(np.arange(5), np.zeros(4))
