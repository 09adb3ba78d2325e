"""Repair of time stamps and values, each repair stated in a sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.records import Floats, Ints

LARGEST_REPAIRED_SHARE = 0.2
"""Largest share of points that may be interpolated, and of rows that may be left out as off the step."""

LARGEST_OFFSET = 0.1
"""How far a time stamp may lie from its place on the regular grid, in steps."""

Times = NDArray[np.datetime64]


def regular(
    times: Times | None, values: ArrayLike, step: np.timedelta64 | None
) -> tuple[Times | None, Floats, tuple[str, ...]]:
    """Return an evenly spaced series without holes, and what was done to make it so.

    Rows are put in time order; of rows for the same step the first with a value is kept; missing
    values and missing steps inside are interpolated in a straight line, those at the ends dropped.

    Args:
        times: (n,) time stamps, or None where the rows are the steps.
        values: (n,) numbers; NaN and infinity count as missing.
        step: Distance of two points, or None where the distinct time stamps are the steps (trading
            days, months).

    Returns:
        times (m,) datetime64[ns] or None, values (m,) float64 and finite, both read-only; and notes,
        one plain sentence for each kind of repair.

    Raises:
        ValueError: if fewer than 2 values can be read, or if too much would have to be invented.
    """
    notes: list[str] = []
    numbers: Floats = np.array(values, dtype=np.float64)
    if numbers.ndim != 1 or (times is not None and times.shape != numbers.shape):
        raise ValueError("times and values must be two columns of one length, got others; choose one column of each")
    if step is not None and step <= np.timedelta64(0, "ns"):
        raise ValueError(f"step must be longer than 0, got {step}; give the distance of two time stamps")
    grid: Times | None = None
    if times is None:
        slots: Ints = np.arange(len(numbers))
    else:
        stamps, numbers = _in_order(times, numbers, notes)
        _need_two(numbers)
        origin = stamps[np.isfinite(numbers)][0]
        slots, numbers = _on_grid(stamps, numbers, origin, step, notes)
    slots, numbers = _first_of_each(slots, numbers, notes)
    _need_two(numbers)
    slots, numbers = _without_missing_ends(slots, numbers, notes)
    filled = _filled(slots, numbers, step, notes)
    if times is not None:
        grid = _grid(stamps, origin, step, len(filled))
        grid.flags.writeable = False
    filled.flags.writeable = False
    return grid, filled, tuple(notes)


def _need_two(values: Floats) -> None:
    known = int(np.isfinite(values).sum())
    if known < 2:
        raise ValueError(f"a series needs at least 2 numbers, got {known}; check which column holds the values")


def _in_order(times: Times, values: Floats, notes: list[str]) -> tuple[Times, Floats]:
    """Return the rows with a readable time stamp, as nanoseconds, in time order."""
    stamps = np.asarray(times).astype("datetime64[ns]")
    readable = ~np.isnat(times)
    if (stamps[readable].astype(times.dtype) != times[readable]).any():
        raise ValueError("time stamps must lie between the years 1678 and 2262; correct those that do not")
    if not readable.all():
        notes.append(f"{_count(int((~readable).sum()), 'row')} without a readable time: left out")
        stamps, values = stamps[readable], values[readable]
    if (np.diff(stamps) < np.timedelta64(0)).any():
        notes.append("the rows were not in time order: sorted")
        order = np.argsort(stamps, kind="stable")
        stamps, values = stamps[order], values[order]
    return stamps, values


def _on_grid(
    stamps: Times, values: Floats, origin: np.datetime64, step: np.timedelta64 | None, notes: list[str]
) -> tuple[Ints, Floats]:
    """Return the rows that lie on the grid through `origin`, as grid positions and values."""
    if step is None:
        return np.unique(stamps, return_inverse=True)[1], values
    width = int(step / np.timedelta64(1, "ns"))
    since = (stamps - origin).astype(np.int64)
    slots = (since + width // 2) // width
    offset = np.abs(since - slots * width)
    on = offset <= LARGEST_OFFSET * width
    off = int((~on).sum())
    if off > LARGEST_REPAIRED_SHARE * len(on):
        raise ValueError(
            f"the time stamps must follow one step of {_duration(step)}, but {off} of {len(on)} do not; "
            "choose the step that the data has, or resample them first"
        )
    if off:
        notes.append(f"{_count(off, 'row')} between two steps: left out")
    moved = int((offset[on] > 0).sum())
    if moved:
        notes.append(f"{_count(moved, 'time stamp')} moved to the nearest step")
    return slots[on], values[on]


def _first_of_each(slots: Ints, values: Floats, notes: list[str]) -> tuple[Ints, Floats]:
    """Return one row for each position: the first that has a value."""
    order = np.lexsort((~np.isfinite(values), slots))
    distinct, first = np.unique(slots[order], return_index=True)
    repeated = len(slots) - len(distinct)
    if repeated:
        notes.append(f"{_count(repeated, 'duplicated time stamp')}: kept the first")
    return distinct, values[order][first]


def _without_missing_ends(slots: Ints, values: Floats, notes: list[str]) -> tuple[Ints, Floats]:
    known = np.flatnonzero(np.isfinite(values))
    inside = slice(known[0], known[-1] + 1)
    dropped = len(values) - len(values[inside])
    if dropped:
        notes.append(f"{_count(dropped, 'missing value')} at the ends: left out")
    return slots[inside], values[inside]


def _filled(slots: Ints, values: Floats, step: np.timedelta64 | None, notes: list[str]) -> Floats:
    """Return values for every position from the first to the last, the missing ones interpolated."""
    known = np.isfinite(values)
    length = int(slots[-1] - slots[0]) + 1
    invented = length - int(known.sum())
    if invented > LARGEST_REPAIRED_SHARE * length:
        raise ValueError(
            f"at most {LARGEST_REPAIRED_SHARE:.0%} of the points may be filled in, but {invented} of {length} are "
            "missing; choose a longer step or a stretch with fewer holes"
        )
    missing = len(values) - int(known.sum())
    if missing:
        notes.append(f"{_count(missing, 'missing value')}: interpolated")
    if step is not None:
        notes.extend(_gap_notes(np.diff(slots), step))
    return np.interp(np.arange(slots[0], slots[-1] + 1), slots[known], values[known])


def _gap_notes(strides: Ints, step: np.timedelta64) -> list[str]:
    """Describe the holes between rows that are `strides` steps apart."""
    gaps = strides[strides > 1]
    if len(gaps) > 4:
        points = _count(int((gaps - 1).sum()), "interpolated point")
        return [f"{len(gaps)} gaps (the longest {_duration(gaps.max() * step)}) filled with {points}"]
    return [f"a gap of {_duration(g * step)} filled with {_count(int(g) - 1, 'interpolated point')}" for g in gaps]


def _grid(stamps: Times, origin: np.datetime64, step: np.timedelta64 | None, length: int) -> Times:
    """Return the `length` time stamps from `origin` on."""
    if step is None:
        distinct = np.unique(stamps)
        return distinct[distinct >= origin][:length].copy()
    return origin + np.arange(length) * step.astype("timedelta64[ns]")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _duration(span: np.timedelta64) -> str:
    """Return a time span in its largest whole unit ("12 h")."""
    seconds = span / np.timedelta64(1, "s")
    for unit, size in (("day", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return _count(number, unit) if unit == "day" else f"{number} {unit}"
    return f"{seconds:g} s"
