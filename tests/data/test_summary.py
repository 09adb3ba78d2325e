"""The summary worked by hand, its decomposition against statsmodels, and what it says of the range."""

import math

import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import acf
from statsmodels.tsa.tsatools import detrend

from playground.config import DataChoice
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.data.summary import Beyond, decompose, summarise
from playground.records import Series
from playground.sentences.data import remark_on_range, remark_on_strength

CHOICE = DataChoice(window_steps=4, gap_steps=0)


def summary_of(values, season_steps: int = 0, **fields):
    series = Series("made", "Made", "", np.array(values, dtype=np.float64), None, "step", season_steps, **fields)
    return summarise(series, prepare(series, CHOICE))


@pytest.mark.parametrize("season", [2, 5, 12, 24, 100])
def test_decomposition_agrees_with_statsmodels(season):
    random = np.random.default_rng(season)
    values = np.sin(2 * np.pi * np.arange(200) / season) + 0.02 * np.arange(200) + random.normal(size=200)
    expected = seasonal_decompose(values, model="additive", period=season)
    trend, seasonal, remainder = decompose(values, season)
    np.testing.assert_allclose(trend, expected.trend, atol=1e-12)
    np.testing.assert_allclose(seasonal, expected.seasonal, atol=1e-12)
    np.testing.assert_allclose(remainder, expected.resid, atol=1e-12)


@pytest.mark.parametrize("season", [0, 1, 101])
def test_a_season_that_does_not_fit_twice_is_refused(season):
    with pytest.raises(ValueError, match=rf"a season of 2 to 100 steps for 200 values, got {season}"):
        decompose(np.zeros(200), season)


def test_strengths_follow_their_definition():
    random = np.random.default_rng(0)
    values = np.sin(2 * np.pi * np.arange(800) / 12) + 0.003 * np.arange(800) + random.normal(size=800)
    summary = summary_of(values, 12)
    parts = seasonal_decompose(values[:560], model="additive", period=12)
    rest, trend, season = (part[6:-6] for part in (parts.resid, parts.trend, parts.seasonal))
    assert summary.strength.trend == pytest.approx(1 - rest.var() / (trend + rest).var())
    assert summary.strength.season == pytest.approx(1 - rest.var() / (season + rest).var())


def test_strengths_of_clear_cases():
    steps, noise = np.arange(800), np.random.default_rng(1).normal(size=800)
    wave = np.sin(2 * np.pi * steps / 12)
    assert summary_of(wave + 1e-3 * noise, 12).strength.season > 0.99
    assert summary_of(wave + 0.01 * steps + 1e-3 * noise, 12).strength.trend > 0.99
    assert summary_of(noise, 12).strength.season < 0.1
    assert summary_of(noise, 12).strength.trend < 0.2


def test_without_a_season_the_reason_is_given():
    walk = summary_of(np.cumsum(np.random.default_rng(5).normal(size=800)))
    assert (walk.season_steps, walk.season_found, walk.strength) == (0, 0, None)
    assert "no season is known or found" in remark_on_strength(walk)
    long = summary_of(np.sin(np.arange(800) / 9), 300)
    assert long.strength is None
    assert "got 300" in remark_on_strength(long)


def test_a_season_of_ones_own_goes_before_the_one_found():
    wave = np.sin(2 * np.pi * np.arange(800) / 12) + 0.1 * np.random.default_rng(1).normal(size=800)
    assert (summary_of(wave).season_steps, summary_of(wave).season_found) == (0, 12)
    assert (summary_of(wave, 24).season_steps, summary_of(wave, 24).season_found) == (24, 12)
    assert summary_of(wave).strength.season > 0.9


def test_autocorrelation_is_that_of_the_detrended_training_part():
    values = np.random.default_rng(2).normal(size=800).cumsum()
    summary = summary_of(values)
    expected = acf(detrend(values[:560], order=1), nlags=280, fft=True)
    np.testing.assert_allclose(summary.autocorrelation, expected, atol=1e-9)
    assert summary.band == pytest.approx(1.96 / math.sqrt(560))


def test_a_straight_line_has_no_autocorrelation():
    summary = summary_of(0.1 * np.arange(800))
    assert summary.autocorrelation.size == 0
    assert summary.season_found == 0


def test_range_and_what_lies_beyond_it():
    values = np.concatenate([np.tile([0.0, 10.0], 350), np.tile([5.0, 11.0], 75), [12.0] * 75, [-1.0] * 75])
    summary = summary_of(values)
    assert (summary.length, summary.lowest, summary.highest) == (1000, 0.0, 11.0)
    assert summary.beyond == Beyond(0.5, 0.0)
    assert remark_on_range(summary) == (
        "The network never learns from values this high: 50% of the validation part lies above the range of the "
        "training part.",
    )
    assert "never learns from values this low: 50%" in remark_on_range(summary_of(-values))[0]


def test_shares_are_never_rounded_to_all_or_nothing():
    values = np.concatenate([np.tile([0.0, 10.0], 350), [99.0], np.full(299, 5.0)])
    assert "less than 1% of the validation part lies above" in remark_on_range(summary_of(values))[0]
    values = np.concatenate([np.tile([0.0, 10.0], 700), [5.0], np.full(599, 99.0)])
    assert "more than 99% of the validation part lies" in remark_on_range(summary_of(values))[0]
    assert remark_on_range(summary_of(np.tile([0.0, 10.0], 500))) == ()


def test_nothing_after_training_changes_trend_season_or_autocorrelation():
    values = np.sin(np.arange(800) / 3) + 0.3 * np.random.default_rng(4).normal(size=800)
    later = values.copy()
    later[560:] = 5 - 3 * later[560:]
    before, after = summary_of(values), summary_of(later)
    assert (before.season_found, before.strength) == (after.season_found, after.strength)
    assert np.array_equal(before.autocorrelation, after.autocorrelation)
    assert before.highest != after.highest


def test_times_and_filled_points_of_a_measured_series():
    choice = DataChoice(series="sea_surface_temperature")
    summary = summarise(load_series(choice), prepare(load_series(choice), choice))
    assert (summary.first, summary.last) == ("2016-02-15T00:00:00", "2017-03-22T00:00:00")
    assert (summary.length, summary.step, summary.filled, summary.season_steps) == (19249, "30 minutes", 24, 48)
    assert len(summary.autocorrelation) == 801
