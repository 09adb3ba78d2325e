"""What only worker processes can show: that they start, train, answer, how they are set up, and let in nobody else."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from engine_cases import QUICK, numbers, trained_here, until, wait_for
from intruder import NOBODY, let_in
from named_jobs import job
from patience import patience

from playground.data.catalog import load_series
from playground.engine.certificates import new_key
from playground.places import ROOT

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


def test_workers_run_with_memory_kept_and_one_thread_and_as_is_set_beside_the_pages(engine):
    wanted = {"MALLOC_TRIM_THRESHOLD_": "1073741824", "MALLOC_MMAP_THRESHOLD_": "1073741824", "OMP_NUM_THREADS": "1"}
    assert {name: engine.ask(job("os:getenv", name)).result(patience()) for name in wanted} == wanted
    assert engine.ask(job("torch:get_num_threads")).result(patience()) == 1
    if hasattr(os, "getpriority"):
        assert engine.ask(job("os:getpriority", os.PRIO_PROCESS, 0)).result(patience()) == max(0, os.nice(0))


def everyone(engine):
    """Return the process with the scheduler and all that it started."""
    host = psutil.Process(engine.driver.cluster._host.pid)
    return [host, *host.children(recursive=True)]


def listening(engine):
    """Return all ports on which scheduler, nannies and workers listen."""
    return sorted(
        {
            str(connection.laddr.port)
            for process in everyone(engine)
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
    )


def test_whoever_has_the_key_is_let_in(engine):
    security = engine.driver.cluster._client.security
    found = asyncio.run(let_in(listening(engine), {"tls": security.get_connection_args("client")}))
    assert len(found) >= 5, "the scheduler, two nannies and two workers"


def test_nobody_is_let_in_without_the_key_and_no_other_user_of_the_machine(engine):
    """As another user only where this one is root."""
    command = [sys.executable, str(Path(__file__).with_name("intruder.py")), *listening(engine)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=patience())
    assert done.returncode == 0, done.stderr
    users = [os.getuid()] if os.getuid() else [0, NOBODY]
    assert done.stdout.split() == [str(user) for user in users]


def test_the_key_is_in_no_command_line_and_no_environment(engine):
    for process in everyone(engine):
        assert not [word for word in (*process.cmdline(), *process.environ().values()) if "PRIVATE KEY" in word]
    assert "PRIVATE" not in repr(engine.driver.cluster._client.security)


def test_a_key_is_new_each_time_and_outlives_a_clock_that_is_put_right():
    from cryptography import x509

    (private, certificate), (other, _) = new_key(), new_key()
    assert private != other
    read = x509.load_pem_x509_certificate(certificate.encode())
    assert read.not_valid_before_utc.year <= 2000 and read.not_valid_after_utc.year >= 2100
