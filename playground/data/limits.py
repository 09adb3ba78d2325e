"""How large a learner's table may be, whatever the kind of its file."""

from __future__ import annotations

MOST_ROWS = 200_000
MOST_COLUMNS = 50


def too_many_columns(number: int) -> ValueError:
    """Return the error for a table that is too wide."""
    return ValueError(
        f"a table may have at most {MOST_COLUMNS} columns, got {number:,}; keep the time, the values and a few more"
    )


def too_many_rows(number: str) -> ValueError:
    """Return the error for a table that is too long."""
    return ValueError(f"a table may have at most {MOST_ROWS:,} rows, got {number}; keep a stretch or average it first")


MOST_WIDTH = 400
"""Columns of a table before those that stand for times are turned into rows."""


def too_wide(number: int) -> ValueError:
    """Return the error for a table that is too wide even to be turned."""
    return ValueError(
        f"a table may have at most {MOST_WIDTH} columns, got {number:,}; keep the time, the values and a few more"
    )
