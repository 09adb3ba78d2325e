import math

import numpy as np
import pytest
from scipy.fft import dct
from scipy.signal import lfilter
from scipy.stats import t as student

from playground.config import DataChoice
from playground.data.synthetic import make_random_walk, make_sine
from playground.evaluation.luck import fewest_values, slow_waves
from playground.evaluation.results import BaselineForecast, PartForecasts
from playground.evaluation.verdicts import (
    compare,
    judge,
    skill_interval,
)
from playground.sentences.missing import because
from playground.sentences.verdicts import headline_of, verdict_details


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


def judged(network, last, best=None, part="validation"):
    """Judge forecasts with the given errors of a truth of zeros."""
    given = forecasts_of(network, np.zeros(len(network)), part, last_value=last, mean=best)
    return judge(given)


@pytest.mark.parametrize(("horizon", "windows"), [(1, 27), (4, 27), (5, 30), (24, 144)])
def test_a_longer_horizon_needs_more_windows(horizon, windows):
    assert fewest_values(horizon) == windows
    enough, few = errors(1.0, windows), errors(1.0, windows - 1)
    assert compare("x", enough**2, errors(1.0, windows, 1) ** 2, horizon).word != "n/a"
    assert compare("x", few**2, errors(1.0, windows - 1, 1) ** 2, horizon).word == "n/a"


@pytest.mark.parametrize("n", [32, 87])
def test_slow_waves_are_the_first_cosines(n):
    values = errors(1.0, n) + 3
    at = np.arange(n) + 0.5
    expected = [math.sqrt(2 / n) * np.sum(values * np.cos(math.pi * j * at / n)) for j in range(1, 6)]
    np.testing.assert_allclose(slow_waves(values, 5), expected, atol=1e-9)
    np.testing.assert_allclose(slow_waves(values, 5), dct(values, norm="ortho")[1:6], atol=1e-9)


def test_the_interval_ends_where_students_test_turns():
    """At both ends the mean of network - R baseline is just t standard errors from 0, by its waves."""
    network, baseline, n = np.square(errors(0.9, 200)), np.square(errors(1.0, 200, 1)), 200
    waves = int(n ** (2 / 3) / 3)
    for end in skill_interval(network, baseline, 1):
        left = network - (1 - end) ** 2 * baseline
        error = np.sqrt(np.mean(dct(left, norm="ortho")[1 : waves + 1] ** 2) / n) / np.sqrt(1 - 1 / n)
        assert abs(np.mean(left)) / error == pytest.approx(student.ppf(0.975, waves), rel=0.01)


def test_errors_that_last_widen_the_interval():
    short = np.square(errors(1.0, 400)), np.square(errors(1.0, 400, 1))
    lasting = tuple(np.repeat(losses[:20], 20) for losses in short)
    widths = [high - low for low, high in (skill_interval(*short, 1), skill_interval(*lasting, 1))]
    assert widths[1] > 2 * widths[0]


def test_errors_in_proportion_leave_no_luck():
    losses = np.square(errors(1.0))
    assert skill_interval(0.25 * losses, losses, 1) == pytest.approx((0.5, 0.5))


def test_a_baseline_that_is_hardly_known_has_no_lower_end():
    """One large miss makes the baseline's mean as uncertain as it is large."""
    baseline = np.full(40, 1e-6)
    baseline[39] = 1.0
    low, high = skill_interval(np.full(40, 0.01), baseline, 1)
    assert low == -math.inf and high < 1
    assert compare("x", np.full(40, 0.01), baseline, 1).word == "ties"


@pytest.mark.parametrize(("kept", "horizon"), [(0.0, 1), (0.9, 1), (0.0, 8)])
def test_equally_good_forecasters_are_rarely_told_apart(kept, horizon):
    """Also where errors last or overlap, which a few neighbouring windows do not show. Deterministic draws."""
    called = 0
    for seed in range(200):
        draws = np.random.default_rng(seed).standard_normal((3, 500 + 100))
        shared, *own = np.array([lfilter([1.0], [1.0, -kept], row) for row in draws])[:, -100 - horizon + 1 :]
        steps = np.arange(100)[:, None] + np.arange(horizon)
        network, baseline = (np.mean(np.square(shared + 0.5 * each)[steps], axis=1) for each in own)
        called += compare("x", network, baseline, horizon).word != "ties"
    assert called <= 17  # 5% of 200 is 10; more than 17 has a chance of 1 in 100


def test_the_best_of_several_baselines_is_not_said_to_win_by_its_luck():
    """Without making up for the pick a tenth of equally good networks lost, the last value being one of the six."""
    lost = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        shared = draw.normal(size=100)
        ours, *theirs = (shared + 0.5 * draw.normal(size=100) for _ in range(7))
        names = ("last_value", "b", "c", "d", "e", "f")
        given = forecasts_of(ours, np.zeros(100), **dict(zip(names, theirs, strict=True)))
        lost += judge(given).word == "loses"
    assert lost <= 10


def test_beats_loses_and_ties():
    good, bad = errors(0.5), errors(1.0, seed=1)
    assert judged(good, bad).against_last_value.word == "beats"
    assert judged(bad, good).against_last_value.word == "loses"
    assert judged(errors(1.0), bad).against_last_value.word == "ties"


def test_the_skill_by_hand_lies_in_its_interval():
    found = judged(errors(0.5), errors(1.0, seed=1)).against_last_value
    assert found.skill == pytest.approx(1 - math.sqrt(np.mean(errors(0.5) ** 2) / np.mean(errors(1.0, seed=1) ** 2)))
    assert found.low < found.skill < found.high


def test_the_best_baseline_decides_however_far_behind_the_last_value_is():
    found = judged(errors(0.5), errors(1.0, seed=1), best=errors(0.2, seed=2))
    assert (found.against_best.baseline, found.word, found.against_last_value.word) == ("mean", "loses", "beats")
    assert headline_of(found).startswith("Loses to the training mean, the best baseline, on validation: 2")
    assert " times its error (RMSE 0." in headline_of(found)
    assert "Against “same as the step before” alone it is " in verdict_details(found)
    tie = judged(errors(0.5), errors(1.0, seed=1), best=errors(0.5, seed=2))
    assert tie.word == "ties" and headline_of(tie).startswith("Ties with the training mean, the best baseline, on")


def test_the_errors_told_are_the_root_mean_squares():
    ours, theirs = errors(0.5), errors(1.0, seed=1)
    found = judged(ours, theirs).against_best
    assert found.error == pytest.approx(math.sqrt(np.mean(ours**2)), rel=1e-12)
    assert found.baseline_error == pytest.approx(math.sqrt(np.mean(theirs**2)), rel=1e-12)


def test_the_interval_is_wider_for_every_baseline_that_was_looked_at():
    ours, theirs = errors(1.0) ** 2, errors(1.0, seed=1) ** 2
    widths = [found.high - found.low for found in (compare("x", ours, theirs, 1, among) for among in (1, 2, 6))]
    assert widths == sorted(widths) and widths[0] < 0.9 * widths[2]
    given = forecasts_of(errors(1.0), np.zeros(200), last_value=errors(1.0, seed=1), mean=errors(2.0), drift=None)
    assert judge(given).against_best == compare("last value", ours, theirs, 1, among=2)


def test_a_tie_is_called_a_tie():
    found = judged(errors(1.0), errors(1.0, seed=1), best=errors(1.001, seed=1))
    assert headline_of(found).startswith("Ties with “same as the step before”, the best baseline, on validation")
    assert "so it is called a tie" in verdict_details(found)
    assert "alone" not in verdict_details(found)


def test_a_loss_is_called_a_loss():
    said = headline_of(judged(errors(1.4), errors(1.0), part="test"))
    assert said.startswith("Loses to “same as the step before”, the best baseline, on test: 40% worse (RMSE 1.")
    assert "on validation: 30 times its error" in headline_of(judged(errors(30.0), errors(1.0)))


def test_training_is_said_to_be_seen():
    assert "on training (seen while learning)" in headline_of(judged(errors(0.5), errors(1.0), part="train"))


def test_too_few_windows_have_no_verdict():
    found = judged(errors(0.5, 9), errors(1.0, 9))
    assert found.against_last_value.word == "n/a"
    assert because(found.against_last_value.reason).startswith(
        "9 windows are too few to tell skill from luck: at least 27"
    )
    assert headline_of(found).startswith("n/a on validation: 9 windows are too few")
    few = judged(errors(0.5, 9), np.zeros(9))
    assert few.word == "n/a"


def test_a_network_loses_to_a_baseline_without_errors():
    found = judged(errors(0.5), errors(1.0), best=np.zeros(200))
    assert (found.word, found.against_best.skill, found.against_best.low) == ("loses", None, None)
    assert headline_of(found).startswith(
        "Loses to the training mean, the best baseline, on validation: that makes no error there (RMSE 0."
    )
    rounding = forecasts_of(100 + errors(0.5), np.full(200, 100.0), last_value=np.full(200, 100 + 1e-12))
    assert (judge(rounding).word, judge(rounding).against_best.skill) == ("loses", None)


def test_a_network_without_errors_ties_with_a_baseline_without():
    assert judged(np.zeros(200), errors(1.0), best=np.zeros(200)).word == "ties"


def test_one_miss_is_no_loss_to_a_baseline_that_happened_to_make_none():
    """Student's t of the losses alone: with one of 200 above 0 their mean is as uncertain as it is large."""
    once = np.zeros(200)
    once[90] = 1.0
    assert judged(once, np.zeros(200)).word == "ties"
    waves = dct(np.square(errors(0.5)), norm="ortho")[1 : int(200 ** (2 / 3) / 3) + 1]
    margin = student.ppf(0.975, len(waves)) * math.sqrt(np.mean(waves**2) / 200)
    assert np.mean(np.square(errors(0.5))) > margin


def test_a_network_that_is_not_finite_has_no_verdict():
    found = judged(np.full(200, np.nan), errors(1.0))
    assert found.word == found.against_last_value.word == "n/a"
    assert "not all finite" in headline_of(found)


def test_a_perfect_network_beats():
    found = judged(np.zeros(200), errors(1.0))
    assert (found.against_last_value.word, found.against_last_value.skill) == ("beats", 1.0)
    assert headline_of(found).startswith("Beats every baseline on validation: 100% better than “same as")


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
        for judged_part in found.verdicts[1:]:
            words[judged_part.part].append(judged_part.word)
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
        assert {v.against_last_value.word for v in found.verdicts} == {"beats"}


def test_the_naive_forecast_ties_with_itself(evaluated, last_input):
    found = evaluated(make_sine(DataChoice()), DataChoice(), lambda prepared: last_input)
    for judged_part in found.verdicts:
        assert judged_part.against_last_value.word == "ties"
        assert judged_part.against_last_value.skill == pytest.approx(0, abs=1e-6)
