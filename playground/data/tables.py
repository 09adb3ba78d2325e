"""Bytes from outside to columns of text, within limits that are checked before anything is parsed.

Whatever the file is, it becomes text cells; nothing in them is ever executed or looked up.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from playground.data.encodings import CONTROL, Encoding, text_in
from playground.data.limits import MOST_COLUMNS, MOST_ROWS, MOST_WIDTH, too_many_columns, too_many_rows, too_wide
from playground.data.locating import SEARCHED, locate
from playground.data.parquet import parquet_columns
from playground.data.signatures import Kind, empty, kind_of
from playground.data.unfolding import turned
from playground.data.workbooks import sheet_lines
from playground.records import Ints
from playground.words import counted, named_rows

Delimiter = Literal[",", ";", "\t", "|"]

_UNFIT_IN_NAMES = re.compile(r"[^\w .()%°€£¥-]+")


@dataclass(frozen=True, eq=False)
class Table:
    """A table of text.

    Attributes:
        columns: Name -> (n,) cells, stripped; "" where there is nothing.
        rows: (n,) number of each row as a spreadsheet counts it, from 1.
        notes: Plain sentences on rows that were left out and names that were changed.
        units: Name -> unit, of the columns below whose names the file gives one.
        turned: What was done to a table with a column for each time, "" where it stands as in the file.
    """

    columns: dict[str, list[str]]
    rows: Ints
    notes: tuple[str, ...] = field(default=())
    units: dict[str, str] = field(default_factory=dict)
    turned: str = ""


def decoded(data: bytes, encoding: Encoding) -> str:
    """Return the text, without a byte order mark.

    Raises:
        ValueError: if the bytes are not a text in this encoding, or an empty one.
    """
    text = text_in(data, encoding)
    if found := CONTROL.search(text):
        raise ValueError(
            f"the file must be text, but character {found.start()} is the control character "
            f"{ord(found[0])}; choose a CSV or Parquet file"
        )
    if not text.strip():
        raise empty()
    return text


def load_table(
    data: bytes,
    kind: Kind,
    encoding: Encoding,
    delimiter: Delimiter,
    header: bool,
    sheet: str = "",
    turn: bool = True,
    most: int | None = None,
    cut: bool = False,
) -> Table:
    """Return the table in the bytes, or its first `most` rows; `cut` keeps the first of too many columns.

    Raises:
        ValueError: if it is too large, damaged, or has no rows.
    """
    kind_of(data)
    if kind == "parquet":
        return _load_parquet(data, most)
    searched = None if most is None else most + SEARCHED
    found = lines_of(data, kind, encoding, delimiter, sheet, searched)
    return _load_lines(found, header, turn, most, cut, complete=searched is None or len(found) < searched)


def lines_of(
    data: bytes, kind: Kind, encoding: Encoding, delimiter: Delimiter, sheet: str, most: int | None = None
) -> list[list[str]]:
    """Return the cells of each line of a text or a workbook, or of its first `most` lines.

    Raises:
        ValueError: if it is too large or damaged.
    """
    if kind == "xlsx":
        return sheet_lines(data, sheet).lines[:most]
    return list(records(decoded(data, encoding), delimiter, most))


def records(text: str, delimiter: str, most: int | None = None) -> Iterator[list[str]]:
    """Yield the records of a CSV text, each within the limits.

    Raises:
        ValueError: if a record has too many cells, there are too many, or a quotation mark is not closed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while most is None or number < most:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(
                f"row {number + 1} could not be read ({error}); check its quotation marks and the delimiter"
            ) from None
        number += 1
        if len(record) > MOST_WIDTH:
            raise too_wide(len(record))
        if number > MOST_ROWS + 1:
            raise too_many_rows(f"more than {MOST_ROWS:,}")
        yield record


def _load_lines(found: list[list[str]], header: bool, turn: bool, most: int | None, cut: bool, complete: bool) -> Table:
    place = locate(found, header, complete=complete)
    stop = place.stop if most is None else min(place.stop, place.first + most)
    names, notes, body = place.names, list(place.notes), found[place.first : stop]
    rows: Ints = place.first + np.arange(1, len(body) + 1)
    width = len(names)
    blank = np.array([not any(map(str.strip, record)) for record in body], dtype=bool)
    long = np.array([len(record) > width for record in body], dtype=bool) & ~blank
    short = np.array([len(record) < width for record in body], dtype=bool) & ~blank
    for chosen, what in (
        (blank, "empty: left out"),
        (long, f"with more than {width} cells: left out"),
        (short, f"with fewer than {width} cells: the rest taken as empty"),
    ):
        if chosen.any():
            notes.append(f"{counted(int(chosen.sum()), 'row')} {what} ({named_rows(rows[chosen])})")
    kept = np.flatnonzero(~(blank | long))
    if not len(kept):
        raise ValueError("the table has no rows with values; choose a file with a header and rows, or check delimiter")
    columns = [[body[i][k].strip() if k < len(body[i]) else "" for i in kept] for k in range(width)]
    while len(columns) > 1 and not names[len(columns) - 1] and not any(columns[-1]):
        columns.pop()  # rows that end with the delimiter
    names, numbers, units = names[: len(columns)], rows[kept], place.units
    wide = turned(names, columns, numbers) if header and turn else None
    if wide is not None:
        names, columns, numbers, units = wide.names, wide.columns, wide.rows, {}
    if len(columns) > MOST_COLUMNS and not cut:
        raise too_many_columns(len(columns))
    names, columns = names[:MOST_COLUMNS], columns[:MOST_COLUMNS]
    known = _column_names(names, notes)
    named = {known[k]: unit for k, unit in units.items() if k < len(known)}
    return Table(dict(zip(known, columns, strict=True)), numbers, tuple(notes), named, wide.note if wide else "")


def _load_parquet(data: bytes, most: int | None) -> Table:
    found, left_out = parquet_columns(data)
    length = len(next(iter(found.values()), ()))
    if not length:
        raise ValueError("the table has no rows with values; choose a file with plain columns and rows")
    notes = [f"{counted(number, kind)}: left out" for kind, number in left_out.items() if number]
    names = _column_names(list(found), notes)
    rows = np.arange(1, length + 1)
    columns = {name: cells[:most] for name, cells in zip(names, found.values(), strict=True)}
    return Table(columns, rows[:most], tuple(notes))


def _column_names(names: list[str], notes: list[str]) -> list[str]:
    """Return distinct names that can stand in a link, and tell which were changed."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        clean = _UNFIT_IN_NAMES.sub(" ", unicodedata.normalize("NFC", name)).strip()[:34].strip()
        if not re.match(r"\w", clean):
            clean = f"column {number} {clean}".strip()
        fresh, again = clean, 2
        while fresh in found:
            fresh, again = f"{clean} {again}", again + 1
        if name and fresh != name:
            notes.append(f"the column {name[:40]!r} is called {fresh!r} here")
        found.append(fresh)
    return found
