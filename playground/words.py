"""How words, counts, numbers, rows and time spans are put, wherever they stand."""

from __future__ import annotations

import math
import unicodedata

import numpy as np

from playground.records import Ints

ROWS_NAMED = 3
"""How many rows a note names before it breaks off."""


def capitalised(text: str) -> str:
    """Return a text with its first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]


def number(value: float) -> str:
    """Return a number with three digits, whole from 1,000 and with a power of ten from a billion on."""
    return f"{value:,.0f}" if 1000 <= value < 1e9 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share as a whole percentage, with a decimal where it would round to a false 100 %."""
    value = 100 * share
    return f"{math.floor(10 * value) / 10:g}%" if 99 <= value < 100 else f"{value:.0f}%"


def counted(count: int, noun: str) -> str:
    """Return "1 row" or "2,000 rows"."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def named_rows(rows: Ints) -> str:
    """Return "row 5" or "rows 5, 9, 12, …", the first few in order; 0 stands for a row that the table does not have."""
    named = np.sort(rows[rows > 0])
    if not len(named):
        return "not in the table"
    more = ", …" if len(named) > ROWS_NAMED else ""
    return f"row{'s' if len(named) > 1 else ''} {', '.join(f'{row}' for row in named[:ROWS_NAMED])}{more}"


def span_in_words(span: np.timedelta64) -> str:
    """Return a time span in its largest whole unit ("12 h")."""
    seconds = span / np.timedelta64(1, "s")
    for unit, size in (("day", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            whole = int(seconds // size)
            return counted(whole, unit) if unit == "day" else f"{whole} {unit}"
    if not 0 < seconds < 0.01:
        return f"{seconds:g} s"
    small = next(unit for unit in (("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)) if seconds >= unit[1])
    return f"{seconds / small[1]:g} {small[0]}"


def seconds(duration_s: float) -> str:
    """Return a duration in words a person reads: "12 ms", "0.4 s", "12 s", "3 min"."""
    if duration_s < 0.1:
        return f"{1000 * duration_s:.0f} ms"
    if duration_s < 10:
        return f"{duration_s:.1f} s"
    return f"{duration_s:.0f} s" if duration_s < 120 else f"{duration_s / 60:.0f} min"


def isolated(text: str) -> str:
    """Return text that may be written from right to left so that it leaves the order of the words around it alone."""
    leftward = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return f"\u2068{text}\u2069" if leftward else text
