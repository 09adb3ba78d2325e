"""Synthetic series against their formulas, computed term by term."""

import math

import numpy as np
import pytest

from playground.config import DataChoice
from playground.data import synthetic

MAKERS = [
    synthetic.make_sine,
    synthetic.make_sum_of_sines,
    synthetic.make_sawtooth,
    synthetic.make_square,
    synthetic.make_trend_and_season,
    synthetic.make_ar1,
    synthetic.make_random_walk,
]


def draws(choice: DataChoice) -> np.ndarray:
    return np.random.default_rng(choice.data_seed).standard_normal(choice.length_steps)


@pytest.mark.parametrize("make", MAKERS)
def test_same_choice_same_series_and_another_seed_another_series(make):
    first, again = make(DataChoice(data_seed=5)), make(DataChoice(data_seed=5))
    assert np.array_equal(first.values, again.values)
    assert not np.array_equal(first.values, make(DataChoice(data_seed=6)).values)


@pytest.mark.parametrize("make", [make for make in MAKERS if make is not synthetic.make_trend_and_season])
def test_a_longer_series_begins_with_the_shorter_one(make):
    short = make(DataChoice(length_steps=300))
    assert np.array_equal(make(DataChoice(length_steps=900)).values[:300], short.values)


@pytest.mark.parametrize("make", MAKERS)
def test_record_is_complete_and_read_only(make):
    series = make(DataChoice(length_steps=250))
    assert series.values.shape == (250,)
    assert series.values.dtype == np.float64
    assert series.times is None
    assert series.source and series.licence
    with pytest.raises(ValueError):
        series.values[0] = 1.0


@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (synthetic.make_sine, lambda t: math.sin(2 * math.pi * t / 16)),
        (
            synthetic.make_sum_of_sines,
            lambda t: math.sin(2 * math.pi * t / 16) + math.sin(2 * math.pi * t / 5.5) / 2,
        ),
        (synthetic.make_sawtooth, lambda t: -1 + 2 * (t % 16) / 16),
        (synthetic.make_square, lambda t: 1 if t % 16 < 8 else -1),
        (synthetic.make_trend_and_season, lambda t: -2 * t / 199 + math.sin(2 * math.pi * t / 16)),
    ],
)
def test_waves_follow_their_formula_plus_noise(make, formula):
    quiet = DataChoice(length_steps=200, period_steps=16, second_period_steps=5.5, trend=-2, noise=0)
    expected = np.array([formula(t) for t in range(200)])
    np.testing.assert_allclose(make(quiet).values, expected, atol=1e-12)
    loud = quiet.model_copy(update={"noise": 0.25})
    np.testing.assert_allclose(make(loud).values, expected + 0.25 * draws(loud), atol=1e-12)
    assert make(quiet).season_steps == 16


def test_ar1_follows_its_recursion_from_a_stationary_start():
    choice = DataChoice(length_steps=200, ar_coefficient=-0.6, data_seed=3)
    noise, values = draws(choice), synthetic.make_ar1(choice).values
    assert values[0] == pytest.approx(noise[0] / math.sqrt(1 - 0.36))
    for t in range(1, 200):
        assert values[t] == pytest.approx(-0.6 * values[t - 1] + noise[t])


def test_ar1_has_its_stationary_variance():
    starts = [
        synthetic.make_ar1(DataChoice(length_steps=200, ar_coefficient=0.9, data_seed=seed)).values[[0, -1]]
        for seed in range(2000)
    ]
    np.testing.assert_allclose(np.var(starts, axis=0), 1 / (1 - 0.81), rtol=0.12)


def test_random_walk_steps_are_the_draws():
    choice = DataChoice(length_steps=200, data_seed=3)
    values = synthetic.make_random_walk(choice).values
    np.testing.assert_allclose(np.diff(values, prepend=0.0), draws(choice), atol=1e-12)
