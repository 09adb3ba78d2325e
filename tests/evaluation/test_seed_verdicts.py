"""The verdict over several seeds, on forecasts made by hand."""

import dataclasses

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.report import evaluate, evaluate_seeds
from playground.evaluation.results import BaselineForecast, PartForecasts
from playground.evaluation.seed_verdicts import judge_seeds
from playground.evaluation.verdicts import judge
from playground.labs.sweeps.plan import with_seeds
from playground.networks.network import build_network
from playground.sentences.seeds import seed_details, seed_headline
from playground.students_t import student_quantile

N = 400


def forecasts(shares, part="validation"):
    """Return forecasts of a random walk for each share: this share of the last value's error at every step."""
    walk = np.cumsum(np.random.default_rng(3).normal(size=N + 1))
    truth, known = walk[1:, None], walk[:-1, None]
    last = BaselineForecast("last value", "", known)
    return [PartForecasts("one-step", part, np.arange(N), truth, truth + s * (known - truth), (last,)) for s in shares]


def judged(*shares):
    return judge_seeds(range(1, len(shares) + 1), forecasts(shares))


def test_the_mean_skill_is_the_mean_of_the_seeds_and_each_is_judged_as_alone():
    verdict = judged(0.8, 0.82, 0.84, 0.86, 0.88)
    np.testing.assert_allclose([each.skill for each in verdict.alone], [0.2, 0.18, 0.16, 0.14, 0.12])
    np.testing.assert_allclose(verdict.together.skill, 0.16)
    first = judge(forecasts([0.8])[0]).against_best
    assert verdict.alone[0] == first
    assert verdict.together.word == "beats"
    assert seed_headline(verdict).startswith("Beats every baseline on validation over 5 seeds: 16% better than “same")
    assert "5 of 5 above 0" in seed_details(verdict)


def test_seeds_that_scatter_widen_the_interval_to_a_tie():
    """Errors in proportion at every step leave no luck of the stretch: what is left is the t interval by hand."""
    shares = (0.5, 0.9, 1.0, 1.1, 1.3)
    verdict = judged(*shares)
    skills = 1 - np.array(shares)
    half = student_quantile(0.05, 4) * np.std(skills, ddof=1) / np.sqrt(5)
    np.testing.assert_allclose([verdict.together.low, verdict.together.high], [0.04 - half, 0.04 + half], atol=1e-9)
    assert verdict.together.word == "ties"
    assert verdict.alone[0].word == "beats" and verdict.alone[-1].word == "loses"
    assert "Ties with" in seed_headline(verdict) and "2 of 5 above 0" in seed_details(verdict)


def test_both_kinds_of_luck_add_up_like_the_sides_of_a_right_angle():
    noise = np.random.default_rng(5).normal(size=(N, 1))
    many = forecasts((0.7, 0.75, 0.8, 0.85, 0.9))
    noisy = [PartForecasts(f.kind, f.part, f.anchors, f.truth, f.predicted + 0.3 * noise, f.baselines) for f in many]
    together = judge_seeds(range(5), noisy).together
    same = judge_seeds(range(5), [noisy[2]] * 5).together
    skills = [each.skill for each in judge_seeds(range(5), noisy).alone]
    spread = student_quantile(0.05, 4) * np.std(skills, ddof=1) / np.sqrt(5)
    alone = judge(noisy[2]).against_best
    np.testing.assert_allclose([same.low, same.high], [alone.low, alone.high])
    assert together.skill - together.low > max(spread, 0.5 * (alone.skill - alone.low))
    assert together.skill - together.low < spread + 1.5 * (alone.skill - alone.low)


def test_worse_seeds_lose():
    verdict = judged(1.2, 1.21, 1.22, 1.23, 1.24)
    assert verdict.together.word == "loses"
    assert seed_headline(verdict).startswith("Loses to")


def test_the_best_baseline_decides_and_its_pick_widens_the_stretch():
    """Seeds that are 20% better than the last value lose to a baseline that errs 40% less than it."""
    many = forecasts((0.8, 0.81, 0.82, 0.83, 0.84))
    better = BaselineForecast("drift", "", forecasts([0.6])[0].predicted)
    worse = BaselineForecast("mean", "", 0 * many[0].truth)
    first = dataclasses.replace(many[0], baselines=(*many[0].baselines, worse, better))
    verdict = judge_seeds(range(5), [first, *many[1:]])
    assert (verdict.together.baseline, verdict.together.word, verdict.better) == ("drift", "loses", 0)
    np.testing.assert_allclose(verdict.together.skill, 1 - 0.82 / 0.6)
    assert seed_headline(verdict) == "Loses to drift, the best baseline, on validation over 5 seeds: 37% worse"
    assert verdict.alone[0] == judge(first).against_best and verdict.together.among == 3
    noisy = dataclasses.replace(many[0], predicted=many[0].predicted + np.random.default_rng(5).normal(size=(N, 1)))
    picked = dataclasses.replace(noisy, baselines=(*noisy.baselines, worse, worse, worse))
    alone, among = (judge_seeds(range(5), [one] * 5).together for one in (noisy, picked))
    assert alone.baseline == among.baseline == "last value"
    assert among.high - among.low > 1.1 * (alone.high - alone.low)


def test_seeds_lose_together_to_a_baseline_without_error():
    many = forecasts((0.8, 0.81, 0.82, 0.83, 0.84))
    exact = BaselineForecast("seasonal naive", "", many[0].truth)
    first = dataclasses.replace(many[0], baselines=(*many[0].baselines, exact))
    verdict = judge_seeds(range(5), [first, *many[1:]])
    assert (verdict.together.word, verdict.together.skill, verdict.skills) == ("loses", None, ())
    assert seed_headline(verdict).endswith("on validation over 5 seeds: that makes no error there")
    assert seed_details(verdict) == ""


def test_a_seed_that_cannot_be_judged_leaves_no_verdict():
    many = forecasts((0.8, 0.8, 0.8, 0.8))
    broken = forecasts([0.8])[0]
    broken.predicted[3] = np.nan
    verdict = judge_seeds(range(5), [*many, broken])
    assert verdict.together.word == "n/a" and "not all finite" in seed_headline(verdict)


def test_few_seeds_are_refused():
    with pytest.raises(ValueError, match="at least 5"):
        judged(0.8, 0.8, 0.8)


def test_on_a_random_walk_one_lucky_seed_is_no_win():
    """Twenty walks, five noisy guesses each around the last value: hardly ever called a win."""
    wins = 0
    for walk_seed in range(20):
        draw = np.random.default_rng(walk_seed)
        walk = np.cumsum(draw.normal(size=N + 1))
        truth, known = walk[1:, None], walk[:-1, None]
        last = BaselineForecast("last value", "", known)
        guesses = [known + 0.1 * draw.normal(size=(N, 1)) for _ in range(5)]
        parts = [PartForecasts("one-step", "test", np.arange(N), truth, guess, (last,)) for guess in guesses]
        wins += judge_seeds(range(5), parts).together.word == "beats"
    assert wins <= 1


def test_networks_are_judged_part_by_part_as_each_alone():
    recipe = Recipe().replaced(length_steps=400, window_steps=8, hidden_size=4)
    series = load_series(recipe.data)
    recipes = with_seeds(recipe, 5)
    features = prepare(series, recipe.data).train.inputs.shape[2]
    weights = [build_network(one, features).weights() for one in recipes]
    verdicts = evaluate_seeds(recipes, series, weights)
    assert [v.part for v in verdicts] == ["train", "validation"]
    assert [v.part for v in evaluate_seeds(recipes, series, weights, include_test=True)][-1] == "test"
    alone = [verdict.against_best for verdict in evaluate(recipes[1], series, weights[1]).verdicts]
    assert [verdict.alone[1] for verdict in verdicts] == alone
    assert (alone[-1].baseline, alone[-1].among) == ("exponential smoothing", 6)
    assert verdicts[-1].seeds == (1, 2, 3, 4, 5)
    with pytest.raises(ValueError, match="with seed 3 training diverged"):
        evaluate_seeds(recipes, series, [*weights[:2], {}, *weights[3:]])
