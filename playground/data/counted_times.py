"""Times that are counted: since 1970, as Excel counts days, or from the start of a measurement."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.datetime64]

_NANOSECONDS = {"h": 3600 * 10**9, "min": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}

SINCE_1970 = {f"unix {unit}": _NANOSECONDS[unit] for unit in ("s", "ms", "us", "ns")}
"""Format -> nanoseconds of one of what is counted."""

ELAPSED = {
    "elapsed h": 3600 * 10**9,
    "elapsed min": 60 * 10**9,
    "elapsed s": 10**9,
    "elapsed ms": 10**6,
    "elapsed us": 10**3,
}
"""The same, counted from the start; such times have no date."""

EXCEL_DAYS = "Excel days"
COUNTED = (*SINCE_1970, EXCEL_DAYS, *ELAPSED)

FEWEST_COUNTED = 10
"""Cells from which it is told without a telling name that a column counts time."""

_EXCEL_ORIGIN = np.datetime64("1899-12-30", "ns")
_EXCEL_DAYS = (20_000.0, 80_000.0)
"""Days as Excel counts them: from 1954 to 2119."""

_EARLIEST, _LATEST = 946_684_800, 2_051_222_400
"""Seconds since 1970 that are told without a telling name: from 2000 to 2034."""

TELLING = re.compile(
    r"year|date|time|stamp|epoch|month|day|jahr|datum|zeit|monat|tag\b|année|heure|jour|mois|fecha|año|mes\b|hora|data\b"
    r"|giorno|dzień|rok\b|tarih|дата|время|год|日期|日付|年月|时间|時間|時刻|날짜|일자|일시|시간|तारीख",
    re.IGNORECASE,
)
"""Names of columns that say that they are times."""
_UNITS = (
    ("elapsed ms", r"ms|msecs?|millis(econds?)?|millisekunden"),
    ("elapsed us", r"[uµμ]s|microseconds?|mikrosekunden"),
    ("elapsed s", r"s|secs?|seconds?|sekunden|secondes|segundos|秒"),
    ("elapsed min", r"min|mins|minutes?|minuten|minutos"),
    ("elapsed h", r"h|hrs?|hours?|stunden|heures|horas"),
)
_OF_A_UNIT = {
    form: re.compile(
        rf"(?:(?:elapsed|time|zeit|temps|tiempo|t)?\W*_?)(?:elapsed|in)?[\W_]*(?:{words})[\W_]*", re.IGNORECASE
    )
    for form, words in _UNITS
}


def counted_times(cells: Sequence[str], form: str) -> Times:
    """Return (n,) time stamps, NaT where a cell is no such number; of those without a date in the year 1970.

    Args:
        cells: As they are written.
        form: One of `COUNTED`.
    """
    if form == EXCEL_DAYS:
        return np.array([_excel_day(cell) for cell in cells], dtype="datetime64[ns]")
    scale = (SINCE_1970 | ELAPSED)[form]
    counts = [_number(cell) for cell in cells]
    whole = [round(count * scale) if count is not None else None for count in counts]
    return np.array([n if n is not None and abs(n) < 2**63 else "NaT" for n in whole], dtype="datetime64[ns]")


def guess_counted(name: str, cells: Sequence[str], *, by_size_alone: bool = False) -> str:
    """Return the format of a column of numbers that count time, "" where they do not.

    Args:
        name: What the column is called.
        cells: Some of its cells.
        by_size_alone: Whether a column may be one whose name does not say so.
    """
    numbers = [float(number) for cell in cells if (number := _number(cell)) is not None]
    if len(numbers) < max(1, len(cells) / 2):
        return ""
    if by_size_alone:
        whole = all(number == int(number) for number in numbers)
        dates = whole and _are_dates([int(number) for number in numbers])
        return "" if len(numbers) < FEWEST_COUNTED else "ISO8601" if dates else _by_size(numbers)
    low, high = min(numbers), max(numbers)
    if TELLING.search(name):
        if all(number == int(number) for number in numbers) and (
            1600 <= low <= high <= 2261 or 1600_01_01 <= low <= high <= 2261_12_31
        ):
            return "ISO8601"
        ordered = numbers in (sorted(numbers), sorted(numbers, reverse=True))
        if _EXCEL_DAYS[0] <= low < high <= _EXCEL_DAYS[1] and ordered:
            return EXCEL_DAYS
        for form, size in zip(SINCE_1970, (1e8, 1e11, 1e14, 1e17), strict=True):
            if size <= low <= high < 100 * size:
                return form
    form = next((form for form, named in _OF_A_UNIT.items() if named.fullmatch(name.strip())), "")
    return form if form and _even(np.diff(numbers)) else ""


def _by_size(numbers: Sequence[float]) -> str:
    strides = np.diff(numbers)
    if not _even(strides if numbers[0] < numbers[-1] else -strides):
        return ""
    for form, scale in SINCE_1970.items():
        seconds = [number * scale / 1e9 for number in (min(numbers), max(numbers))]
        if seconds[0] >= _EARLIEST and seconds[1] <= _LATEST:
            return form
    return ""


def _are_dates(numbers: Sequence[int]) -> bool:
    """Say whether numbers are different dates without signs, such as 20240131, or years one after the other."""
    strides = np.diff(numbers)
    if not ((strides > 0).all() or (strides < 0).all()):
        return False
    if min(numbers) >= 1700 and max(numbers) <= 2100:
        return bool((np.abs(strides) == 1).all())
    return all(1900 <= n // 10_000 <= 2100 and _is_day(n) for n in numbers)


def _is_day(number: int) -> bool:
    try:
        dt.date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return False
    return True


def _even(strides: NDArray[Any]) -> bool:
    """Say whether numbers grow, nearly all of them by much the same."""
    if not len(strides):
        return False
    usual = float(np.median(strides))
    return bool((strides > 0).all()) and float((np.abs(strides - usual) <= 0.5 * usual).mean()) >= 0.9


def _number(cell: str) -> Decimal | None:
    """Return the number in a cell; a comma alone is its decimal sign."""
    if len(cell) > 40 or "_" in cell:
        return None
    try:
        number = Decimal(cell.replace("−", "-").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < 20 else None


def _excel_day(cell: str) -> np.datetime64:
    number = _number(cell)
    if number is None or not _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1]:
        return np.datetime64("NaT", "ns")
    return _EXCEL_ORIGIN + np.timedelta64(round(number * 86_400), "s")
