"""What the columns of a table are taken for where its reader has not said it."""

from __future__ import annotations

from typing import Any

from playground.config import MOST_EXTRA_INPUTS
from playground.data.cells import numbers_of, share_of_text, unit_of
from playground.data.counted_times import guess_counted
from playground.data.doubts import Doubt, order_in_doubt, time_in_doubt
from playground.data.roles import (
    MOST_PICKS,
    clock_column,
    joined,
    repeats,
    telling_apart,
    time_parts,
    value_column,
)
from playground.data.suspects import code_for_missing
from playground.data.tables import Table
from playground.data.written_times import guess_time_format, tried

LARGEST_SHARE_OF_TEXT = 0.5
"""A column with more text among its cells than this is not offered as numbers."""


def guess_columns(
    table: Table, guess: dict[str, Any], fixed: dict[str, Any], notes: list[str], unsure: list[Doubt | None]
) -> dict[str, Any]:
    """Choose the columns for time, value and extras that are not fixed.

    Args:
        table: The first rows.
        guess: Fields of the reading that are chosen already; `decimal` is among them.
        fixed: Those that are known.
        notes: Takes sentences on what could also be read otherwise.
        unsure: Takes what is left open.

    Raises:
        ValueError: if no column holds values.
    """
    found = _guess_time(table, fixed, notes, unsure)
    taken = {found["time"], *found["time_more"]}
    times = times_written(table, found["time"], found["time_more"])
    by = fixed.get(
        "by", telling_apart(table.columns, times, tuple(taken), fixed.get("pick", "")) if repeats(times) else ""
    )
    found["by"] = by
    found["picks"] = tuple(dict.fromkeys(table.columns[by]))[:MOST_PICKS] if by in table.columns else ()
    numeric = [
        name
        for name, cells in table.columns.items()
        if name not in taken and name != by and share_of_text(cells, guess["decimal"]) < LARGEST_SHARE_OF_TEXT
    ]
    if not numeric and "value" not in fixed:
        columns = ", ".join(table.columns)
        raise ValueError(f"no column of the table holds numbers ({columns[:100]}); check delimiter and decimal sign")
    of_turned = numeric[-1] if table.turned else ""
    found["value"] = fixed.get("value") or of_turned or value_column(table.columns, numeric, guess["decimal"])
    if not found["value"]:
        raise ValueError(
            f"no column of the table holds values: {', '.join(numeric)[:100]} only counts or names its rows"
        )
    if found["value"] in table.columns:
        cells = table.columns[found["value"]]
        found["code"] = code_for_missing(numbers_of(found["value"], cells, guess["decimal"], table.rows)[0])
    others = tuple(name for name in numeric if name != found["value"])
    if "unit" not in fixed:
        cells = table.columns.get(found["value"], [])
        found["unit"] = unit_of(cells, guess["decimal"]) or table.units.get(found["value"], "")
    found["extras"] = fixed.get("extras", others[:MOST_EXTRA_INPUTS])
    return found


def _guess_time(table: Table, fixed: dict[str, Any], notes: list[str], unsure: list[Doubt | None]) -> dict[str, Any]:
    """Choose the columns of the time, and how it is written."""
    found: dict[str, Any] = {"time": "", "time_more": (), "time_format": "ISO8601"}
    parts = time_parts(table.columns) if "time" not in fixed else ()
    if parts:
        form, _ = guess_time_format(" ".join(parts), joined(table.columns, parts))
        if form:
            found = {"time": parts[0], "time_more": parts[1:], "time_format": form}
    for name, cells in table.columns.items():
        if found["time"] or ("time" in fixed and name != fixed["time"]):
            continue
        form, note = guess_time_format(name, cells)
        if form:
            found = {"time": name, "time_more": (), "time_format": form}
        if note and "time_format" not in fixed:
            notes.append(note)
            unsure.append(order_in_doubt(name, form, tried(cells)[0]))
    if not found["time"] and "time" not in fixed:
        found |= _counted_time(table, notes)
        unsure.append(None if found["time"] else time_in_doubt(table.columns))
    clock = clock_column(table.columns, found["time"]) if found["time"] and not found["time_more"] else ""
    if clock and "time_more" not in fixed and repeats(table.columns[found["time"]]):
        form, _ = guess_time_format(found["time"], joined(table.columns, (found["time"], clock)))
        if form:
            found |= {"time_more": (clock,), "time_format": form}
    found |= {key: fixed[key] for key in ("time", "time_more", "time_format") if key in fixed}
    if found["time_more"]:
        notes.append(f"The time is read from {', '.join((found['time'], *found['time_more']))}.")
    return found


def _counted_time(table: Table, notes: list[str]) -> dict[str, Any]:
    """Return the column that counts time although its name does not say so, nothing for none."""
    for name, cells in table.columns.items():
        form = guess_counted(name, tried(cells), by_size_alone=True)
        if form:
            how = "dates without signs" if form == "ISO8601" else f"times counted since 1970 ({form.split()[1]})"
            notes.append(f"The numbers of {name} are taken as {how}.")
            return {"time": name, "time_format": form}
    return {}


def times_written(table: Table, time: str, more: tuple[str, ...]) -> list[str]:
    """Return the cells of the time, put together where it stands in several columns; none for no time.

    Raises:
        ValueError: if the table has no such column.
    """
    if not time:
        return []
    for name in (time, *more):
        if name not in table.columns:
            raise ValueError(
                f"the table has no column {name!r}; choose one of {', '.join(table.columns)[:200]}, or none"
            )
    return joined(table.columns, (time, *more)) if more else list(table.columns[time])
