"""Real trainings with mistakes: the same numbers in any pieces, scored by the stated protocol."""

import dataclasses
import functools
import pickle

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.labs.leaks import work as leak_runs
from playground.labs.leaks.mistakes import MISTAKES
from playground.labs.leaks.preparing import lab_recipe, prepare_with_leaks
from playground.labs.leaks.results import (
    Arm,
    compare_arms,
    effect_of,
    flattery,
)
from playground.labs.leaks.work import advance_leak_run
from playground.networks.network import build_network
from playground.sentences.leaks import arm_title, describe_arm, describe_honest, symptoms
from playground.training.alone import advance

RECIPE = Recipe().replaced(
    series="trend_and_season", length_steps=300, window_steps=8, horizon_steps=2, hidden_size=6, data_seed=3
)
SERIES = load_series(RECIPE.data)
NONE = frozenset()


def train_with_leaks(recipe, series, leaks, budget_s=0.4):
    """Return a run with these mistakes that was trained to its end."""
    run = None
    while run is None or not run.done:
        run = advance_leak_run(recipe, series, leaks, run, budget_s)
    return run


@pytest.fixture(autouse=True)
def few_steps(monkeypatch):
    monkeypatch.setattr("playground.labs.leaks.preparing.LAB_STEPS", 60)


def test_an_honest_run_is_the_ordinary_training_and_its_report_is_the_ordinary_rmse():
    run = train_with_leaks(RECIPE, SERIES, NONE)
    data = prepare_with_leaks(SERIES, RECIPE, NONE)
    quick = lab_recipe(RECIPE, len(data.prepared.train.anchors))
    checkpoint, epochs = advance(quick, data.prepared, None, 1e9)
    assert [e.validation_loss for e in run.epochs] == [e.validation_loss for e in epochs]
    network = build_network(quick)
    network.load_weights(checkpoint.best_weights)
    scaling = data.prepared.scaling
    for windows, error, naive in (
        (data.reported, run.result.reported, run.result.reported_baseline),
        (data.fresh, run.result.real, run.result.real_baseline),
    ):
        truth = np.array([SERIES.values[a + 1 : a + 3] for a in windows.anchors])
        predicted = network.predict(windows.inputs) * scaling.deviation + scaling.mean
        assert error == pytest.approx(np.sqrt(np.mean((predicted - truth) ** 2)), rel=1e-5)
        copied = SERIES.values[windows.anchors][:, None]
        assert naive == pytest.approx(np.sqrt(np.mean((copied - truth) ** 2)))
    assert run.result.reported_share == pytest.approx(run.result.reported / run.result.reported_baseline)


def test_pieces_do_not_change_the_numbers_and_travel_between_processes():
    whole = train_with_leaks(RECIPE, SERIES, {"shuffle"}, budget_s=1e9)
    run = None
    while run is None or not run.done:
        run = advance_leak_run(RECIPE, SERIES, frozenset({"shuffle"}), pickle.loads(pickle.dumps(run)), budget_s=0.02)
    assert run.pieces > 1 and run.progress == 1
    assert run.result == whole.result
    assert [e.train_loss for e in run.epochs] == [e.train_loss for e in whole.epochs]


def test_a_run_tells_how_far_it_is():
    run, told = None, []
    for _ in range(2):
        run = advance_leak_run(RECIPE, SERIES, NONE, run, budget_s=0.0)
        told.append(run.progress)
    assert not run.done and run.result is None
    assert 0 <= told[0] <= told[1] < 1


@pytest.mark.parametrize("leak", MISTAKES)
def test_every_mistake_trains_and_is_scored(leak):
    result = train_with_leaks(RECIPE, SERIES, {leak}).result
    assert result.leaks == {leak}
    assert 0 < result.reported < 10 and 0 < result.real < 10
    evidence = result.evidence
    assert (evidence.last_input_correlation > 0.9999) == (leak == "target")
    assert (abs(evidence.mean) > 0.1) == (leak in ("scaling", "shuffle"))
    assert (evidence.scored_from < evidence.trained_until) == (leak in ("shuffle", "train_score"))
    same = result.reported_share == pytest.approx(evidence.chosen_by_error, rel=1e-12)
    assert same == (leak == "test_epoch")
    split = prepare_with_leaks(SERIES, RECIPE, NONE).prepared.split
    assert (evidence.trained_until >= split.train_stop) == (leak in ("gap", "shuffle"))


def test_target_inside_the_window_reports_almost_nothing_and_fails_on_fresh_data(monkeypatch):
    monkeypatch.setattr("playground.labs.leaks.preparing.LAB_STEPS", 400)
    recipe = RECIPE.replaced(series="random_walk", target="change", horizon_steps=1, hidden_size=16)
    series = load_series(recipe.data)
    leaky, honest = (
        Arm(leaks, tuple(train_with_leaks(recipe.replaced(seed=seed), series, leaks).result for seed in (1, 2, 3)))
        for leaks in (frozenset({"target"}), NONE)
    )
    assert leaky.reported_mean < 0.3 and leaky.real_mean > 1
    assert effect_of(leaky, honest) == "flatters"
    assert "promised to beat the last value and does not" in describe_arm(compare_arms(leaky, honest))


def test_runs_that_cannot_be_scored_say_why():
    still = dataclasses.replace(SERIES, values=np.concatenate([SERIES.values[:255], np.full(45, 2.0)]))
    with pytest.raises(ValueError, match="the series stands still there"):
        train_with_leaks(RECIPE, still, NONE)
    with pytest.raises(ValueError, match="cannot be scored: it diverged"):
        leak_runs._judge(RECIPE, *_untrained())


def _untrained():
    data = prepare_with_leaks(SERIES, RECIPE, NONE)
    training = leak_runs.Training(RECIPE, data.prepared)
    training._diverge("the loss")
    return data, training


@functools.cache
def blank_result():
    return train_with_leaks(RECIPE, SERIES, NONE, budget_s=1e9).result


def arm(*shares: tuple[float, float], leaks: frozenset[str] = NONE) -> Arm:
    """An arm with given (reported, real) shares."""
    blank = blank_result()
    return Arm(
        leaks,
        tuple(
            dataclasses.replace(blank, reported=a, reported_baseline=1.0, real=b, real_baseline=1.0) for a, b in shares
        ),
    )


def test_an_effect_is_claimed_only_where_the_pairs_agree_beyond_luck():
    honest = arm((0.90, 0.95), (0.92, 0.95), (0.91, 0.95))
    scale = frozenset({"scaling"})
    clear = arm((0.50, 0.95), (0.55, 0.95), (0.52, 0.95), leaks=scale)
    np.testing.assert_allclose(flattery(clear, honest), [0.40, 0.37, 0.39])
    assert effect_of(clear, honest) == "flatters"
    assert (
        "in each of 3 pairs of runs. On average 52% of the last value's error was reported, and 95% is made"
        in describe_arm(compare_arms(clear, honest))
    )
    mixed = arm((0.50, 0.95), (0.99, 0.95), (0.91, 0.95), leaks=scale)
    assert effect_of(mixed, honest) == "no clear effect"
    assert "no effect that 3 pairs of runs can show" in describe_arm(compare_arms(mixed, honest))
    torn = arm((0.50, 0.95), (0.86, 0.95), (0.87, 0.95), leaks=scale)
    assert min(flattery(torn, honest)) > 0 and effect_of(torn, honest) == "no clear effect"
    assert effect_of(arm((0.50, 0.95), leaks=scale), honest) == "no clear effect"
    small = arm((0.89, 0.95), (0.91, 0.95), (0.90, 0.95), leaks=scale)
    assert effect_of(small, honest) == "no clear effect"
    worse = arm((1.2, 0.95), (1.2, 0.95), (1.2, 0.95), leaks=scale)
    assert effect_of(worse, honest) == "belittles"
    assert "not flattered" in describe_arm(compare_arms(worse, honest))
    assert arm_title(clear) == "Scale on everything" and arm_title(honest) == "Honest"
    assert arm_title(arm((1, 1), leaks=frozenset({"gap", "scaling"}))) == "Both together"


def test_a_change_in_the_series_is_not_called_a_leak():
    assert "Nothing leaked" in describe_honest(arm((0.9, 0.6)))
    assert "Nothing leaked" in describe_honest(arm((0.6, 0.9)))
    assert "Nothing leaked" not in describe_honest(arm((0.90, 0.91)))


def test_symptoms_are_the_evidence_in_words():
    result = train_with_leaks(RECIPE, SERIES, {"scaling"}, budget_s=1e9).result
    told = symptoms(result)
    assert told["Windows trained on"] == f"{result.evidence.train_windows}"
    assert (
        told["Reported error, against the last value's"] == f"{100 * result.reported / result.reported_baseline:.1f}%"
    )
    assert f"{result.evidence.mean:.2f}" in told.values()
