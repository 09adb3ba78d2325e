from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.config import Recipe
from playground.histories import Checkpoint
from playground.packing import pack, unpack
from playground.records import Forecast, Score, Series, Snapshot, Trace


def snapshot() -> Snapshot:
    column = np.arange(3, dtype=np.float32)[:, None]
    forecast = Forecast("one-step", np.arange(3), np.array([0, 1, 2], np.uint8), column, column + 1, column - 1)
    scores = (Score("RMSE", "test", "°C", None, 0.5, "no windows"),)
    return Snapshot(4, "latest", forecast, scores, Trace(np.arange(3), np.eye(3, dtype=np.float32), np.arange(3)))


def test_nested_record_round_trip():
    before = snapshot()
    after = unpack(Snapshot, pack(before))
    assert after.epoch == 4
    assert after.chosen == "latest"
    assert after.scores == before.scores
    assert after.forecast.kind == "one-step"
    np.testing.assert_array_equal(after.forecast.predicted, before.forecast.predicted)
    assert after.forecast.parts.dtype == np.uint8
    np.testing.assert_array_equal(after.trace.states, before.trace.states)


def test_series_with_and_without_times_round_trip():
    times = np.array(["2020-01-01", "2020-01-02"], "datetime64[ns]")
    dated = unpack(Series, pack(Series("a", "A", "°C", np.array([1.0, 2.0]), times, "day", notes=("x",))))
    np.testing.assert_array_equal(dated.times, times)
    assert dated.times.dtype == times.dtype
    assert dated.notes == ("x",)
    assert unpack(Series, pack(Series("a", "A", "", np.zeros(2), None, "step"))).times is None


def test_checkpoint_round_trip_keeps_names_and_infinity():
    before = Checkpoint(1, 2, {"rnn.weight_hh_l0": np.eye(2, dtype=np.float32)}, {"step/readout.bias": np.ones(1)})
    after = unpack(Checkpoint, pack(before))
    assert list(after.weights) == ["rnn.weight_hh_l0"]
    assert list(after.optimizer) == ["step/readout.bias"]
    assert after.best_loss == float("inf")
    assert after.best_weights == {}


@pytest.mark.parametrize("data", [b"", b"x" * 100, b"\xff" * 16, b"\x80\x04K\x01."])
def test_bytes_of_another_kind_are_refused(data):
    with pytest.raises(ValueError, match="not a stored Snapshot"):
        unpack(Snapshot, data)


def test_record_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="not a stored Snapshot"):
        unpack(Snapshot, pack(Checkpoint(0, 0, {}, {})))


@dataclass(frozen=True, eq=False)
class Mixed:
    recipe: Recipe
    names: frozenset[str]
    spectrum: dict[str, NDArray[np.complexfloating]]


@pytest.mark.parametrize("kind", [np.complex64, np.complex128])
def test_complex_numbers_sets_and_recipes_round_trip(kind):
    numbers = np.array([1 + 2j, complex(np.inf, -0.0)], dtype=kind)
    before = Mixed(Recipe().replaced(learning_rate_changes=((2, 0.5),)), frozenset({"b", "a"}), {"w": numbers})
    after = unpack(Mixed, pack(before))
    assert (after.recipe, after.names) == (before.recipe, before.names)
    assert after.spectrum["w"].dtype == kind
    assert after.spectrum["w"].tobytes() == numbers.tobytes()
    assert pack(after) == pack(before)


@dataclass(frozen=True, eq=False)
class Measured:
    spectrum: NDArray[np.floating]


@dataclass(frozen=True)
class Counted:
    spectrum: int


def test_an_array_where_the_record_has_none_is_refused():
    """An annotation that is not understood must never turn an array into nothing."""
    with pytest.raises(ValueError, match="is an array"):
        unpack(Counted, pack(Measured(np.ones(2))))
