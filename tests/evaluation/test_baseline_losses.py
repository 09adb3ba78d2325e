"""What the baselines miss on a part: by hand, as the evaluation has it, and as it is recorded for the presets."""

import numpy as np
import pytest

from playground import presets
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare, restore_levels, scaled_targets
from playground.evaluation.baseline_losses import BaselineLosses, loss_to_beat, measure_baselines
from playground.evaluation.baselines import baseline_loss
from playground.evaluation.metrics import judge_snapshot
from playground.evaluation.report import evaluate
from playground.inspection.snapshot import snapshot_at
from playground.networks.network import build_network
from playground.presets import PRESETS
from playground.recording.runs import record_baselines

RECIPE = Recipe().replaced(length_steps=300, window_steps=10, hidden_size=4, gap_steps=4)
AHEAD = RECIPE.replaced(horizon_steps=3, season_steps=7)


@pytest.mark.parametrize("part", ["validation", "test"])
def test_losses_of_the_windows_by_hand(part):
    series = load_series(AHEAD.data)
    found = measure_baselines(AHEAD.data, series, part)
    start, stop = prepare(series, AHEAD.data).split.bounds(part)
    anchors = range(start + 9, stop - 3)
    values = series.values
    last = [np.mean([(values[a + k] - values[a]) ** 2 for k in (1, 2, 3)]) for a in anchors]
    season = [np.mean([(values[a + k] - values[a + k - 7]) ** 2 for k in (1, 2, 3)]) for a in anchors]
    assert found.part == part
    np.testing.assert_allclose(found.windows["last value"], last)
    np.testing.assert_allclose(found.windows["seasonal naive"], season)
    assert len(found.windows) == 6 and {len(losses) for losses in found.windows.values()} == {len(last)}


@pytest.mark.parametrize("target", ["level", "change", "log_return"])
def test_scaled_losses_are_those_of_a_loss_curve(target):
    choice = RECIPE.replaced(series="apple", target=target, horizon_steps=3).data
    series = load_series(choice)
    prepared = prepare(series, choice)
    found = measure_baselines(choice, series, "validation")
    assert found.scaled["last value"] == pytest.approx(baseline_loss(prepared, "validation"), rel=1e-5)
    outputs = np.random.default_rng(0).normal(size=(5, 3))
    levels = restore_levels(prepared, outputs, np.arange(40, 45))
    np.testing.assert_allclose(scaled_targets(prepared, levels, np.arange(40, 45)), outputs, rtol=1e-6, atol=1e-9)


def test_a_log_return_of_a_level_below_0_has_no_loss():
    prepared = prepare(load_series(PRESETS[2].recipe.data), PRESETS[2].recipe.data)
    assert np.isnan(scaled_targets(prepared, np.array([[-1.0]]), np.array([40]))).all()


@pytest.mark.parametrize("recipe", [RECIPE, AHEAD], ids=["one step", "three steps and a season"])
def test_a_run_is_judged_live_exactly_as_it_is_evaluated(recipe):
    series = load_series(recipe.data)
    weights = build_network(recipe, prepare(series, recipe.data).train.inputs.shape[2]).weights()
    verdicts = evaluate(recipe, series, weights, recipe.data.season_steps, include_test=True).verdicts
    snapshot = snapshot_at(recipe, series, weights, 3)
    for part, expected in zip(("validation", "test"), verdicts[1:], strict=True):
        assert judge_snapshot(snapshot, measure_baselines(recipe.data, series, part), part).verdict == expected


def test_the_loss_to_beat_is_the_lowest_that_is_known():
    prepared = prepare(load_series(RECIPE.data), RECIPE.data)
    assert loss_to_beat(prepared, None) == ("last value", baseline_loss(prepared, "validation"))
    known = BaselineLosses("validation", {}, {"last value": 0.5, "drift": 0.2, "mean": 0.9})
    assert loss_to_beat(prepared, known) == ("drift", 0.2)


def test_the_program_of_the_recordings_writes_them(monkeypatch, tmp_path):
    bundled = PRESETS[3].baselines()
    monkeypatch.setattr(presets, "RECORDED", tmp_path)
    record_baselines(PRESETS[3])
    assert [path.name for path in tmp_path.iterdir()] == ["heartbeat.baselines.safetensors"]
    assert PRESETS[3].baselines().scaled == pytest.approx(bundled.scaled, rel=0.01)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_what_is_recorded_is_what_a_worker_would_say(preset):
    data, recorded = preset.recipe.data, preset.baselines()
    fresh = measure_baselines(data, load_series(data), "validation")
    assert (recorded.part, list(recorded.windows)) == ("validation", list(fresh.windows))
    for name, losses in fresh.windows.items():
        np.testing.assert_allclose(recorded.windows[name], losses, rtol=0.01, atol=0.01 * losses.mean())
        assert recorded.scaled[name] == pytest.approx(fresh.scaled[name], rel=0.01)
    assert judge_snapshot(preset.recording().snapshot, recorded).word in ("beats", "ties", "loses")
