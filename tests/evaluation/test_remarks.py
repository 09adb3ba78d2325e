"""The sentences beside an evaluation, against cases worked out by hand."""

import numpy as np
import pytest

from playground.evaluation.backtest_results import BacktestResult
from playground.evaluation.remarks import (
    headline_of,
    remark_on_best,
    remark_on_bias,
    remark_on_coverage,
    remark_on_lead_times,
    remark_on_luck,
    remark_on_misses,
    remark_on_origins,
    remark_on_pattern,
)
from playground.evaluation.results import Comparison, Coverage, Intervals, Residuals, StepScores, Verdict

BASELINE = "“same as the step before”"


def make_verdict(word="beats", skill=0.38, low=0.29, high=0.47, best=None, sentence=""):
    against_last = Comparison("last value", word, skill, low, high, "too few windows" if word == "n/a" else "")
    best = best or against_last
    return Verdict("validation", against_last, best.baseline, best, 9, sentence)


@pytest.mark.parametrize(
    ("word", "sentence", "headline"),
    [
        (
            "beats",
            f"38% better than {BASELINE} on validation (95% interval of the skill 29% to 47%). No other is better.",
            f"Beats: 38% better than {BASELINE} on validation",
        ),
        (
            "ties",
            f"Ties with {BASELINE} on validation (95% interval of the skill -3% to 4%). The best …",
            f"Ties with {BASELINE} on validation",
        ),
        (
            "loses",
            f"20% worse than {BASELINE} on validation (95% interval of the skill -30% to -10%). …",
            f"Loses: 20% worse than {BASELINE} on validation",
        ),
        (
            "loses",
            f"Loses: 3 times the error of {BASELINE} on validation (95% interval of the skill -300% to -100%). …",
            f"Loses: 3 times the error of {BASELINE} on validation",
        ),
        ("n/a", "n/a on validation: too few windows.", "n/a on validation: too few windows"),
    ],
)
def test_headline_is_one_line_with_its_word_first(word, sentence, headline):
    assert headline_of(make_verdict(word, sentence=sentence)) == headline


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (Comparison("b", "beats", 0.38, 0.29, 0.47), "between 29% better and 47% better, 95 times in 100: even at"),
        (Comparison("b", "ties", 0.01, -0.03, 0.04), "between 3% worse and 4% better, 95 times in 100: the difference"),
        (Comparison("b", "loses", -1.2, -2.0, -0.5), "between 3 times as wrong and 50% worse"),
    ],
)
def test_luck_in_plain_words(comparison, words):
    assert words in remark_on_luck(comparison)


def test_without_an_interval_nothing_is_said_of_luck():
    assert remark_on_luck(Comparison("b", "n/a", None, None, None, "too few")) == ""


@pytest.mark.parametrize(
    ("best", "words"),
    [
        (None, "No other baseline does better"),
        (Comparison("drift", "beats", 0.1, 0.05, 0.2), "drift: the network beats it too"),
        (Comparison("drift", "ties", 0.0, -0.1, 0.1), "drift: the network ties with it"),
        (Comparison("drift", "loses", -0.2, -0.3, -0.1), "drift: the network loses to it, 20% worse"),
        (Comparison("drift", "n/a", None, None, None, "it makes no error"), "cannot be compared: it makes no error"),
    ],
)
def test_the_best_baseline_is_named(best, words):
    assert words in remark_on_best(make_verdict(best=best))


def make_intervals(validation, test):
    coverage = [Coverage(0.8, part, share, np.array([np.nan if share is None else share]))
                for part, share in (("validation", validation), ("test", test))]  # fmt: skip
    return Intervals((0.8,), np.array([[0.3]]), 50, tuple(coverage), "" if validation else "5 forecasts are too few")


def test_coverage_says_what_was_reached():
    intervals = make_intervals(0.81, 0.6)
    assert "held 81% of the true values on validation, as it must" in remark_on_coverage(intervals, 0.8, "validation")
    assert "held 60% of the true values on test: fewer than promised" in remark_on_coverage(intervals, 0.8, "test")
    assert "keeps its word" in remark_on_coverage(make_intervals(0.81, 0.78), 0.8, "test")
    assert "say nothing" in remark_on_coverage(intervals, 0.8, "train")
    assert "too few" in remark_on_coverage(make_intervals(None, None), 0.8, "validation")


def make_residuals(values, autocorrelation=(), outside=0, reason=""):
    values = np.asarray(values, dtype=float)
    lags = np.arange(1, len(autocorrelation) + 1)
    return Residuals(
        "validation", np.arange(len(values)), values, float(values.mean()), float(values.std()), np.array([-1.0, 1.0]),
        np.array([len(values)]), lags, np.asarray(autocorrelation, dtype=float), 0.2, outside, reason,
    )  # fmt: skip


def test_misses_that_grow_shrink_or_stay():
    assert "stay about the same size (1 m in" in remark_on_misses(make_residuals([1, -1, 1, -1]), "m")
    assert "grow with time (1 in the first half, 2 in" in remark_on_misses(make_residuals([1, -1, 2, -2]), "")
    assert "shrink" in remark_on_misses(make_residuals([2, -2, 1, -1]), "")


def test_bias_needs_more_than_two_standard_errors():
    assert "No bias" in remark_on_bias(make_residuals([1, -1] * 50), "m")
    assert "0.5 m too low" in remark_on_bias(make_residuals([1.5, -0.5] * 50), "m")
    assert "0.5 too high" in remark_on_bias(make_residuals([-1.5, 0.5] * 50), "")
    assert "No bias" in remark_on_bias(make_residuals([1.5, -0.5] * 5), "m")


def test_a_pattern_is_called_one_only_beyond_chance():
    assert "looks like noise" in remark_on_pattern(make_residuals([1, -1], [0.3, *[0.0] * 19], 1))
    assert "strongest at lag 2" in remark_on_pattern(make_residuals([1, -1], [0.3, -0.9, 0.5, *[0.0] * 17], 3))
    assert remark_on_pattern(make_residuals([1, 1], reason="they are all the same")) == "n/a: they are all the same."


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
    assert words in remark_on_lead_times(scores)


def test_lead_times_know_where_higher_is_better():
    scores = StepScores("R²", "direct", "validation", "", "higher", np.array([0.9]), {"mean": np.array([0.5])})
    assert "at all 1 lead times" in remark_on_lead_times(scores)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ([0.1, 0.2, 0.3, np.nan], "from 3 of 3 origins: good everywhere"),
        ([0.1, 0.2, 0.9, 0.9], "from 2 of 4 origins: the baseline wins as often or more"),
        ([0.1, 0.2, 0.3, 0.9], "from 3 of 4 origins: more often than not"),
        ([np.nan] * 4, "cannot be computed"),
    ],
)
def test_origins_count_where_the_network_was_better(network, words):
    errors = {"network": np.array(network), "last value": np.full(4, 0.5)}
    square = np.zeros((4, 2))
    result = BacktestResult(
        np.arange(4), np.ones(4, np.uint8), 1, square, square, {"last value": square}, {}, {}, {"one-step": errors},
        4, "", 0.1,
    )  # fmt: skip
    assert words in remark_on_origins(result)
