import math

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.inspection import snapshot as snapshot_module
from playground.inspection.order import order_by_similarity
from playground.inspection.snapshot import preview, take_snapshot
from playground.inspection.trace import trace_states
from playground.networks.network import build_network
from playground.packing import pack, unpack
from playground.records import Preview
from playground.training.alone import Training

RECIPE = Recipe().replaced(length_steps=600, window_steps=10, hidden_size=6)


@pytest.fixture
def prepared():
    return prepare(load_series(RECIPE.data), RECIPE.data)


def test_a_trace_holds_the_states_the_validation_forecasts_are_read_from(prepared):
    network = build_network(RECIPE)
    trace = trace_states(network, prepared, stretch=20)
    assert trace.states.shape == (20, 6)
    assert sorted(trace.order) == list(range(6))
    np.testing.assert_array_equal(trace.anchors, prepared.validation.anchors[:20])
    weights = network.weights()
    read_out = trace.states @ weights["readout.weight"].T + weights["readout.bias"]
    np.testing.assert_allclose(read_out, network.predict(prepared.validation.inputs[:20]), rtol=0, atol=1e-6)


def test_a_stretch_longer_than_validation_is_all_of_it(prepared):
    trace = trace_states(build_network(RECIPE), prepared, stretch=10_000)
    assert len(trace.anchors) == len(trace.states) == len(prepared.validation.anchors)


def test_a_given_order_is_kept(prepared):
    order = np.array([3, 1, 2, 0, 5, 4])
    np.testing.assert_array_equal(trace_states(build_network(RECIPE), prepared, order=order).order, order)


def test_units_that_turn_together_are_put_in_the_order_of_their_phase():
    time, phases = np.arange(200) / 10, np.linspace(0, 1.5 * math.pi, 12)
    shuffled = np.random.default_rng(0).permutation(12)
    states = np.cos(time[:, np.newaxis] - phases[shuffled]) * np.linspace(0.1, 1, 12)
    ordered = shuffled[order_by_similarity(states)].tolist()
    assert ordered in (list(range(12)), list(range(11, -1, -1)))


def test_like_units_become_neighbours_and_opposite_ones_do_not():
    rng = np.random.default_rng(1)
    base = rng.normal(size=200)
    states = np.stack([base, -base, base, -base], axis=1) + 0.05 * rng.normal(size=(200, 4))
    order = order_by_similarity(states).tolist()
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset({0, 2}), frozenset({1, 3})}


def test_units_that_do_not_move_come_last():
    states = np.random.default_rng(0).normal(size=(50, 6))
    states[:, [1, 4]] = 0.3
    assert order_by_similarity(states)[-2:].tolist() == [1, 4]


@pytest.mark.parametrize("states", [np.ones((5, 1)), np.zeros((5, 4)), np.eye(1, 3), np.full((4, 3), np.nan)])
def test_the_order_of_too_little_is_still_an_order(states):
    assert sorted(order_by_similarity(states)) == list(range(states.shape[1]))


def test_a_snapshot_says_which_network_it_shows(prepared):
    network = build_network(RECIPE)
    snapshot = take_snapshot(network, prepared, "m", 7, "best on validation", order=np.arange(6))
    assert (snapshot.epoch, snapshot.chosen) == (7, "best on validation")
    assert len(snapshot.scores) == 6
    assert all(s.unit == "m" and s.value is not None for s in snapshot.scores)
    assert len(snapshot.forecast.anchors) == sum(
        len(windows.anchors) for windows in (prepared.train, prepared.validation, prepared.test)
    )
    np.testing.assert_array_equal(snapshot.trace.order, np.arange(6))


def test_a_short_snapshot_has_the_same_validation_scores(prepared):
    network = build_network(RECIPE)
    whole, short = (take_snapshot(network, prepared, "", 1, "latest", most=most) for most in (None, 50))
    assert len(short.forecast.anchors) < len(whole.forecast.anchors)
    for ours, theirs in zip(short.scores, whole.scores, strict=True):
        if ours.part == "validation":
            assert ours.value == pytest.approx(theirs.value)
        else:
            assert ours.value is None
            assert ours.reason


def test_a_preview_shows_the_network_that_training_starts_from(prepared):
    shown = preview(RECIPE, prepared, "m")
    start = Training(RECIPE, prepared).network
    expected = take_snapshot(start, prepared, "m", 0, "untrained")
    assert (shown.snapshot.epoch, shown.snapshot.chosen) == (0, "untrained")
    np.testing.assert_array_equal(shown.snapshot.forecast.predicted, expected.forecast.predicted)
    for loss, windows in ((shown.train_loss, prepared.train), (shown.validation_loss, prepared.validation)):
        assert loss == pytest.approx(np.mean((start.predict(windows.inputs) - windows.targets) ** 2), rel=1e-5)
    assert math.isfinite(shown.epoch_s)
    assert shown.epoch_s > 0
    again = unpack(Preview, pack(shown))
    np.testing.assert_array_equal(again.snapshot.forecast.predicted, shown.snapshot.forecast.predicted)


def test_a_preview_of_a_long_series_reads_only_some_windows(prepared, monkeypatch):
    monkeypatch.setattr(snapshot_module, "PREVIEW_WINDOWS", 100)
    shown, start = preview(RECIPE, prepared, ""), Training(RECIPE, prepared).network
    every = math.ceil(len(prepared.train.anchors) / 100)
    assert every > 1
    spaced = start.predict(prepared.train.inputs[::every]) - prepared.train.targets[::every]
    assert shown.train_loss == pytest.approx(np.mean(spaced**2), rel=1e-5)
    assert shown.validation_loss == pytest.approx(
        np.mean((start.predict(prepared.validation.inputs) - prepared.validation.targets) ** 2), rel=1e-5
    )
    assert len(shown.snapshot.forecast.anchors) <= 100 + len(prepared.validation.anchors)
    assert {s.part for s in shown.snapshot.scores if s.value is not None} == {"validation"}
