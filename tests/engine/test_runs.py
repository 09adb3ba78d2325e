import dataclasses
import math
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

import numpy as np
import pytest
from patience import patience

from playground.histories import Checkpoint, EpochRecord, RunEvent
from playground.places import ROOT
from playground.records import Forecast, Series, Snapshot, Trace
from playground.runs import RunStore, StoredRun, material_key, schema


def make_series(shift=0.0):
    return Series("sine", "Sine", "m", np.sin(np.arange(300.0)) + shift, None, "sample", notes=("one gap filled",))


def make_record(epoch, loss=0.5):
    return EpochRecord(epoch, loss / epoch, loss, 1.25, 0.5, 0.003, 0.1 * epoch)


def make_checkpoint(epoch, size=4):
    weights = {"readout.bias": np.full(size, epoch, np.float32)}
    return Checkpoint(epoch, 3, weights, {"exp_avg/readout.bias": weights["readout.bias"] / 2}, best_weights=weights)


def make_snapshot(epoch):
    anchors = np.arange(3)
    columns = np.ones((3, 1), np.float32)
    forecast = Forecast("one-step", anchors, np.zeros(3, np.uint8), columns, columns * 2, columns * 3)
    return Snapshot(epoch, "latest", forecast, (), Trace(anchors, np.zeros((3, 2), np.float32), np.arange(2)))


def make_run(run_id="a", epoch=2, **changes):
    run = StoredRun(
        run_id,
        "me",
        1000.0,
        '{"seed":7}',
        material_key(make_series()),
        "training",
        epochs=tuple(make_record(number) for number in range(1, epoch + 1)),
        events=(RunEvent(1001.5, "it began"),),
        checkpoint_epoch=epoch,
        best_epoch=1,
        version=9,
        peeks=2,
    )
    return dataclasses.replace(run, **changes)


@pytest.fixture
def store(tmp_path):
    opened = RunStore(tmp_path / "deep" / "runs.sqlite3")
    yield opened
    opened.close()


def saved(store, run, **parts):
    assert store.save(run, material=make_series(), **parts)
    return run


def test_a_run_comes_back_as_it_was_saved(store, tmp_path):
    run = saved(store, make_run(), checkpoint=make_checkpoint(2), snapshot=make_snapshot(2))
    store.close()
    again = RunStore(tmp_path / "deep" / "runs.sqlite3")
    assert vars(again.load("a")) == vars(run)
    assert again.load_checkpoint("a").best_loss == math.inf
    np.testing.assert_array_equal(again.load_checkpoint("a").weights["readout.bias"], [2, 2, 2, 2])
    np.testing.assert_array_equal(again.load_material("a").values, make_series().values)
    assert again.load_snapshot("a").epoch == 2
    assert again.warning == ""
    again.close()


def test_what_was_never_saved_is_none(store):
    saved(store, make_run(epoch=0))
    assert store.load_checkpoint("a") is None
    assert store.load_snapshot("a") is None
    assert store.load("b") is None
    assert store.load_material("b") is None


def test_epochs_are_kept_up_to_the_checkpoint_only(store):
    run = make_run(epoch=5)
    saved(store, dataclasses.replace(run, checkpoint_epoch=3), checkpoint=make_checkpoint(3))
    assert store.load("a").epochs == run.epochs[:3]
    saved(store, run, checkpoint=make_checkpoint(5))
    assert store.load("a").epochs == run.epochs


def test_numbers_that_are_not_finite_survive(store):
    record = EpochRecord(1, math.nan, math.inf, 1.0, 0.0, 0.003, 1.0)
    saved(store, make_run(epoch=1, epochs=(record,)))
    loaded = store.load("a").epochs[0]
    assert math.isnan(loaded.train_loss)
    assert loaded.validation_loss == math.inf


def test_saving_again_replaces_state_and_appends_events(store):
    saved(store, make_run())
    events = (RunEvent(1001.5, "it began"), RunEvent(1002.0, "it went on"))
    saved(store, make_run(state="paused", reason="nobody was watching", events=events, recipe_json="{}", version=10))
    loaded = store.load("a")
    assert (loaded.state, loaded.reason, loaded.events) == ("paused", "nobody was watching", events)
    assert (loaded.recipe_json, loaded.version) == ("{}", 10)


def test_runs_under_way_become_interrupted(store):
    for state in ("training", "queued", "paused", "finished"):
        saved(store, make_run(state, state=state))
    assert store.interrupt_runs() == 2
    assert [store.load(name).state for name in ("training", "queued")] == ["interrupted"] * 2
    assert [store.load(name).state for name in ("paused", "finished")] == ["paused", "finished"]
    assert store.load("training").version == 10


def test_series_are_stored_once_and_go_with_their_last_run(tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3", most_runs=2)
    other = make_series(1.0)
    assert store.save(make_run("old", state="finished", material_key=material_key(other)), material=other)
    for name in ("b", "c"):
        saved(store, make_run(name, state="finished"))
    assert store.load("old") is None
    with sqlite3.connect(tmp_path / "runs.sqlite3") as plain:
        assert plain.execute("SELECT series_key FROM series").fetchall() == [(material_key(make_series()),)]
        assert plain.execute("SELECT DISTINCT run_id FROM epochs ORDER BY 1").fetchall() == [("b",), ("c",)]
    plain.close()
    store.close()


def test_pruning_spares_runs_under_way(tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3", most_runs=2)
    saved(store, make_run("first", state="training"))
    for name in ("b", "c", "d"):
        saved(store, make_run(name, state="finished"))
    assert [name for name in ("first", "b", "c", "d") if store.load(name)] == ["first", "d"]
    store.close()


def test_a_visitor_with_many_runs_makes_room_at_the_own_cost(tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3", most_runs=9)
    store.most_own_runs = 2
    saved(store, make_run("other", state="finished", owner="somebody else"))
    for name in ("a", "b", "c", "d"):
        saved(store, make_run(name, state="finished"))
    assert [name for name in ("other", "a", "b", "c", "d") if store.load(name)] == ["other", "c", "d"]
    store.close()


def test_pruning_keeps_to_the_size(tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3", most_bytes=2 * 2**20)
    for number in range(8):
        saved(store, make_run(str(number), state="finished"), checkpoint=make_checkpoint(2, size=2**15))
    kept = [number for number in range(8) if store.load(str(number))]
    assert kept == list(range(8 - len(kept), 8))
    assert 2 <= len(kept) < 8
    store.close()


def test_a_series_that_changes_by_one_bit_has_another_key():
    changed = make_series()
    changed.values[7] = np.nextafter(changed.values[7], 9)
    assert material_key(make_series()) == material_key(make_series())
    assert material_key(changed) != material_key(make_series())


def test_a_folder_that_cannot_be_made_leaves_the_store_in_memory(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = RunStore(tmp_path / "file" / "runs.sqlite3")
    assert "memory only" in store.warning
    saved(store, make_run())
    assert store.load("a") is not None
    store.close()


def test_a_read_only_folder_leaves_the_store_in_memory(tmp_path):
    saved(first := RunStore(tmp_path / "runs.sqlite3"), make_run())
    first.close()
    (tmp_path / "runs.sqlite3").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        store = RunStore(tmp_path / "runs.sqlite3")
        assert "memory only" in store.warning
        saved(store, make_run("b"))
        store.close()
    finally:
        tmp_path.chmod(0o755)


def test_a_file_of_another_kind_is_left_alone(tmp_path):
    path = tmp_path / "runs.sqlite3"
    path.write_bytes(b"somebody's letter, long enough to be read as a header" * 9)
    before = path.read_bytes()
    store = RunStore(path)
    assert "memory only" in store.warning
    saved(store, make_run())
    assert path.read_bytes() == before
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "runs.sqlite3"
    RunStore(path).close()
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA user_version = 99")
    plain.close()
    store = RunStore(path)
    assert "newer version" in store.warning
    store.close()


def test_migrations_take_an_old_store_along(tmp_path, monkeypatch):
    path = tmp_path / "runs.sqlite3"
    first = RunStore(path)
    saved(first, make_run())
    first.close()
    more = (*schema.MIGRATIONS, "ALTER TABLE runs ADD COLUMN label TEXT NOT NULL DEFAULT 'none'")
    monkeypatch.setattr(schema, "MIGRATIONS", more)
    store = RunStore(path)
    assert store.warning == ""
    assert store.load("a").run_id == "a"
    store.close()
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA user_version").fetchone() == (len(more),)
        assert plain.execute("SELECT label FROM runs").fetchall() == [("none",)]
    plain.close()


def test_a_run_of_the_first_version_has_no_peeks(tmp_path):
    path = tmp_path / "runs.sqlite3"
    with sqlite3.connect(path) as old:
        old.executescript(schema.MIGRATIONS[0] + "; PRAGMA user_version = 1;")
        old.execute("INSERT INTO runs VALUES ('a', 'me', 1.0, 1.0, '{}', 'key', 'finished', '', 3, 2, 7)")
    old.close()
    store = RunStore(path)
    assert store.warning == ""
    assert (store.load("a").peeks, store.load("a").version) == (0, 7)
    store.close()


def test_a_refusing_disk_is_said_and_forgiven(store):
    store._connection.execute("PRAGMA max_page_count = 20")
    big = make_checkpoint(2, size=2**16)
    assert not store.save(make_run(), material=make_series(), checkpoint=big)
    assert "the disk refuses" in store.warning
    assert store.load("a") is None
    store._connection.execute("PRAGMA max_page_count = 100000")
    assert store.save(make_run(), material=make_series(), checkpoint=big)
    assert store.warning == ""
    assert store.load_checkpoint("a").epoch == 2


WRITER = """
import sys
from pathlib import Path
sys.path[:0] = ["tests", "tests/engine"]
from test_runs import *
store = RunStore(Path(sys.argv[1]))
saved(store, make_run(epoch=0))
print("ready", flush=True)
for epoch in range(1, 100000):
    store.save(make_run(epoch=epoch), checkpoint=make_checkpoint(epoch, size=2**12), snapshot=make_snapshot(epoch))
"""


def test_a_kill_leaves_epochs_and_checkpoint_that_fit(tmp_path):
    path = tmp_path / "runs.sqlite3"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout.readline() == "ready\n"
        writer.wait(0.7)
    except subprocess.TimeoutExpired:
        pass
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait(patience(10))
        writer.stdout.close()
    store = RunStore(path)
    run = store.load("a")
    assert store.warning == ""
    assert run.checkpoint_epoch > 0
    assert [record.epoch for record in run.epochs] == list(range(1, run.checkpoint_epoch + 1))
    assert store.load_checkpoint("a").epoch == store.load_snapshot("a").epoch == run.checkpoint_epoch
    assert store.interrupt_runs() == 1
    store.close()


def test_a_file_that_was_deleted_while_it_was_in_use_is_told(tmp_path, caplog):
    path = tmp_path / "home" / "runs.sqlite3"
    store = RunStore(path)
    assert store.save(make_run(), make_series())
    assert store.warning == ""
    shutil.rmtree(path.parent)
    assert "deleted while the app ran" in store.warning
    assert str(tmp_path) not in store.warning
    assert str(path) in caplog.text
    path.parent.mkdir()
    RunStore(path).close()
    assert "deleted" in store.warning, "another file of the same name is not the one in use"
    store.close()
