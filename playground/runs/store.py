"""Writing runs, reading them whole, and making room."""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, TypeVar

from playground.histories import Checkpoint, Keyframe, RunEvent
from playground.kinds import FORECAST, KINDS, AnySnapshot, Kind, Material
from playground.packing import pack, unpack
from playground.records import Floats, Snapshot
from playground.runs.kept_studies import KeptStudies
from playground.runs.making_room import WEIGH, next_to_go
from playground.runs.schema import open_file
from playground.runs.shelf import UNDO_S, Shelf
from playground.runs.stored import UNDER_WAY, StoredRun

log = logging.getLogger(__name__)

Record = TypeVar("Record")

EPOCH_COLUMNS = {kind.name: tuple(column.name for column in fields(kind.epoch)) for kind in KINDS.values()}


def _number(stored: float | None) -> float:
    """Return a number as it was before SQLite, which keeps infinities but turns NaN into NULL."""
    return math.nan if stored is None else stored


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Return what tells a file from another of the same name, None if there is none."""
    try:
        about = None if path is None else path.stat()
    except OSError:
        return None
    return None if about is None else (about.st_dev, about.st_ino)


class StoreRefuses(ValueError):
    """The disk, or another process that holds the file, does not let the store be read."""


class RunStore:
    """Runs on disk, or in memory where the disk cannot be used; `warning` then says so.

    Safe to use from several threads. What belongs together is written in one transaction, so a run
    read back is always one that training can go on from.

    Args:
        path: The file, None for memory.
        most_runs: Runs to keep.
        most_bytes: Size to keep to; see `making_room` for whose runs go.

    Attributes:
        most_own_runs: Runs to keep of one visitor; the visitor's own oldest go first.
        studies: The finished pieces of long work, which have limits of their own.
    """

    def __init__(self, path: Path | None, most_runs: int = 200, most_bytes: int = 500 * 2**20) -> None:
        self._problem = ""
        self._path = path
        self._file: tuple[int, int] | None = None
        self.most_runs = most_runs
        self.most_bytes = most_bytes
        self.most_own_runs = most_runs
        self._lock = threading.RLock()
        try:
            self._connection = open_file(path)
            self.studies = KeptStudies(self._all, self._transaction)
            self._file = _identity(path)
        except (sqlite3.Error, OSError, ValueError) as error:
            log.warning("The run store %s cannot be used: %s", path, error)
            # The text is for visitors: it does not name the folder.
            reason = error.strerror if isinstance(error, OSError) else error
            self._problem = (
                f"runs are kept in memory only and end with the server: their file cannot be used ({reason})"
            )
            self._connection = open_file(None)
            self.studies = KeptStudies(self._all, self._transaction)

    @property
    def warning(self) -> str:
        """What keeps runs from outliving the server, in words for visitors; empty if nothing does."""
        if self._file is not None and _identity(self._path) != self._file:
            log.warning("The run store %s was deleted or replaced while it was in use", self._path)
            self._file = None
            self._problem = "the file of the stored runs was deleted while the app ran; runs go on, but end with it"
        return self._problem

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def save(
        self,
        run: StoredRun,
        material: Material | None = None,
        checkpoint: Checkpoint | None = None,
        snapshot: AnySnapshot | None = None,
        keyframes: Sequence[Keyframe] = (),
    ) -> bool:
        """Write the run in one transaction; return False, with `warning` set, if the disk refuses.

        Nothing is lost by a refusal as long as the next call passes the same things again.

        Args:
            run: The run; its `checkpoint_epoch` and `recipe_json` must fit the checkpoint.
            material: What it learns from, needed the first time.
            checkpoint: The latest one, None to keep the one stored.
            snapshot: The latest one, None to keep the one stored.
            keyframes: New ones; those after `checkpoint_epoch` are left out, and stored passing ones
                before it are deleted.
        """
        try:
            parts = (("checkpoints", checkpoint), ("snapshots", snapshot))
            packed = [(table, pack(record)) for table, record in parts if record is not None]
            with self._transaction() as connection:
                if material is not None:
                    row = (run.material_key, pack(material))
                    connection.execute("INSERT OR IGNORE INTO series VALUES (?, ?)", row)
                self._write_run(connection, run)
                self._write_summary(connection, run.run_id, checkpoint, snapshot)
                for table, data in packed:
                    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (run.run_id, data))
                self._write_keyframes(connection, run, keyframes)
                connection.execute(WEIGH, (run.run_id,))
            self._remove("deleted < ?", time.time() - UNDO_S)
            self._prune(run.run_id)
            self._calm()
            return True
        except (sqlite3.Error, StoreRefuses) as error:
            self._warn(error)
            return False

    def save_study(self, key: str, function: str, data: bytes) -> bool:
        """Write the last finished piece of long work; return False, with `warning` set, if the disk refuses."""
        try:
            self.studies.save(key, function, data)
            self._calm()
            return True
        except sqlite3.Error as error:
            self._warn(error)
            return False

    def load(self, run_id: str) -> StoredRun | None:
        """Return a run, None if there is none of that name."""
        with self._lock:
            row = self._one(
                "SELECT run_id, owner, created, recipe AS recipe_json, series_key AS material_key, state, reason,"
                " checkpoint_epoch, best_epoch, version, peeks, team, address, kind"
                " FROM runs WHERE run_id = ? AND deleted IS NULL",
                run_id,
            )
            if row is None:
                return None
            columns = ", ".join(EPOCH_COLUMNS[row["kind"]])
            epochs = self._all(f"SELECT {columns} FROM epochs WHERE run_id = ? ORDER BY epoch", run_id)
            events = self._all("SELECT at, text FROM events WHERE run_id = ? ORDER BY number", run_id)
        epoch = KINDS[row["kind"]].epoch
        records = (epoch(number, *map(_number, numbers)) for number, *numbers in epochs)
        return StoredRun(**dict(row), epochs=tuple(records), events=tuple(RunEvent(*event) for event in events))

    def load_material(self, run_id: str) -> Material | None:
        """Return what a run learns from."""
        query = "SELECT data FROM series JOIN runs USING (series_key) WHERE run_id = ?"
        return self._record(self._kind_of(run_id).material, query, run_id)

    def load_checkpoint(self, run_id: str) -> Checkpoint | None:
        """Return the latest checkpoint of a run, None before the first."""
        return self._record(Checkpoint, "SELECT data FROM checkpoints WHERE run_id = ?", run_id)

    def load_snapshot(self, run_id: str) -> AnySnapshot | None:
        """Return the latest snapshot of a run, None before the first."""
        return self._record(self._kind_of(run_id).snapshot, "SELECT data FROM snapshots WHERE run_id = ?", run_id)

    def keyframe_epochs(self, run_id: str) -> tuple[int, ...]:
        """Return the epochs whose weights are kept, the best one included, in order."""
        query = (
            "SELECT epoch FROM keyframes WHERE run_id = ? UNION"
            " SELECT best_epoch FROM runs WHERE run_id = ? AND best_epoch > 0 ORDER BY 1"
        )
        return tuple(row[0] for row in self._all(query, run_id, run_id))

    def load_weights(self, run_id: str, epoch: int) -> dict[str, Floats] | None:
        """Return the weights that are kept of an epoch, None if there are none."""
        row = self._one("SELECT data FROM keyframes WHERE run_id = ? AND epoch = ?", run_id, epoch)
        if row is not None:
            return unpack(Keyframe, row[0]).weights
        checkpoint = self.load_checkpoint(run_id)
        return checkpoint.best_weights if checkpoint is not None and checkpoint.best_epoch == epoch > 0 else None

    def size(self) -> tuple[int, int]:
        """Return how many runs there are, and the bytes that all together take, studies left out."""
        pages, free, size = (self._one(f"PRAGMA {name}")[0] for name in ("page_count", "freelist_count", "page_size"))
        return self._one("SELECT count(*) FROM runs")[0], (pages - free) * size - self.studies.bytes

    def shelf(self, owner: str) -> Shelf:
        """Return the runs of one owner, to list and to write on."""
        return Shelf(self._all, self._transaction, owner)

    def owner_of(self, run_id: str) -> str | None:
        """Return who started a run, None if there is none of that name."""
        row = self._one("SELECT owner FROM runs WHERE run_id = ? AND deleted IS NULL", run_id)
        return None if row is None else str(row[0])

    def hand_over(self, giver: str, taker: str) -> None:
        """Make the runs of one owner another's, unless the disk refuses."""
        try:
            with self._transaction() as connection:
                connection.execute("UPDATE runs SET owner = ? WHERE owner = ?", (taker, giver))
        except sqlite3.Error as error:
            self._warn(error)

    def interrupt_runs(self) -> int:
        """Mark what was under way when the server ended as interrupted; return how many runs that were."""
        marks = ", ".join("?" * len(UNDER_WAY))
        try:
            with self._transaction() as connection:
                return connection.execute(
                    f"UPDATE runs SET state = 'interrupted', reason = 'the server was restarted', version = version + 1"
                    f" WHERE state IN ({marks})",
                    UNDER_WAY,
                ).rowcount
        except sqlite3.Error as error:
            self._warn(error)
            return 0

    def _warn(self, error: Exception) -> None:
        log.warning("The run store refuses to write: %s", error)
        self._problem = f"the disk refuses to store runs ({error}); they go on, but end with the server"

    def _calm(self) -> None:
        """Take the warning back once the disk lets itself be written to."""
        if self._problem.startswith("the disk"):
            self._problem = ""

    def _write_run(self, connection: sqlite3.Connection, run: StoredRun) -> None:
        # What is written later counts as later, even when the clock has been set back.
        latest = connection.execute("SELECT max(touched) FROM runs").fetchone()[0] or 0.0
        touched = max(time.time(), latest + 1e-3)
        row: list[Any] = [run.run_id, run.owner, run.created, touched, run.recipe_json, run.material_key]
        row += [run.state, run.reason, run.checkpoint_epoch, run.best_epoch, run.version, run.peeks]
        row += [run.team, run.address, run.kind]
        connection.execute(
            "INSERT INTO runs (run_id, owner, created, touched, recipe, series_key, state, reason, checkpoint_epoch,"
            " best_epoch, version, peeks, team, address, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (run_id) DO UPDATE SET"
            " touched = excluded.touched, recipe = excluded.recipe, state = excluded.state, reason = excluded.reason,"
            " checkpoint_epoch = excluded.checkpoint_epoch, best_epoch = excluded.best_epoch,"
            " version = excluded.version, peeks = excluded.peeks, address = excluded.address",
            row,
        )
        query = "SELECT coalesce(max(epoch), 0) FROM epochs WHERE run_id = ?"
        stored = connection.execute(query, (run.run_id,)).fetchone()[0]
        columns = EPOCH_COLUMNS[run.kind]
        connection.executemany(
            f"INSERT INTO epochs (run_id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})",
            [(run.run_id, *astuple(record)) for record in run.epochs if stored < record.epoch <= run.checkpoint_epoch],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)",
            [(run.run_id, number, event.at, event.text) for number, event in enumerate(run.events)],
        )

    def _write_summary(
        self, connection: sqlite3.Connection, run_id: str, checkpoint: Checkpoint | None, snapshot: AnySnapshot | None
    ) -> None:
        """Write what lists of runs show and only checkpoint and snapshot tell."""
        if checkpoint is not None:
            parameters = sum(weights.size for weights in checkpoint.weights.values())
            connection.execute("UPDATE runs SET parameters = ? WHERE run_id = ?", (parameters, run_id))
        scores = snapshot.scores if isinstance(snapshot, Snapshot) else ()
        for score in (score for score in scores if (score.metric, score.part) == ("RMSE", "validation")):
            row = (score.value, score.baseline, score.unit, run_id)
            connection.execute("UPDATE runs SET error = ?, baseline_error = ?, unit = ? WHERE run_id = ?", row)

    def _write_keyframes(self, connection: sqlite3.Connection, run: StoredRun, keyframes: Sequence[Keyframe]) -> None:
        rows = [(run.run_id, k.epoch, k.passing, pack(k)) for k in keyframes if k.epoch <= run.checkpoint_epoch]
        connection.executemany("INSERT OR REPLACE INTO keyframes VALUES (?, ?, ?, ?)", rows)
        query = "DELETE FROM keyframes WHERE run_id = ? AND passing AND epoch < ?"
        connection.execute(query, (run.run_id, run.checkpoint_epoch))

    def _prune(self, written: str) -> None:
        """Make room until all limits hold, or only runs under way and the one just written are left."""
        while self._owner_over_limit(written) and self._make_room(written, "runs", own=True):
            pass
        while (room := self._lacking()) and self._make_room(written, room):
            pass

    def _make_room(self, written: str, counted: str, own: bool = False) -> bool:
        """Delete the run whose turn it is, one of the same owner with `own`; return whether there was one."""
        chosen = self._one(next_to_go(counted, own), written)
        if chosen is None:
            return False
        self._remove("run_id = ?", chosen[0])
        return True

    def _owner_over_limit(self, run_id: str) -> bool:
        query = "SELECT COUNT(*) FROM runs WHERE owner = (SELECT owner FROM runs WHERE run_id = ?)"
        return int(self._one(query, run_id)[0]) > self.most_own_runs

    def _remove(self, condition: str, *values: Any) -> None:
        """Delete runs for good, and the series that no run needs any more."""
        with self._transaction() as connection:
            if connection.execute(f"DELETE FROM runs WHERE {condition}", values).rowcount:
                connection.execute("DELETE FROM series WHERE series_key NOT IN (SELECT series_key FROM runs)")

    def _lacking(self) -> str:
        """Return what there is too much of: "runs", "bytes", or nothing."""
        runs, taken = self.size()
        return "runs" if runs > self.most_runs else "bytes" if taken > self.most_bytes else ""

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _one(self, query: str, *values: Any) -> Any:
        return next(iter(self._all(query, *values)), None)

    def _all(self, query: str, *values: Any) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreRefuses(f"the stored runs cannot be read now ({error}); try again in a moment") from error

    def _kind_of(self, run_id: str) -> Kind:
        return KINDS[(self._one("SELECT kind FROM runs WHERE run_id = ?", run_id) or (FORECAST.name,))[0]]

    def _record(self, kind: type[Record], query: str, run_id: str) -> Record | None:
        row = self._one(query, run_id)
        return None if row is None else unpack(kind, row[0])
