"""Long work that a restart of the server does not lose."""

import logging
import sqlite3
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_work import Count
from killed_studies import SERIES, STUDIES, begin, work
from named_jobs import calls, job
from patience import patience

from playground.config import Recipe
from playground.engine import Engine, kept_studies
from playground.engine.kept_studies import StudyKeeper
from playground.engine.live_run import LiveRun
from playground.engine.slices import Outcome
from playground.engine.studies import Studies
from playground.evaluation.backtest import advance_backtest
from playground.hosting.settings import Settings
from playground.labs.gradients.work import advance_gradient_run
from playground.labs.leaks.work import advance_leak_run
from playground.labs.memory.results import Effort, Trial
from playground.labs.memory.work import advance_memory_run
from playground.networks.network import build_network
from playground.outlook.work import advance_outlook, advance_refit
from playground.packing import pack, unpack
from playground.runs import RunStore
from playground.runs import kept_studies as table
from playground.sequences.classify.convolution import advance_cnn
from playground.sequences.classify.own_texts import read_own_texts
from playground.sequences.classify.tasks import load_task
from playground.sequences.music.melodies import melody_stream
from playground.sequences.music.tunes import bundled_tunes
from playground.sequences.recipe import ClassifyRecipe, MelodyRecipe, SpeechRecipe, WriterRecipe
from playground.sequences.speech.recordings import load_bundled
from playground.sequences.speech.spoken import to_sequences
from playground.sequences.write.grammars import make_abab
from playground.sequences.write.own_corpus import read_own_corpus
from playground.ui.sequences.sequence_training import student_of

COUNT = job("fake_work:count", record=Count)


class Server:
    """Studies and their keeper, without workers."""

    def __init__(self, path=None):
        self.store = RunStore(path)
        self.studies = Studies(Settings(study_grace_s=20.0))
        self.keeper = StudyKeeper(self.store, self.studies, threading.RLock())

    def piece(self, key="k", planned=9, job=COUNT, ballast=0):
        self.studies.look(key, job, "me")
        study = self.studies.next_for("w", ["w"])
        value = Count(planned, (*(study.reached.by if study.reached else ()), 1), np.zeros(ballast, np.uint8))
        self.studies.begin(study, "w").take(Outcome(value=value, worker="w"))

    def kept(self, key="k"):
        """How many pieces the next server would find."""
        found = self.keeper._load(key, COUNT)
        return found.pieces if found else None


@pytest.fixture
def server(clock, tmp_path):
    server = Server(tmp_path / "runs.sqlite3")
    yield server
    server.store.close()


def test_a_study_under_way_is_written_now_and_then_and_at_once_where_it_rests_or_is_done(server, clock):
    written = []
    for _ in range(5):
        server.piece()
        assert server.keeper.save_next()
        written.append(server.kept())
        clock.now += 2.0
    assert written == [1, 1, 1, 4, 4]
    server.studies.rest("k")
    assert server.keeper.save_next()
    assert server.kept() == 5
    server.piece(planned=6)
    assert server.keeper.save_next()
    assert server.kept() == 6


def test_writing_takes_a_small_share_of_the_drivers_time(server, clock, monkeypatch):
    written = []

    def write(key, *_):
        written.append((key, clock.now))
        clock.now += 0.1
        return True

    monkeypatch.setattr(server.store, "save_study", write)
    for name in "abc":
        server.piece(name)
    while len(written) < 3:
        assert server.keeper.save_next()
        clock.now += 0.05
    assert [name for name, _ in written] == ["a", "b", "c"]
    assert np.diff([at for _, at in written]).min() >= 0.1 / kept_studies.SHARE


def test_what_has_no_record_is_private_or_too_large_is_not_kept(server, monkeypatch):
    server.piece("unrecorded", job=replace(COUNT, record=None))
    server.piece("private", job=replace(COUNT, keep=False))
    monkeypatch.setattr(kept_studies, "LARGEST_BYTES", 5000)
    server.piece("large", ballast=6000)
    server.piece("small", ballast=600)
    server.keeper.save_all()
    assert [server.kept(key) for key in ("unrecorded", "private", "large", "small")] == [None, None, None, 1]
    assert server.studies.unsaved(0.0) == []


def test_nothing_of_a_visitor_s_own_texts_tunes_and_voices_is_kept():
    own = read_own_corpus(b"what only I have written, and nobody else may find on the disk. " * 20)
    tune = bundled_tunes()[0].in_one_key
    table = "\n".join(("text,label", *(f"text number {k},{k % 2}" for k in range(60))))
    private = {
        own: WriterRecipe(),
        melody_stream(1, tune): MelodyRecipe(),
        read_own_texts(table.encode()): ClassifyRecipe(),
        to_sequences(load_bundled()): SpeechRecipe(),
    }
    public = {
        make_abab(): WriterRecipe(),
        melody_stream(1): MelodyRecipe(),
        load_task("names"): ClassifyRecipe(),
        to_sequences(load_bundled(), private=False): SpeechRecipe(),
    }
    assert [LiveRun.begin(recipe, material, "me").private for material, recipe in private.items()] == [True] * 4
    assert [LiveRun.begin(recipe, material, "me").private for material, recipe in public.items()] == [False] * 4
    assert not student_of(ClassifyRecipe(), read_own_texts(table.encode())).job.kept
    assert student_of(ClassifyRecipe(), load_task("names")).job.kept


def test_the_oldest_make_room(server, clock):
    small, large = (len(pack(Count(9, (1,), np.zeros(size, np.uint8)))) for size in (0, 9000))
    server.store.studies.most, server.store.studies.most_bytes = 3, 2 * small + large - 1
    for name in "abcd":
        server.piece(name)
        server.keeper.save_all()
    assert [server.kept(name) for name in "abcd"] == [None, 1, 1, 1]
    server.piece("e", ballast=9000)
    server.keeper.save_all()
    assert [server.kept(name) for name in "bcde"] == [None, None, 1, 1]
    assert server.store.studies.bytes == small + large
    assert Server(Path(server.store._connection.execute("PRAGMA database_list").fetchone()[2])).kept("d") == 1


def test_when_the_clock_is_set_back_the_oldest_pieces_still_make_room_first(server, monkeypatch):
    server.store.studies.most = 2
    for name, now in (("first", 5000.0), ("second", 1000.0), ("third", 1001.0)):
        monkeypatch.setattr("playground.runs.kept_studies.time.time", lambda now=now: now)
        server.piece(name)
        server.keeper.save_all()
    assert [server.kept(name) for name in ("first", "second", "third")] == [None, 1, 1]


def test_a_piece_of_another_numbers_version_or_format_is_as_if_it_were_not_there(server, monkeypatch, caplog, tmp_path):
    server.piece()
    server.keeper.save_all()
    path = tmp_path / "runs.sqlite3"
    for name, other in (("NUMBERS_VERSION", 0), ("FORMAT", table.FORMAT + 1)):
        with monkeypatch.context() as changed:
            changed.setattr(table, name, other)
            assert Server(path).kept() is None
    assert Server(path).kept() == 1
    assert not caplog.records


@pytest.mark.parametrize("damage", [b"", b"nonsense", pack(SERIES)])
def test_a_damaged_piece_is_ignored_with_a_line_in_the_log(server, damage, caplog, tmp_path):
    server.piece()
    server.keeper.save_all()
    with sqlite3.connect(tmp_path / "runs.sqlite3") as plain:
        plain.execute("UPDATE studies SET data = ?", (damage,))
    plain.close()
    after = Server(tmp_path / "runs.sqlite3")
    with caplog.at_level(logging.WARNING):
        after.keeper.recall("k", COUNT)
        after.keeper.recall("k", COUNT)
    assert len(caplog.records) == 1
    assert "begins anew" in caplog.text
    after.piece()
    after.keeper.save_all()
    assert after.kept() == 1


def test_a_store_that_is_locked_or_full_does_no_harm(server, clock, tmp_path, monkeypatch):
    server.store._connection.execute("PRAGMA busy_timeout = 1")
    server.piece()
    other = sqlite3.connect(tmp_path / "runs.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not server.keeper.save_next()
    assert "the disk refuses" in server.store.warning
    other.execute("ROLLBACK")
    other.close()
    pages = server.store._connection.execute("PRAGMA page_count").fetchone()[0]
    server.store._connection.execute(f"PRAGMA max_page_count = {pages}")
    clock.now += 10
    server.piece(ballast=100_000)
    assert not server.keeper.save_next()
    assert server.studies.so_far("k").pieces == 2
    server.store._connection.execute("PRAGMA max_page_count = 100000")
    clock.now += 10
    assert server.keeper.save_next()
    assert (server.kept(), server.store.warning) == (2, "")


def test_names_that_are_not_kept_ask_nothing_of_the_disk(server, monkeypatch):
    monkeypatch.setattr(server.store.studies, "_read", lambda *_: pytest.fail("the disk was asked"))
    server.keeper.recall("unknown", COUNT)
    assert "unknown" not in server.studies


def test_the_next_engine_shows_what_the_last_one_had_finished(tmp_path):
    path = tmp_path / "runs.sqlite3"
    server = Server(path)
    server.piece("done", planned=1)
    server.piece("half", planned=2)
    server.keeper.save_all()
    server.store.close()
    engine = Engine(RunStore(path), Settings(stored_studies=7, stored_studies_mb=3))
    assert engine.study_so_far("half", COUNT).pieces == 1
    view = engine.study("done", COUNT, owner="me")
    assert (view.state, view.reached.pieces) == ("done", 1)
    assert engine.study("half", COUNT, owner="me").state == "waiting"
    assert engine.study_so_far("other", COUNT) is None
    assert (engine.store.studies.most, engine.store.studies.most_bytes) == (7, 3 * 2**20)
    engine.store.close()


def test_after_a_kill_the_work_goes_on_as_if_nothing_had_been(processes, tmp_path):
    path = tmp_path / "runs.sqlite3"
    script = str(Path(__file__).with_name("killed_studies.py"))
    process = processes(script, str(path), stdout=subprocess.PIPE)
    assert process.stdout.readline() == "ready\n"
    process.kill()
    process.wait(patience(10))
    studies, keeper = begin(path)
    whole = Studies(Settings())
    for name in STUDIES:
        keeper.recall(name, STUDIES[name][0])
        assert (studies.so_far(name).pieces, studies.so_far(name).done) == (2, False)
        for some in (studies, whole):
            while not work(some, name, 10.0):
                pass
        assert studies.so_far(name).pieces > whole.so_far(name).pieces
        for one, other in zip(*(checkpoints(some.so_far(name)) for some in (studies, whole)), strict=True):
            for key, array in one.weights.items():
                assert array.tobytes() == other.weights[key].tobytes(), key
    keeper.store.close()


def checkpoints(run):
    return run.checkpoints if hasattr(run, "checkpoints") else (run.training.checkpoint,)


SMALL = Recipe().replaced(length_steps=260, window_steps=8, epochs=2, batch_size=64, hidden_size=3)
DIGITS, WRITER = ClassifyRecipe().replaced(task="digits"), WriterRecipe().replaced(hidden_size=4)
RECORDS = {
    "advance_group": lambda: STUDIES["sweep"][1](None, 0.0),
    "advance_backtest": lambda: advance_backtest(SMALL, SERIES, build_network(SMALL).weights(), 5),
    "advance_outlook": lambda: advance_outlook(SMALL, SERIES, (build_network(SMALL).weights(),), 5),
    "advance_refit": lambda: advance_refit(SMALL, SERIES, 2),
    "advance_leak_run": lambda: advance_leak_run(SMALL, SERIES, frozenset({"scaling"}), None),
    "advance_gradient_run": lambda: advance_gradient_run(SMALL, SERIES, None),
    "advance_memory_run": lambda: advance_memory_run(Trial("adding", 10, "rnn", Effort(steps=20)), None),
    "advance_classifier": lambda: STUDIES["names"][1](None, 0.0),
    "advance_cnn": lambda: advance_cnn(
        ClassifyRecipe().replaced(task="digits").model_dump_json(), load_task("digits"), None, 0.0
    ),
}


def test_every_long_call_has_its_record_tested():
    assert RECORDS.keys() == {call.target.partition(":")[2] for call in calls() if call.record}


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_that_is_kept_comes_back_as_it_was(name):
    (call,) = (call for call in calls() if call.target.endswith(f":{name}"))
    record = RECORDS[name]()
    again = unpack(call.record, pack(record))
    assert type(again) is type(record)
    assert pack(again) == pack(record)
    assert (again.done, again.progress, again.pieces) == (record.done, record.progress, record.pieces)
