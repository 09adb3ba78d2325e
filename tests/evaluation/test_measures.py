import math

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.evaluation.measures import MEASURES, Pairs, mae, measured, measured_by_step, rmse, skill, training_scale
from playground.evaluation.missing import Missing
from playground.sentences.missing import because

BY_NAME = {measure.name: measure for measure in MEASURES}
CHOICE = DataChoice(window_steps=4, gap_steps=0)


def pairs(predicted, truth, known=0.0, scale=1.0, scale_reason=None):
    predicted, truth = (np.array(a, dtype=float).reshape(len(a), -1) for a in (predicted, truth))
    return Pairs(predicted, truth, np.full((len(truth), 1), known, dtype=float), scale, scale_reason)


def test_rmse_and_mae_by_hand():
    assert rmse(np.array([1.0, 2.0]), np.array([4.0, 6.0])) == pytest.approx(math.sqrt((9 + 16) / 2))
    assert mae(np.array([1.0, 2.0]), np.array([4.0, 6.0])) == 3.5


def test_rmse_and_mae_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    truth, predicted = rng.normal(size=(50, 1)), rng.normal(size=(50, 1))
    assert rmse(predicted, truth) == pytest.approx(root_mean_squared_error(truth, predicted))
    assert mae(predicted, truth) == pytest.approx(mean_absolute_error(truth, predicted))


def test_errors_of_single_precision_are_computed_in_double():
    truth = np.zeros(3, dtype=np.float32)
    predicted = np.full(3, 1e30, dtype=np.float32)
    assert rmse(predicted, truth) == pytest.approx(1e30)


@pytest.mark.parametrize(
    ("value", "baseline", "expected"),
    [
        (1.0, 2.0, 0.5),
        (3.0, 2.0, -0.5),
        (0.0, 2.0, 1.0),
        (1.0, 0.0, None),
        (None, 1.0, None),
        (1.0, None, None),
    ],
)
def test_skill_by_hand(value, baseline, expected):
    assert skill(value, baseline) == expected


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("MAE", (1 + 2 + 0) / 3),
        ("RMSE", math.sqrt((1 + 4 + 0) / 3)),
        ("MASE", (1 + 2 + 0) / 3 / 0.5),
        ("sMAPE", 200 * (1 / 3 + 2 / 6 + 0) / 3),
        ("R²", 1 - 5 / 6),
        ("direction", 100.0),
    ],
)
def test_measures_by_hand(name, by_hand):
    # Truth 2, 4, 5 has the mean 11/3 and squared distances that sum to 14/3; so use 1, 4, 4: mean 3, sum 6.
    given = pairs([2, 2, 4], [1, 4, 4], known=0.0, scale=0.5)
    assert measured(BY_NAME[name], given) == (pytest.approx(by_hand), None)


def test_measures_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    truth, predicted = rng.normal(size=(50, 3)), rng.normal(size=(50, 3))
    given = pairs(predicted, truth)
    assert measured(BY_NAME["MAE"], given)[0] == pytest.approx(mean_absolute_error(truth, predicted))
    assert measured(BY_NAME["RMSE"], given)[0] == pytest.approx(
        root_mean_squared_error(truth.ravel(), predicted.ravel())
    )
    assert measured(BY_NAME["R²"], given)[0] == pytest.approx(r2_score(truth.ravel(), predicted.ravel()))
    np.testing.assert_allclose(
        measured_by_step(BY_NAME["R²"], given), r2_score(truth, predicted, multioutput="raw_values")
    )
    np.testing.assert_allclose(
        measured_by_step(BY_NAME["RMSE"], given), root_mean_squared_error(truth, predicted, multioutput="raw_values")
    )


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_measure_of_one_step_is_the_measure_of_that_column(measure):
    rng = np.random.default_rng(1)
    truth, predicted = rng.normal(size=(20, 4)), rng.normal(size=(20, 4))
    by_step = measured_by_step(measure, pairs(predicted, truth, known=0.1, scale=0.7))
    for k in range(4):
        alone = pairs(predicted[:, k], truth[:, k], known=0.1, scale=0.7)
        assert by_step[k] == pytest.approx(measured(measure, alone)[0])


def test_smape_lies_between_0_and_200_percent():
    assert measured(BY_NAME["sMAPE"], pairs([1, 2], [1, 2]))[0] == 0
    assert measured(BY_NAME["sMAPE"], pairs([1, -2], [-1, 2]))[0] == 200


def test_smape_of_a_pair_of_zeros_does_not_exist():
    given = pairs([[0, 1], [2, 2]], [[0, 1], [3, 2]])
    value, reason = measured(BY_NAME["sMAPE"], given)
    assert value is None
    assert "both 0 in 1 of 4 pairs" in because(reason)
    np.testing.assert_allclose(measured_by_step(BY_NAME["sMAPE"], given), [np.nan, 0])


def test_r2_of_a_constant_truth_does_not_exist():
    value, reason = measured(BY_NAME["R²"], pairs([1.0, 2.0], [0.1, 0.1]))
    assert value is None
    assert "does not vary" in because(reason)


def test_direction_counts_ties_out_and_says_so():
    # Up right, down wrong, no change forecast, no change come true.
    given = pairs([6, 4, 5, 6], [7, 6, 6, 5], known=5.0)
    assert measured(BY_NAME["direction"], given) == (50.0, Missing("pairs without a side", 2, 4))


def test_direction_of_a_forecast_that_never_moves_does_not_exist():
    value, reason = measured(BY_NAME["direction"], pairs([5, 5], [6, 4], known=5.0))
    assert value is None
    assert "differ from the value at the anchor" in because(reason)


def test_errors_too_large_to_square_have_no_number():
    value, reason = measured(BY_NAME["RMSE"], pairs([1e200], [0]))
    assert value is None
    assert "too large" in because(reason)


def test_the_scale_of_mase_by_hand(series_of):
    values = np.tile([0.0, 1.0, 3.0], 60) + 0.5 * (np.arange(180) // 3)
    prepared = prepare(series_of(values), CHOICE)
    # Without a season the steps are 1, 2 and -2.5 in turn; a season apart they are 0.5.
    train = prepared.values[: prepared.split.train_stop]
    assert training_scale(prepared, 0) == (pytest.approx(np.mean(np.abs(np.diff(train)))), None)
    assert training_scale(prepared, 0)[0] == pytest.approx(5.5 / 3, rel=0.02)
    assert training_scale(prepared, 3) == (pytest.approx(0.5), None)


def test_the_scale_of_mase_reads_only_the_training_part(series_of):
    values = np.sin(np.arange(200.0))
    changed = values.copy()
    prepared = prepare(series_of(values), CHOICE)
    changed[prepared.split.train_stop :] += 7
    assert training_scale(prepare(series_of(changed), CHOICE), 6) == training_scale(prepared, 6)


def test_there_is_no_scale_for_a_season_longer_than_the_training_part(series_of):
    prepared = prepare(series_of(np.sin(np.arange(200.0))), CHOICE)
    scale, reason = training_scale(prepared, 140)
    assert math.isnan(scale)
    assert because(reason) == "the season of 140 steps is longer than the training part, which has 140 points"
    assert measured(BY_NAME["MASE"], pairs([1], [2], scale=scale, scale_reason=reason)) == (None, reason)


def test_there_is_no_scale_where_the_training_part_repeats_itself(series_of):
    prepared = prepare(series_of(np.sin(2 * np.pi * np.arange(400) / 40)), CHOICE)
    scale, reason = training_scale(prepared, 40)
    assert math.isnan(scale)
    assert "repeats itself exactly every 40 steps" in because(reason)
