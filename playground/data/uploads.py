"""A learner's table to a series, with a report that names every row that was changed, left out or filled."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from playground.data.cells import numbers_of
from playground.data.columns import times_written
from playground.data.counted_times import ELAPSED
from playground.data.oddities import (
    SEASONS,
    Jump,
    Outliers,
    filled_by_season,
    jumps_of,
    levelled,
    outliers_of,
    told_jump,
    told_outliers,
)
from playground.data.reading import MEAN, SUM, TableReading, table_of
from playground.data.regular import BEFORE_REPEATED, Regular, Times, as_nanoseconds, regular
from playground.data.roles import REPEATED_SHARE
from playground.data.steps import Rows, resampled, stepped
from playground.data.suspects import code_for_missing
from playground.data.tables import Table
from playground.data.written_times import times_of
from playground.records import Floats, Ints, Series
from playground.words import capitalised, counted, named_rows

FEWEST_POINTS = 60
"""Fewest measured points that a series needs."""

Report = tuple[str, ...]


class Made(NamedTuple):
    """A series made of a table.

    Attributes:
        series: The series.
        report: Sentences on its making.
        outliers: Single values far outside that stand in the table, None for none; they may be repaired.
        jumps: Changes of the level by a round factor there; they may be repaired.
    """

    series: Series
    report: Report
    outliers: Outliers | None
    jumps: tuple[Jump, ...]


def make_series(data: bytes, reading: TableReading) -> tuple[Series, Report]:
    """Return the series in a table and the report on its making; see `make`."""
    made = make(data, reading)
    return made.series, made.report


def make(data: bytes, reading: TableReading) -> Made:
    """Return the series in a table, the report on its making, and what in it may be a mistake.

    Raises:
        ValueError: if the table cannot be read, its steps are irregular and no resampling is chosen,
            or it has too few numbers or only one value.
    """
    table = table_of(data, reading)
    lines = list(table.notes)
    table = _picked(table, reading, lines)
    columns = _columns(table, reading, lines)
    times, columns, rows = _with_times(table, reading, columns, lines)
    if reading.resample and times is None:
        raise ValueError("resampling needs a column of time stamps; choose one, or leave the rows as they are")
    if times is None:
        found = Rows(None, columns, rows, None, "step")
    elif reading.resample:
        found = resampled(times, columns, rows, reading.resample, lines)
    else:
        found = stepped(times, columns, rows, lines)
    extras = {name: found.columns[name] for name in reading.extras}
    regular_one = regular(found.times, found.columns[reading.value], found.step, extras, found.rows)
    if reading.time_format in ELAPSED:
        regular_one = regular_one._replace(times=None)
    lines += regular_one.notes
    outliers = outliers_of(regular_one.values)
    if outliers is not None:
        regular_one = _without(regular_one, outliers, reading, lines)
    jumps = jumps_of(regular_one.values)
    values, filled = _repaired(regular_one, jumps, reading, found.word, lines)
    _check_worth(values, len(values) - len(filled), reading.value)
    report = (*lines, f"{counted(len(table.rows), 'row')} of the table made {counted(len(values), 'point')}")
    series = Series(
        name="own",
        title=reading.title,
        unit=reading.unit,
        values=values,
        times=regular_one.times,
        step=found.word,
        source="Your own data",
        licence="Yours; kept on this server for a day",
        notes=report,
        extras=regular_one.extras,
        filled=filled,
    )
    return Made(series, report, outliers, jumps)


def rows_of(data: bytes, reading: TableReading) -> tuple[Times | None, dict[str, Floats]]:
    """Return time stamps (n,), None where there are none, and columns (n,), the value first, as a table has them.

    Raises:
        ValueError: if the table cannot be read.
    """
    table = _picked(table_of(data, reading), reading, [])
    times, columns, _ = _with_times(table, reading, _columns(table, reading, []), [])
    return times, columns


def _without(made: Regular, outliers: Outliers, reading: TableReading, lines: list[str]) -> Regular:
    """Point out single values far outside; return the series without them where the reader takes them as missing.

    The series then begins at the first other value, because before it there is none that could be repeated.
    """
    repaired = reading.outliers == "missing"
    lines.append(f"{told_outliers(outliers, made.times)}: {'taken as a missing value' if repaired else 'it stays'}")
    if not repaired:
        return made
    first = next(place for place in range(len(made.values)) if place not in outliers.positions)
    values = made.values.copy()
    for place in outliers.positions[outliers.positions > first]:
        values[place] = values[place - 1]
    filled = np.union1d(made.filled, outliers.positions)
    return made._replace(
        times=None if made.times is None else made.times[first:],
        values=values[first:],
        filled=filled[filled >= first] - first,
        extras={name: column[first:] for name, column in made.extras.items()},
    )


def _repaired(
    made: Regular, jumps: tuple[Jump, ...], reading: TableReading, step: str, lines: list[str]
) -> tuple[Floats, Ints]:
    """Return the values and the positions of those not measured after the repairs that the reader has taken.

    What is not repaired is pointed out.
    """
    values, filled = made.values.copy(), made.filled
    for jump in jumps:
        what = "what comes before is brought to the new level" if reading.jumps == "level" else "it stays"
        lines.append(f"{told_jump(jump, made.times)} {capitalised(what)}")
    if reading.jumps == "level":
        values = levelled(values, jumps)
    season = SEASONS.get(step, 0)
    if reading.gaps == "season" and len(filled):
        if not season:
            raise ValueError(f"a {step} has no season by nature; let missing values repeat the value before")
        values = filled_by_season(values, filled, season)
        others = tuple(f"{name}: " for name in reading.extras)
        how = f"the value of {season} steps before repeated, as far as there is one"
        lines[:] = [line if line.startswith(others) else line.replace(BEFORE_REPEATED, how) for line in lines]
    if len(filled):
        lines.append(f"{len(filled):,} of {len(values):,} points ({len(filled) / len(values):.1%}) were not measured")
    values.flags.writeable = False
    return values, filled


def _columns(table: Table, reading: TableReading, lines: list[str]) -> dict[str, Floats]:
    """Return the chosen columns as numbers, the value first."""
    chosen = (reading.value, *reading.extras)
    if len({reading.time, *chosen}) < 1 + len(chosen):
        raise ValueError("time, value and further columns must be different ones; choose each column once")
    columns = {}
    for name in chosen:
        if name not in table.columns:
            raise ValueError(f"the table has no column {name!r}; choose one of {', '.join(table.columns)[:200]}")
        columns[name], notes = numbers_of(name, table.columns[name], reading.decimal, table.rows)
        lines += notes
        columns[name] = _without_code(columns[name], name, table, reading, lines)
    return columns


def _without_code(values: Floats, name: str, table: Table, reading: TableReading, lines: list[str]) -> Floats:
    """Return the values without what the reader says is a code for "no value"; point out what may be one.

    What the reader says of the value holds for further columns where it stands apart in them, too.
    """
    likely = code_for_missing(values)
    sure = reading.missing if name == reading.value or reading.missing == likely else None
    code = likely if sure is None else sure
    found = np.flatnonzero(values == code)
    if not len(found):
        return values
    where = f"{code:g} stands in {counted(len(found), 'row')} of {name} ({named_rows(table.rows[found])})"
    if sure is None:
        lines.append(f"{where}, far from all other values: a code for a missing value? It is taken as it stands")
        return values
    lines.append(f"{where} and is taken as a missing value")
    return np.where(values == code, np.nan, values)


def _with_times(
    table: Table, reading: TableReading, columns: dict[str, Floats], lines: list[str]
) -> tuple[Times | None, dict[str, Floats], Ints]:
    """Return time stamps, columns and row numbers of the rows whose time can be read."""
    if not reading.time:
        return None, columns, table.rows
    cells = times_written(table, reading.time, reading.time_more)
    times = as_nanoseconds(times_of(cells, reading.time_format))
    readable = ~np.isnat(times)
    if not readable.any():
        raise ValueError(
            f"no cell of {reading.time} could be read as a time written as {reading.time_format} (the first is "
            f"{cells[0][:20]!r}); choose another format, another column or none"
        )
    if not readable.all():
        wrong = np.flatnonzero(~readable)
        lines.append(
            f"{counted(len(wrong), 'row')} without a readable time, such as {cells[wrong[0]][:20]!r}: left out "
            f"({named_rows(table.rows[wrong])})"
        )
    times, columns, rows = times[readable], {n: column[readable] for n, column in columns.items()}, table.rows[readable]
    if reading.by and reading.pick in (SUM, MEAN):
        return _together(times, columns, reading, lines)
    distinct = len(np.unique(times))
    if not reading.resample and 1 < distinct < (1 - REPEATED_SHARE) * len(times):
        raise ValueError(
            f"most times occur more than once ({len(times):,} rows have {distinct:,} different times), so the table "
            "holds several series, and no column tells them apart; keep the rows of one, or average over a step"
        )
    return times, columns, rows


def _picked(table: Table, reading: TableReading, lines: list[str]) -> Table:
    """Return the rows of the series that is meant, where a table has several.

    Raises:
        ValueError: if that is an open question, or there is no such series.
    """
    if not reading.by or reading.pick in (SUM, MEAN):
        return table
    names = ", ".join(reading.picks[:8]) + (" …" if len(reading.picks) > 8 else "")
    if not reading.pick:
        raise ValueError(
            f"the table holds several series, one for each value of {reading.by} ({names}); choose one of them, or "
            "their sum or mean"
        )
    if reading.by not in table.columns:
        raise ValueError(f"the table has no column {reading.by!r}; choose one of {', '.join(table.columns)[:200]}")
    chosen = np.flatnonzero([cell == reading.pick for cell in table.columns[reading.by]])
    if not len(chosen):
        raise ValueError(f"no row has {reading.pick[:40]!r} in {reading.by}; it has {names}")
    others = len(table.rows) - len(chosen)
    lines.append(f"{counted(others, 'row')} of other values of {reading.by} than {reading.pick}: left out")
    columns = {name: [cells[row] for row in chosen] for name, cells in table.columns.items()}
    return replace(table, columns=columns, rows=table.rows[chosen])


def _together(
    times: Times, columns: dict[str, Floats], reading: TableReading, lines: list[str]
) -> tuple[Times, dict[str, Floats], Ints]:
    """Return the sum or the mean over all series at each time that has a value of every one."""
    frame = pd.DataFrame(columns)
    kinds = len(reading.picks)
    grouped = frame.groupby(times)
    whole = grouped[reading.value].count() == kinds
    made = grouped.sum(min_count=kinds) if reading.pick == SUM else grouped.mean()
    word = "sum" if reading.pick == SUM else "mean"
    lines.append(f"the {word} over the {kinds} values of {reading.by} at each of {counted(len(made), 'time')}")
    if not whole.all():
        lines.append(
            f"{counted(int((~whole).sum()), 'time')} without a value of each of them, the first "
            f"{np.datetime_as_string(whole.index.to_numpy('datetime64[s]')[~whole.to_numpy()][0])}: taken as missing"
        )
        made[~whole] = np.nan
    stamps = made.index.to_numpy("datetime64[ns]")
    return stamps, {name: made[name].to_numpy(np.float64) for name in columns}, np.zeros(len(made), dtype=np.int64)


def _check_worth(values: Floats, measured: int, name: str) -> None:
    if measured < FEWEST_POINTS:
        raise ValueError(
            f"a series needs at least {FEWEST_POINTS} usable rows, got {measured}; choose a longer table, "
            "another column or a shorter step"
        )
    if values.min() == values.max():
        raise ValueError(f"nothing to learn: every value of {name} is {values[0]:g}; choose another column")
