import math

import numpy as np
import pytest
from scipy.stats import t as student

from playground.config import DataChoice
from playground.data.synthetic import make_random_walk, make_sine
from playground.evaluation.results import BaselineForecast, PartForecasts, verdict
from playground.evaluation.verdicts import (
    block_windows,
    bootstrap_skill,
    judge,
    skill_interval,
    student_quantile,
)


def forecasts_of(predicted, truth, part="validation", **baselines):
    truth, predicted = (np.array(a, dtype=float).reshape(len(a), -1) for a in (truth, predicted))
    rows = [
        BaselineForecast(
            name.replace("_", " "), "", None if p is None else np.array(p, dtype=float).reshape(truth.shape)
        )
        for name, p in baselines.items()
    ]
    return PartForecasts("one-step", part, np.arange(len(truth)), truth, predicted, tuple(rows))


def errors(size, n=200, seed=0):
    return size * np.random.default_rng(seed).normal(size=n)


def judged(network, last, best=None, horizon=1, season=0, part="validation"):
    """Judge forecasts with the given errors of a truth of zeros."""
    given = forecasts_of(network, np.zeros(len(network)), part, last_value=last, mean=best)
    return judge(given, season)


@pytest.mark.parametrize(
    ("windows", "horizon", "season", "block"),
    [(1000, 1, 0, 10), (100, 1, 0, 5), (27, 1, 0, 3), (1000, 24, 0, 24), (1000, 1, 50, 50), (1000, 1, 101, 10)],
)
def test_the_block_is_the_cube_root_the_horizon_or_a_season(windows, horizon, season, block):
    assert block_windows(windows, horizon, season) == block


def test_draws_are_means_over_blocks_of_neighbours():
    losses = np.arange(1.0, 7.0)
    # Blocks of 3 in 1..6 sum to 6, 9, 12, 15; a draw adds two of them, the baseline's are all 6.
    drawn = bootstrap_skill(losses, np.full(6, 2.0), block=3, draws=500)
    possible = {1 - math.sqrt((a + b) / 12) for a in (6, 9, 12, 15) for b in (6, 9, 12, 15)}
    assert {round(d, 9) for d in drawn} == {round(p, 9) for p in possible}


def test_the_same_forecasts_get_the_same_draws():
    losses = np.square(errors(1.0))
    np.testing.assert_array_equal(bootstrap_skill(losses, 2 * losses, 6), bootstrap_skill(losses, 2 * losses, 6))


def test_draws_of_independent_windows_vary_as_theory_says():
    # Mean squared error of n normal errors: relative variance 2 / n; of the ratio of two 4 / n, of its root 1 / n.
    network, baseline = np.square(errors(1.0, 4000, 1)), np.square(errors(1.0, 4000, 2))
    assert np.std(bootstrap_skill(network, baseline, 16)) == pytest.approx(1 / math.sqrt(4000), rel=0.15)


def test_draws_of_windows_that_err_alike_vary_more():
    alike = np.repeat(np.square(errors(1.0, 200)), 20), np.repeat(np.square(errors(1.0, 200, 1)), 20)
    assert np.std(bootstrap_skill(*alike, 40)) > 3 * np.std(bootstrap_skill(*alike, 1))


@pytest.mark.parametrize("degrees", [4, 6.5, 10, 30, 1000])
def test_student_quantile_agrees_with_scipy(degrees):
    assert student_quantile(degrees) == pytest.approx(student.ppf(0.975, degrees), rel=0.01)


def test_the_interval_is_widened_for_few_blocks_and_ends_at_perfect():
    drawn = np.linspace(-1, 1, 1001) * 0.1
    low, high = skill_interval(0.0, drawn, blocks=1e9)
    assert (low, high) == (pytest.approx(-0.095), pytest.approx(0.095))
    low, high = skill_interval(0.0, drawn, blocks=5)
    assert low == pytest.approx(-0.095 * student.ppf(0.975, 4) / 1.96 * math.sqrt(5 / 4), rel=0.01)
    assert skill_interval(0.99, 0.99 + drawn, blocks=5)[1] == 1.0


def test_beats_loses_and_ties():
    good, bad = errors(0.5), errors(1.0, seed=1)
    assert judged(good, bad).against_last_value.word == "beats"
    assert judged(bad, good).against_last_value.word == "loses"
    assert judged(errors(1.0), bad).against_last_value.word == "ties"


def test_the_skill_by_hand_lies_in_its_interval():
    found = judged(errors(0.5), errors(1.0, seed=1)).against_last_value
    assert found.skill == pytest.approx(1 - math.sqrt(np.mean(errors(0.5) ** 2) / np.mean(errors(1.0, seed=1) ** 2)))
    assert found.low < found.skill < found.high


def test_the_sentence_names_the_part_and_the_best_baseline():
    found = judged(errors(0.5), errors(1.0, seed=1), best=errors(0.2, seed=2))
    assert (found.best_baseline, found.against_best.word) == ("mean", "loses")
    assert "better than “same as the step before” on validation (95% interval of the skill " in found.sentence
    assert "The best baseline is mean: the network has 2" in found.sentence
    assert "times the error of it" in found.sentence


def test_a_tie_is_called_a_tie():
    found = judged(errors(1.0), errors(1.0, seed=1), best=errors(1.001, seed=1))
    assert found.sentence.startswith("Ties with “same as the step before” on validation")
    assert "contains 0" in found.sentence
    assert found.sentence.endswith("No other baseline is better than that one.")


def test_a_loss_is_called_a_loss():
    assert " worse than “same as the step before” on test" in judged(errors(1.4), errors(1.0), part="test").sentence
    assert judged(errors(30.0), errors(1.0)).sentence.startswith(
        "Loses: 30 times the error of “same as the step before”"
    )


def test_training_is_said_to_be_seen():
    assert "on training (seen while learning)" in judged(errors(0.5), errors(1.0), part="train").sentence


def test_too_few_windows_have_no_verdict():
    found = judged(errors(0.5, 9), errors(1.0, 9))
    assert found.against_last_value.word == "n/a"
    assert found.against_last_value.reason.startswith("9 windows are too few to tell skill from luck: at least 15")
    assert found.sentence.startswith("n/a on validation: 9 windows are too few")
    assert found.block_windows == 0


def test_a_baseline_without_errors_has_no_verdict():
    found = judged(errors(0.5), np.zeros(200))
    assert found.against_last_value.word == "n/a"
    assert "makes no error there" in found.sentence


def test_a_network_that_is_not_finite_has_no_verdict():
    found = judged(np.full(200, np.nan), errors(1.0))
    assert found.against_last_value.word == "n/a"
    assert "not all finite" in found.sentence


def test_a_perfect_network_beats():
    found = judged(np.zeros(200), errors(1.0))
    assert (found.against_last_value.word, found.against_last_value.skill) == ("beats", 1.0)
    assert found.sentence.startswith("100% better")


def test_a_baseline_that_errs_only_now_and_then_is_compared():
    last = np.zeros(200)
    last[100:103] = 5.0
    found = judged(errors(0.01), last).against_last_value
    assert found.word == "ties"  # many draws hold none of its errors
    assert found.low == -math.inf


def test_on_random_walks_the_verdict_is_beats_in_at_most_1_of_20(evaluated, linear_forecaster):
    words = {"validation": [], "test": []}
    for seed in range(20):
        series = make_random_walk(DataChoice(data_seed=seed))
        found = evaluated(series, DataChoice(), linear_forecaster)
        for part, said in words.items():
            said.append(verdict(found, part)[0])
    for said in words.values():
        assert said.count("beats") <= 1
        assert said.count("ties") >= 10


@pytest.mark.parametrize("period_steps", [8.0, 21.3, 40.0])
@pytest.mark.parametrize("target", ["level", "change"])
@pytest.mark.parametrize("horizon_steps", [1, 8])
def test_on_a_clean_sine_the_verdict_is_always_beats(evaluated, linear_forecaster, period_steps, target, horizon_steps):
    choice = DataChoice(
        noise=0.0, period_steps=period_steps, target=target, horizon_steps=horizon_steps, length_steps=1200
    )
    found = evaluated(make_sine(choice), choice, linear_forecaster)
    # Eight steps ahead of a period of 8 the last value is itself the truth.
    if period_steps != horizon_steps:
        assert {verdict(found, part)[0] for part in found.parts} == {"beats"}


def test_the_naive_forecast_ties_with_itself(evaluated, last_input):
    found = evaluated(make_sine(DataChoice()), DataChoice(), lambda prepared: last_input)
    for judged_part in found.verdicts:
        assert judged_part.against_last_value.word == "ties"
        assert judged_part.against_last_value.skill == pytest.approx(0, abs=1e-6)
