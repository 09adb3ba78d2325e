"""Tables with a column for each year, month, weekday or hour, turned so that every row has one time and one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from playground.data.cells import MISSING, may_be_number
from playground.data.months import NUMBERS, plain_word
from playground.data.regular import Times
from playground.data.written_times import FEWEST_READ, TIME_FORMATS, guess_time_format, times_of
from playground.records import Ints

FEWEST_COLUMNS = 8
"""Columns named by years or dates before a table is taken to have one for each time."""

LOOKED_AT = 1000
"""Rows that tell what a table is."""

FEWEST_WEEKDAYS = 5

_DAYS = """
monday tuesday wednesday thursday friday saturday sunday
mon tue wed thu fri sat sun
mo tu we th fr sa su
montag dienstag mittwoch donnerstag freitag samstag sonntag
mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche
lun mar mer jeu ven sam dim
lunes martes miércoles jueves viernes sábado domingo
lun mar mié jue vie sáb dom
lunedì martedì mercoledì giovedì venerdì sabato domenica
lun mar mer gio ven sab dom
segunda terça quarta quinta sexta sábado domingo
seg ter qua qui sex sáb dom
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
ma di wo do vr za zo
"""
_WEEKS = [line.split() for line in _DAYS.strip().splitlines()]

_YEAR = re.compile(r"[A-Za-z]{0,2}((?:1[5-9]|2[0-2])\d\d)(?: ?\[YR\1\])?")
_HOUR = re.compile(r"(?:h|hr|hour|he|stunde|heure|hora)? ?_?(\d{1,2})(?: ?h)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?(?: ?- ?\d{1,2}:\d{2})?")

Column = list[str]


@dataclass(frozen=True, eq=False)
class Turned:
    """A turned table.

    Attributes:
        names: What its columns are called: those that were there for each row, then the time and "value".
        columns: Their cells.
        rows: (n,) number of the row of the file that each row was part of.
        note: What was turned, in one sentence.
    """

    names: list[str]
    columns: list[Column]
    rows: Ints
    note: str


@dataclass(frozen=True, eq=False)
class _Wide:
    """What a table has a column for.

    Attributes:
        word: Of each, such as "year".
        across: Positions of these columns.
        key: Position of the column that each row's time begins with, None for none.
        times: The times of one row, from the cell of its key.
    """

    word: str
    across: Sequence[int]
    key: int | None
    times: Callable[[str], list[str]]


def turned(names: Sequence[str], columns: Sequence[Column], rows: Ints) -> Turned | None:
    """Return a table turned, None where its columns are no times.

    Args:
        names: What its columns are called in the file.
        columns: Their cells.
        rows: (n,) numbers of the rows.
    """
    wide = next(filter(None, (find(names, columns) for find in (_by_time, _by_month, _by_weekday, _by_hour))), None)
    if wide is None:
        return None
    kept = [k for k in range(len(names)) if k not in wide.across and k != wide.key]
    count = len(wide.across)
    keys = columns[wide.key] if wide.key is not None else [""] * len(rows)
    times = [time for key in keys for time in wide.times(key)]
    values = [columns[k][row] for row in range(len(rows)) for k in wide.across]
    repeated = [[cell for cell in columns[k] for _ in range(count)] for k in kept]
    first, last = names[wide.across[0]], names[wide.across[-1]]
    return Turned(
        [*(names[k] for k in kept), wide.word, "value"],
        [*repeated, times, values],
        np.repeat(rows, count),
        f"The table has a column for each {wide.word} ({first} to {last}): each row is read as {count} values in turn.",
    )


def name_times(names: Sequence[str]) -> bool:
    """Say whether a line names columns by times, although it looks like a row of numbers."""
    found = (_years(names)[0], _dates(names)[0], _hours(names)[0])
    return any(found) or _months_start(names) is not None


def _by_time(names: Sequence[str], columns: Sequence[Column]) -> _Wide | None:
    """Find columns named by years, quarters, months or dates."""
    across, years = _years(names)
    if across and _hold_numbers(columns, across):
        month = next((k for k in range(len(names)) if k not in across and _are_months(columns[k])), None)
        if month is None:
            return _Wide("year", across, None, lambda _: years)
        return _Wide("month", across, month, lambda cell: [f"{year}-{_month(cell):02d}" for year in years])
    across, stamps, form = _dates(names)
    if not across or not _hold_numbers(columns, across):
        return None
    months = stamps[:2].astype("M8[M]")
    word = "quarter" if form == "quarter" else "date" if months[0] == months[1] else "month"
    said = [str(stamp)[: 16 if (stamps.astype("M8[D]") != stamps).any() else 10] for stamp in stamps]
    return _Wide(word, across, None, lambda _: said)


def _years(names: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the longest run of columns named by years that only grow or only fall, and these years; none for none."""
    years = [found[1] if (found := _YEAR.fullmatch(name.strip())) else "" for name in names]
    across = _longest_run(list(map(bool, years)))
    if len(across) < FEWEST_COLUMNS or not _grow([int(years[k]) for k in across]):
        return [], []
    return across, [years[k] for k in across]


def _dates(names: Sequence[str]) -> tuple[list[int], Times, str]:
    """Return the longest run of columns named by dates that only grow or only fall, these and their format."""
    none: tuple[list[int], Times, str] = [], np.array([], dtype="M8[ns]"), ""
    across = _longest_run([re.search(r"\d", name) is not None and len(name) <= 40 for name in names])
    if len(across) < FEWEST_COLUMNS:
        return none
    form, _ = guess_time_format("date", [names[k].strip() for k in across])
    if not form or form in ("Excel days", "unix s", "unix ms"):
        return none
    stamps = times_of([name.strip() for name in names], form)
    across = _longest_run(list(map(bool, ~np.isnat(stamps))))
    grow = len(across) >= FEWEST_COLUMNS and _grow(list(stamps[across].astype(np.int64)))
    return (across, stamps[across], form) if grow else none


def _by_month(names: Sequence[str], columns: Sequence[Column]) -> _Wide | None:
    """Find twelve columns named by months beside one of years."""
    start = _months_start(names)
    if start is None:
        return None
    across = list(range(start, start + 12))
    key = next((k for k in range(len(names)) if k not in across and _are_years(columns[k])), None)
    if key is None or not _hold_numbers(columns, across):
        return None
    return _Wide("month", across, key, lambda cell: [f"{_whole(cell)}-{month:02d}" for month in range(1, 13)])


def _months_start(names: Sequence[str]) -> int | None:
    """Return the first of twelve columns that are named by the months or their numbers, None for none."""
    months = [NUMBERS.get(plain_word(name.strip()), 0) for name in names]
    for k in range(len(names) - 11):
        if months[k : k + 12] == list(range(1, 13)) or _numbered(names[k : k + 12], range(1, 13)):
            return k
    return None


def _by_weekday(names: Sequence[str], columns: Sequence[Column]) -> _Wide | None:
    """Find columns named by weekdays in their order, beside one of the dates on which these weeks begin or end."""
    plain = [plain_word(name.strip()) for name in names]
    for week in _WEEKS:
        days = [week.index(word) if word in week else -1 for word in plain]
        across = _longest_run([day >= 0 for day in days])
        order = [days[k] for k in across]
        follow = all((after - before) % 7 == 1 for before, after in pairwise(order))
        if not (FEWEST_WEEKDAYS <= len(across) <= 7 and follow and _hold_numbers(columns, across)):
            continue
        for key in (k for k in range(len(names)) if k not in across):
            guess, _ = guess_time_format(names[key], columns[key])
            for form in dict.fromkeys((guess, *_OTHER_WAY.get(guess, ()))) if guess else ():
                stamps = times_of(columns[key], form).astype("M8[D]")
                given = stamps[~np.isnat(stamps)]
                on = (given.astype(np.int64) + 3) % 7  # 1970 began on a Thursday
                for place in (0, len(across) - 1):
                    if len(given) and (on == order[place]).mean() >= FEWEST_READ:
                        offsets = np.arange(len(across)) - place
                        return _Wide("weekday", across, key, _days_around(form, offsets))
    return None


def _days_around(form: str, offsets: Ints) -> Callable[[str], list[str]]:
    def times(cell: str) -> list[str]:
        (day,) = times_of([cell], form).astype("M8[D]")
        return [""] * len(offsets) if np.isnat(day) else [str(one) for one in day + offsets]

    return times


def _by_hour(names: Sequence[str], columns: Sequence[Column]) -> _Wide | None:
    """Find columns for all hours of a day, or parts of one, beside one of dates."""
    across, said = _hours(names)
    if not across or not _hold_numbers(columns, across):
        return None
    for key in (k for k in range(len(names)) if k not in across):
        if guess_time_format(names[key], columns[key])[0]:
            return _Wide("hour", across, key, lambda cell: [f"{cell} {clock}" if cell else "" for clock in said])
    return None


def _hours(names: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the columns named by the times of a day, all of them in equal steps, and these times; none for none."""
    clocks = [_CLOCK.fullmatch(name.strip()) for name in names]
    across = _longest_run([clock is not None for clock in clocks])
    said = [f"{int(clock[1]):02d}:{clock[2]}" for k in across if (clock := clocks[k])]
    minutes = [60 * int(word[:2]) + int(word[3:]) for word in said]
    strides = {after - before for before, after in pairwise(minutes)}
    if len(across) >= 24 and len(strides) == 1 and len(across) * min(strides) == 1440:
        return across, said
    hours = [found[1] if (found := _HOUR.fullmatch(name.strip())) else "" for name in names]
    for k in range(len(names) - 23):
        if any(_numbered(hours[k : k + 24], range(first, first + 24)) for first in (0, 1)):
            return list(range(k, k + 24)), [f"{int(hour):02d}:00" for hour in hours[k : k + 24]]
    return [], []


def _other_ways() -> dict[str, tuple[str, ...]]:
    """Return for each format with day and month as numbers that with them the other way round."""
    ways: dict[str, tuple[str, ...]] = {}
    for form in TIME_FORMATS:
        swapped = form.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m")
        if swapped != form and swapped in TIME_FORMATS:
            ways[form] = (swapped,)
    return ways


_OTHER_WAY = _other_ways()


def _longest_run(marks: Sequence[bool]) -> list[int]:
    """Return the positions of the longest run of marks."""
    best: list[int] = []
    run: list[int] = []
    for k, mark in enumerate(marks):
        run = [*run, k] if mark else []
        best = max(best, run, key=len)
    return best


def _grow(numbers: Sequence[int]) -> bool:
    """Say whether numbers only grow or only fall."""
    strides = np.diff(np.array(numbers, dtype=np.int64))
    return bool((strides > 0).all() or (strides < 0).all())


def _numbered(words: Sequence[str], numbers: range) -> bool:
    return len(words) == len(numbers) and all(
        w.strip().isdecimal() and int(w) == n for w, n in zip(words, numbers, strict=True)
    )


def _hold_numbers(columns: Sequence[Column], across: Sequence[int]) -> bool:
    given = [cell for k in across for cell in columns[k][:LOOKED_AT] if cell.lower() not in MISSING]
    return bool(given) and 2 * sum(map(may_be_number, given)) >= len(given)


def _are_years(cells: Column) -> bool:
    given = [_whole(cell) for cell in cells[:LOOKED_AT] if cell.lower() not in MISSING]
    return bool(given) and all(re.fullmatch(r"(1[5-9]|2[0-2])\d\d", cell) for cell in given)


def _are_months(cells: Column) -> bool:
    given = [_month(cell) for cell in cells[:LOOKED_AT] if cell.lower() not in MISSING]
    return 2 <= len(given) <= 12 and all(given) and len(set(given)) == len(given)


def _month(cell: str) -> int:
    """Return the number of a month from its name or number, 0 for none."""
    word = plain_word(cell.strip())
    return int(word) if word.isdecimal() and 1 <= int(word) <= 12 else NUMBERS.get(word, 0)


def _whole(cell: str) -> str:
    return cell.strip().removesuffix(".0")
