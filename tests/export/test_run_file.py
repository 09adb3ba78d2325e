"""A run file gives back the run; whatever else calls itself one gets a sentence and nothing more."""

import json
import math
import pickle
from dataclasses import replace

import numpy as np
import orjson
import pytest
import torch
from export_cases import train_to_export
from hostile_files import is_own_sentence
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from playground.data.catalog import load_series
from playground.export.run_file import FIELD, MOST_BYTES, checked_run, open_run, pack_run, series_digest, weight_shapes
from playground.networks.network import build_network
from playground.records import Series

FIELDS = {"length_steps": 260, "window_steps": 12, "gap_steps": 2, "hidden_size": 5, "epochs": 3, "cell": "gru"}


@pytest.fixture(scope="module")
def run():
    return train_to_export(**FIELDS)


def parts(data: bytes) -> tuple[dict, dict]:
    """Return the tensors and the header's entry of a run file."""
    header = orjson.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return load(data), orjson.loads(header["__metadata__"][FIELD])


def rebuilt(tensors: dict, history: dict) -> bytes:
    return save(tensors, metadata={FIELD: orjson.dumps(history).decode()})


def refused(data: bytes, series: Series) -> str:
    with pytest.raises(ValueError) as problem:
        checked_run(open_run(data), series)
    sentence = str(problem.value)
    assert "\n" not in sentence and len(sentence) < 300
    return sentence


def test_a_run_comes_back_from_its_file(run):
    back = checked_run(open_run(pack_run(run)), run.series)
    assert (back.recipe, back.epochs, back.best_epoch, back.state) == (
        run.recipe,
        run.epochs,
        run.best_epoch,
        run.state,
    )
    assert back.weights.keys() == run.weights.keys()
    assert all(np.array_equal(back.weights[name], run.weights[name]) for name in run.weights)
    assert pack_run(back) == pack_run(run)


def test_torch_loads_the_file_into_the_network(run):
    network = build_network(run.recipe)
    network.load_state_dict({name: torch.from_numpy(a) for name, a in load(pack_run(run)).items()})
    assert all(np.array_equal(network.weights()[name], run.weights[name]) for name in run.weights)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 3])
def test_shapes_are_those_of_the_network(run, cell, layers):
    recipe = run.recipe.replaced(cell=cell, layers=layers, horizon_steps=2)
    network = build_network(recipe, 4)
    assert weight_shapes(recipe, 4) == {name: tuple(p.shape) for name, p in network.named_parameters()}


def test_own_data_travels_with_its_run_but_not_the_name_of_the_upload(run):
    token = "A" * 22
    times = np.datetime64("2024-01-01", "ns") + np.arange(260) * np.timedelta64(1, "D")
    series = replace(run.series, name="own", title="<b>mine</b>", times=times, extras={"wind": np.arange(260.0)})
    own = replace(run, series=series, recipe=run.recipe.replaced(series="own", own=token))
    data = pack_run(own)
    assert token.encode() not in data
    loaded = open_run(data)
    assert loaded.series.title == "<b>mine</b>"
    assert np.array_equal(loaded.series.times, times)
    assert series_digest(loaded.series) == series_digest(series)
    back = checked_run(loaded, loaded.series)
    assert back.weights.keys() == run.weights.keys()

    tensors, history = parts(data)
    for name, wrong in {
        "series.values": np.full(260, np.nan),
        "series.times": np.zeros(260, dtype=np.int64),
        "series.extra.0": np.zeros(259),
    }.items():
        assert refused(rebuilt(tensors | {name: wrong}, history), series)
    assert "describe the data" in refused(rebuilt(tensors, history | {"series": None}), series)


def test_wrong_shape_type_name_and_numbers_are_refused(run):
    tensors, history = parts(pack_run(run))
    name = "recurrent.weight_hh_l0"
    turned = tensors | {name: np.ascontiguousarray(tensors[name].T)}
    assert "must have shape (15, 5)" in refused(rebuilt(turned, history), run.series)
    double = tensors | {name: tensors[name].astype(np.float64)}
    assert "must be of type F32, got F64" in refused(rebuilt(double, history), run.series)
    assert "must hold the weight" in refused(
        rebuilt({k: v for k, v in tensors.items() if k != name}, history), run.series
    )
    assert "knows no weight named 'x'" in refused(rebuilt(tensors | {"x": tensors[name]}, history), run.series)
    for bad in (math.nan, math.inf):
        spoilt = tensors | {name: np.full_like(tensors[name], bad)}
        assert "not finite" in refused(rebuilt(spoilt, history), run.series)


class Trap:
    """Leaves a trace if it is ever unpickled."""

    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def test_a_renamed_pickle_is_never_opened(run, tmp_path):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        refused(pickle.dumps(Trap(), protocol), run.series)
    torch.save({"weights": Trap()}, tmp_path / "weights.pt")
    assert "never opened" in refused((tmp_path / "weights.pt").read_bytes(), run.series)
    assert not Trap.sprung


def test_damaged_files_are_refused(run):
    data = pack_run(run)
    length = int.from_bytes(data[:8], "little")
    huge = (2**40).to_bytes(8, "little") + data[8:]
    assert "header of a run file must be at most 1 MB" in refused(huge, run.series)
    long_header = b"{" + b" " * 2**20 + b"}"
    assert "must be at most 1 MB" in refused(len(long_header).to_bytes(8, "little") + long_header, run.series)
    assert "must be at most 24 MB" in refused(bytes(MOST_BYTES + 1), run.series)
    for cut in (b"", data[:4], data[:200], data[: 8 + length], data[:-4], b"hello, world", data + b"more"):
        refused(cut, run.series)
    for at in range(8, 8 + length, 37):
        spoilt = data[:at] + b"\x00" + data[at + 1 :]
        refused(spoilt, run.series)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "rnn-playground run 2"},
        {"recipe": {"network": {"hidden_size": 10**9}}},
        {"recipe": {"surprise": 1}},
        {"epochs": []},
        {"epochs": [[1, "NaN", 1, 1, 0, 0.1, 1]]},
        {"epochs": [[2, 1, 1, 1, 0, 0.1, 1]]},
        {"best_epoch": 99},
        {"state": "winning"},
        {"reason": "x" * 5000},
        {"extra": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_header_outside_its_limits_is_refused(run, change):
    tensors, history = parts(pack_run(run))
    refused(rebuilt(tensors, history | change), run.series)


def of_own_series(run, values: np.ndarray) -> bytes:
    """Return the file of a run that calls these values its series."""
    series = replace(run.series, name="own", values=values, times=None)
    return pack_run(replace(run, series=series, recipe=run.recipe.replaced(series="own", own="A" * 22)))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (np.full(260, 7.0), "nothing to learn: the value is 7 throughout the training part"),
        (np.full(260, 1e308) * np.resize([1, -1], 260), r"at most 1e\+100, but 260 of 260 are not"),
        (np.array([1.0, 2.0, 3.0]), "two gaps of 2 steps must leave some of the series, which has 3 points"),
        (np.arange(9.0), "the train part must have at least 13 points"),
    ],
    ids=["constant", "huge", "three points", "nine points"],
)
def test_a_series_on_which_nothing_can_be_trained_is_refused(run, values, sentence):
    loaded = open_run(of_own_series(run, values))
    with pytest.raises(ValueError, match="cannot have been trained on its series: .*" + sentence):
        checked_run(loaded, loaded.series)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_any_change_of_the_header_gives_a_run_or_a_sentence(own, data):
    tensors, history = parts(own)
    within = data.draw(st.sampled_from([history, history["recipe"], history["recipe"]["data"], history["series"]]))
    within[data.draw(st.sampled_from(sorted(within)))] = data.draw(JSON)
    if_not_a_run_then_a_sentence(save(tensors, metadata={FIELD: json.dumps(history)}))


@given(st.integers(0), st.binary(min_size=1, max_size=8), st.booleans())
def test_any_damage_to_the_bytes_gives_a_run_or_a_sentence(own, at, junk, cut):
    at %= len(own) if at % 2 else 4000
    if_not_a_run_then_a_sentence(own[:at] if cut else own[:at] + junk + own[at + len(junk) :])


def if_not_a_run_then_a_sentence(data: bytes) -> None:
    try:
        loaded = open_run(data)
        checked_run(loaded, loaded.series or load_series(loaded.history.recipe.data))
    except ValueError as error:
        assert is_own_sentence(error), repr(error)


@pytest.fixture(scope="module")
def own(run):
    """The file of a run on a series of the learner's own."""
    times = np.datetime64("2024-01-01", "ns") + np.arange(260) * np.timedelta64(1, "D")
    series = replace(run.series, name="own", times=times, extras={"wind": np.arange(260.0)})
    return pack_run(replace(run, series=series, recipe=run.recipe.replaced(series="own", own="A" * 22)))


def test_weights_without_a_recipe_are_refused(run):
    assert "carry no recipe" in refused(save(run.weights), run.series)
