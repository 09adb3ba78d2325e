"""The sentences beside an evaluation, against cases worked out by hand."""

import numpy as np
import pytest
from scipy.signal import lfilter

from playground.evaluation.backtest_results import BacktestResult, Wins, wins_by_lead, wins_by_origin
from playground.evaluation.missing import Missing
from playground.evaluation.residuals import bias_of, misses_of, pattern_of
from playground.evaluation.results import Coverage, Intervals, Residuals, StepScores
from playground.sentences.forecast import (
    remark_on_bias,
    remark_on_coverage,
    remark_on_lead_times,
    remark_on_misses,
    remark_on_origins,
    remark_on_pattern,
)


def make_intervals(validation, test, luck=(0.7, 0.88)):
    coverage = [
        Coverage(0.8, "validation", validation, np.array([np.nan if validation is None else validation])),
        Coverage(0.8, "test", test, np.array([np.nan if test is None else test]), *luck),
    ]
    return Intervals((0.8,), np.array([[0.3]]), 50, tuple(coverage), Missing("too few for levels", 5))


def test_coverage_says_what_was_reached():
    intervals = make_intervals(0.81, 0.6)
    assert "held 81% of the true values on validation, as it must" in remark_on_coverage(intervals, 0.8, "validation")
    assert "say nothing" in remark_on_coverage(intervals, 0.8, "train")
    assert "too few" in remark_on_coverage(make_intervals(None, None), 0.8, "validation")


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.69, "held 69% of the true values on test: fewer than the 70% to 88% that errors like"),
        (0.7, "within the 70% to 88% that errors like those on validation would bring."),
        (0.88, "held 88% of the true values on test: within"),
        (1.0, "held 100% of the true values on test: more than the 70%"),
    ],
)
def test_coverage_outside_what_luck_brings_is_told_on_both_sides(share, words):
    said = remark_on_coverage(make_intervals(0.81, share), 0.8, "test")
    assert words in said and "errors have grown" not in said


def test_coverage_of_few_forecasts_is_not_judged():
    said = remark_on_coverage(make_intervals(0.81, 0.2, (None, None)), 0.8, "test")
    assert "too few to tell that from luck" in said


def make_residuals(values, autocorrelation=(), chance=float("nan"), reason=None):
    values = np.asarray(values, dtype=float)
    lags = np.arange(1, len(autocorrelation) + 1)
    return Residuals(
        "validation", np.arange(len(values)), values, float(values.mean()), float(values.std()), np.array([-1.0, 1.0]),
        np.array([len(values)]), lags, np.asarray(autocorrelation, dtype=float), 0.2, chance, reason,
    )  # fmt: skip


def test_misses_that_grow_shrink_or_stay():
    wave = np.random.default_rng(0).normal(size=100)
    louder = wave * np.repeat([1, 3], 50)
    half = float(np.median(np.abs(louder[:50])))
    assert f"stay about the same size (half of them are within {half:.3g} m in" in remark_on_misses(
        misses_of(make_residuals(np.tile(louder[:50], 2))), "m"
    )
    assert "larger in the second half" in remark_on_misses(misses_of(make_residuals(louder)), "")
    assert "smaller in the second half" in remark_on_misses(misses_of(make_residuals(louder[::-1])), "")
    assert "no more than by chance" in remark_on_misses(misses_of(make_residuals([1, -1, 2, -2])), "")


@pytest.mark.parametrize(("factor", "said"), [(1.49, "about the same"), (1.51, "larger")])
def test_steady_means_less_than_half_more(factor, said):
    first = np.random.default_rng(1).normal(size=200)
    assert said in remark_on_misses(misses_of(make_residuals(np.concatenate([first, factor * first]))), "")


def test_one_outlier_does_not_make_the_misses_larger():
    values = np.random.default_rng(0).normal(size=100)
    values[80] = 60.0
    assert "about the same size" in remark_on_misses(misses_of(make_residuals(values)), "")


def test_bias_is_told_where_it_is_beyond_chance():
    noise = np.random.default_rng(0).normal(size=100)
    noise -= noise.mean()
    assert "No bias to speak of" in remark_on_bias(bias_of(make_residuals(noise)), "m")
    assert "Biased: on average the forecasts are 0.5 m too low" in remark_on_bias(
        bias_of(make_residuals(noise + 0.5)), "m"
    )
    assert "0.5 too high on this part" in remark_on_bias(bias_of(make_residuals(noise - 0.5)), "")
    assert "No bias beyond chance" in remark_on_bias(bias_of(make_residuals([1.5, -0.5] * 5)), "m")


def test_misses_with_a_memory_are_not_called_biased_for_their_slow_ups_and_downs():
    """Two standard errors of independent misses called a fifth of such stretches biased."""
    biased = 0
    for seed in range(200):
        values = lfilter([1.0], [1.0, -0.5], np.random.default_rng(seed).normal(size=260))[100:]
        biased += remark_on_bias(bias_of(make_residuals(values)), "").startswith("Biased")
    assert biased <= 18


def test_a_pattern_is_called_one_only_beyond_chance():
    bars = [0.3, -0.9, 0.5, *[0.0] * 17]
    found = remark_on_pattern(pattern_of(make_residuals([1, -1], bars, 0.004)))
    assert "A pattern is left" in found and "4 of 1,000 cases" in found and "tallest bar is at lag 2" in found
    assert "fewer than 1 of 1,000" in remark_on_pattern(pattern_of(make_residuals([1, -1], bars, 1e-9)))
    none = remark_on_pattern(pattern_of(make_residuals([1, -1], bars, 0.05)))
    assert "No pattern stands out from what noise shows by chance" in none and "may be left" in none
    assert "noise, so" not in none and "little more to learn" not in none
    assert "A pattern" in remark_on_pattern(pattern_of(make_residuals([1, -1], bars, 0.0499)))
    assert remark_on_pattern(pattern_of(make_residuals([1, 1], reason=Missing("does not vary")))).startswith(
        "n/a: the series does"
    )


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ([1.0, 1.0], "at all 2 lead times"),
        ([1.0, 5.0], "at 1 of 2 lead times"),
        ([5.0, 5.0], "At every lead time some baseline is at least as good"),
        ([np.nan, np.nan], "cannot be computed"),
    ],
)
def test_lead_times_count_where_the_network_leads(network, words):
    baselines = {"last value": np.array([2.0, 3.0]), "mean": np.array([4.0, np.nan])}
    scores = StepScores("RMSE", "direct", "validation", "", "lower", np.array(network), baselines)
    assert words in remark_on_lead_times(scores.metric, wins_by_lead(scores))


def test_lead_times_know_where_higher_is_better():
    scores = StepScores("R²", "direct", "validation", "", "higher", np.array([0.9]), {"mean": np.array([0.5])})
    assert "at all 1 lead times" in remark_on_lead_times(scores.metric, wins_by_lead(scores))


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ([0.1, 0.2, 0.3, np.nan], "from 3 of 3 origins, each of them"),
        ([0.1, 0.2, 0.9, 0.9], "from 2 of 4 origins: the baseline wins as often or more"),
        ([0.1, 0.2, 0.3, 0.9], "from 3 of 4 origins: more often than not"),
        ([np.nan] * 4, "cannot be computed"),
    ],
)
def test_origins_count_where_the_network_was_better(network, words):
    errors = {"network": np.array(network), "mean": np.full(4, 0.9), "last value": np.full(4, 0.5)}
    square = np.zeros((4, 2))
    result = BacktestResult(
        np.arange(4), np.ones(4, np.uint8), 1, square, square, {"last value": square}, {}, {}, {"one-step": errors},
        4, "", 0.1,
    )  # fmt: skip
    assert words in remark_on_origins(wins_by_origin(result), 2)


@pytest.mark.parametrize(
    ("drift", "best", "better"),
    [([0.4] * 4, "drift", 1), ([0.1, 0.1, 0.1, 2.0], "last value", 2), ([np.nan] * 4, "last value", 2)],
)
def test_origins_are_counted_against_the_baseline_of_the_lowest_rmse(drift, best, better):
    errors = {"network": np.array([0.3, 0.45, 0.6, 0.6]), "drift": np.array(drift), "last value": np.full(4, 0.5)}
    square = np.zeros((4, 2))
    result = BacktestResult(
        np.arange(4), np.ones(4, np.uint8), 1, square, square, {}, {}, {}, {"one-step": errors}, 4, "", 0.1
    )
    assert wins_by_origin(result) == Wins(better, 4, best)
    said = remark_on_origins(wins_by_origin(result), 2)
    assert f"better than {'drift' if best == 'drift' else '“same as the last known value”'}, the best baseline" in said
