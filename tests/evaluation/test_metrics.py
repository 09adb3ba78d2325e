import dataclasses
import math

import numpy as np
import pytest

from playground.evaluation.measures import rmse
from playground.evaluation.metrics import judge_snapshot, score_forecast
from playground.records import Forecast, Snapshot
from playground.sentences.live import live_headline


def forecast_of(predicted, baseline, truth, parts):
    columns = [np.array(a, dtype=float).reshape(len(parts), -1) for a in (predicted, baseline, truth)]
    return Forecast("one-step", np.arange(len(parts)), np.array(parts, dtype=np.uint8), *columns)


def only(scores, metric, part):
    (score,) = [s for s in scores if (s.metric, s.part) == (metric, part)]
    return score


def test_scores_by_hand_part_by_part():
    forecast = forecast_of([1, 2, 5, 5], [0, 0, 4, 2], [1, 4, 4, 6], parts=[0, 0, 1, 2])
    scores = score_forecast(forecast, "°C")
    assert [(s.part, s.metric) for s in scores] == [
        (part, metric) for part in ("train", "validation", "test") for metric in ("RMSE", "MAE")
    ]
    assert {s.unit for s in scores} == {"°C"}
    train = only(scores, "RMSE", "train")
    assert train.value == pytest.approx(math.sqrt(2))
    assert train.baseline == pytest.approx(math.sqrt(17 / 2))
    assert (only(scores, "MAE", "train").value, only(scores, "MAE", "train").baseline) == (1, 2.5)
    assert (only(scores, "RMSE", "validation").value, only(scores, "RMSE", "validation").baseline) == (1, 0)
    assert (only(scores, "RMSE", "test").value, only(scores, "RMSE", "test").baseline) == (1, 4)


def test_a_part_without_forecasts_has_no_score_and_says_so():
    score = only(score_forecast(forecast_of([1], [1], [1], parts=[1]), ""), "MAE", "test")
    assert (score.value, score.baseline) == (None, None)
    assert score.reason == "none forecast"


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_forecasts_that_are_not_finite_have_no_score(bad):
    scores = score_forecast(forecast_of([1, bad], [1, 1], [1, 1], parts=[0, 1]), "")
    assert only(scores, "RMSE", "train").value == 0
    assert only(scores, "RMSE", "validation").value is None
    assert "network not finite" in only(scores, "RMSE", "validation").reason


def test_errors_too_large_to_square_have_no_score():
    scores = score_forecast(forecast_of([1e200], [0], [0], parts=[1]), "")
    assert only(scores, "RMSE", "validation").value is None
    assert "part errors too large" in only(scores, "RMSE", "validation").reason
    assert only(scores, "MAE", "validation").value == 1e200


def test_a_part_that_is_not_forecast_whole_is_not_scored():
    scores = score_forecast(forecast_of([1] * 4, [1] * 4, [2] * 4, parts=[0, 0, 1, 1]), "", whole=("validation",))
    assert only(scores, "RMSE", "train").value is None
    assert "only some forecast" in only(scores, "RMSE", "train").reason
    assert only(scores, "RMSE", "validation").value == 1


def headline(snapshot, part="validation"):
    found = judge_snapshot(snapshot, part)
    return found.word, live_headline(found)


def shown(gain, unit="", n=200, size=1.0, part=1, horizon=1, same_errors=True):
    """A snapshot whose network errs `1 - gain` times as much as the last value on one part."""
    errors = np.random.default_rng(0).normal(size=(n, horizon))
    errors *= size / rmse(errors, 0 * errors)
    ours = (1 - gain) * (errors if same_errors else size * np.random.default_rng(1).normal(size=(n, horizon)))
    truth = np.zeros((n, horizon))
    forecast = Forecast("one-step", np.arange(n), np.full(n, part, np.uint8), ours, errors, truth)
    return Snapshot(1, "latest", forecast, score_forecast(forecast, unit), None)


@pytest.mark.parametrize(
    ("gain", "unit", "word", "sentence"),
    [
        (0.14, "", "beats", "14% better than “same as the step before” on validation (RMSE 0.86 against 1)"),
        (
            0.25,
            "°C",
            "beats",
            "25% better than “same as the step before” on validation (RMSE 0.75 °C against 1 °C)",
        ),
        (-0.2, "", "loses", "20% worse than “same as the step before” on validation (RMSE 1.2 against 1)"),
        (-19, "", "loses", "Worse: 20 times the error of “same as the step before” on validation (RMSE 20 against"),
        (-2e12, "", "loses", "Worse: more than 1,000 times the error of “same as the step before” on validation (RMSE"),
        (0.0, "", "ties", "Ties with “same as the step before” on validation (RMSE 1 against 1)"),
        (0.996, "", "beats", "99.6% better than “same as the step before” on validation (RMSE 0.004 against 1)"),
        (0.9999, "", "beats", "99.9% better than"),
        (1.0, "", "beats", "100% better than"),
    ],
)
def test_headline(gain, unit, word, sentence):
    said, words = headline(shown(gain, unit))
    assert said == word and words.startswith(sentence)


def test_a_difference_that_luck_makes_is_a_tie_however_the_numbers_look():
    word, sentence = headline(shown(0.05, same_errors=False))
    assert word == "ties" and sentence.startswith("Ties with")
    assert headline(shown(0.05))[0] == "beats"


def test_few_windows_have_no_verdict():
    word, sentence = headline(shown(0.5, n=26))
    assert word == "n/a" and sentence.startswith("Too few windows to tell skill from luck against “same as the step")
    assert headline(shown(0.5, n=27))[0] == "beats"


def test_headline_says_why_it_is_missing():
    bad = shown(0.5)
    bad.forecast.predicted[0] = np.nan
    missing = Snapshot(1, "latest", bad.forecast, score_forecast(bad.forecast, ""), None)
    assert headline(missing) == ("n/a", "n/a on validation: the network's validation forecasts are not all finite")
    word, sentence = headline(shown(0.5, size=0.0))
    assert word == "n/a"
    assert "makes no error there" in sentence


def test_headline_of_another_part_and_horizon():
    word, sentence = headline(shown(0.5, part=2, horizon=4), part="test")
    assert word == "beats" and sentence.startswith(
        "50% better than “same as the last known value” on test (RMSE 0.5 against 1)"
    )


def test_a_snapshot_that_an_older_version_kept_says_its_reason_as_it_stands():
    snapshot = shown(0.5)
    older = tuple(dataclasses.replace(s, value=None, reason="some {odd} words") for s in snapshot.scores)
    found = judge_snapshot(dataclasses.replace(snapshot, scores=older))
    assert live_headline(found) == "n/a on validation: some {odd} words"
