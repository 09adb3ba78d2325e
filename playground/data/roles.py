"""What the columns of a table are for: which hold the time, which tell series apart, which is the value to forecast.

Nothing here is certain: what is found is shown as a guess that a reader can correct. But what only counts or names the
rows is never taken for the value while there is something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from playground.data.cells import MISSING, Decimal, parse_number
from playground.data.written_times import FEWEST_READ, guess_time_format

Columns = Mapping[str, Sequence[str]]

REPEATED_SHARE = 0.3
"""Share of rows that may have the time of another before a table is taken for several series."""

NEARLY_ALL = 0.95
"""Share of its cells that a column must fill to be one that counts the rows."""

MOST_PICKS = 200
"""Series that one column may tell apart."""

FEWEST_ROWS = 5
"""Rows that each of them has on average, or they are none."""

_PARTS = (
    ("year", "yr", "jahr", "année", "annee", "año", "ano", "年"),
    ("month", "mon", "mo", "monat", "mois", "mes", "月"),
    ("day", "dom", "tag", "jour", "día", "dia", "日"),
    ("hour", "hr", "stunde", "heure", "hora", "时", "時"),
    ("minute", "min", "mn", "分"),
)
"""What columns with the parts of a time are called, the largest part first."""

_CLOCK = re.compile(r"\s*\d{1,2}[:.h]\d{2}([:.]\d{2})?(\.\d+)?(\s?[AP]\.?M\.?)?\s*", re.IGNORECASE)
_OF_TIME = re.compile(
    r"(week ?day|day of (week|year)|dow|doy|week|quarter|date|time|timestamp|datum|zeit|epoch|unix ?time)",
    re.IGNORECASE,
)
_OF_ROWS = re.compile(
    r"(unnamed.*|index|idx|no|nr|num|number|nummer|row|row ?(no|number|names?|id)|record|rec|seq|id|.*[ _-]id"
    r"|uuid|key|code|zip|plz|#|n°|序号|编号|番号|instant)\.?",
    re.IGNORECASE,
)
_WITH_DIGIT = re.compile(r".*\d.*", re.DOTALL)
_ADJUSTED = re.compile(r"adj(usted)?[ ._*-]*close\**", re.IGNORECASE)
_CLOSE = re.compile(r"(close|close/last|last|schluss(kurs)?|收盘价|終値|종가)\**", re.IGNORECASE)
_OPEN = re.compile(r"(open|eröffnung(skurs)?|开盘价|始値|시가)", re.IGNORECASE)


def time_parts(columns: Columns) -> tuple[str, ...]:
    """Return the columns that make a time together: year, month, day, hour, minute as far as there are such, or ()."""
    named = {name.strip().casefold(): name for name in columns}
    found: list[str] = []
    for words in _PARTS:
        part = next((named[word] for word in words if word in named), None)
        if part is None or not _is_whole(columns[part]):
            break
        found.append(part)
    return tuple(found) if len(found) >= 2 else ()


def clock_column(columns: Columns, date: str) -> str:
    """Return the column with the time of day that belongs to a column of dates, "" for none."""
    return next((name for name, cells in columns.items() if name != date and _share(cells, _CLOCK) >= FEWEST_READ), "")


def joined(columns: Columns, names: Sequence[str]) -> list[str]:
    """Return the cells of several columns as one, put together row by row."""
    return [" ".join(cells).strip() for cells in zip(*(columns[name] for name in names), strict=True)]


def repeats(times: Sequence[str]) -> bool:
    """Say whether so many rows share their times that the rows are of several series."""
    given = [time for time in times if time.strip().lower() not in MISSING]
    return bool(given) and len(set(given)) < (1 - REPEATED_SHARE) * len(given)


def telling_apart(columns: Columns, times: Sequence[str], taken: Sequence[str], pick: str = "") -> str:
    """Return the column that tells the series of a table apart, "" where no single one does.

    Args:
        columns: The table.
        times: Its times, row by row.
        taken: Columns that are the time.
        pick: What the column says of the series that is meant, as far as that is known.
    """
    found: list[tuple[bool, int, int, str]] = []
    for name, cells in columns.items():
        kinds = len(set(cells))
        enough = 2 <= kinds <= min(MOST_PICKS, len(times) // FEWEST_ROWS)
        if name not in taken and enough and len(set(zip(times, cells, strict=True))) == len(times):
            found.append((pick not in cells, kinds, len(found), name))
    return min(found)[-1] if found else ""


def value_column(columns: Columns, numeric: Sequence[str], decimal: Decimal) -> str:
    """Return which of the columns of numbers is the value: of prices the adjusted close, then the close.

    "" is returned where all of them only count or name the rows, beside a column with digits that was not understood.
    """
    if any(_OPEN.fullmatch(name.strip()) for name in columns):
        for price in (_ADJUSTED, _CLOSE):
            for name in numeric:
                if price.fullmatch(name.strip()):
                    return name
    worth = [name for name in numeric if not _only_counts(name, columns[name], decimal)]
    strange = any(_is_strange(name, cells) for name, cells in columns.items() if name not in numeric)
    return (*worth, *(() if strange else numeric), "")[0]


def _is_strange(name: str, cells: Sequence[str]) -> bool:
    """Say whether there are digits in nearly all cells of a column that is neither of numbers nor of times."""
    return _share(cells, _WITH_DIGIT) >= FEWEST_READ and not guess_time_format(name, cells)[0]


def _only_counts(name: str, cells: Sequence[str], decimal: Decimal) -> bool:
    """Say whether a column counts, dates or names the rows, or says the same in all of them.

    It counts where whole numbers grow or fall by one, or any from nothing in equal steps; other lines may be values.
    """
    title = name.strip()
    part_of_time = any(title.casefold() in words for words in _PARTS) and _is_whole(cells)
    if _OF_ROWS.fullmatch(title) or _OF_TIME.fullmatch(title) or part_of_time:
        return True
    if guess_time_format(name, cells)[0]:
        return True
    numbers = [parse_number(cell, decimal) for cell in cells if cell.lower() not in MISSING]
    given = [number for number in numbers if number is not None]
    if len(given) < 3:
        return False
    strides = {round(after - before, 9) for before, after in pairwise(given)}
    if len(strides) != 1 or len(given) < NEARLY_ALL * len(cells):
        return False
    (stride,) = strides
    whole = abs(stride) == 1 and given[0] == int(given[0])
    return stride == 0 or whole or any(round(end, 9) in (0, stride, -stride) for end in (given[0], given[-1]))


def _is_whole(cells: Sequence[str]) -> bool:
    given = [cell.strip() for cell in cells if cell.lower() not in MISSING]
    return bool(given) and all(re.fullmatch(r"\d{1,4}", cell) for cell in given)


def _share(cells: Sequence[str], form: re.Pattern[str]) -> float:
    given = [cell for cell in cells if cell.lower() not in MISSING]
    return sum(form.fullmatch(cell) is not None for cell in given) / len(given) if given else 0.0
