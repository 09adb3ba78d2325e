"""Counts, rows and time spans as the notes put them."""

from __future__ import annotations

import unicodedata

import numpy as np

from playground.records import Ints

ROWS_NAMED = 3
"""How many rows a note names before it breaks off."""


def named_rows(rows: Ints) -> str:
    """Return "row 5" or "rows 5, 9, 12, …", the first few in order; 0 stands for a row that the table does not have."""
    named = np.sort(rows[rows > 0])
    if not len(named):
        return "not in the table"
    more = ", …" if len(named) > ROWS_NAMED else ""
    return f"row{'s' if len(named) > 1 else ''} {', '.join(f'{row}' for row in named[:ROWS_NAMED])}{more}"


def counted(number: int, noun: str) -> str:
    """Return "1 row" or "2,000 rows"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def isolated(text: str) -> str:
    """Return text that may be written from right to left so that it leaves the order of the words around it alone."""
    leftward = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return f"\u2068{text}\u2069" if leftward else text


def span_in_words(span: np.timedelta64) -> str:
    """Return a time span in its largest whole unit ("12 h")."""
    seconds = span / np.timedelta64(1, "s")
    for unit, size in (("day", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return counted(number, unit) if unit == "day" else f"{number} {unit}"
    return f"{seconds:g} s"
