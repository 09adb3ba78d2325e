import numpy as np
import pytest

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.evaluation.free_run import run_free, windows_before

CHOICE = DataChoice(window_steps=4, gap_steps=0)
HOURS = np.datetime64("2024-01-01", "ns") + np.arange(200) * np.timedelta64(1, "h")


def waves(length=200):
    return np.sin(np.arange(length) / 3) + np.arange(length) / 50


def sum_of_inputs(horizon=1):
    """A function of the window whose k-th output is its last target plus k + 1, so that runs count up."""
    return lambda inputs: inputs[:, -1, :1] + np.arange(1, horizon + 1, dtype=np.float32)


@pytest.mark.parametrize("horizon", [1, 3, 6])
def test_outputs_are_fed_back_as_the_newest_inputs(series_of, horizon):
    prepared = prepare(series_of(waves()), CHOICE)
    anchors = np.array([10, 50])
    outputs = run_free(sum_of_inputs(horizon), prepared, anchors, 8)
    # Each output counts on from the one before it, all from the last true input.
    np.testing.assert_allclose(outputs, prepared.features[anchors] + np.arange(1, 9), rtol=1e-6)


def test_the_first_horizon_of_a_run_is_the_direct_forecast(series_of, linear_forecaster):
    prepared = prepare(series_of(waves()), CHOICE.model_copy(update={"horizon_steps": 3}))
    predict = linear_forecaster(prepared)
    anchors = prepared.validation.anchors[:5]
    np.testing.assert_array_equal(run_free(predict, prepared, anchors, 3), predict(prepared.validation.inputs[:5]))


def test_a_run_reads_windows_that_hold_true_values_then_its_own(series_of):
    prepared = prepare(series_of(waves()), CHOICE)
    seen = []

    def predict(inputs):
        seen.append(inputs[0, :, 0].copy())
        return np.full((len(inputs), 1), 100.0 + len(seen), dtype=np.float32)

    run_free(predict, prepared, np.array([20]), 6)
    true = prepared.features[17:21, 0]
    np.testing.assert_array_equal(seen[0], true)
    np.testing.assert_array_equal(seen[2], [*true[2:], 101, 102])
    np.testing.assert_array_equal(seen[5], [102, 103, 104, 105])


@pytest.mark.parametrize("target", ["level", "change", "log_return"])
def test_a_run_reads_nothing_after_its_anchor(series_of, linear_forecaster, target):
    choice = CHOICE.model_copy(update={"target": target, "extra_inputs": ("wind",), "calendar": True})
    values, wind = waves() + 5, np.cos(np.arange(200.0))
    prepared = prepare(series_of(values, times=HOURS, extras={"wind": wind}), choice)
    later = np.arange(200) > 150
    changed = prepare(series_of(values + later, times=HOURS, extras={"wind": wind - 9 * later}), choice)
    predict = linear_forecaster(prepared)
    np.testing.assert_array_equal(
        run_free(predict, prepared, np.array([150]), 30), run_free(predict, changed, np.array([150]), 30)
    )


def test_the_calendar_moves_on_and_other_inputs_keep_their_value(series_of):
    choice = CHOICE.model_copy(update={"extra_inputs": ("wind",), "calendar": True})
    prepared = prepare(series_of(waves(), times=HOURS, extras={"wind": np.cos(np.arange(200.0))}), choice)
    assert prepared.known_ahead[:2] == (False, False)
    assert all(prepared.known_ahead[2:])
    seen = []

    def predict(inputs):
        seen.append(inputs[0].copy())
        return np.zeros((len(inputs), 2), dtype=np.float32)

    run_free(predict, prepared, np.array([60]), 7)
    last = seen[-1]  # the window that ends at position 66
    np.testing.assert_array_equal(last[:, 1], np.full(4, prepared.features[60, 1]))
    np.testing.assert_array_equal(last[:, 2:], prepared.features[63:67, 2:])
    np.testing.assert_array_equal(last[:, 0], np.zeros(4))


def test_windows_end_at_their_anchors(series_of):
    prepared = prepare(series_of(waves()), CHOICE)
    np.testing.assert_array_equal(windows_before(prepared, prepared.test.anchors), prepared.test.inputs)


def test_runs_past_the_end_and_windows_before_the_start_are_refused(series_of):
    prepared = prepare(series_of(waves()), CHOICE)
    with pytest.raises(ValueError, match="must end by position 199, got 200"):
        run_free(sum_of_inputs(), prepared, np.array([195]), 5)
    with pytest.raises(ValueError, match="anchors must be at least 3 for a window of 4 steps, got 2"):
        windows_before(prepared, np.array([2]))
