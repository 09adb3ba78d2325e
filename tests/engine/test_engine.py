import os

import numpy as np
import pytest
from engine_cases import QUICK, SLOW, numbers, trained_here, until, until_epoch, wait_for
from named_jobs import job
from patience import patience

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine import Engine, EngineFull
from playground.hosting.settings import Settings
from playground.records import Series
from playground.runs import RunStore

SERIES = {recipe: load_series(recipe.data) for recipe in (QUICK, SLOW)}


@pytest.fixture
def train(engine):
    """Start runs that are ended after the test."""
    started = []

    def start(recipe, owner=None, **options):
        run_id = engine.train(recipe, load_series(recipe.data), owner or f"owner {len(started)}", **options)
        started.append(run_id)
        return run_id

    yield start
    for run_id in started:
        engine.end(run_id)
    for run_id in started:
        until(engine, run_id, "finished", "stopped_early", "diverged", "failed")


def test_the_workers_are_ready(engine):
    status = engine.status()
    assert (status.state, status.workers) == ("ready", 2)
    assert status.message == "2 workers are ready."


def test_a_run_gives_the_same_numbers_as_training_in_one_go(engine, train):
    view = until(engine, train(QUICK), "finished")
    assert numbers(view.epochs) == numbers(trained_here(QUICK))
    assert view.checkpoint_epoch == 12
    assert view.best_epoch == 1 + int(np.argmin([record.validation_loss for record in view.epochs]))
    assert view.snapshot.chosen == "best on validation"
    assert view.snapshot.epoch == view.best_epoch
    assert view.remaining_s is None


def test_early_stopping_is_told_with_its_reason(engine, train):
    recipe = SLOW.replaced(patience_epochs=1, learning_rate=0.1)
    view = until(engine, train(recipe), "stopped_early")
    assert view.reason.startswith(f"stopped early at epoch {view.checkpoint_epoch}")
    assert numbers(view.epochs) == numbers(trained_here(recipe))


def test_divergence_is_a_result_with_finite_pictures(engine, train):
    recipe = QUICK.replaced(cell="rnn", nonlinearity="relu", learning_rate=1.0, optimizer="sgd", clip_norm=0)
    view = until(engine, train(recipe.replaced(epochs=300)), "diverged")
    assert "is not finite" in view.reason
    assert view.snapshot is None or np.isfinite(view.snapshot.forecast.predicted).all()


def test_a_series_that_does_not_fit_fails_with_its_sentence(engine):
    short = Series("short", "Short", "", np.sin(np.arange(20.0)), None, "sample")
    run_id = engine.train(QUICK, short, "somebody")
    assert "window_steps" in until(engine, run_id, "failed").reason


def test_pause_keeps_a_complete_picture_and_resume_the_numbers(engine, train):
    run_id = train(SLOW)
    until_epoch(engine, run_id, 3)
    engine.pause(run_id)
    stopped_at = until(engine, run_id, "paused").checkpoint_epoch
    wait_for(lambda: engine.view(run_id).snapshot.epoch == stopped_at)
    paused = engine.view(run_id)
    assert paused.snapshot.scores
    assert engine.view(run_id).version == paused.version
    engine.resume(run_id)
    view = until_epoch(engine, run_id, paused.checkpoint_epoch + 3)
    assert numbers(view.epochs) == numbers(trained_here(SLOW, view.checkpoint_epoch))


def test_a_picture_that_a_pause_did_not_wait_for_comes_afterwards(engine, train):
    run_id = train(SLOW)
    until_epoch(engine, run_id, 3)
    with engine.driver.lock:
        run = engine.driver.runs[run_id]
        run.pace.cost_s, run.pace.since_s = 10.0, 0.0  # as after a picture that took ten seconds
    engine.pause(run_id)
    view = until(engine, run_id, "paused")
    wait_for(lambda: engine.view(run_id).snapshot.epoch == view.checkpoint_epoch)
    assert engine.view(run_id).state == "paused"


def test_a_step_is_one_epoch(engine, train):
    run_id = train(SLOW, paused=True)
    assert engine.view(run_id).state == "paused"
    for epoch in (1, 2):
        engine.step_epoch(run_id)
        assert engine.view(run_id).state in ("queued", "training")
        view = until(engine, run_id, "paused")
        assert [record.epoch for record in view.epochs] == list(range(1, epoch + 1))
        assert view.snapshot.epoch == epoch


def test_two_quick_steps_are_two_epochs(engine, train):
    run_id = train(SLOW.replaced(hidden_size=128), paused=True)
    engine.step_epoch(run_id)
    engine.step_epoch(run_id)
    assert until(engine, run_id, "paused").checkpoint_epoch == 2


def test_runs_of_all_owners_take_turns(engine, train):
    recipes = [SLOW.replaced(seed=seed) for seed in (1, 2, 3)]
    run_ids = [train(recipe) for recipe in recipes]
    wait_for(lambda: min(engine.view(run_id).checkpoint_epoch for run_id in run_ids) >= 6)
    for recipe, run_id in zip(recipes, run_ids, strict=True):
        view = engine.view(run_id)
        assert view.state == "training"
        assert numbers(view.epochs) == numbers(trained_here(recipe, view.epochs[-1].epoch))


def test_one_run_of_an_owner_trains_and_the_others_wait(engine, train):
    first, second, third = (train(SLOW, owner="eager") for _ in range(3))
    until_epoch(engine, first, 2)
    assert [engine.view(run_id).queue_position for run_id in (first, second, third)] == [0, 1, 2]
    assert engine.view(second).state == "queued"
    assert 0 < engine.view(second).queue_wait_s == pytest.approx(engine.view(first).remaining_s, rel=0.9)
    for _ in range(3):
        train(SLOW, owner="eager")
    with pytest.raises(EngineFull, match="at most 1 run can train and 5 can wait"):
        train(SLOW, owner="eager")
    other = train(QUICK, owner="patient")
    until(engine, other, "finished")
    engine.pause(first)
    until_epoch(engine, second, 1)
    assert engine.view(third).queue_position == 1
    engine.end(second)
    until_epoch(engine, third, 1)


def test_a_run_ended_by_its_owner_shows_its_best_weights(engine, train):
    run_id = train(SLOW)
    until_epoch(engine, run_id, 4)
    engine.end(run_id)
    view = until(engine, run_id, "stopped_early")
    assert view.reason == f"stopped by you at epoch {view.checkpoint_epoch}"
    assert view.snapshot.chosen == "best on validation"
    assert view.snapshot.epoch == view.best_epoch
    engine.resume(run_id)
    engine.pause(run_id)
    assert engine.view(run_id).state == "stopped_early"


def test_a_changed_learning_rate_is_shown_at_once_and_recorded(engine, train):
    run_id = train(SLOW)
    until_epoch(engine, run_id, 2)
    engine.change_learning_rate(run_id, 0.02)
    shown = Recipe.model_validate_json(engine.view(run_id).recipe_json).training
    assert shown.learning_rate_at(shown.epochs) == 0.02
    wait_for(lambda: engine.view(run_id).events)
    view = engine.view(run_id)
    recipe = Recipe.model_validate_json(view.recipe_json)
    since = recipe.training.learning_rate_changes[0][0]
    assert view.events[-1].text == f"learning rate 0.02 from epoch {since}"
    view = until_epoch(engine, run_id, since + 2)
    assert [record.learning_rate for record in view.epochs] == [
        0.02 if record.epoch >= since else SLOW.training.learning_rate for record in view.epochs
    ]
    assert numbers(view.epochs) == numbers(trained_here(recipe, view.epochs[-1].epoch))


def test_the_epoch_told_for_a_changed_rate_is_the_one_it_holds_from(engine, train):
    run_id = train(SLOW)
    until_epoch(engine, run_id, 2)
    engine.change_learning_rate(run_id, 0.0015)
    told = engine.view(run_id).recipe_json
    view = until_epoch(engine, run_id, engine.view(run_id).checkpoint_epoch + 4)
    assert view.recipe_json == told
    (change,) = Recipe.model_validate_json(told).training.learning_rate_changes
    rates = [record.learning_rate for record in view.epochs]
    assert rates[change[0] - 2 :] == [SLOW.training.learning_rate] + [0.0015] * (len(rates) - change[0] + 1)


def test_a_learning_rate_changed_while_paused_replaces_the_earlier_one(engine, train):
    run_id = train(QUICK, paused=True)
    engine.change_learning_rate(run_id, 0.5)
    engine.change_learning_rate(run_id, 0.01)
    assert Recipe.model_validate_json(engine.view(run_id).recipe_json).training.learning_rate_changes == ((1, 0.01),)
    with pytest.raises(ValueError, match="less than or equal to 1"):
        engine.change_learning_rate(run_id, 7.0)


def test_a_preview_comes_without_waiting_and_is_kept(engine):
    preview = wait_for(lambda: engine.preview(QUICK, SERIES[QUICK]))
    assert preview.snapshot.chosen == "untrained"
    assert preview.epoch_s > 0
    assert engine.preview(QUICK, load_series(QUICK.data)) is preview


def test_a_preview_that_cannot_be_says_why(engine):
    short = Series("short", "Short", "", np.sin(np.arange(20.0)), None, "sample")
    with pytest.raises(ValueError, match="window_steps"):
        wait_for(lambda: engine.preview(QUICK, short))


def test_only_the_newest_waiting_previews_are_computed(engine):
    previews = [SLOW.replaced(seed=seed) for seed in range(100, 140)]
    for recipe in previews:
        assert engine.preview(recipe, SERIES[SLOW]) is None
    assert wait_for(lambda: engine.preview(previews[-1], SERIES[SLOW]))


def test_anything_can_be_asked_of_a_worker(engine):
    assert engine.ask(job("math:hypot", 3, 4)).result(patience()) == 5
    with pytest.raises(ValueError, match="math domain error"):
        engine.ask(job("math:sqrt", -1)).result(patience())
    with pytest.raises(RuntimeError, match="failed unexpectedly"):
        engine.ask(job("math:no_such_function")).result(patience())


def test_workers_run_with_memory_kept_and_one_thread(engine):
    wanted = {"MALLOC_TRIM_THRESHOLD_": "1073741824", "MALLOC_MMAP_THRESHOLD_": "1073741824", "OMP_NUM_THREADS": "1"}
    assert {name: engine.ask(job("os:getenv", name)).result(patience()) for name in wanted} == wanted
    assert engine.ask(job("torch:get_num_threads")).result(patience()) == 1


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no niceness")
def test_workers_stand_back_behind_the_pages_as_far_as_is_set(engine, new_engine):
    for asked, niceness in ((engine, 0), (new_engine(stand_back=7), 7)):
        assert asked.ask(job("os:getpriority", os.PRIO_PROCESS, 0)).result(patience()) == max(niceness, os.nice(0))
        # To other programs the server and its workers are one.
        assert asked.ask(job("os:getsid", 0)).result(patience()) == os.getsid(0)


def test_what_does_not_exist_is_none_or_a_sentence(engine):
    assert engine.view("nobody's") is None
    for call in (engine.pause, engine.resume, engine.step_epoch, engine.end, engine.keep_running):
        with pytest.raises(ValueError, match="no longer exists"):
            call("nobody's")


def test_the_server_takes_only_so_many_runs():
    idle = Engine(RunStore(None), Settings(runs_at_once=2, queue_length=1))
    for owner in "abc":
        idle.train(QUICK, SERIES[QUICK], owner)
    with pytest.raises(EngineFull, match="at most 3 runs at a time"):
        idle.train(QUICK, SERIES[QUICK], "d")
    assert idle.status().queued == 3
    idle.close()


def test_a_run_without_workers_still_pauses_and_ends():
    idle = Engine(RunStore(None), Settings())
    run_id = idle.train(QUICK, SERIES[QUICK], "me")
    idle.pause(run_id)
    assert idle.view(run_id).state == "paused"
    idle.end(run_id)
    assert idle.view(run_id).reason == "stopped by you before the end of the first epoch"
    idle.close()


def test_peeks_are_counted_on_the_record_of_a_run_under_way_and_of_one_that_ended(new_engine, tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3")
    engine = new_engine(store)
    run_id = engine.train(QUICK, SERIES[QUICK], "me")
    engine.peek(run_id)
    assert engine.view(run_id).peeks == 1
    until(engine, run_id, "finished")
    wait_for(lambda: store.load(run_id).peeks == 1 and store.load(run_id).state == "finished")
    engine.close()

    again = new_engine(RunStore(tmp_path / "runs.sqlite3"))
    assert again.view(run_id).peeks == 1
    again.peek(run_id)
    assert again.view(run_id).peeks == 2
    assert again.view(run_id).state == "finished"
    wait_for(lambda: again.store.load(run_id).peeks == 2)
    with pytest.raises(ValueError, match="no longer exists"):
        again.peek("missing")
