"""Groups, differences, common scores, curves and state statistics, each against a second computation."""

import math

import numpy as np
import pandas as pd
import pytest

from playground.config import Recipe
from playground.histories import EpochRecord
from playground.labs.comparison.curves import band, places, smoothed
from playground.labs.comparison.groups import describe, differences, group_runs
from playground.labs.comparison.scores import score_in_common
from playground.labs.comparison.states import describe_states
from playground.records import Forecast, Trace
from playground.runs import RunSummary


def line(name, state="finished", reason="", series="s", **fields):
    recipe = Recipe().replaced(**fields).model_dump_json()
    return RunSummary(name, 0.0, recipe, series, state, reason)


def test_seeds_of_one_recipe_are_one_group():
    runs = [line("a", seed=2), line("b", cell="gru"), line("c", seed=1), line("d", seed=1, series="other")]
    groups = group_runs(runs)
    assert [[run.run_id for run in group.runs] for group in groups] == [["a", "c"], ["b"], ["d"]]
    assert [group.label for group in groups] == ["LSTM 16 (1)", "GRU 16", "LSTM 16 (3)"]


def test_only_the_newest_ended_run_of_each_seed_counts():
    runs = [
        line("live", "training", seed=9),
        line("again", seed=1),
        line("first", seed=1),
        line("by hand", "stopped_early", "stopped by you at epoch 3", seed=2),
        line("patience", "stopped_early", "stopped early at epoch 30", seed=3),
        line("diverged", "diverged", seed=4),
        line("failed", "failed", seed=5),
    ]
    assert [run.run_id for run in group_runs(runs)[0].counted] == ["again", "patience", "diverged"]


def test_differences_hold_what_differs_and_matters_and_nothing_else():
    groups = group_runs([line("a", hidden_size=8, seed=4), line("b", hidden_size=8, cell="rnn", nonlinearity="relu")])
    assert differences(groups) == {"cell": ("lstm", "rnn"), "nonlinearity": ("–", "relu")}
    assert differences(groups[:1]) == {}
    unused = group_runs([line("a", momentum=0.5), line("b", ticker="MSFT"), line("c")])
    assert differences(unused) == {}


def test_labels_name_what_tells_groups_apart():
    groups = group_runs([line("a", learning_rate=0.01), line("b"), line("c", layers=2)])
    assert [group.label for group in groups] == [
        "LSTM 16, learning rate 0.01",
        "LSTM 16, learning rate 0.0003",
        "LSTM 16 × 2, learning rate 0.0003",
    ]
    assert describe(Recipe()).startswith("LSTM 16 on ")


def forecast(anchors, parts, error, horizon=2):
    anchors = np.array(anchors)
    truth = np.sin(anchors[:, None] + 1.0 + np.arange(horizon))
    offsets = error * np.arange(1, horizon + 1)
    return Forecast("direct", anchors, np.array(parts, np.uint8), truth + offsets, truth + 1.0, truth)


def test_errors_are_over_common_validation_targets_only():
    wide = forecast(range(100), [0] * 50 + [1] * 30 + [2] * 20, 0.5)
    narrow = forecast(range(60, 100), [1] * 25 + [2] * 15, 0.1, horizon=1)
    scores = score_in_common([wide, narrow])
    np.testing.assert_array_equal(scores.anchors, range(60, 80))
    assert scores.steps == 1
    assert scores.errors == pytest.approx((0.5, 0.1))
    assert scores.baseline == pytest.approx(1.0)
    np.testing.assert_allclose(scores.by_step[0], [0.5, 1.0])
    np.testing.assert_allclose(scores.by_step[1], [0.1])
    assert scores.baseline_by_step.shape == (2,)


def test_no_common_targets_is_a_sentence_and_overflow_is_infinite():
    early, late = forecast(range(20), [1] * 20, 0.1), forecast(range(40, 60), [1] * 20, 0.1)
    with pytest.raises(ValueError, match="in common, got 0"):
        score_in_common([early, late])
    with pytest.raises(ValueError, match="no forecast"):
        score_in_common([])
    assert score_in_common([forecast(range(20), [1] * 20, math.inf)]).errors == (math.inf,)


def test_smoothing_is_the_exponential_mean_of_pandas():
    values = np.random.default_rng(0).normal(size=60)
    np.testing.assert_allclose(smoothed(values, 9), pd.Series(values).ewm(span=9).mean())
    np.testing.assert_array_equal(smoothed(values, 1), values)
    assert np.isnan(smoothed(np.array([1.0, math.inf, 1.0]), 5)[1])
    with pytest.raises(ValueError, match="at least 1"):
        smoothed(values, 0)


def test_a_band_is_lowest_median_and_highest_while_two_runs_go_on():
    low, middle, high = band([np.array([1.0, 4.0, 5.0, 6.0]), np.array([3.0, 2.0]), np.array([2.0, math.nan, 7.0])])
    np.testing.assert_allclose(low, [1, 2, 5])
    np.testing.assert_allclose(middle, [2, 3, 6])
    np.testing.assert_allclose(high, [3, 4, 7])
    with pytest.raises(ValueError, match="at least 2 runs"):
        band([np.ones(3)])


def test_places_are_epochs_steps_or_seconds():
    epochs = [EpochRecord(k, 1.0, 1.0, 1.0, 0.0, 0.1, 0.25 * k) for k in (1, 2, 3)]
    np.testing.assert_array_equal(places(epochs, "epochs", 9), [1, 2, 3])
    np.testing.assert_array_equal(places(epochs, "steps", 9), [9, 18, 27])
    np.testing.assert_array_equal(places(epochs, "seconds", 9), [0.25, 0.5, 0.75])


def trace(states):
    states = np.asarray(states, np.float32)
    return Trace(np.arange(len(states)), states, np.arange(states.shape[1]))


def test_state_statistics_against_their_definitions():
    source = np.random.default_rng(3)
    states = np.tanh(source.normal(size=(200, 6)).cumsum(axis=0) / 3)
    states[:, 5] = 0.2
    found = describe_states(trace(states))
    eigenvalues = np.linalg.eigvalsh(np.cov(states.astype(np.float32), rowvar=False))
    assert found.dimensions == pytest.approx(eigenvalues.sum() ** 2 / (eigenvalues**2).sum(), rel=1e-4)
    lagged = [np.corrcoef(states[1:, k], states[:-1, k])[0, 1] for k in range(5)]
    assert found.memory == pytest.approx(np.mean(lagged), abs=1e-4)
    assert found.saturated == pytest.approx(np.mean(np.abs(states) > 0.95), abs=2e-3)
    assert (found.units, found.still) == (6, pytest.approx(1 / 6))
    assert describe_states(trace(states), bounded=False).saturated is None


def test_states_that_stand_still_have_no_directions():
    found = describe_states(trace(np.full((10, 3), 0.5)))
    assert (found.dimensions, found.memory, found.still, found.size) == (None, None, 1.0, 0.5)
    with pytest.raises(ValueError, match="at least 3 moments"):
        describe_states(trace(np.zeros((2, 3))))
