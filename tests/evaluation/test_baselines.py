import numpy as np
import pytest

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.evaluation.baselines import baseline_loss, baseline_name, last_value
from playground.records import Series


def ramp(target, horizon_steps=2):
    """A series of 100 points 1, 2, 4, 5, 7, 8, ...: steps of 1 and 2 in turn."""
    values = 1 + np.concatenate([[0], np.cumsum(np.tile([1.0, 2.0], 50))[:99]])
    series = Series("ramp", "Ramp", "m", values, None, "step")
    choice = DataChoice(target=target, window_steps=4, horizon_steps=horizon_steps, gap_steps=0)
    return prepare(series, choice)


def test_the_baseline_repeats_the_value_at_the_anchor():
    prepared = ramp("level")
    np.testing.assert_array_equal(last_value(prepared, np.array([0, 3]), 2), [[1.0, 1.0], [5.0, 5.0]])


def test_baseline_loss_of_levels_by_hand():
    prepared = ramp("level")
    # One step ahead the baseline misses by 1 or 2, two steps ahead always by 3.
    firsts = np.where(prepared.validation.anchors % 2 == 0, 1.0, 4.0)
    expected = np.mean((firsts + 9) / 2) / prepared.scaling.deviation**2
    assert baseline_loss(prepared, "validation") == pytest.approx(expected, rel=1e-5)


def test_baseline_loss_of_changes_by_hand():
    prepared = ramp("change")
    # Windows have both changes, 1 and 2, as targets: the mean of 1² and 2², over the variance.
    assert baseline_loss(prepared, "test") == pytest.approx(2.5 / prepared.scaling.deviation**2, rel=1e-5)


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_baseline_loss_of_log_returns_is_their_mean_square(part):
    prepared = ramp("log_return", horizon_steps=1)
    returns = np.log(prepared.values[1:] / prepared.values[:-1])[prepared.part(part).anchors]
    expected = np.mean(returns**2) / prepared.scaling.deviation**2
    assert baseline_loss(prepared, part) == pytest.approx(expected, rel=1e-5)


def test_the_baseline_has_a_name_for_one_step_and_for_more():
    assert baseline_name(1) == "same as the step before"
    assert baseline_name(2) == "same as the last known value"
