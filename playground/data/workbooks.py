"""Excel workbooks to lines of cells, read by a process of their own: see `workbook_child`."""

from __future__ import annotations

import functools
from typing import NamedTuple

from playground.data.bounded import read_apart
from playground.data.cells import Decimal


class Sheet(NamedTuple):
    """A sheet of a workbook.

    Attributes:
        name: What it is called.
        others: What all visible sheets are called.
        lines: Its lines, each a list of cells as text, from the first line of the sheet on.
        decimal: The decimal sign of the numbers in them.
    """

    name: str
    others: tuple[str, ...]
    lines: list[list[str]]
    decimal: Decimal


def sheet_lines(data: bytes, name: str) -> Sheet:
    """Return a sheet of a workbook; for no name the one that has the most numbers and dates.

    The last one is kept, since a table is opened anew for each correction of how it is read.

    Raises:
        ValueError: if it is damaged, too large, or takes too much memory or time, or has no such sheet.
    """
    kept = _kept(data)
    if name not in kept:
        told, _ = read_apart("playground.data.workbook_child", "workbook", data, name)
        sheet = Sheet(told["sheet"], tuple(told["sheets"]), told["lines"], told["decimal"])
        kept.clear()
        kept |= {name: sheet, sheet.name: sheet}
    return kept[name]


@functools.lru_cache(maxsize=1)
def _kept(data: bytes) -> dict[str, Sheet]:
    """Return what was last read of the last workbook, by the names under which it was asked for."""
    return {}
