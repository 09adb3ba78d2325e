import dataclasses
import math

import numpy as np
import pytest

from playground.evaluation.baseline_losses import BaselineLosses
from playground.evaluation.measures import rmse
from playground.evaluation.metrics import judge_snapshot, score_forecast
from playground.evaluation.verdicts import window_losses
from playground.records import PARTS, Forecast, Snapshot
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


def headline(snapshot, part="validation", **others):
    """Judge a snapshot beside baselines whose windows all miss by the root of what is given, and the last value."""
    rows = snapshot.forecast.parts == PARTS.index(part)
    last = window_losses(snapshot.forecast.baseline[rows], snapshot.forecast.truth[rows])
    known = {"last value": last, **{name: share * last for name, share in others.items()}}
    found = judge_snapshot(snapshot, BaselineLosses(part, known, {}), part)
    return found.word, live_headline(found)


def shown(gain, unit="", n=200, size=1.0, part=1, horizon=1, same_errors=True):
    """A snapshot whose network errs `1 - gain` times as much as the last value on one part."""
    errors = np.random.default_rng(0).normal(size=(n, horizon))
    errors *= size / rmse(errors, 0 * errors)
    ours = (1 - gain) * (errors if same_errors else size * np.random.default_rng(1).normal(size=(n, horizon)))
    truth = np.zeros((n, horizon))
    forecast = Forecast("one-step", np.arange(n), np.full(n, part, np.uint8), ours, errors, truth)
    return Snapshot(7, "latest", forecast, score_forecast(forecast, unit), None)


LAST = "“same as the step before”"


@pytest.mark.parametrize(
    ("gain", "unit", "word", "sentence"),
    [
        (
            0.14,
            "",
            "beats",
            f"Beats every baseline on validation: 14% better than {LAST}, the best of them (RMSE 0.86 a",
        ),
        (
            0.25,
            "°C",
            "beats",
            f"Beats every baseline on validation: 25% better than {LAST}, the best of them (RMSE 0.7",
        ),
        (-0.2, "", "loses", f"Loses to {LAST}, the best baseline, on validation: 20% worse (RMSE 1.2 against 1)"),
        (-19, "°C", "loses", f"Loses to {LAST}, the best baseline, on validation: 20 times its error (RMSE 20 °C agai"),
        (-2e12, "", "loses", f"Loses to {LAST}, the best baseline, on validation: more than 1,000 times its error (RM"),
        (0.0, "", "ties", f"Ties with {LAST}, the best baseline, on validation (RMSE 1 against 1)"),
        (0.9999, "", "beats", "Beats every baseline on validation: 99.9% better than"),
    ],
)
def test_headline(gain, unit, word, sentence):
    said, words = headline(shown(gain, unit))
    assert said == word and words.startswith(f"Epoch 7: {sentence}")


def test_a_network_far_better_than_the_last_value_loses_to_a_better_baseline():
    word, sentence = headline(shown(0.5), drift=0.1, mean=2.0)
    assert word == "loses" and sentence.startswith("Epoch 7: Loses to drift, the best baseline, on validation: 58% wo")
    assert headline(shown(0.5), drift=0.25)[0] == "ties"
    assert headline(shown(0.5), mean=0.0)[1].startswith(
        "Epoch 7: Loses to the training mean, the best baseline, on validation: that makes no error there (RMSE 0.5"
    )


def test_without_the_baselines_only_the_error_is_told():
    found = judge_snapshot(shown(0.5, "°C"), None)
    assert found.word == "not yet" and found.verdict is None
    assert live_headline(found) == (
        "Epoch 7: RMSE 0.5 °C on validation; the baselines to compare it with are yet to be fitted"
    )
    begun = dataclasses.replace(shown(0.5), epoch=0)
    assert live_headline(judge_snapshot(begun, None)).startswith("First epoch so far: RMSE 0.5 on validation;")
    untrained = dataclasses.replace(begun, chosen="untrained")
    assert live_headline(judge_snapshot(untrained, None)).startswith("Untrained: RMSE 0.5 on validation;")


def test_baselines_of_another_version_of_the_series_are_not_compared():
    snapshot = shown(0.5)
    last = window_losses(snapshot.forecast.baseline, snapshot.forecast.truth)
    for other in (last[1:], 1.001 * last):
        found = judge_snapshot(snapshot, BaselineLosses("validation", {"last value": other}, {}))
        assert found.word == "n/a" and "of another version of the series" in live_headline(found)


def test_a_difference_that_luck_makes_is_a_tie_however_the_numbers_look():
    word, sentence = headline(shown(0.05, same_errors=False))
    assert word == "ties" and sentence.startswith("Epoch 7: Ties with")
    assert headline(shown(0.05))[0] == "beats"


def test_few_windows_have_no_verdict():
    word, sentence = headline(shown(0.5, n=26))
    assert word == "n/a" and sentence.startswith("Epoch 7: n/a on validation: 26 windows are too few to tell skill")
    assert sentence.endswith(f"(RMSE 0.5 against 1 of {LAST}, the best baseline)")
    assert headline(shown(0.5, n=27))[0] == "beats"


def test_headline_says_why_it_is_missing():
    bad = shown(0.5)
    bad.forecast.predicted[0] = np.nan
    missing = dataclasses.replace(bad, scores=score_forecast(bad.forecast, ""))
    assert headline(missing) == (
        "n/a", "Epoch 7: n/a on validation: the network's validation forecasts are not all finite"
    )  # fmt: skip


def test_headline_of_another_part_and_horizon():
    word, sentence = headline(shown(0.5, part=2, horizon=4), part="test")
    assert word == "beats" and sentence == (
        "Epoch 7: Beats every baseline on test: 50% better than “same as the last known value”, the best of them "
        "(RMSE 0.5 against 1)"
    )


def test_a_snapshot_that_an_older_version_kept_says_its_reason_as_it_stands():
    snapshot = shown(0.5)
    older = tuple(dataclasses.replace(s, value=None, reason="some {odd} words") for s in snapshot.scores)
    found = judge_snapshot(dataclasses.replace(snapshot, scores=older), None)
    assert live_headline(found) == "Epoch 7: n/a on validation: some {odd} words"
