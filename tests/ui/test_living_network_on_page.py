"""The living network on the Playground: the numbers that the page sends are those of the network it speaks of."""

import dataclasses
import json

import numpy as np
import pytest
from fake_engine import make_snapshot, make_view, mounted
from opening import opener

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.inspection.snapshot import preview
from playground.networks.network import build_network
from playground.presets import PRESETS
from playground.records import LivingNetwork

RECIPE = Recipe().replaced(cell="gru", hidden_size=4, layers=2, window_steps=9)

open_page = opener("playground", menu=True)


def living_pictures(page) -> list[dict]:
    """Return what the browser is told of each living network on the page, arrays as numpy arrays."""
    found = []
    for component in mounted(page):
        if component.proto.component_name.endswith("living_network"):
            data = component.proto.bytes
            start = 8 + int.from_bytes(data[:4], "little")
            found.append(json.loads(data[8:start], object_hook=lambda value, d=data, s=start: _array(value, d, s)))
    return found


def _array(value: dict, data: bytes, start: int):
    if "$" not in value:
        return value
    kind, offset, size, columns, _ = value["$"]
    read = np.frombuffer(data, kind, size, start + offset)
    return read.reshape(-1, columns) if columns else read


def untrained(recipe: Recipe = RECIPE) -> tuple[LivingNetwork, object]:
    prepared = prepare(load_series(recipe.data), recipe.data)
    seen = preview(recipe, prepared, "")
    return seen.snapshot.living, seen


def assert_shown(page, living: LivingNetwork) -> None:
    (shown,) = living_pictures(page)
    np.testing.assert_array_equal(shown["outputs"], living.outputs)
    assert len(shown["layers"]) == len(living.layers)
    for number, layer in enumerate(living.layers):
        np.testing.assert_array_equal(shown["layers"][str(number)]["values"]["h"], layer.values["h"])
        np.testing.assert_array_equal(shown["layers"][str(number)]["W_h"], layer.W_h)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_recorded_run_is_alive_without_a_worker(engine, preset):
    engine.has_preview = False
    page = open_page(**preset.recipe.to_query())
    (shown,) = living_pictures(page)
    forecast = preset.recording().snapshot.forecast
    row = forecast.anchors.tolist().index(shown["positions"][-1])
    np.testing.assert_allclose(shown["predicted"][-1], forecast.predicted[row, 0], rtol=1e-5)
    assert f"after epoch {preset.recording().snapshot.epoch} " in shown["title"]


def test_the_untrained_network_is_alive_with_its_initial_weights(engine, monkeypatch):
    living, seen = untrained()
    monkeypatch.setattr(engine, "preview", lambda recipe, series: seen)
    page = open_page(**RECIPE.to_query())
    assert_shown(page, living)
    assert "untrained" in living_pictures(page)[0]["title"]


def test_a_network_in_training_is_shown_as_its_worker_saw_it_last(engine):
    living, _ = untrained()
    later = dataclasses.replace(living, outputs=living.outputs + 1)
    for epoch, now in ((3, living), (4, later)):
        snapshot = dataclasses.replace(make_snapshot(epoch), living=now)
        engine.views["run-0123456789"] = make_view(RECIPE, snapshot=snapshot)
        page = open_page(run="run-0123456789", **RECIPE.to_query())
        assert_shown(page, now)
        assert f"after epoch {epoch} " in living_pictures(page)[0]["title"]


def test_while_the_initial_weights_are_awaited_the_picture_keeps_its_place(engine):
    engine.has_preview = False
    (shown,) = living_pictures(open_page(**RECIPE.to_query()))
    assert shown == {"title": "Getting the untrained network …"}


def test_a_run_of_an_earlier_version_is_alive_where_its_weights_are_kept(engine):
    living, _ = untrained()
    engine.views["run-0123456789"] = make_view(RECIPE, "finished")
    query = {"run": "run-0123456789", **RECIPE.to_query()}
    assert living_pictures(open_page(**query)) == []
    engine.weights[3] = build_network(RECIPE).weights()
    assert_shown(open_page(**query), living)
