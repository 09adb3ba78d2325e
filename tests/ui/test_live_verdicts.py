"""How a network in training stands against the baselines: on every page that shows one, once a worker has said it."""

import dataclasses
from concurrent.futures import Future

import pytest
from fake_engine import FakeEngine, make_view
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.report import evaluate
from playground.inspection.snapshot import snapshot_at
from playground.networks.network import build_network
from playground.presets import PRESETS
from playground.runs import RunSummary
from playground.sentences.verdicts import at_epoch, headline_of
from playground.ui.playground import scene
from playground.ui.watching.answers import Answer

RUN = "run-0123456789"
SMALL = Recipe().replaced(length_steps=400, window_steps=8, hidden_size=4)
MEASURE = "playground.evaluation.baseline_losses:measure_baselines"
SERIES = load_series(SMALL.data)
WEIGHTS = build_network(SMALL, prepare(SERIES, SMALL.data).train.inputs.shape[2]).weights()
VERDICTS = evaluate(SMALL, SERIES, WEIGHTS, 0, include_test=True).verdicts
SAID = {verdict.part: at_epoch(3, headline_of(verdict)) for verdict in VERDICTS}

open_playground = opener("playground", menu=True)


def texts(page: AppTest) -> str:
    return "\n".join(element.value for kind in (page.markdown, page.caption) for element in kind).replace("\\", "")


def asked(engine: FakeEngine) -> list[str]:
    """The parts on which the baselines were asked for."""
    return [arguments[-1] for call, arguments in engine.calls if call == MEASURE]


def show(engine: FakeEngine, state: str = "finished", epoch: int = 3) -> None:
    engine.views[RUN] = make_view(SMALL, state, epoch, snapshot=snapshot_at(SMALL, SERIES, WEIGHTS, epoch))
    engine.weights[epoch] = WEIGHTS


def slow(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Future:
    """Let the baselines be still to come, while all else is answered."""
    waiting, answer = Future(), engine.ask
    monkeypatch.setattr(
        engine, "ask", lambda job, **named: waiting if job.target == MEASURE else answer(job, **named), raising=False
    )
    return waiting


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_recorded_run_is_judged_at_first_sight_without_a_worker(engine, preset):
    page = open_playground(**preset.recipe.to_query())
    view = preset.recording()
    series, weights = load_series(preset.recipe.data), preset.keyframes()
    best = next(frame.weights for frame in weights if frame.epoch == view.best_epoch)
    verdict = evaluate(preset.recipe, series, best, preset.recipe.data.season_steps).verdicts[-1]
    icon = {"beats": "thumb_up", "ties": "drag_handle", "loses": "thumb_down"}[verdict.word]
    said = at_epoch(view.best_epoch, headline_of(verdict, series.unit))
    assert f"#### :material/{icon}: {said.split(' (RMSE')[0]}" in texts(page)
    assert engine.calls == []


def test_no_word_and_no_thumb_before_the_baselines_are_there(engine, monkeypatch):
    waiting = slow(engine, monkeypatch)
    show(engine)
    page = open_playground(run=RUN, **SMALL.to_query())
    told = texts(page)
    assert "#### :material/pending: Epoch 3: RMSE " in told and "yet to be fitted" in told
    assert not any(word in told for word in ("thumb", "Loses", "Beats", "Ties"))
    assert "the dotted line, “same as the step before”" in told or "there “same as the step before” errs less" in told
    waiting.set_exception(ValueError("the series has vanished"))
    page.run()
    assert "The baselines could not be fitted: the series has vanished" in texts(page)
    assert "thumb" not in texts(page) and not page.exception


def test_the_stage_redraws_until_the_baselines_are_there(monkeypatch):
    monkeypatch.setattr(scene.state, "test_open", lambda: False)
    answers = ((Answer(), True), (Answer(PRESETS[0].baselines()), False), (Answer(problem="failed"), False))
    for answer, waits in answers:
        monkeypatch.setattr(scene, "baselines_of", lambda *_, answer=answer, **__: answer)
        stage = scene.Scene(SMALL, SERIES, prepare(SERIES, SMALL.data), make_view(SMALL, "finished"), None, False)
        assert stage.live is waits


def test_the_run_is_judged_as_its_evaluation_says(engine):
    show(engine, "training")
    page = open_playground(run=RUN, **SMALL.to_query())
    assert SAID["validation"] in texts(page)
    best = VERDICTS[1].against_best.baseline
    assert f"the dotted line: there {best} errs less" in texts(page)
    page.run()
    assert asked(engine) == ["validation"]


def test_the_baselines_on_test_are_asked_for_once_the_tab_opened_it(engine):
    show(engine)
    page = open_playground(run=RUN, **SMALL.to_query())
    assert asked(engine) == ["validation"]
    page.session_state["opened_test"] = RUN
    page.run()
    assert asked(engine) == ["validation", "test"]
    assert f":material/lock_open: {SAID['test']}" in texts(page)


def test_for_an_untrained_network_no_worker_is_asked(engine):
    page = open_playground(**SMALL.to_query())
    assert "Untrained" in texts(page) and asked(engine) == []


def test_the_duel_the_embedded_run_and_the_replay_say_the_same(engine):
    show(engine)
    embedded = opener("embed")(run=RUN)
    assert f"##### {SAID['validation']}" in texts(embedded)
    page = open_playground(run=RUN, **SMALL.to_query())
    next(toggle for toggle in page.toggle if toggle.label.startswith("Replay")).set_value(True).run()
    assert texts(page).count(SAID["validation"]) == 2
    view = engine.views[RUN]
    for cell in ("rnn", "lstm", "gru"):
        recipe = SMALL.replaced(cell=cell)
        engine.views[cell] = dataclasses.replace(view, run_id=cell, recipe_json=recipe.model_dump_json())
        engine.lines.append(
            RunSummary(cell, 1.7e9, recipe.model_dump_json(), "key", "finished", best_loss=0.2, team="duel x")
        )
    duel = opener("compare", menu=True)()
    assert texts(duel).count(SAID["validation"]) == 3
    assert asked(engine) == ["validation"]
