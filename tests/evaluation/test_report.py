import pickle

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.data.synthetic import make_random_walk, make_sine
from playground.evaluation import report
from playground.evaluation.baselines import BASELINES
from playground.evaluation.forecast import forecast_one_step
from playground.evaluation.measures import MEASURES
from playground.evaluation.metrics import score_forecast
from playground.evaluation.report import FREE_RUN_ORIGINS, FREE_RUN_STEPS, evaluate
from playground.evaluation.results import Evaluation
from playground.networks.network import build_network
from playground.packing import pack, unpack
from playground.records import PARTS
from playground.sentences.forecast import copycat_sentence, evaluation_notes
from playground.sentences.missing import because
from playground.sentences.verdicts import headline_of
from playground.training.alone import Training

RECIPE = Recipe().replaced(length_steps=300, window_steps=10, hidden_size=4, gap_steps=4)
NAMES = [baseline.name for baseline in BASELINES]


def weights_of(recipe, features=1):
    return build_network(recipe, features).weights()


def evaluation_of(recipe, include_test=True, season_steps=0):
    return evaluate(recipe, load_series(recipe.data), weights_of(recipe), season_steps, include_test)


def same(one, other):
    """Whether two evaluations hold the same numbers and words."""
    return pickle.dumps(one) == pickle.dumps(other)


@pytest.mark.parametrize(("horizon_steps", "kind"), [(1, "one-step"), (5, "direct")])
def test_forecasts_with_true_inputs_are_those_of_the_playground(horizon_steps, kind):
    recipe = RECIPE.replaced(horizon_steps=horizon_steps)
    found = evaluation_of(recipe)
    prepared = prepare(load_series(recipe.data), recipe.data)
    whole = forecast_one_step(build_network(recipe), prepared)
    for index, forecasts in enumerate(found.with_true_inputs):
        rows = whole.parts == index
        assert (forecasts.kind, forecasts.part) == (kind, PARTS[index])
        np.testing.assert_array_equal(forecasts.anchors, whole.anchors[rows])
        np.testing.assert_allclose(forecasts.predicted, whole.predicted[rows], atol=1e-6)
        np.testing.assert_array_equal(forecasts.truth, whole.truth[rows])
        np.testing.assert_array_equal(forecasts.baselines[0].predicted, whole.baseline[rows])


def test_rmse_and_mae_are_those_of_the_playground():
    found = evaluation_of(RECIPE)
    prepared = prepare(load_series(RECIPE.data), RECIPE.data)
    for score in score_forecast(forecast_one_step(build_network(RECIPE), prepared), ""):
        ours = found.score(score.metric, score.part)
        assert ours.value == pytest.approx(score.value, rel=1e-5)
        assert ours.baselines["last value"] == pytest.approx(score.baseline)


def test_every_measure_is_there_for_every_part_kind_and_baseline():
    found = evaluation_of(RECIPE)
    measures = [measure.name for measure in MEASURES]
    assert [(s.metric, s.part, s.kind) for s in found.scores] == [
        (metric, part, kind) for kind in ("one-step", "free-run") for part in PARTS for metric in measures
    ]
    for score in found.scores:
        assert list(score.baselines) == NAMES
        assert all(value is not None or score.reasons[name] for name, value in score.baselines.items())
        assert score.value is not None or score.reason
    assert [len(v) for v in (found.verdicts, found.residuals, found.copycats)] == [3, 3, 3]


def test_scores_by_step_join_to_the_whole():
    found = evaluation_of(RECIPE.replaced(horizon_steps=5))
    mae = next(s for s in found.by_step if (s.metric, s.part, s.kind) == ("MAE", "validation", "direct"))
    assert mae.values.shape == (5,)
    assert np.mean(mae.values) == pytest.approx(found.score("MAE", "validation").value)
    assert np.mean(mae.baselines["drift"]) == pytest.approx(found.score("MAE", "validation").baselines["drift"])


@pytest.mark.parametrize("horizon_steps", [1, 7])
def test_free_runs_stay_in_their_part(horizon_steps):
    recipe = RECIPE.replaced(horizon_steps=horizon_steps)
    found = evaluation_of(recipe)
    prepared = prepare(load_series(recipe.data), recipe.data)
    for run in found.free_run:
        start, stop = prepared.split.bounds(run.part)
        steps = run.truth.shape[1]
        assert run.anchors[0] == start + 9
        assert run.anchors[-1] + steps == stop - 1
        assert horizon_steps <= steps <= FREE_RUN_STEPS
        assert 2 <= len(run.anchors) <= FREE_RUN_ORIGINS
        assert run.predicted.shape == run.truth.shape
        np.testing.assert_array_equal(run.truth[0], prepared.values[start + 10 : start + 10 + steps])


def test_a_free_run_begins_with_the_forecast_from_true_inputs():
    found = evaluation_of(RECIPE.replaced(horizon_steps=5))
    for run, direct in zip(found.free_run, found.with_true_inputs, strict=True):
        np.testing.assert_allclose(run.predicted[0, :5], direct.predicted[0], atol=1e-6)
        for fed_back, straight in zip(run.baselines, direct.baselines, strict=True):
            if straight.predicted is not None:
                np.testing.assert_allclose(fed_back.predicted[0, :5], straight.predicted[0], atol=1e-6)


def test_the_sealed_test_part_is_not_touched():
    sealed, opened = evaluation_of(RECIPE, include_test=False), evaluation_of(RECIPE)
    assert (sealed.test_opened, opened.test_opened) == (False, True)
    assert sealed.parts == ("train", "validation")
    for name in ("with_true_inputs", "free_run", "scores", "by_step", "verdicts", "residuals", "copycats"):
        assert {item.part for item in getattr(sealed, name)} == {"train", "validation"}
        assert {item.part for item in getattr(opened, name)} == set(PARTS)
    assert {covered.part for covered in sealed.intervals.coverage} == {"validation"}
    assert {covered.part for covered in opened.intervals.coverage} == {"validation", "test"}
    assert "test" not in sealed.parts
    assert not any("on test" in note for note in evaluation_notes(sealed))


def test_without_it_the_test_part_changes_nothing(series_of):
    series = load_series(RECIPE.data)
    changed = series.values.copy()
    test_start = prepare(series, RECIPE.data).split.test_start
    changed[test_start:] = np.random.default_rng(0).normal(size=len(changed) - test_start)
    weights = weights_of(RECIPE)
    assert same(evaluate(RECIPE, series_of(series.values), weights), evaluate(RECIPE, series_of(changed), weights))
    with_test = [evaluate(RECIPE, series_of(values), weights, 0, True) for values in (series.values, changed)]
    assert not same(*with_test)


@pytest.mark.parametrize("target", ["level", "change"])
def test_nothing_after_the_training_part_reaches_what_is_said_about_it(series_of, target):
    recipe = RECIPE.replaced(target=target)
    series = load_series(recipe.data)
    stop = prepare(series, recipe.data).split.train_stop
    changed = series.values.copy()
    changed[stop:] = 3 * np.random.default_rng(0).permutation(changed[stop:])
    found = [evaluate(recipe, series_of(values), weights_of(recipe)) for values in (series.values, changed)]
    assert found[0].season == found[1].season
    for name in ("with_true_inputs", "free_run", "verdicts", "residuals", "copycats"):
        assert same(getattr(found[0], name)[0], getattr(found[1], name)[0])


def test_the_season_is_the_one_given_or_the_series_own():
    assert evaluation_of(RECIPE).season.steps == 40
    assert evaluation_of(RECIPE, season_steps=20).season.origin == "given"
    with pytest.raises(ValueError, match="season_steps must be at least 0"):
        evaluation_of(RECIPE, season_steps=-2)


def test_a_season_longer_than_the_series_is_said_to_be():
    found = evaluation_of(RECIPE, season_steps=400)
    for part in PARTS:
        mase = found.score("MASE", part)
        assert mase.value is None
        assert "the season of 400 steps is longer than the training part" in because(mase.reason)
        naive = found.score("RMSE", part)
        assert naive.baselines["seasonal naive"] is None
        assert "the season of 400 steps is longer than" in because(naive.reasons["seasonal naive"])
        assert naive.value is not None


def test_a_constant_stretch_and_zeros_are_said_to_be(series_of):
    series = load_series(RECIPE.data)
    values = series.values.copy()
    start = prepare(series, RECIPE.data).split.test_start
    values[start:] = 0.0
    found = evaluate(RECIPE, series_of(values), weights_of(RECIPE), 40, True)
    assert because(found.score("R²", "test").reason) == "the truth does not vary there, so there is nothing to explain"
    smape = found.score("sMAPE", "test")
    assert (smape.value, smape.baselines["last value"]) == (200, None)
    assert "both 0" in because(smape.reasons["last value"])
    assert found.score("direction", "test").value is None
    assert (found.verdicts[2].word, found.verdicts[2].against_best.baseline) == ("loses", "last value")
    assert "that makes no error there" in headline_of(found.verdicts[2])
    assert copycat_sentence(found.copycats[2], "").startswith("n/a on test: the series does not vary there")


def test_a_constant_series_is_refused_in_words(series_of):
    with pytest.raises(ValueError, match="nothing to learn"):
        evaluate(RECIPE, series_of(np.ones(300)), weights_of(RECIPE))


def test_weights_of_another_recipe_are_refused():
    with pytest.raises(ValueError, match="must have shape"):
        evaluate(RECIPE.replaced(hidden_size=5), load_series(RECIPE.data), weights_of(RECIPE))


def test_a_broken_network_is_evaluated_to_reasons():
    broken = {name: np.full_like(weight, np.nan) for name, weight in weights_of(RECIPE).items()}
    found = evaluate(RECIPE, load_series(RECIPE.data), broken, 0, True)
    for score in found.scores:
        assert score.value is None
        assert "not all finite" in because(score.reason)
        assert score.baselines["drift"] is not None
    assert {v.word for v in found.verdicts} == {"n/a"}
    assert all("not all finite" in copycat_sentence(copycat, "") for copycat in found.copycats)
    assert "not all finite" in because(found.intervals.reason)


def test_further_inputs_are_read_and_their_free_run_is_explained(series_of):
    recipe = RECIPE.replaced(extra_inputs=("wind",), calendar=True)
    times = np.datetime64("2024-01-01", "ns") + np.arange(300) * np.timedelta64(1, "h")
    values = load_series(recipe.data).values
    series = series_of(values, times=times, extras={"wind": np.roll(values, 3)})
    features = prepare(series, recipe.data).features.shape[1]
    found = evaluate(recipe, series, weights_of(recipe, features), 0, True)
    assert "In a free run wind keep their value at the last true input." in evaluation_notes(found)
    assert any("move on, because the calendar is known ahead" in note for note in evaluation_notes(found))


def test_of_a_long_part_the_windows_next_to_validation_are_forecast_and_it_is_said(monkeypatch):
    monkeypatch.setattr(report, "MOST_FORECAST_VALUES", 20)
    found = evaluation_of(RECIPE)
    prepared = prepare(load_series(RECIPE.data), RECIPE.data)
    for forecasts, rows in zip(found.with_true_inputs, (slice(-20, None), slice(20), slice(20)), strict=True):
        np.testing.assert_array_equal(forecasts.anchors, prepared.part(forecasts.part).anchors[rows])
    assert f"Of {len(prepared.train.anchors)} train windows the last 20 are forecast." in evaluation_notes(found)


def test_values_that_were_not_measured_are_counted(series_of):
    series = load_series(RECIPE.data)
    test_start = prepare(series, RECIPE.data).split.test_start
    filled = series_of(series.values, filled=np.array([3, 4, test_start]))
    counted = [evaluate(RECIPE, filled, weights_of(RECIPE), 0, test).filled for test in (False, True)]
    assert counted == [2, 3]
    assert evaluation_notes(evaluate(RECIPE, filled, weights_of(RECIPE)))[-1].startswith("2 values were not measured")


def test_an_evaluation_survives_packing():
    found = evaluation_of(RECIPE)
    assert pack(unpack(Evaluation, pack(found))) == pack(found)


def test_the_same_weights_are_evaluated_to_the_same_numbers():
    assert same(evaluation_of(RECIPE), evaluation_of(RECIPE))


def trained(make, recipe, epochs):
    """Train for some epochs and evaluate the best weights."""
    series = make(recipe.data)
    training = Training(recipe, prepare(series, recipe.data))
    training.advance(60.0, until_epoch=epochs)
    return evaluate(recipe, series, training.progress.best_weights, 0, True)


def test_a_trained_network_beats_on_a_clean_sine_and_does_not_copy():
    recipe = Recipe().replaced(noise=0.0, learning_rate=0.005, cell="gru", window_steps=16, period_steps=20.0)
    recipe = recipe.replaced(length_steps=400, batch_size=16)
    found = trained(make_sine, recipe, epochs=12)
    assert {v.against_last_value.word for v in found.verdicts} == {"beats"}
    assert [copycat.copies for copycat in found.copycats] == [False, False, False]


def test_a_trained_network_ties_on_a_random_walk_and_stays_close_to_the_last_value():
    recipe = Recipe().replaced(series="random_walk", target="change", window_steps=16, learning_rate=0.001)
    found = trained(make_random_walk, recipe, epochs=10)
    assert {v.word for v in found.verdicts[1:]} == {"ties"}
    assert not any(copycat.copies for copycat in found.copycats[1:])
    assert all(copycat_sentence(copycat, "").startswith("Close to the last value") for copycat in found.copycats)
