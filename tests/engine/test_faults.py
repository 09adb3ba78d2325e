"""What goes wrong around the store: servers killed again and again, a full or held disk, a clock that jumps."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_cases import QUICK, numbers, trained_here
from patience import patience
from test_runs import make_run, make_series, saved

from playground.data.catalog import load_series
from playground.engine import Engine
from playground.engine.storing import restore_run
from playground.hosting.settings import Settings
from playground.places import ROOT
from playground.runs import RunStore

HERE = Path(__file__).parent
KILLS = 50


@pytest.fixture
def killed_servers():
    """The process that forks servers to be killed."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{HERE}", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, str(HERE / "killed_server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    yield process
    process.kill()
    process.wait(patience(10))
    process.stdin.close()
    process.stdout.close()


def kill_one(process, path, seed, after_s):
    """Let a server run for a while and kill it; return the runs that it had stored as finished: name -> seed."""
    process.stdin.write(f"{path} {seed}\n")
    process.stdin.flush()
    pid = int(process.stdout.readline())
    time.sleep(after_s)
    os.kill(pid, signal.SIGKILL)
    lines = iter(process.stdout.readline, "killed\n")
    return {name: int(number) for name, number in (line.split() for line in lines)}


def check_whole(store, run_id):
    """Check that nothing of a stored run is half there; return it."""
    run, checkpoint = store.load(run_id), store.load_checkpoint(run_id)
    assert [record.epoch for record in run.epochs] == list(range(1, run.checkpoint_epoch + 1))
    assert store.load_material(run_id) is not None
    assert (checkpoint.epoch if checkpoint else 0) == run.checkpoint_epoch
    assert (checkpoint.best_epoch if checkpoint else 0) == run.best_epoch
    assert max(store.keyframe_epochs(run_id), default=0) <= run.checkpoint_epoch
    for epoch in store.keyframe_epochs(run_id):
        assert store.load_weights(run_id, epoch)
    if checkpoint:
        assert store.load_snapshot(run_id).epoch <= run.checkpoint_epoch
    return run


@pytest.mark.processes
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_fifty_kills_at_random_moments_lose_nothing(killed_servers, tmp_path, monkeypatch):
    path, chance = tmp_path / "runs.sqlite3", random.Random(7)
    finished = {}
    for number in range(KILLS):
        finished |= kill_one(killed_servers, path, 1000 * number, chance.uniform(0.0, 0.35))
    for number in range(KILLS, 2 * KILLS):
        if len(finished) >= 3:
            break  # a machine that is busy with other things takes longer to finish some
        finished |= kill_one(killed_servers, path, 1000 * number, 1.0)
    store = RunStore(path)
    assert store.warning == ""
    store.interrupt_runs()
    lines = store.shelf("me").runs()
    states = {line.run_id: check_whole(store, line.run_id).state for line in lines}
    assert len(finished) >= 3
    assert {states[run_id] for run_id in finished} == {"finished"}
    assert set(states.values()) <= {"finished", "interrupted"}

    monkeypatch.syspath_prepend(str(HERE))
    from killed_server import RECIPE, train

    for run_id in list(finished)[:3]:
        assert numbers(store.load(run_id).epochs) == numbers(trained_here(RECIPE.replaced(seed=finished[run_id])))
    interrupted = [run_id for run_id, state in states.items() if state == "interrupted"]
    for run_id in interrupted[:2]:
        run = restore_run(store, run_id)
        train(store, run)
        assert numbers(store.load(run_id).epochs) == numbers(trained_here(run.recipe))
    store.close()


HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute(sys.argv[2])
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def hold():
    """Hold a file locked from another process until the returned function is called."""
    started = []

    def begin(path, pragma="PRAGMA user_version"):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path), pragma], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(holder)
        assert holder.stdout.readline() == "held\n"
        return lambda: holder.communicate(timeout=patience(10))

    yield begin
    for holder in started:
        holder.kill()
        holder.communicate(timeout=patience(10))


def test_a_store_held_by_another_process_is_said_and_forgiven(hold, tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3")
    release = hold(tmp_path / "runs.sqlite3")
    assert not store.save(make_run(), material=make_series())
    assert "the disk refuses to store runs (database is locked)" in store.warning
    assert store.interrupt_runs() == 0
    release()
    saved(store, make_run())
    assert store.warning == ""
    store.close()


def test_a_store_that_cannot_be_read_says_so_in_a_sentence(hold, tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3")
    saved(store, make_run())
    store.close()
    with pytest.raises(ValueError, match=r"cannot be read now .*; try again in a moment"):
        store.load("a")


def test_a_store_held_from_the_start_leaves_the_runs_in_memory(hold, tmp_path, monkeypatch):
    path = tmp_path / "runs.sqlite3"
    RunStore(path).close()
    hold(path, "PRAGMA locking_mode = EXCLUSIVE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *arguments, **named: connect(*arguments, **named | {"timeout": 0.2}))
    store = RunStore(path)
    assert "memory only" in store.warning and "locked" in store.warning
    saved(store, make_run())
    store.close()


def test_runs_that_the_disk_refuses_stay_in_memory_but_not_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("playground.engine.driver.FORGET_S", -1.0)
    store = RunStore(tmp_path / "runs.sqlite3")
    idle = Engine(store, Settings(stored_runs=3))
    store._connection.execute("PRAGMA query_only = ON")
    run_ids = [idle.train(QUICK, load_series(QUICK.data), f"{number}", paused=True) for number in range(6)]
    idle.driver._save()
    idle.driver._apply_rules()
    assert [run_id in idle.driver.runs for run_id in run_ids] == [False] * 3 + [True] * 3
    assert "The disk refuses" in idle.status().message
    idle.close()


SMALL_DISK = """
import subprocess, sys
from pathlib import Path
sys.path[:0] = ["tests", "tests/engine"]
from test_runs import *
path = Path(sys.argv[1]) / "runs.sqlite3"
store = RunStore(path)
saved(store, make_run())
big = make_checkpoint(2, size=2**18)
print(store.save(make_run(epoch=2), checkpoint=big), store.warning.split(";")[0])
print(store.save(make_run(epoch=2), checkpoint=make_checkpoint(2)), store.warning, store.load_checkpoint("a").epoch)
store.close()
subprocess.run(["mount", "-o", "remount,ro", sys.argv[1]], check=True)
store = RunStore(path)
print(store.warning, store.save(make_run("b", epoch=0), material=make_series()), store.load("a"))
"""


def test_a_disk_that_is_full_and_one_that_is_read_only(tmp_path):
    """On a real file system of 600 kB, where this system lets us mount one."""
    mount = 'mount -t tmpfs -o size=600k tmpfs "$1" && exec "$2" -c "$3" "$1"'
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    try:
        subprocess.run([*alone, 'mount -t tmpfs tmpfs "$1"', "sh", str(tmp_path)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount a file system of their own")
    command = [*alone, mount, "sh", str(tmp_path), sys.executable, SMALL_DISK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience(60))
    assert done.stdout.splitlines() == [
        "False the disk refuses to store runs (database or disk is full)",
        "True  2",
        "runs are kept in memory only and end with the server: their file cannot be used "
        "(attempt to write a readonly database) True None",
    ], done.stderr


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
sys.path[:0] = ["tests", "tests/engine"]
from test_runs import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = RunStore(Path(sys.argv[1]))
saved(store, make_run())
size = max(path.stat().st_size for path in Path(sys.argv[1]).parent.iterdir())
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, resource.RLIM_INFINITY))
big = make_checkpoint(2, size=2**18)
print(store.save(make_run(epoch=2), checkpoint=big), store.warning.split(" (")[0], flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(store.save(make_run(epoch=2), checkpoint=big), store.warning, store.load_checkpoint("a").epoch, flush=True)
"""


def test_a_file_that_the_system_does_not_let_grow_is_refused_and_whole(tmp_path):
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "runs.sqlite3")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience(60))
    assert done.stdout.splitlines() == ["False the disk refuses to store runs", "True  2"], done.stderr


def test_when_the_clock_is_set_back_the_oldest_runs_still_go_first(tmp_path, monkeypatch):
    store = RunStore(tmp_path / "runs.sqlite3", most_runs=2)
    for name, now in (("first", 5000.0), ("second", 1000.0), ("third", 1001.0)):
        monkeypatch.setattr("playground.runs.store.time.time", lambda now=now: now)
        saved(store, make_run(name, state="finished"))
    assert [name for name in ("first", "second", "third") if store.load(name)] == ["second", "third"]
    store.close()


def test_events_keep_their_order_when_the_clock_jumps(tmp_path):
    from playground.histories import RunEvent

    store = RunStore(tmp_path / "runs.sqlite3")
    events = tuple(RunEvent(at, f"at {at:g}") for at in (2000.0, 10.0, 3000.0, 9.0))
    saved(store, make_run(events=events))
    assert store.load("a").events == events
    store.close()
