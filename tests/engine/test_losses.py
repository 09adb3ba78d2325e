"""Workers that die, come back, forget, or are all lost at once, and a store that refuses: nothing is lost by it."""

import sqlite3

import pytest
from fake_cluster import RECIPE, in_one_go
from fake_work import Count
from named_jobs import job

from playground.data.catalog import load_series
from playground.engine import driver as driving
from playground.runs import RunStore

LONG = RECIPE.replaced(epochs=900)
COUNT = "fake_work:count"
COUNTS = job(COUNT, record=Count)
MOST_DEATHS = 3


def begun(make_server, recipe=RECIPE, **options):
    """Return a server and a run with turns under way."""
    server = make_server(worker_deaths=MOST_DEATHS, **options)
    run = server.train(recipe=recipe)
    server.until_epoch(10, run)
    assert server.engine.driver.runs[run].turns.in_flight
    return server, run


def told(server, run):
    return [event.text.split(" at epoch")[0] for event in server.engine.view(run).events]


def test_a_run_survives_the_death_of_its_worker(make_server):
    server, run = begun(make_server)
    server.cluster.kill("w1")
    server.step()
    server.cluster.come("w1")
    view = server.until("finished", run=run)
    assert view.epochs == in_one_go(RECIPE)
    assert told(server, run) == ["a worker died"]
    assert view.events[0].text.endswith("training went on from the last checkpoint")


def test_a_run_goes_on_with_another_worker_from_its_last_checkpoint(make_server):
    server, run = begun(make_server, workers=2)
    home = server.engine.driver.runs[run].turns.worker
    other = "w2" if home == "w1" else "w1"
    untouched = server.train("other", LONG)
    server.until_epoch(2, untouched)
    reached = server.engine.view(run).checkpoint_epoch
    server.cluster.kill(home)
    server.step()
    assert server.engine.driver.runs[run].position[0] >= reached - 1, "small checkpoints come back with every turn"
    assert server.until("finished", run=run).epochs == in_one_go(RECIPE)
    assert server.turns(run) == server.cluster.workers[other].did.count(run) > 0
    assert told(server, untouched) in ([], ["a worker died"])
    server.until_epoch(reached, untouched)


def test_epochs_after_the_last_checkpoint_are_trained_again(make_server, monkeypatch, clock):
    monkeypatch.setattr("playground.engine.run_parts.SMALL_CHECKPOINT_BYTES", 0)
    server, run = begun(make_server)
    live = server.engine.driver.runs[run]
    assert live.checkpoint.epoch < 10 <= len(live.epochs)
    server.cluster.kill("w1")
    server.step()
    assert (live.position[0], len(live.epochs)) == (live.checkpoint.epoch, live.checkpoint.epoch)
    server.cluster.come("w1")
    assert server.until("finished", run=run).epochs == in_one_go(RECIPE)


def die_at_work(server, address="w1"):
    """Let a worker die with what it has begun, and come back."""
    server.step()
    server.cluster.kill(address)
    server.step()
    server.cluster.come(address)
    server.step()


def test_a_run_whose_worker_dies_again_and_again_in_one_place_is_given_up(make_server):
    server, run = begun(make_server)
    for _ in range(MOST_DEATHS):
        die_at_work(server)
        assert server.states(run) == ["training"]
    die_at_work(server)
    view = server.engine.view(run)
    assert view.state == "failed"
    assert view.reason.startswith(f"the worker died {MOST_DEATHS + 1} times at epoch {view.checkpoint_epoch + 1}; make")
    server.round(3)
    assert server.turns(run) == 0
    assert server.until("finished", run=server.train())


def test_progress_forgives_the_deaths(make_server):
    server, run = begun(make_server, LONG)
    for _ in range(3):
        for _ in range(MOST_DEATHS):
            die_at_work(server)
        server.round(2)
    assert server.states(run) == ["training"]
    assert len(told(server, run)) == 3 * MOST_DEATHS


def test_all_goes_on_when_all_workers_are_lost_and_come_back(make_server):
    server, run = begun(make_server, workers=2)
    server.engine.study("k", job(COUNT, "k", 9, 0), owner="me")
    server.round(3)
    asked = server.engine.ask(job("math:hypot", 3, 4))
    server.step()
    before = server.engine.study_so_far("k", COUNTS).pieces
    assert asked.running() and before
    server.cluster.lose_all()
    server.step()
    assert server.engine.status().workers == 0
    assert server.states(run) == ["training"]
    server.round(3)
    server.cluster.come("w3", "w4")
    server.round(2)
    assert asked.result(0) == 5
    assert server.until("finished", run=run).epochs == in_one_go(RECIPE)
    assert told(server, run) == ["a worker died"]
    assert server.engine.study_so_far("k", COUNTS).pieces == 9


def test_a_worker_that_lost_a_call_is_given_work_again_once_it_is_warm(make_server):
    server, run = begun(make_server)
    worker = server.cluster.workers["w1"]
    lost, next_one = worker.busy, worker.waiting[0]
    worker.busy = None
    lost.done()
    server.step()
    assert next_one.released, "what comes after a lost turn is of no use"
    assert server.until("finished", run=run).epochs == in_one_go(RECIPE)
    assert told(server, run) == ["a worker died"]


def test_a_call_that_is_lost_while_its_answer_is_fetched_is_not_answered_twice(make_server, monkeypatch):
    server = make_server()
    asked = server.engine.ask(job("math:sqrt", 4))
    server.step()
    driver, answer = server.engine.driver, server.cluster.answer

    def answer_late(call):
        driver.flights.drop(driver.flights.numbers())
        return answer(call)

    monkeypatch.setattr(server.cluster, "answer", answer_late)
    server.cluster.work()
    server.step()
    assert not asked.done()


def test_a_call_that_cannot_be_made_is_a_loss_of_all(make_server):
    """The driver does not know yet that the scheduler is gone."""
    server, run = begun(make_server)
    server.cluster.work()
    server.cluster.workers.clear()
    server.step()
    server.cluster.come("w1")
    assert server.until("finished", run=run).epochs == in_one_go(RECIPE)


def test_runs_pause_and_end_without_any_worker(make_server):
    server, run = begun(make_server)
    fresh = server.train("other", LONG)
    server.cluster.lose_all()
    server.step()
    server.engine.pause(run)
    server.engine.end(fresh)
    server.step()
    assert server.states(run, fresh) == ["paused", "stopped_early"]
    assert server.engine.view(fresh).reason == "stopped by you before the end of the first epoch"
    server.engine.end(run)
    assert server.states(run) == ["stopped_early"]


def test_a_run_that_no_worker_ever_had_pauses_and_ends(make_server):
    server = make_server(workers=0)
    run = server.train()
    server.engine.pause(run)
    assert server.states(run) == ["paused"]
    server.engine.end(run)
    assert server.engine.view(run).reason == "stopped by you before the end of the first epoch"


def test_an_answer_that_was_given_up_changes_nothing(make_server):
    server, run = begun(make_server)
    worker = server.cluster.workers["w1"]
    server.cluster.lose_all()
    server.step()
    at = server.engine.view(run).checkpoint_epoch
    worker.finish(server.cluster.answers)
    server.step()
    assert server.engine.view(run).checkpoint_epoch == at


def test_a_worker_that_has_forgotten_a_run_is_given_the_whole_of_it(make_server):
    server, run = begun(make_server)
    server.cluster.workers["w1"].held.clear()
    view = server.until("finished", run=run)
    assert (view.epochs, view.events) == (in_one_go(RECIPE), ())


@pytest.mark.parametrize("wish", ["pause", "end"])
def test_a_wish_outlives_the_worker_that_was_to_fulfil_it(make_server, wish):
    server, run = begun(make_server)
    getattr(server.engine, wish)(run)
    server.step()
    server.cluster.kill("w1")
    server.step()
    server.cluster.come("w1")
    view = server.until("paused" if wish == "pause" else "stopped_early", run=run)
    assert view.epochs == in_one_go(RECIPE, view.checkpoint_epoch)


def test_a_step_outlives_the_worker_too(make_server):
    server = make_server()
    run = server.train(paused=True)
    server.engine.step_epoch(run)
    server.step()
    die_at_work(server)
    assert server.until("paused", run=run).checkpoint_epoch == 1


def lose_a_task(server, *arguments, times):
    asked = server.engine.ask(job("math:floor", *arguments))
    for _ in range(times):
        die_at_work(server)
    return asked


def test_a_task_is_tried_again_once_and_then_given_up(make_server):
    server = make_server()
    asked = lose_a_task(server, 2.5, times=1)
    server.round()
    assert asked.result(0) == 2
    with pytest.raises(RuntimeError, match="the worker died twice"):
        lose_a_task(server, 2.5, times=2).result(0)
    assert server.until("finished", run=server.train())


def test_a_file_that_ended_its_workers_is_not_given_to_another(make_server):
    server = make_server()
    with pytest.raises(RuntimeError, match=r"reading this file ended the process that read it, twice"):
        lose_a_task(server, b"deadly", times=2).result(0)
    with pytest.raises(ValueError, match=r"is not read here again; leave a part of it out"):
        server.engine.ask(job("math:floor", b"deadly")).result(0)
    assert server.cluster.workers["w1"].busy is None


def test_no_finished_piece_of_long_work_is_lost_with_a_worker(make_server):
    server = make_server(workers=2)
    for number in range(4):
        server.engine.study(f"{number}", job(COUNT, number, 25, 0), owner="me")
    server.round(8)
    before = [server.engine.study_so_far(f"{number}", COUNTS) for number in range(4)]
    assert min(count.pieces for count in before) >= 3
    dead = server.cluster.workers["w1"]
    server.cluster.kill("w1")
    server.round(3)
    server.cluster.come("w1")
    server.round(60)
    views = [server.engine.study(f"{number}", job(COUNT, number, 25, 0), owner="me") for number in range(4)]
    assert [(view.state, view.problem, view.reached.pieces) for view in views] == [("done", "", 25)] * 4
    finished = sum(worker.did.count(COUNT) for worker in (dead, *server.cluster.workers.values()))
    assert finished == 4 * 25, "what was finished is not computed again"


def test_a_piece_whose_worker_dies_again_and_again_is_given_up(make_server):
    server = make_server(worker_deaths=MOST_DEATHS)

    def look():
        return server.engine.study("k", job(COUNT, "k", 9, 0), owner="me")

    look()
    server.round(3)
    for _ in range(MOST_DEATHS):
        die_at_work(server)
        assert not look().problem
    die_at_work(server)
    reached = look()
    assert f"died {MOST_DEATHS + 1} times" in reached.problem
    look()
    server.round(9)
    assert look().state == "done"


def test_training_goes_on_when_the_disk_is_full_and_is_stored_when_there_is_room(make_server, clock, tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3")
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    server = make_server(store=store)
    recipe = RECIPE.replaced(length_steps=3000)
    run = server.engine.train(recipe, load_series(recipe.data), "me")
    view = server.until("finished", run=run)
    assert "The disk refuses to store runs" in server.engine.status().message
    assert getattr(store.load(run), "state", "") != "finished"
    assert server.engine.view(run).epochs == view.epochs == in_one_go(RECIPE)
    store._connection.execute("PRAGMA max_page_count = 1000000")
    server.step()
    assert store.warning, "a store that refuses is left alone for a while"
    clock.now += driving.REFUSED_S + 1
    server.step()
    assert (store.warning, store.load(run).state, store.load(run).epochs) == ("", "finished", view.epochs)


def test_training_goes_on_while_the_store_is_held_and_is_stored_afterwards(make_server, clock, tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3")
    store._connection.execute("PRAGMA busy_timeout = 1")
    server = make_server(store=store)
    other = sqlite3.connect(tmp_path / "runs.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    run = server.train()
    view = server.until("finished", run=run)
    assert view.epochs == in_one_go(RECIPE)
    assert "database is locked" in server.engine.status().message
    other.execute("ROLLBACK")
    other.close()
    clock.now += driving.REFUSED_S + 1
    server.step()
    assert (store.warning, store.load(run).state, store.load(run).epochs) == ("", "finished", view.epochs)
