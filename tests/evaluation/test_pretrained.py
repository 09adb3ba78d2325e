"""The pretrained forecaster: a tiny network of the same architecture with random weights stands in for it."""

import importlib.util
import json
import shutil
import sys

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.prepare import prepare
from playground.data.synthetic import make_sine
from playground.evaluation import pretrained
from playground.evaluation.backtest_results import Wins, wins_by_lead
from playground.evaluation.missing import NotAvailable
from playground.evaluation.report import evaluate_forecaster
from playground.evaluation.results import PRETRAINED, StepScores
from playground.evaluation.verdicts import judge
from playground.sentences.missing import because

needs_package = pytest.mark.skipif(
    importlib.util.find_spec("chronos") is None, reason="the optional package chronos-forecasting is not installed"
)
QUANTILES = [0.1, 0.5, 0.9]
VALUES = np.sin(np.arange(300) / 7) * 20 + 1000 + np.random.default_rng(0).standard_normal(300)


@pytest.fixture(autouse=True)
def forgotten():
    pretrained.load.cache_clear()
    pretrained._told.clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a tiny network of random weights, saved as the real ones are."""
    import torch
    from chronos.chronos_bolt import ChronosBoltModelForForecasting
    from transformers import T5Config

    torch.manual_seed(3)
    chosen = {"context_length": 64, "prediction_length": 8, "input_patch_size": 8, "input_patch_stride": 8}
    config = T5Config(
        d_model=16, d_ff=32, d_kv=8, num_heads=2, num_layers=2, num_decoder_layers=1, vocab_size=2,
        feed_forward_proj="relu", decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
        chronos_config=chosen | {"quantiles": QUANTILES, "use_reg_token": True},
    )  # fmt: skip
    place = tmp_path_factory.mktemp("bolt")
    ChronosBoltModelForForecasting(config).save_pretrained(place)
    assert sorted(path.name for path in place.iterdir()) == ["config.json", "model.safetensors"]
    return place


@pytest.fixture
def no_network(monkeypatch):
    import socket

    def refuse(*_):
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@needs_package
def test_medians_are_those_of_the_package_asked_for_one_context_at_a_time(folder, no_network):
    import torch

    model = pretrained.load(str(folder))
    anchors = np.array([0, 5, 80, 299])
    found = pretrained.forecast(model, VALUES, anchors, 8)
    assert found.shape == (4, 8) and found.dtype == np.float64
    for row, anchor in enumerate(anchors[1:], 1):
        context = torch.tensor(VALUES[max(0, anchor - 63) : anchor + 1], dtype=torch.float32)
        alone = model.predict([context], prediction_length=8)[0, 1].numpy()
        np.testing.assert_allclose(found[row], alone, atol=0.02)
    assert np.isfinite(found[0]).all()


@needs_package
def test_weights_come_from_the_folder_and_steps_may_be_many(folder, tmp_path):
    from safetensors.numpy import load_file, save_file

    first = pretrained.forecast(pretrained.load(str(folder)), VALUES, np.array([200]), 30)
    assert first.shape == (1, 30) and np.isfinite(first).all()
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    weights = load_file(other / "model.safetensors")
    weights["output_patch_embedding.output_layer.bias"] += 1
    save_file(weights, other / "model.safetensors", {"format": "pt"})
    moved = pretrained.forecast(pretrained.load(str(other)), VALUES, np.array([200]), 8)
    spread = VALUES[137:201].std()
    np.testing.assert_allclose(moved - first[:, :8], spread, rtol=1e-3)


@needs_package
def test_nothing_after_an_anchor_is_read(folder):
    model, anchors = pretrained.load(str(folder)), np.array([70, 150])
    changed = VALUES.copy()
    changed[151:] = 1e6
    changed[71:150] += 50
    before, after = (pretrained.forecast(model, values, anchors, 4) for values in (VALUES, changed))
    np.testing.assert_array_equal(before[0], after[0])
    assert (before[1] != after[1]).all()


@needs_package
def test_a_constant_past_and_large_numbers_are_forecast(folder):
    model = pretrained.load(str(folder))
    assert np.isfinite(pretrained.forecast(model, np.full(100, 7.0), np.array([90]), 3)).all()
    large = pretrained.forecast(model, 1e9 + VALUES, np.array([90]), 3)
    plain = pretrained.forecast(model, VALUES, np.array([90]), 3)
    np.testing.assert_allclose(large - 1e9, plain, atol=1e-3)


@pytest.fixture
def prepared():
    recipe = Recipe().replaced(length_steps=300, window_steps=10, gap_steps=4)
    return prepare(make_sine(recipe.data), recipe.data)


def evaluated(prepared):
    return evaluate_forecaster(lambda inputs: inputs[:, -1, :1], prepared, "")


@needs_package
def test_it_is_one_more_line_and_changes_no_verdict(folder, prepared, monkeypatch):
    without = evaluated(prepared)
    monkeypatch.setenv("PLAYGROUND_PRETRAINED", str(folder))
    with_it = evaluated(prepared)
    for part in ("train", "validation"):
        names = list(with_it.score("RMSE", part).baselines)
        assert names == [*without.score("RMSE", part).baselines, PRETRAINED]
        assert with_it.score("RMSE", part).baselines[PRETRAINED] > 0
    line = with_it.with_true_inputs[1].baselines[-1]
    assert "on this one perhaps too" in line.description and line.predicted is not None
    assert with_it.verdicts == without.verdicts
    best = with_it.with_true_inputs[1]
    line.predicted[:] = best.truth
    assert judge(best) == with_it.verdicts[1]


@needs_package
def test_what_it_said_is_kept(folder, prepared, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_PRETRAINED", str(folder))
    before = evaluated(prepared)
    monkeypatch.setattr(pretrained, "forecast", lambda *_: pytest.fail("asked again"))
    after = evaluated(prepared)
    for one, other in zip(before.with_true_inputs, after.with_true_inputs, strict=True):
        np.testing.assert_array_equal(one.baselines[-1].predicted, other.baselines[-1].predicted)


@needs_package
def test_of_too_many_windows_it_is_not_asked(folder, prepared, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_PRETRAINED", str(folder))
    monkeypatch.setattr(pretrained, "MOST_WINDOWS", 30)
    (line,) = pretrained.pretrained_baselines(prepared)
    assert line.forecast(prepared.train.anchors[:30], 1).predicted is not None
    reason = line.forecast(prepared.train.anchors[:31], 1).reason
    assert because(reason) == "31 forecasts would take it too long; it is asked for at most 30 at once"
    with pytest.raises(NotAvailable):
        line.forecaster(prepared.train.anchors[:31], 1)


def test_it_counts_for_no_remark_on_lead_times():
    rivals = {"last value": np.array([2.0, 2.0]), PRETRAINED: np.array([0.1, 0.1])}
    scores = StepScores("RMSE", "direct", "test", "", "lower", np.array([1.0, 3.0]), rivals)
    assert wins_by_lead(scores) == Wins(1, 2)


def test_without_the_setting_nothing_is_loaded(prepared, monkeypatch):
    monkeypatch.delenv("PLAYGROUND_PRETRAINED", raising=False)
    monkeypatch.setattr(pretrained, "load", lambda _: pytest.fail("loaded"))
    monkeypatch.setitem(sys.modules, "chronos", None)
    assert pretrained.pretrained_baselines(prepared) == ()


def test_a_missing_package_is_told_in_the_place_of_the_numbers(prepared, monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PLAYGROUND_PRETRAINED", str(tmp_path))
    found = evaluated(prepared).score("RMSE", "validation")
    assert found.baselines[PRETRAINED] is None
    assert because(found.reasons[PRETRAINED]).endswith("pip install chronos-forecasting")


@pytest.mark.parametrize("names", [[], ["config.json"], ["config.json", "pytorch_model.bin"]])
def test_a_folder_without_a_model_is_told(monkeypatch, tmp_path, names):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    for name in names:
        (tmp_path / name).write_bytes(b"{}")
    missing = "model.safetensors" if names else "config.json"
    with pytest.raises(ValueError, match=f"must name a folder with {missing}"):
        pretrained.load(str(tmp_path))


@needs_package
@pytest.mark.parametrize("broken", ["weights", "config", "quantiles"])
def test_a_damaged_model_is_told(folder, tmp_path, broken):
    place = tmp_path / "broken"
    shutil.copytree(folder, place)
    config = json.loads((place / "config.json").read_text())
    if broken == "weights":
        (place / "model.safetensors").write_bytes(b"\x80\x04not safetensors")
    elif broken == "config":
        del config["chronos_config"]
    else:
        config["chronos_config"]["quantiles"] = [0.1, 0.2, 0.9]
    (place / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="no Chronos-Bolt model could be read"):
        pretrained.load(str(place))
