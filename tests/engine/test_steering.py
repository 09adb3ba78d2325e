"""What an owner asks of a run while turns of it are on their way, and what a run does where nobody asks."""

import threading
import time

import pytest
from fake_cluster import RECIPE, in_one_go
from named_jobs import job

from playground.config import Recipe
from playground.runs import RunStore

LONG = RECIPE.replaced(epochs=900)
RATE = RECIPE.training.learning_rate


@pytest.fixture
def run(server):
    """A run with one turn being computed and one that waits."""
    name = server.train(recipe=LONG)
    server.until_epoch(3, name)
    assert server.engine.driver.runs[name].turns.in_flight == 2
    return name


def test_a_pause_waits_for_the_turn_that_has_begun_and_for_no_other(server, run):
    before = server.turns(run)
    server.engine.pause(run)
    server.round(2)
    view = server.engine.view(run)
    assert (view.state, view.reason) == ("paused", "")
    assert server.turns(run) == before + 2, "the turn under way, and one that trains nothing and takes the picture"
    assert view.snapshot.epoch == view.checkpoint_epoch
    assert view.epochs == in_one_go(LONG, view.checkpoint_epoch)
    server.round(5)
    assert (server.turns(run), server.engine.view(run).version) == (before + 2, view.version)


def test_a_run_that_goes_on_after_a_pause_has_the_numbers_of_one_that_did_not_rest(server, run):
    server.engine.pause(run)
    at = server.until("paused", run=run).checkpoint_epoch
    server.engine.resume(run)
    server.until_epoch(at + 3, run)
    view = server.engine.view(run)
    assert view.epochs == in_one_go(LONG, view.checkpoint_epoch)


def test_a_resume_that_overtakes_the_pause_takes_it_back(server, run):
    server.engine.pause(run)
    server.step()
    server.engine.resume(run)
    server.round(5)
    view = server.engine.view(run)
    assert (view.state, view.events) == ("training", ())
    assert view.epochs == in_one_go(LONG, view.checkpoint_epoch)


def test_a_picture_that_a_pause_did_not_wait_for_comes_afterwards(server, run):
    live = server.engine.driver.runs[run]
    live.turns.pace.since_s = -1e9  # no picture for a while
    server.round(3)
    live.turns.pace.cost_s = 10.0  # as after one that took ten seconds
    server.engine.pause(run)
    view = server.until("paused", run=run)
    assert view.snapshot.epoch < view.checkpoint_epoch
    server.round(2)
    view = server.engine.view(run)
    assert (view.state, view.snapshot.epoch) == ("paused", view.checkpoint_epoch)


def test_a_step_is_one_epoch(server):
    run = server.train(recipe=LONG, paused=True)
    assert server.states(run) == ["paused"]
    for epoch in (1, 2):
        server.engine.step_epoch(run)
        assert server.states(run) == ["queued"]
        server.step()
        assert server.engine.driver.runs[run].turns.in_flight == 1, "a second turn would have nothing to do"
        view = server.until("paused", run=run)
        assert view.epochs == in_one_go(LONG, epoch)
        assert view.snapshot.epoch == epoch


def test_a_step_from_the_middle_of_an_epoch_is_the_rest_of_it(server, run):
    server.engine.pause(run)
    server.until("paused", run=run)
    epoch, step = server.engine.driver.runs[run].position
    if not step:
        server.engine.resume(run)
        server.round(2)
        server.engine.pause(run)
        server.until("paused", run=run)
        epoch, step = server.engine.driver.runs[run].position
    assert step
    server.engine.step_epoch(run)
    assert server.until("paused", run=run).checkpoint_epoch == epoch + 1
    assert server.engine.driver.runs[run].position == (epoch + 1, 0)


def test_two_quick_steps_are_two_epochs(server):
    run = server.train(recipe=LONG, paused=True)
    server.engine.step_epoch(run)
    server.step()
    server.engine.step_epoch(run)
    assert server.until("paused", run=run).checkpoint_epoch == 2


def test_a_run_ended_by_its_owner_shows_its_best_weights_and_stays_so(server, run):
    before = server.turns(run)
    server.engine.end(run)
    view = server.until("stopped_early", run=run)
    assert server.turns(run) == before + 2
    assert view.reason == f"stopped by you at epoch {view.checkpoint_epoch}"
    assert (view.snapshot.chosen, view.snapshot.epoch) == ("best on validation", view.best_epoch)
    server.engine.resume(run)
    server.engine.pause(run)
    server.round(2)
    assert server.states(run) == ["stopped_early"]
    with pytest.raises(ValueError, match="ended cannot change"):
        server.engine.change_learning_rate(run, 0.1)


def test_an_end_goes_before_a_pause(server, run):
    server.engine.pause(run)
    server.engine.end(run)
    server.engine.resume(run)
    server.until("stopped_early", run=run)


def test_a_rate_changed_while_a_turn_is_under_way_holds_from_the_epoch_that_is_told(server, run):
    server.engine.change_learning_rate(run, 0.02)
    shown = Recipe.model_validate_json(server.engine.view(run).recipe_json).training
    assert shown.learning_rate_at(900) == 0.02, "it is shown before the turn is back"
    assert server.engine.view(run).events == ()
    server.round(2)
    told = server.engine.view(run).recipe_json
    recipe = Recipe.model_validate_json(told)
    ((since, _),) = recipe.training.learning_rate_changes
    assert server.engine.view(run).events[-1].text == f"learning rate 0.02 from epoch {since}"
    server.until_epoch(since + 3, run)
    view = server.engine.view(run)
    assert view.recipe_json == told
    assert [entry.learning_rate for entry in view.epochs[since - 2 : since]] == [RATE, 0.02]
    assert view.epochs == in_one_go(recipe, view.checkpoint_epoch)


def test_a_rate_that_comes_too_late_for_the_last_epoch_stays_as_it_was_and_that_is_told(server):
    short = RECIPE.replaced(epochs=5)
    run = server.train(recipe=short)
    server.train("other", LONG)  # with two runs on one worker, each has one turn on its way
    live = server.engine.driver.runs[run]
    server.until_true(lambda: (live.position, live.turns.in_flight) == ((3, 0), 1))
    server.engine.change_learning_rate(run, 0.02)
    view = server.until("finished", run=run)
    (event,) = view.events
    assert event.text.startswith("the learning rate stayed as it was")
    assert view.epochs == in_one_go(short)


def test_a_rate_changed_while_paused_replaces_the_earlier_one(server):
    run = server.train(paused=True)
    server.engine.change_learning_rate(run, 0.5)
    server.engine.change_learning_rate(run, 0.01)
    changes = Recipe.model_validate_json(server.engine.view(run).recipe_json).training.learning_rate_changes
    assert changes == ((1, 0.01),)
    with pytest.raises(ValueError, match="less than or equal to 1"):
        server.engine.change_learning_rate(run, 7.0)


def test_a_run_that_nobody_watches_is_paused(make_server, clock):
    server = make_server(workers=2, grace_s=5)
    watched, unwatched, waiting, kept = (server.train(owner, LONG) for owner in "abbc")
    server.engine.keep_running(kept)
    for _ in range(4):
        server.round(2)
        server.engine.view(watched)
        clock.now += 2
    server.round(3)
    assert server.states(watched, unwatched, waiting, kept) == ["training", "paused", "paused", "training"]
    view = server.engine.view(unwatched)
    assert view.reason == "paused: nobody was watching"
    assert view.checkpoint_epoch > 0
    server.engine.resume(unwatched)
    assert server.until("training", run=unwatched).reason == ""


def test_peeks_are_counted_on_the_record_of_a_run_under_way_and_of_one_that_ended(make_server):
    store = RunStore(None)
    server = make_server(store=store)
    run = server.train()
    server.engine.peek(run)
    assert server.engine.view(run).peeks == 1
    server.until("finished", run=run)
    server.round()
    again = make_server(store=store)
    assert again.engine.view(run).peeks == 1
    again.engine.peek(run)
    again.step()
    assert (again.engine.view(run).peeks, again.engine.view(run).state, store.load(run).peeks) == (2, "finished", 2)
    with pytest.raises(ValueError, match="no longer exists"):
        again.engine.peek("missing")


def test_what_does_not_exist_is_none_or_a_sentence(server):
    engine = server.engine
    assert engine.view("nobody's") is None
    for call in (engine.pause, engine.resume, engine.step_epoch, engine.end, engine.keep_running):
        with pytest.raises(ValueError, match="no longer exists"):
            call("nobody's")


def test_a_server_that_stops_leaves_nobody_waiting(server, run):
    computed, waiting = server.engine.ask(job("math:sqrt", 4)), server.engine.ask(job("math:sqrt", 9))
    server.step()
    assert computed.running() and not waiting.running()
    server.engine.close()
    with pytest.raises(RuntimeError, match="stopping"):
        computed.result(0)
    assert waiting.cancelled()
    assert server.states(run) == ["interrupted"]


def test_runs_go_on_under_the_next_server(make_server):
    store = RunStore(None)
    first = make_server(store=store)
    trained, waiting = (first.train() for _ in range(2))
    first.until_epoch(8, trained)
    first.engine.close()
    second = make_server(store=store)
    view = second.engine.view(trained)
    assert second.states(trained, waiting) == ["interrupted"] * 2
    assert view.epochs == in_one_go(RECIPE, view.checkpoint_epoch)
    assert view.checkpoint_epoch >= 8
    second.engine.resume(trained)
    view = second.until("finished", run=trained)
    assert view.epochs == in_one_go(RECIPE)
    second.engine.step_epoch(waiting)
    assert second.until("paused", run=waiting).checkpoint_epoch == 1
    second.engine.close()
    third = make_server(store=store).engine
    assert third.view(trained).epochs == view.epochs
    assert third.view(trained).snapshot.epoch == view.best_epoch
    assert third.view(trained) is third.view(trained)


def at_once(*actions):
    """Do all, each in a thread of its own."""
    tabs = [threading.Thread(target=action) for action in actions]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()


def test_two_tabs_that_pause_and_resume_the_same_run_agree(server, run):
    engine = server.engine
    for action, state in ((engine.pause, "paused"), (engine.resume, "training")) * 2:
        at_once(*[lambda action=action: action(run)] * 4)
        server.until(state, run=run)
    server.round(5)
    view = server.engine.view(run)
    assert (view.epochs, view.events) == (in_one_go(LONG, view.checkpoint_epoch), ())


def test_a_pause_and_a_resume_that_cross_leave_the_run_in_one_of_both(server, run):
    engine = server.engine
    for _ in range(10):
        at_once(lambda: engine.pause(run), lambda: engine.resume(run), server.step)
        server.round()
        assert server.states(run)[0] in ("paused", "training")
    engine.pause(run)
    at = server.until("paused", run=run).checkpoint_epoch
    engine.resume(run)
    server.until_epoch(at + 2, run)
    view = engine.view(run)
    assert view.epochs == in_one_go(LONG, view.checkpoint_epoch)


def test_a_wall_clock_that_jumps_neither_pauses_nor_shortens_a_run(server, monkeypatch):
    run = server.train()
    now = time.time()
    for shift in (-86400.0, 86400.0, -3600.0):
        monkeypatch.setattr("time.time", lambda shift=shift: now + shift)
        epoch = server.engine.view(run).checkpoint_epoch
        server.until_epoch(epoch + 5, run)
    view = server.until("finished", run=run)
    assert (view.epochs, view.events) == (in_one_go(RECIPE), ())
