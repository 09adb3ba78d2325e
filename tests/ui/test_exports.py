"""The Export button gives every file, and a run file opens again as one's own run."""

import math
from dataclasses import replace

import numpy as np
import pytest
from fake_engine import FakeEngine, make_view
from patience import patience
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.own import keep_own, load_own
from playground.data.prepare import prepare
from playground.engine import Visitor
from playground.engine.engine import Engine
from playground.evaluation.calls import MEASURE_BASELINES
from playground.export.exported import ExportedRun
from playground.export.making import MAKERS, TABLES, make_table
from playground.export.run_file import pack_run
from playground.histories import BEGAN_TRAINED, RunEvent
from playground.places import ROUTER
from playground.presets import PRESETS
from playground.runs import RunStore
from playground.training.alone import Training
from playground.ui.playground import exports, opened_run

RUN = "run-0123456789"
SMALL = Recipe().replaced(length_steps=260, window_steps=12, gap_steps=2, hidden_size=5, epochs=3, cell="gru")


@pytest.fixture(scope="module")
def trained() -> ExportedRun:
    series = load_series(SMALL.data)
    training = Training(SMALL, prepare(series, SMALL.data))
    epochs = training.advance(math.inf)
    end = training.checkpoint()
    return ExportedRun(SMALL, series, epochs, end.best_weights, end.best_epoch, "finished", peeks=2)


def open_page(engine: FakeEngine, recipe: Recipe = SMALL, **view: object) -> AppTest:
    page = AppTest.from_file(str(ROUTER), default_timeout=patience())
    for name, value in recipe.to_query().items():
        page.query_params[name] = value
    if view:
        engine.views[RUN] = make_view(recipe, **view)
        page.query_params["run"] = RUN
    page.run()
    assert not page.exception, page.exception
    return page


def offered(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


EVERYTHING = ["Recipe", "Python script", "Notebook", "Report", "Charts", "Run file", "ONNX"]
EVERYTHING += ["Losses", "Predictions", "Hidden states"]


def test_untrained_there_is_the_recipe_only(engine):
    page = open_page(engine)
    assert offered(page) == ["Recipe"]
    assert "Train for an epoch" in "\n".join(caption.value for caption in page.caption)


@pytest.mark.parametrize("state", ["training", "paused", "finished"])
def test_a_run_offers_every_file_and_computes_none(engine, state):
    page = open_page(engine, state=state)
    assert offered(page) == EVERYTHING
    assert {call for call, _ in engine.calls} <= {MEASURE_BASELINES.target}


def test_a_run_that_began_with_trained_weights_is_not_offered_as_a_script(engine):
    page = open_page(engine, state="finished", events=(RunEvent(0.0, BEGAN_TRAINED),))
    told = {button.proto.label: button.proto.disabled for button in page.get("download_button")}
    assert (told["Python script"], told["Notebook"], told["Run file"]) == (True, True, False)


def test_own_data_of_another_visitor_stays_with_them(engine, trained):
    own = Recipe().replaced(series="own", own=keep_own(load_series(Recipe().data)))
    engine.foreign.add(RUN)
    page = open_page(engine, own, state="finished")
    assert offered(page) == []
    assert "only who started it can export it" in "\n".join(caption.value for caption in page.caption)
    engine.foreign.clear()
    assert offered(open_page(engine, own, state="finished")) == EVERYTHING


def test_recorded_run_can_be_exported(engine):
    assert offered(open_page(engine, PRESETS[0].recipe)) == EVERYTHING


def test_every_file_can_be_made(engine, trained):
    server = FakeEngine()

    def ask(job):
        return server.ask(job).result()

    for name, make in MAKERS.items():
        made = make(trained, ask, False)
        assert made and (name not in ("script", "notebook") or b"APP_NEXT = np.array([" in made), name
    for table in TABLES.values():
        for kind in ("csv", "parquet"):
            assert make_table(kind, table)(trained, ask, False)


def test_recorded_presets_become_run_files():
    for preset in PRESETS:
        run = exports._recorded(preset, load_series(preset.recipe.data))
        assert set(load(pack_run(run))) == set(run.weights)


@pytest.fixture
def own_shelf(monkeypatch, tmp_path):
    """A visitor on an engine that has not started, in place of the page's."""
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    engine = Engine(RunStore(None))
    visitor = Visitor(engine, "a" * 22)
    monkeypatch.setattr(opened_run, "visitor", lambda: visitor)
    yield engine
    engine.close()


def test_an_opened_run_is_the_run_of_the_file(own_shelf, trained):
    run, run_id = opened_run.keep_run(pack_run(trained))
    view = own_shelf.view(run_id)
    assert Recipe.model_validate_json(view.recipe_json) == trained.recipe == run.recipe
    assert (view.epochs, view.best_epoch, view.state) == (trained.epochs, trained.best_epoch, "finished")
    assert (view.peeks, view.reason) == (2, "opened from a file")
    assert own_shelf.keyframes(run_id) == (trained.best_epoch,)
    kept = own_shelf.weights_at(run_id, view.best_epoch)
    assert all(np.array_equal(kept[name], trained.weights[name]) for name in kept)


def test_a_run_on_another_series_says_so(own_shelf, trained):
    other = replace(trained, series=replace(trained.series, values=trained.series.values + 1), state="paused")
    _, run_id = opened_run.keep_run(pack_run(other))
    view = own_shelf.view(run_id)
    assert view.state == "stopped_early"
    assert "not the one that it learnt from" in view.reason
    assert "exported after epoch 3" in view.reason


def test_own_data_is_kept_anew_under_a_new_name(own_shelf, trained):
    own = replace(
        trained, recipe=SMALL.replaced(series="own"), series=replace(trained.series, name="own", title="mine")
    )
    run, _ = opened_run.keep_run(pack_run(own))
    assert np.array_equal(load_own(run.recipe.data).values, trained.series.values)


def test_a_file_of_another_kind_is_refused_in_a_sentence(engine):
    page = open_page(engine)
    page.file_uploader[0].set_value(("run.safetensors", b"\x80\x04pickle", "application/octet-stream")).run()
    next(button for button in page.button if button.label == "Open it").click().run()
    assert [error.value.replace("\\", "") for error in page.error if "never opened" in error.value]
    assert not [call for call in engine.calls if call[0] == "keep_finished"]


def test_a_run_file_opens_on_the_stage(engine, trained):
    page = open_page(engine)
    page.file_uploader[0].set_value(("run.safetensors", pack_run(trained), "application/octet-stream")).run()
    next(button for button in page.button if button.label == "Open it").click().run()
    assert not page.exception, page.exception
    assert [call[0] for call in engine.calls if call[0] == "keep_finished"] == ["keep_finished"]
    assert page.query_params["run"] == RUN
