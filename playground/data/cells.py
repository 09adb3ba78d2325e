"""Text cells to numbers and time stamps, and what was done with each that is neither."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from playground.data.counted_times import COUNTED, counted_times, guess_counted
from playground.data.dressed import DRESS_WORDS, Dress, Undressed, common_unit, undressed
from playground.data.features import LARGEST_VALUE
from playground.data.months import in_english
from playground.data.regular import Times
from playground.records import Floats, Ints
from playground.words import counted, named_rows

Decimal = Literal[".", ","]

MISSING = frozenset({"", "-", "--", ".", "?", "na", "n/a", "#n/a", "<na>", "nan", "nat", "nil", "none", "null"})
"""What stands for "no value", in small letters."""

_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_NUMBERS = {
    decimal: re.compile(
        rf"[+-]?(?:(?P<grouped>[0-9]{{1,3}}(?:(?P<mark>[{groups} \u00a0\u202f'’])[0-9]{{3}})(?:(?P=mark)[0-9]{{3}})*)"
        rf"|{lakh}[0-9]+)?(?:[{decimal}](?P<fraction>[0-9]*))?(?:[eE][+-]?[0-9]+)?"
    )
    for decimal, groups, lakh in ((".", ",", r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|"), (",", ".", ""))
}
"""How numbers are written, those of India with groups of two digits above the thousands."""
_SIMPLE = {decimal: re.compile(rf"-?[0-9]{{1,15}}(?:[{decimal}][0-9]{{1,15}})?") for decimal in (".", ",")}
_GROUP_MARKS = re.compile("[ \u00a0\u202f'’]")

_DATES = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%b %Y",
    "%B %Y", "%Y年%m月%d日", "%Y年%m月",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H.%M", " %H.%M.%S")
_PARTS = ("%Y %m", "%Y %m %d", "%Y %m %d %H", "%Y %m %d %H %M")

TIME_FORMATS: tuple[str, ...] = (
    "ISO8601",
    *(date + clock for clock, date in itertools.product(_CLOCKS, _DATES)),
    *_PARTS,
    *COUNTED,
    "quarter",
    "ISO week",
)
"""How time stamps may be written: ISO 8601 ("2024-12-31 18:00"), in strptime's signs, counted since 1970, as Excel
counts days or from the start, as quarters ("1995Q1") or as weeks ("2019-W02")."""

_QUARTER = re.compile(
    r"\s*(?:(?P<year>\d{4})[ /-]?Q0?(?P<quarter>[1-4])|Q(?P<before>[1-4])[ /-]?(?P<after>\d{4}))\s*", re.IGNORECASE
)
_WEEK = re.compile(r"\s*(?P<year>\d{4})[ -]?W(?P<week>\d{1,2})(?:-?1)?\s*", re.IGNORECASE)
_MIDNIGHT = re.compile(r"(?<![\d:.])24(?=([:.]00){1,2}$)")
_MIDNIGHT_HOUR = re.compile(r"(?<= )24$")

_LOOKS = {
    "%d": r"\s?\d{1,2}", "%m": r"\s?\d{1,2}", "%y": r"\d{2}", "%Y": r"\d{4}", "%b": r"[^\d\s]+", "%B": r"[^\d\s]+",
    "%H": r"\s?\d{1,2}", "%I": r"\s?\d{1,2}", "%M": r"\d{1,2}", "%S": r"\d{1,2}", "%p": r"[^\d\s]*", " ": r"\s*",
}  # fmt: skip
"""What each sign of a time format can look like at most."""

FEWEST_READ = 0.8
"""Share of its cells that a column of time stamps must have readable."""

NEARLY_ALL = 0.9
"""Share of its cells that must be numbers where some are read without a unit or another dress."""

CELLS_TRIED = 300
"""Cells of a column from which its time format is guessed."""

LONGEST_TIME = 64
"""Letters beyond which a cell is no time stamp."""

COLUMNS_REMEMBERED = 128
"""Columns whose guess is kept: a table is opened anew for each correction of how it is read."""

_AMBIGUOUS = {"%d/%m": "%m/%d", "%d-%m": "%m-%d"}


def parse_number(cell: str, decimal: Decimal) -> float | None:
    """Return the number in a cell, thousands separators allowed; infinity where too large, None where it is none."""
    match = _NUMBERS[decimal].fullmatch(cell.replace("−", "-"))
    if match is None or not any(letter.isdigit() for letter in re.split("[eE]", match[0])[0]):
        return float(cell) if _INFINITE.fullmatch(cell) else None
    text = _GROUP_MARKS.sub("", match[0])
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    return float(text)


def numbers_of(name: str, cells: Sequence[str], decimal: Decimal, rows: Ints) -> tuple[Floats, tuple[str, ...]]:
    """Return (n,) numbers, NaN where there is none, and a sentence for each kind of cell that is no plain number.

    Numbers with a unit or in another dress are read where nearly all cells of the column are numbers in the same.
    """
    numbers = np.full(len(cells), np.nan)
    empty, text, huge, grouped = [], [], [], []
    simple = _SIMPLE[decimal].fullmatch
    for position, cell in enumerate(cells):
        if simple(cell):
            numbers[position] = float(cell.replace(",", "."))
            continue
        if cell.lower() in MISSING:
            empty.append(position)
            continue
        number = parse_number(cell, decimal)
        if number is None:
            text.append(position)
        elif not abs(number) <= LARGEST_VALUE:
            huge.append(position)
        else:
            numbers[position] = number
            if _GROUP_MARKS.search(cell) or cell.count(".") + cell.count(",") > (decimal in cell):
                grouped.append(position)
    notes = []
    dressed, unit = _dressed({k: cells[k] for k in text}, len(cells) - len(empty), decimal)
    worn: dict[Dress, list[int]] = {}
    for position, (number, dresses) in dressed.items():
        if not abs(number) <= LARGEST_VALUE:
            huge.append(position)
            continue
        numbers[position] = number
        for dress in dresses:
            worn.setdefault(dress, []).append(position)
    text, huge = [k for k in text if k not in dressed], sorted(huge)
    for dress, positions in worn.items():
        first = positions[0]
        what = DRESS_WORDS.get(dress, f"with the unit {unit}")
        shown = f"such as {cells[first][:20]!r} read as {numbers[first]:.12g}"
        notes.append(f"{name}: {counted(len(positions), 'cell')} {what}, {shown} ({named_rows(rows[positions])})")
    bare = np.flatnonzero(~np.isnan(numbers) & ~np.isin(np.arange(len(cells)), worn.get("unit", [])))
    if unit and len(bare):
        notes.append(
            f"{name}: {counted(len(bare), 'cell')} without the unit {unit} of the others, read as if it stood "
            f"there ({named_rows(rows[bare])})"
        )
    for positions, what in (
        (empty, "without a value"),
        (text, "that is no number"),
        (huge, f"infinite or beyond {LARGEST_VALUE:g}"),
        (grouped, "with thousands separators"),
    ):
        if positions:
            shown = f", such as {cells[positions[0]][:20]!r}" if what.startswith(("that", "with t")) else ""
            notes.append(f"{name}: {counted(len(positions), 'cell')} {what}{shown} ({named_rows(rows[positions])})")
    return numbers, tuple(notes)


def unit_of(cells: Sequence[str], decimal: Decimal) -> str:
    """Return the unit that stands in nearly all cells of a column, "" where there is none."""
    return _dressed_among(cells, decimal)[1]


def share_of_text(cells: Sequence[str], decimal: Decimal) -> float:
    """Return the share of the cells with something in them that are no number, neither plain nor in a dress."""
    given = [cell for cell in cells if cell.lower() not in MISSING]
    text = sum(parse_number(cell, decimal) is None for cell in given) - len(_dressed_among(cells, decimal)[0])
    return text / len(given) if given else 1.0


def _dressed_among(cells: Sequence[str], decimal: Decimal) -> tuple[dict[int, tuple[float, tuple[Dress, ...]]], str]:
    given = [cell for cell in cells if cell.lower() not in MISSING]
    text = {place: cell for place, cell in enumerate(given) if parse_number(cell, decimal) is None}
    return _dressed(text, len(given), decimal)


def _dressed(
    text: dict[int, str], given: int, decimal: Decimal
) -> tuple[dict[int, tuple[float, tuple[Dress, ...]]], str]:
    """Return number and dresses by position of the cells that are numbers in a dress, and their unit.

    Args:
        text: The cells that are no plain numbers, by position.
        given: How many cells of the column are not empty.
    """
    found: dict[int, tuple[float, Undressed]] = {}
    for position, cell in text.items():
        if (bare := undressed(cell)) and (number := parse_number(bare.number, decimal)) is not None:
            found[position] = number, bare
    unit = common_unit((bare for _, bare in found.values()), given)
    if unit is None or given - len(text) + len(found) < NEARLY_ALL * given:
        return {}, ""
    return {
        place: (number, bare.dresses) for place, (number, bare) in found.items() if bare.unit == unit or not bare.unit
    }, unit


def times_of(cells: Sequence[str], time_format: str) -> Times:
    """Return (n,) time stamps in UTC where a zone is given, NaT where a cell cannot be read.

    Raises:
        ValueError: if the format is none of `TIME_FORMATS`.
    """
    if time_format not in TIME_FORMATS:
        raise ValueError(f"a time format must be one of {', '.join(TIME_FORMATS[:4])} …, got {time_format!r:.40}")
    if time_format in COUNTED:
        return counted_times(cells, time_format)
    if time_format in ("quarter", "ISO week"):
        read = _quarter if time_format == "quarter" else _week
        return np.array([read(cell) for cell in cells], dtype="datetime64[D]").astype("datetime64[ns]")
    written = pd.Series(list(cells), dtype=object)
    written = written.where(~written.str.lower().isin(MISSING), None)
    if "%b" in time_format or "%B" in time_format:
        written = written.map(lambda cell: cell and in_english(cell, full="%B" in time_format))
    late = _MIDNIGHT_HOUR if time_format.endswith("%H") else _MIDNIGHT
    ends = np.array([cell is not None and late.search(cell) is not None for cell in written], dtype=bool)
    if ends.any():
        written = written.where(~ends, written.str.replace(late, "00", regex=True))
    stamps = pd.to_datetime(written, format=time_format, errors="coerce", utc=True)
    times: Times = stamps.dt.tz_localize(None).to_numpy()
    # The hour 24 of a day is the hour 0 of the next.
    return np.where(ends, times + np.timedelta64(1, "D"), times) if ends.any() else times


def _quarter(cell: str) -> np.datetime64:
    found = _QUARTER.fullmatch(cell)
    if found is None:
        return np.datetime64("NaT", "D")
    year, quarter = found["year"] or found["after"], int(found["quarter"] or found["before"])
    return np.datetime64(f"{year}-{3 * quarter - 2:02d}-01", "D")


def _week(cell: str) -> np.datetime64:
    """Return the Monday of an ISO week."""
    found = _WEEK.fullmatch(cell)
    try:
        return np.datetime64(date.fromisocalendar(int(found["year"]), int(found["week"]), 1) if found else "NaT", "D")
    except ValueError:
        return np.datetime64("NaT", "D")


def guess_decimal(cells: Sequence[str], delimiter: str) -> tuple[Decimal, str]:
    """Return the decimal sign that the numbers use, and a sentence where it could be the other."""
    cells = [cell if may_be_number(cell) else (undressed(cell) or _NOTHING).number for cell in cells]
    point = [parse_number(cell, ".") is not None for cell in cells]
    comma = [parse_number(cell, ",") is not None for cell in cells]
    only_point = sum(p and not c for p, c in zip(point, comma, strict=True))
    only_comma = sum(c and not p for p, c in zip(point, comma, strict=True))
    both = [cell for cell, p, c in zip(cells, point, comma, strict=True) if p and c and ("." in cell or "," in cell)]
    if only_point != only_comma:
        return (".", "") if only_point > only_comma else (",", "")
    decimal: Decimal = "," if delimiter == ";" and any("," in cell for cell in both) else "."
    if not both:
        return decimal, ""
    return decimal, f"numbers such as {both[0][:20]} are read as {parse_number(both[0], decimal):g}"


_NOTHING = Undressed("", "", ())


def may_be_number(cell: str) -> bool:
    """Say whether a cell is a number, whatever the decimal sign is."""
    return parse_number(cell, ".") is not None or parse_number(cell, ",") is not None


def guess_time_format(name: str, cells: Sequence[str]) -> tuple[str, str]:
    """Return the format of a column of time stamps, "" where it is none, and a sentence where it could be another."""
    return _guess_time_format(name, tried(cells))


def tried(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of a column that a guess looks at: the first that say something."""
    given = (cell if len(cell) <= LONGEST_TIME else "(long)" for cell in cells if cell.lower() not in MISSING)
    return tuple(itertools.islice(given, CELLS_TRIED))


@functools.lru_cache(maxsize=COLUMNS_REMEMBERED)
def _guess_time_format(name: str, shown: tuple[str, ...]) -> tuple[str, str]:
    if not shown:
        return "", ""
    if sum(may_be_number(cell) for cell in shown) > len(shown) / 2:
        return guess_counted(name, shown), ""
    shares = {form: _share_read(shown, form) for form in TIME_FORMATS if _may_be_written(form, shown)}
    best = max(shares, key=lambda form: shares[form], default="")
    if not best or shares[best][0] < FEWEST_READ:
        return "", ""
    for day_first, month_first in _AMBIGUOUS.items():
        other = best.replace(day_first, month_first) if day_first in best else best.replace(month_first, day_first)
        if other != best and shares.get(other, (0.0, 0.0))[0] == shares[best][0]:
            first = "day" if day_first in best else "month"
            return best, f"dates such as {shown[0][:20]} are read with the {first} first"
    return best, ""


def _may_be_written(time_format: str, cells: Sequence[str]) -> bool:
    """Say whether enough cells look like this format, which is much quicker told than whether they can be read."""
    if time_format in COUNTED:
        return False
    looks = _look_of(time_format).fullmatch
    return sum(looks(cell) is not None for cell in cells) >= FEWEST_READ * len(cells)


@functools.cache
def _look_of(time_format: str) -> re.Pattern[str]:
    if time_format == "ISO8601":
        return re.compile(r"\s*[+-]?\d.*", re.DOTALL)
    if time_format in ("quarter", "ISO week"):
        return _QUARTER if time_format == "quarter" else _WEEK
    signs = re.findall(r"%.|.", time_format)
    return re.compile("".join(_LOOKS.get(sign, re.escape(sign)) for sign in signs))


def _share_read(cells: Sequence[str], time_format: str) -> tuple[float, float]:
    """Return the share of cells that the format reads, and of the steps between them that go forward."""
    stamps = times_of(cells, time_format)
    readable = stamps[~np.isnat(stamps)]
    forward = readable[1:] > readable[:-1]
    return len(readable) / len(cells), float(forward.mean()) if len(forward) else 0.0
