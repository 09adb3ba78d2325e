"""Every kind of run trains in turns, is stored, goes on, and gets the numbers that it gets in one go."""

import math
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine.live_run import LiveRun
from playground.engine.storing import restore_run, save_runs
from playground.engine.waiting_line import check_work
from playground.hosting.settings import Settings
from playground.kinds import CLASSIFY, FORECAST, KINDS, TUNES, WORDS, WRITE, kind_of
from playground.runs import RunStore
from playground.sequences.classify.tasks import load_task
from playground.sequences.classify.work import advance_classifier
from playground.sequences.music.melodies import melody_stream
from playground.sequences.recipe import ClassifyRecipe, HandMadeRecipe, MelodyRecipe, SpeechRecipe, WriterRecipe
from playground.sequences.speech.recordings import load_bundled
from playground.sequences.speech.spoken import to_sequences
from playground.sequences.speech.work import advance_listener
from playground.sequences.write.grammars import make_abab
from playground.sequences.write.work import advance_writer
from playground.worker import BENCHES, advance_slice

SMALL = {"hidden_size": 4, "epochs": 3}
OLD = Path(__file__).with_name("runs_of_schema_6.sqlite3")


def classifier():
    return ClassifyRecipe().replaced(task="waveforms", **SMALL), load_task("waveforms"), advance_classifier


def listener():
    return SpeechRecipe().replaced(**SMALL), to_sequences(load_bundled(), private=False), advance_listener


def writer():
    return WriterRecipe().replaced(text="abab", **SMALL), make_abab(), advance_writer


def player():
    return MelodyRecipe().replaced(**SMALL), melody_stream(1), advance_writer


CASES = {CLASSIFY.name: classifier, WORDS.name: listener, WRITE.name: writer, TUNES.name: player}


def turn(run: LiveRun, worker: str = "w", budget_s: float | None = None) -> None:
    """Give a run one turn at a worker; a new name stands for one that has never seen the run."""
    request = run.next_request(worker, Settings())
    request = request if budget_s is None else replace(request, budget_s=budget_s)
    if worker != "w":
        request = replace(request, run_id=f"{request.run_id} {worker}")
    run.take(advance_slice(request), request)


def begun(recipe, material) -> LiveRun:
    run = LiveRun.begin(recipe, material, "me")
    run.become("training")
    return run


def losses(epochs) -> list[tuple[float, ...]]:
    return [(e.train_loss, e.validation_loss, e.train_accuracy, e.validation_accuracy) for e in epochs]


def test_each_kind_has_a_bench_and_a_class_of_recipes_of_its_own():
    assert BENCHES.keys() == KINDS.keys() == {*CASES, FORECAST.name}
    assert [kind_of(kind.recipe()) for kind in KINDS.values()] == list(KINDS.values())
    with pytest.raises(ValueError, match="got HandMadeRecipe"):
        kind_of(HandMadeRecipe())


@pytest.mark.parametrize("name", CASES)
def test_a_run_in_turns_gets_what_the_same_training_gets_in_one_go(name, tmp_path):
    recipe, material, advance = CASES[name]()
    alone = None
    while alone is None or not alone.done:
        alone = advance(recipe.model_dump_json(), material, alone, math.inf)
    run = begun(recipe, material)
    for number in range(4):
        turn(run, budget_s=0.0001 if number % 2 else None)
    store = RunStore(tmp_path / "runs.sqlite3")
    run.become("paused")
    run.go_back()
    assert save_runs(store, {run.run_id: run}, threading.RLock(), 0)
    again = restore_run(store, run.run_id)
    assert again is not None
    assert (again.kind, again.recipe, again.position) == (KINDS[name], recipe, run.position)
    again.become("training")
    while not again.ended:
        turn(again, worker="another")
    np.testing.assert_array_equal(losses(again.epochs), losses(alone.training.epochs))
    assert again.best_epoch == alone.training.checkpoint.best_epoch
    best = again.checkpoint.best_weights
    for parameter, weights in alone.training.best.weights.items():
        np.testing.assert_array_equal(best[parameter], weights)
    told = again.snapshot
    if name in (CLASSIFY.name, WORDS.name):
        np.testing.assert_array_equal(told.test.confusion, alone.test.confusion)
        np.testing.assert_array_equal(told.validation.confusion, alone.validation.confusion)
    else:
        assert (told.test_bits, told.test_accuracy) == (alone.test_bits, alone.test_accuracy)
        assert told.sample == alone.sample and told.test_blocks == alone.test_blocks
    assert save_runs(store, {again.run_id: again}, threading.RLock(), 0)
    stored = restore_run(store, run.run_id)
    np.testing.assert_array_equal(losses(stored.epochs), losses(again.epochs))
    (line,) = store.shelf("me").runs()
    assert (line.kind, line.state, line.epochs) == (name, "finished", 3)
    store.close()


def test_a_run_steps_epoch_by_epoch_and_its_rate_changes_on_the_way():
    recipe, material, _ = writer()
    run = begun(recipe, material)
    run.wish.until_epoch = 1
    while run.state == "training":
        turn(run)
    assert (run.state, run.position, run.snapshot.epoch) == ("paused", (1, 0), 1)
    run.change_rate(0.001)
    run.become("training")
    while not run.ended:
        turn(run)
    assert [epoch.learning_rate for epoch in run.epochs] == [0.01, 0.001, 0.001]


def test_nothing_of_what_a_visitor_brought_is_written_to_disk(tmp_path):
    recipe, material, _ = writer()
    run = begun(recipe, replace(material, private=True))
    turn(run)
    store = RunStore(tmp_path / "runs.sqlite3")
    assert save_runs(store, {run.run_id: run}, threading.RLock(), 0)
    assert store.load(run.run_id) is None and store.size()[0] == 0
    store.close()


def test_ended_by_its_owner_a_run_is_judged_by_its_best_weights():
    recipe, material, _ = writer()
    run = begun(recipe.replaced(epochs=300), material)
    while run.position[0] < 1:
        turn(run)
    run.wish.to = "end"
    turn(run)
    assert run.state == "stopped_early" and run.snapshot.test_bits > 0


def test_only_forecasts_are_bounded_by_the_work_of_an_epoch():
    recipe, material, _ = writer()
    strict = Settings(epoch_work=1_000_000)
    check_work(recipe.replaced(hidden_size=256), material, strict)
    with pytest.raises(ValueError, match="so that an epoch ends"):
        check_work(Recipe(), load_series(Recipe().data), strict)


def test_runs_that_an_older_version_stored_open_and_go_on(tmp_path):
    path = tmp_path / "runs.sqlite3"
    shutil.copy(OLD, path)
    store = RunStore(path)
    ended, paused = restore_run(store, "ended-run"), restore_run(store, "paused-run")
    assert (ended.kind, ended.state, len(ended.epochs)) == (FORECAST, "finished", 3)
    assert (paused.kind, paused.state, len(paused.epochs)) == (FORECAST, "paused", 2)
    assert ended.snapshot.epoch == ended.best_epoch and store.load_weights("ended-run", 0)
    paused.become("training")
    while not paused.ended:
        turn(paused, worker="another")
    for one, other in zip(paused.epochs, ended.epochs, strict=True):
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-4)
    assert save_runs(store, {"paused-run": paused}, threading.RLock(), 0)
    assert {line.state for line in store.shelf("somebody").runs()} == {"finished"}
    store.close()
