"""The last finished piece of each long computation in the run store, by the computation's name."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from playground import NUMBERS_VERSION

FORMAT = 1
"""How pieces are written; a row of another format, or of another numbers version, counts as absent."""

_MAKE_ROOM = """
    DELETE FROM studies WHERE study_key IN (
        SELECT study_key FROM (
            SELECT study_key, row_number() OVER newer AS place, sum(bytes) OVER newer AS taken
            FROM studies WINDOW newer AS (ORDER BY touched DESC))
        WHERE place > ? OR taken > ?)
    RETURNING study_key
"""


class KeptStudies:
    """The table of finished pieces; `most` of them and `most_bytes` are kept, the newest.

    Which names there are is known without asking the disk, since pages ask for absent ones again and again.

    Args:
        read: Runs a query on the store and returns its rows.
        transaction: Opens a transaction on the store.
    """

    def __init__(
        self,
        read: Callable[..., list[Any]],
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        self.most, self.most_bytes = 500, 100 * 2**20
        self._read, self._transaction = read, transaction
        query = "SELECT study_key FROM studies WHERE format = ? AND version = ?"
        self._names = {row[0] for row in read(query, FORMAT, str(NUMBERS_VERSION))}

    def save(self, key: str, function: str, data: bytes) -> None:
        """Write a piece in place of the one before, and delete the oldest of all beyond the limits."""
        with self._transaction() as connection:
            # What is written later counts as later, even when the clock has been set back.
            latest = connection.execute("SELECT max(touched) FROM studies").fetchone()[0] or 0.0
            row = (key, function, FORMAT, str(NUMBERS_VERSION), max(time.time(), latest + 1e-3), len(data), data)
            connection.execute("INSERT OR REPLACE INTO studies VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            gone = connection.execute(_MAKE_ROOM, (self.most, self.most_bytes)).fetchall()
        self._names = (self._names | {key}) - {name for (name,) in gone}

    def load(self, key: str) -> tuple[str, bytes] | None:
        """Return the function that computed the piece, and the piece; None if there is none."""
        if key not in self._names:
            return None
        rows = self._read("SELECT function, data FROM studies WHERE study_key = ?", key)
        return (rows[0][0], rows[0][1]) if rows else None

    def drop(self, key: str) -> None:
        """Forget a piece that cannot be read; its row stays until it is written over or makes room."""
        self._names = self._names - {key}

    @property
    def bytes(self) -> int:
        """What all pieces take."""
        return int(self._read("SELECT coalesce(sum(bytes), 0) FROM studies")[0][0])
