"""One visitor's runs on the shelf: listed, named, starred, deleted and brought back.

Every statement names the owner, so nobody reads or changes a line of somebody else's.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from playground.runs.stored import COLORS, LONGEST_NAME, LONGEST_NOTE, MOST_STARS, RunSummary

UNDO_S = 3600.0
"""How long a deleted run can be brought back."""

MOST_LISTED = 1000

_LIST = """
    SELECT runs.run_id, created, recipe AS recipe_json, series_key AS material_key, kind, state, reason,
        checkpoint_epoch AS epochs, best_epoch, best.validation_loss AS best_loss,
        coalesce(latest.elapsed_s, 0.0) AS elapsed_s, parameters, error, baseline_error, unit, team, name, note, color,
        starred, shown
    FROM runs
    LEFT JOIN epochs AS best ON best.run_id = runs.run_id AND best.epoch = best_epoch
    LEFT JOIN epochs AS latest ON latest.run_id = runs.run_id AND latest.epoch = checkpoint_epoch
    WHERE owner = ? AND deleted IS NULL ORDER BY created DESC LIMIT ?
"""


def _text(name: str, value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise ValueError(f"a {name} must be one line of at most {longest} characters, got {str(value)[:20]!r}")
    return value.strip()


def _color(value: Any) -> str:
    if value not in ("", *COLORS):
        raise ValueError(f"a colour must be one of {', '.join(COLORS)}, got {str(value)[:20]!r}")
    return str(value)


MARKS: dict[str, Callable[[Any], str | bool]] = {
    "name": lambda value: _text("name", value, LONGEST_NAME),
    "note": lambda value: _text("note", value, LONGEST_NOTE),
    "color": _color,
    "starred": bool,
    "shown": bool,
}
"""What an owner may write on a run, and how it is checked."""


class Shelf:
    """The runs of one owner.

    Args:
        read: Runs a query on the store and returns its rows.
        transaction: Opens a transaction on the store.
        owner: Whose runs.
    """

    def __init__(
        self,
        read: Callable[..., list[sqlite3.Row]],
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        owner: str,
    ) -> None:
        self._read = read
        self._open = transaction
        self._owner = owner

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._open() as connection:
                yield connection
        except sqlite3.Error as error:
            raise ValueError(f"the disk refuses to store this ({error}); try again later") from error

    def runs(self) -> tuple[RunSummary, ...]:
        """Return the owner's runs, newest first."""
        rows = self._read(_LIST, self._owner, MOST_LISTED)
        return tuple(RunSummary(**dict(row) | {f: bool(row[f]) for f in ("starred", "shown")}) for row in rows)

    def mark(self, run_id: str, **marks: Any) -> None:
        """Write name, note, color, starred or shown on a run.

        Raises:
            ValueError: if a mark is not allowed, there are too many stars, or the owner has no such run.
        """
        unknown = marks.keys() - MARKS.keys()
        if unknown:
            raise ValueError(f"a run has no {', '.join(sorted(unknown))} to write on; use {', '.join(MARKS)}")
        checked = {name: MARKS[name](value) for name, value in marks.items()}
        if not checked:
            return
        with self._transaction() as connection:
            if checked.get("starred"):
                self._check_stars(connection, run_id)
            columns = ", ".join(f"{name} = ?" for name in checked)
            query = f"UPDATE runs SET {columns} WHERE run_id = ? AND owner = ? AND deleted IS NULL"
            self._one_changed(connection.execute(query, (*checked.values(), run_id, self._owner)))

    def delete(self, run_ids: Sequence[str]) -> int:
        """Take runs off the shelf; return how many. For `UNDO_S` they can be brought back."""
        return self._set_deleted(run_ids, time.time(), "deleted IS NULL")

    def restore(self, run_ids: Sequence[str]) -> int:
        """Bring deleted runs back; return how many still could be."""
        return self._set_deleted(run_ids, None, "deleted IS NOT NULL")

    def _set_deleted(self, run_ids: Sequence[str], when: float | None, condition: str) -> int:
        query = f"UPDATE runs SET deleted = ? WHERE run_id = ? AND owner = ? AND {condition}"
        with self._transaction() as connection:
            return sum(connection.execute(query, (when, run_id, self._owner)).rowcount for run_id in run_ids)

    def _check_stars(self, connection: sqlite3.Connection, run_id: str) -> None:
        query = "SELECT count(*) FROM runs WHERE owner = ? AND starred AND run_id != ? AND deleted IS NULL"
        if connection.execute(query, (self._owner, run_id)).fetchone()[0] >= MOST_STARS:
            raise ValueError(
                f"at most {MOST_STARS} runs can have a star, and you have {MOST_STARS}; take one away first"
            )

    @staticmethod
    def _one_changed(cursor: sqlite3.Cursor) -> None:
        if cursor.rowcount != 1:
            raise ValueError("this run is not among yours, or is not stored yet; try again in a moment")
