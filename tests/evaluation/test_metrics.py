import math

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from playground.evaluation.metrics import headline, mae, rmse, score_forecast, skill
from playground.records import Forecast, Score


def forecast_of(predicted, baseline, truth, parts):
    columns = [np.array(a, dtype=float).reshape(len(parts), -1) for a in (predicted, baseline, truth)]
    return Forecast("one-step", np.arange(len(parts)), np.array(parts, dtype=np.uint8), *columns)


def only(scores, metric, part):
    (score,) = [s for s in scores if (s.metric, s.part) == (metric, part)]
    return score


def test_metrics_by_hand():
    assert rmse(np.array([1.0, 2.0]), np.array([4.0, 6.0])) == pytest.approx(math.sqrt((9 + 16) / 2))
    assert mae(np.array([1.0, 2.0]), np.array([4.0, 6.0])) == 3.5


def test_metrics_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    truth, predicted = rng.normal(size=(50, 1)), rng.normal(size=(50, 1))
    assert rmse(predicted, truth) == pytest.approx(root_mean_squared_error(truth, predicted))
    assert mae(predicted, truth) == pytest.approx(mean_absolute_error(truth, predicted))


def test_metrics_of_single_precision_are_computed_in_double():
    truth = np.zeros(3, dtype=np.float32)
    predicted = np.full(3, 1e30, dtype=np.float32)
    assert rmse(predicted, truth) == pytest.approx(1e30)


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
    assert score.reason == "there are no test forecasts"


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_forecasts_that_are_not_finite_have_no_score(bad):
    scores = score_forecast(forecast_of([1, bad], [1, 1], [1, 1], parts=[0, 1]), "")
    assert only(scores, "RMSE", "train").value == 0
    assert only(scores, "RMSE", "validation").value is None
    assert "not all finite" in only(scores, "RMSE", "validation").reason


def test_errors_too_large_to_square_have_no_score():
    scores = score_forecast(forecast_of([1e200], [0], [0], parts=[1]), "")
    assert only(scores, "RMSE", "validation").value is None
    assert "too large" in only(scores, "RMSE", "validation").reason
    assert only(scores, "MAE", "validation").value == 1e200


def test_a_part_that_is_not_forecast_whole_is_not_scored():
    scores = score_forecast(forecast_of([1] * 4, [1] * 4, [2] * 4, parts=[0, 0, 1, 1]), "", whole=("validation",))
    assert only(scores, "RMSE", "train").value is None
    assert "only some of the train windows" in only(scores, "RMSE", "train").reason
    assert only(scores, "RMSE", "validation").value == 1


def score(value, baseline, unit="", reason=""):
    return Score("RMSE", "validation", unit, value, baseline, reason)


@pytest.mark.parametrize(
    ("value", "baseline", "expected"), [(1.0, 2.0, 0.5), (3.0, 2.0, -0.5), (0.0, 2.0, 1.0), (1.0, 0.0, None)]
)
def test_skill_by_hand(value, baseline, expected):
    assert skill(score(value, baseline)) == expected


def test_skill_of_a_missing_score_is_missing():
    assert skill(score(None, None, reason="there are no test forecasts")) is None


@pytest.mark.parametrize(
    ("value", "baseline", "unit", "verdict", "sentence"),
    [
        (
            0.11,
            0.128,
            "",
            "better",
            "14% better than “same as the step before” on validation (RMSE 0.11 against 0.128)",
        ),
        (
            1.5,
            2.0,
            "°C",
            "better",
            "25% better than “same as the step before” on validation (RMSE 1.5 °C against 2 °C)",
        ),
        (1.2, 1.0, "", "worse", "20% worse than “same as the step before” on validation (RMSE 1.2 against 1)"),
        (
            40000.0,
            2000.0,
            "USD",
            "worse",
            "Worse: 20 times the error of “same as the step before” on validation (RMSE 40,000 USD against 2,000 USD)",
        ),
        (
            4e12,
            2.0,
            "USD",
            "worse",
            "Worse: more than 1,000 times the error of “same as the step before” on validation "
            "(RMSE 4e+12 USD against 2 USD)",
        ),
        (
            0.992,
            1.0,
            "",
            "about the same",
            "Level with “same as the step before” on validation (RMSE 0.992 against 1)",
        ),
        (
            1.009,
            1.0,
            "",
            "about the same",
            "Level with “same as the step before” on validation (RMSE 1.01 against 1)",
        ),
        (0.004, 1.0, "", "better", "99.6% better than “same as the step before” on validation (RMSE 0.004 against 1)"),
    ],
)
def test_headline(value, baseline, unit, verdict, sentence):
    assert headline((score(value, baseline, unit),)) == (verdict, sentence)


def test_an_almost_perfect_network_is_not_called_100_percent_better():
    assert headline((score(0.0001, 1.0),))[1].startswith("99.9% better")
    assert headline((score(0.0, 1.0),))[1].startswith("100% better")


def test_headline_says_why_it_is_missing():
    assert headline((score(None, None, reason="there are no validation forecasts"),)) == (
        "n/a",
        "n/a on validation: there are no validation forecasts",
    )
    verdict, sentence = headline((score(1.0, 0.0),))
    assert verdict == "n/a"
    assert "makes no error there" in sentence


def test_headline_of_another_part_and_horizon():
    scores = (Score("MAE", "test", "", 1.0, 1.0), Score("RMSE", "test", "", 1.0, 2.0))
    assert headline(scores, part="test", horizon=4)[1] == (
        "50% better than “same as the last known value” on test (RMSE 1 against 2)"
    )
