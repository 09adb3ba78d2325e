"""The tables of the run store, how old files are brought up to date, and how a file is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

MIGRATIONS = (
    """
    CREATE TABLE series (series_key TEXT PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE runs (
        run_id TEXT PRIMARY KEY, owner TEXT NOT NULL, created REAL NOT NULL, touched REAL NOT NULL,
        recipe TEXT NOT NULL, series_key TEXT NOT NULL REFERENCES series, state TEXT NOT NULL,
        reason TEXT NOT NULL, checkpoint_epoch INTEGER NOT NULL, best_epoch INTEGER NOT NULL,
        version INTEGER NOT NULL);
    CREATE INDEX runs_touched ON runs (touched);
    CREATE INDEX runs_series ON runs (series_key);
    CREATE TABLE epochs (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, epoch INTEGER NOT NULL,
        train_loss REAL, validation_loss REAL, gradient_norm REAL, clipped_fraction REAL,
        learning_rate REAL, elapsed_s REAL, PRIMARY KEY (run_id, epoch)) WITHOUT ROWID;
    CREATE TABLE events (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, number INTEGER NOT NULL,
        at REAL NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run_id, number)) WITHOUT ROWID;
    CREATE TABLE checkpoints (run_id TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE, data BLOB NOT NULL);
    CREATE TABLE snapshots (run_id TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE, data BLOB NOT NULL);
    """,
    "ALTER TABLE runs ADD COLUMN peeks INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE keyframes (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, epoch INTEGER NOT NULL,
        passing INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (run_id, epoch));
    """,
    """
    ALTER TABLE runs ADD COLUMN team TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN parameters INTEGER;
    ALTER TABLE runs ADD COLUMN error REAL;
    ALTER TABLE runs ADD COLUMN baseline_error REAL;
    ALTER TABLE runs ADD COLUMN unit TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN name TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN color TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN shown INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE runs ADD COLUMN deleted REAL;
    CREATE INDEX runs_owner ON runs (owner, created);
    """,
    """
    CREATE TABLE studies (
        study_key TEXT PRIMARY KEY, function TEXT NOT NULL, format INTEGER NOT NULL, version TEXT NOT NULL,
        touched REAL NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL);
    CREATE INDEX studies_touched ON studies (touched, study_key, bytes);
    """,
    """
    ALTER TABLE runs ADD COLUMN address TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
    UPDATE runs SET bytes = coalesce((SELECT length(data) FROM series WHERE series.series_key = runs.series_key), 0)
        + coalesce((SELECT length(data) FROM checkpoints WHERE checkpoints.run_id = runs.run_id), 0)
        + coalesce((SELECT length(data) FROM snapshots WHERE snapshots.run_id = runs.run_id), 0)
        + coalesce((SELECT sum(length(data)) FROM keyframes WHERE keyframes.run_id = runs.run_id), 0)
        + 80 * checkpoint_epoch;
    """,
    """
    ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'forecast';
    ALTER TABLE epochs ADD COLUMN train_accuracy REAL;
    ALTER TABLE epochs ADD COLUMN validation_accuracy REAL;
    """,
)
"""Each takes the schema one version further; what has been released is never edited."""

BUSY_MS = 500
"""Longest wait for another process that holds the file."""


def open_file(path: Path | None) -> sqlite3.Connection:
    """Open the file, None for memory, and bring its schema up to date.

    Raises:
        ValueError: if the file was written by a newer version.
        sqlite3.Error: if it cannot be read or written.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path or ":memory:", timeout=5, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise ValueError(f"it was written by a newer version (schema {version}, this one knows {len(MIGRATIONS)})")
        for number in range(version, len(MIGRATIONS)):
            connection.executescript(f"BEGIN; {MIGRATIONS[number]}; PRAGMA user_version = {number + 1}; COMMIT;")
        # Opening a file that may not be written succeeds; writing to it must not fail later.
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        # While runs train, a file that another process holds must not keep them waiting.
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        return connection
    except BaseException:
        connection.close()
        raise
