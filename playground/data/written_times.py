"""Text cells to time stamps, whatever the way they are written, and which way that is."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from playground.data.cells import MISSING, may_be_number
from playground.data.counted_times import COUNTED, counted_times, guess_counted
from playground.data.months import in_english
from playground.data.regular import Times

_DATES = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%b %Y",
    "%B %Y", "%Y年%m月%d日", "%Y年%m月",
)  # fmt: skip
_ISO_DATES = ("%Y-%m-%d", "%Y%m%d")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H.%M", " %H.%M.%S")
_PARTS = ("%Y %m", "%Y %m %d", "%Y %m %d %H", "%Y %m %d %H %M")

TIME_FORMATS: tuple[str, ...] = (
    "ISO8601",
    *(date + clock for clock, date in itertools.product(_CLOCKS, _DATES)),
    *(date + clock for clock, date in itertools.product(_CLOCKS[1:], _ISO_DATES)),
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

FEWEST_EVEN = 13
"""Dates whose steps tell whether day or month come first; so many days in a row have one beyond the twelfth."""

EVEN, CLEARLY_MORE_EVEN = 0.97, 0.02
"""Share of equal steps of dates that decides whether day or month come first, and by how much it must be larger."""

FEWEST_READ = 0.8
"""Share of its cells that a column of time stamps must have readable."""

CELLS_TRIED = 300
"""Cells of a column from which its time format is guessed."""

LONGEST_TIME = 64
"""Letters beyond which a cell is no time stamp."""

COLUMNS_REMEMBERED = 128
"""Columns whose guess is kept: a table is opened anew for each correction of how it is read."""

_AMBIGUOUS = {"%d/%m": "%m/%d", "%d-%m": "%m-%d"}


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
        written = written.map(lambda cell: in_english(cell, full="%B" in time_format), na_action="ignore")
    late = _MIDNIGHT_HOUR if time_format.endswith("%H") else _MIDNIGHT
    ends = np.array([isinstance(cell, str) and late.search(cell) is not None for cell in written], dtype=bool)
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
            read = {form: times_of(shown, form) for form in (best, other)}
            even = {form: _share_of_usual_steps(stamps) for form, stamps in read.items()}
            most, least = sorted(even, key=lambda form: -even[form])
            settled = [form for form, stamps in read.items() if _on_one_day(stamps)]
            if len(shown) < FEWEST_EVEN:
                settled = []
            elif even[most] > EVEN and even[most] - even[least] > CLEARLY_MORE_EVEN:
                settled = [most]
            if len(settled) == 1 or np.array_equal(read[best], read[other]):
                return (settled or [best])[0], ""
            first = "day" if day_first in best else "month"
            return best, f"dates such as {shown[0][:20]} are read with the {first} first"
    return best, ""


def _on_one_day(stamps: Times) -> bool:
    """Say whether all time stamps lie on the same day of their months, in more than one month."""
    days = stamps.astype("M8[D]")
    months = days.astype("M8[M]")
    return len(np.unique(days - months.astype("M8[D]"))) == 1 and len(np.unique(months.astype(np.int64) % 12)) > 1


def _share_of_usual_steps(stamps: Times) -> float:
    strides = np.diff(stamps[~np.isnat(stamps)]).astype(np.int64)
    return float(np.unique(strides, return_counts=True)[1].max() / len(strides)) if len(strides) else 0.0


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
