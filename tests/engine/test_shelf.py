"""One visitor's list of runs: what it shows, what may be written on it, and that it is nobody else's."""

import sqlite3

import pytest
from test_runs import make_checkpoint, make_run, make_series, make_snapshot, saved

from playground.records import Score
from playground.runs import RunStore, schema
from playground.runs.stored import LONGEST_NAME, LONGEST_NOTE, MOST_STARS


@pytest.fixture
def store(tmp_path):
    opened = RunStore(tmp_path / "runs.sqlite3")
    yield opened
    opened.close()


def scored(epoch, error=0.2, baseline=0.5):
    scores = (Score("RMSE", "train", "m", 9.0, 9.0), Score("RMSE", "validation", "m", error, baseline))
    return make_snapshot(epoch).__class__(**vars(make_snapshot(epoch)) | {"scores": scores})


def test_a_line_tells_what_the_run_reached(store):
    saved(store, make_run(epoch=3, best_epoch=2), checkpoint=make_checkpoint(3), snapshot=scored(3))
    (line,) = store.shelf("me").runs()
    assert (line.run_id, line.epochs, line.best_epoch, line.parameters) == ("a", 3, 2, 4)
    assert (line.best_loss, line.elapsed_s) == (0.5, pytest.approx(0.3))
    assert (line.error, line.baseline_error, line.unit) == (0.2, 0.5, "m")
    assert line.skill == pytest.approx(0.6)
    assert (line.starred, line.shown, line.name) == (False, True, "")


def test_a_run_without_an_epoch_has_no_score(store):
    saved(store, make_run(epoch=0, best_epoch=0))
    (line,) = store.shelf("me").runs()
    assert (line.best_loss, line.parameters, line.error, line.skill, line.elapsed_s) == (None, None, None, None, 0.0)


def test_newest_first_and_only_ones_own(store):
    for number, owner in enumerate(("me", "you", "me")):
        saved(store, make_run(f"run {number}", owner=owner, created=float(number)))
    assert [line.run_id for line in store.shelf("me").runs()] == ["run 2", "run 0"]
    assert [line.run_id for line in store.shelf("you").runs()] == ["run 1"]
    assert store.shelf("%").runs() == store.shelf("").runs() == ()


def test_marks_stay_through_later_saves(store):
    saved(store, make_run())
    store.shelf("me").mark("a", name=" <b>first</b> ", note="*wide*", color="teal", starred=True, shown=False)
    saved(store, make_run(state="finished"))
    (line,) = store.shelf("me").runs()
    assert (line.name, line.note, line.color) == ("<b>first</b>", "*wide*", "teal")
    assert (line.starred, line.shown, line.state) == (True, False, "finished")


def test_names_of_60_and_notes_of_500_letters_are_kept_whole(store):
    saved(store, make_run())
    store.shelf("me").mark("a", name="n" * 60, note="n" * 500)
    (line,) = store.shelf("me").runs()
    assert (len(line.name), len(line.note)) == (60, 500) == (LONGEST_NAME, LONGEST_NOTE)


@pytest.mark.parametrize(
    "marks",
    [
        {"name": "n" * (LONGEST_NAME + 1)},
        {"note": "n" * (LONGEST_NOTE + 1)},
        {"name": "two\nlines"},
        {"name": None},
        {"color": "red; DROP TABLE runs"},
        {"owner": "me"},
        {"state": "finished"},
    ],
)
def test_a_mark_that_is_not_allowed_changes_nothing(store, marks):
    saved(store, make_run())
    before = store.shelf("me").runs()
    with pytest.raises(ValueError):
        store.shelf("me").mark("a", **marks)
    assert store.shelf("me").runs() == before


def test_nobody_writes_on_or_deletes_anothers_run(store):
    saved(store, make_run())
    other = store.shelf("you")
    with pytest.raises(ValueError, match="not among yours"):
        other.mark("a", name="mine now")
    assert other.delete(["a"]) == 0
    assert store.shelf("me").delete(["a"]) == 1
    assert other.restore(["a"]) == 0
    assert store.load("a") is None


def test_a_deleted_run_is_gone_until_it_is_brought_back(store):
    saved(store, make_run(), checkpoint=make_checkpoint(2))
    shelf = store.shelf("me")
    assert shelf.delete(["a", "b"]) == 1
    assert (shelf.runs(), store.load("a"), store.owner_of("a")) == ((), None, None)
    assert shelf.restore(["a"]) == 1
    assert store.load("a").checkpoint_epoch == 2
    assert store.owner_of("a") == "me"


def test_a_deleted_run_is_purged_after_the_time_to_undo(store, monkeypatch):
    saved(store, make_run())
    store.shelf("me").delete(["a"])
    saved(store, make_run("b"))
    assert store.shelf("me").restore(["a"]) == 1
    store.shelf("me").delete(["a"])
    monkeypatch.setattr("playground.runs.store.UNDO_S", -1.0)
    saved(store, make_run("b"))
    assert store.shelf("me").restore(["a"]) == 0
    assert store.load_checkpoint("a") is None


def test_room_is_made_among_deleted_and_unstarred_runs_first(tmp_path):
    store = RunStore(tmp_path / "runs.sqlite3", most_runs=3)
    for name in ("starred", "deleted", "old"):
        saved(store, make_run(name, state="finished"))
    store.shelf("me").mark("starred", starred=True)
    store.shelf("me").delete(["deleted"])
    for name in ("new", "newer", "newest"):
        saved(store, make_run(name, state="finished"))
    assert {line.run_id for line in store.shelf("me").runs()} == {"starred", "newer", "newest"}
    store.close()


def test_stars_are_few(store):
    shelf = store.shelf("me")
    for number in range(MOST_STARS + 1):
        saved(store, make_run(str(number)))
    for number in range(MOST_STARS):
        shelf.mark(str(number), starred=True)
    with pytest.raises(ValueError, match="take one away"):
        shelf.mark(str(MOST_STARS), starred=True)
    shelf.mark("0", starred=True)
    shelf.mark("0", starred=False)
    shelf.mark(str(MOST_STARS), starred=True)


def test_runs_can_be_handed_over(store):
    saved(store, make_run())
    store.hand_over("me", "you")
    assert store.shelf("me").runs() == ()
    assert store.owner_of("a") == "you"


def test_a_disk_that_refuses_a_mark_says_so(store):
    saved(store, make_run())
    store._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(ValueError, match="the disk refuses"):
        store.shelf("me").mark("a", name="x")
    assert len(store.shelf("me").runs()) == 1


def test_a_list_reads_no_blobs(store):
    saved(store, make_run(), checkpoint=make_checkpoint(2), snapshot=make_snapshot(2))
    for table in ("checkpoints", "snapshots", "series"):
        store._connection.execute(f"UPDATE {table} SET data = x'00'")
    assert store.shelf("me").runs()[0].epochs == 2


def test_a_run_of_the_third_version_is_listed(tmp_path):
    path = tmp_path / "runs.sqlite3"
    with sqlite3.connect(path) as old:
        for number in range(3):
            old.executescript(schema.MIGRATIONS[number] + f"; PRAGMA user_version = {number + 1};")
        old.execute("INSERT INTO runs VALUES ('a', 'me', 1.0, 1.0, '{}', 'key', 'finished', '', 3, 2, 7, 0)")
    old.close()
    store = RunStore(path)
    (line,) = store.shelf("me").runs()
    assert (line.epochs, line.skill, line.team, line.shown) == (3, None, "", True)
    store.close()


def test_the_series_of_a_kept_run_survives_the_purge_of_another(store, monkeypatch):
    saved(store, make_run())
    saved(store, make_run("b"))
    store.shelf("me").delete(["a"])
    monkeypatch.setattr("playground.runs.store.UNDO_S", -1.0)
    saved(store, make_run("b"))
    assert store.load_material("b").values.shape == make_series().values.shape
