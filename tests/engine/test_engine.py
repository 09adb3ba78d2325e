"""What only worker processes can show: that they start, train, answer, and how they are set up."""

import os

import numpy as np
import pytest
from engine_cases import QUICK, numbers, trained_here, until, wait_for
from named_jobs import job
from patience import patience

from playground.data.catalog import load_series

SERIES = load_series(QUICK.data)


def test_the_workers_are_ready(engine):
    status = engine.status()
    assert (status.state, status.workers) == ("ready", 2)
    assert status.message == "2 workers are ready."


def test_a_run_gives_the_same_numbers_as_training_in_one_go(engine):
    view = until(engine, engine.train(QUICK, SERIES, "me"), "finished")
    assert numbers(view.epochs) == numbers(trained_here(QUICK))
    assert view.checkpoint_epoch == 12
    assert view.best_epoch == 1 + int(np.argmin([record.validation_loss for record in view.epochs]))
    assert view.snapshot.chosen == "best on validation"
    assert view.snapshot.epoch == view.best_epoch
    assert view.remaining_s is None


def test_the_server_tells_how_it_is(engine):
    run_id = engine.train(QUICK, SERIES, "me")
    until(engine, run_id, "finished")
    wait_for(lambda: engine.store.load(run_id) and engine.store.load(run_id).state == "finished")
    health = wait_for(lambda: all(w.memory_bytes for w in engine.health().workers) and engine.health())
    assert len(health.workers) == 2
    assert all(30 * 2**20 < worker.memory_bytes < 2000 * 2**20 for worker in health.workers)
    assert health.server_bytes > 50 * 2**20
    assert health.free_bytes >= 0
    assert health.stored_runs >= 1 and health.stored_bytes > 1000
    assert health.warning == ""


def test_a_preview_comes_without_waiting_and_is_kept(engine):
    preview = wait_for(lambda: engine.preview(QUICK, SERIES))
    assert preview.snapshot.chosen == "untrained"
    assert preview.epoch_s > 0
    assert engine.preview(QUICK, load_series(QUICK.data)) is preview


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
