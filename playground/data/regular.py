"""Repair of time stamps and values, each repair stated in a sentence.

No value depends on a later one: what is missing repeats the value before it, so that a series cut
at any position is the same as if the rest had never been measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.records import Floats, Ints
from playground.words import counted, named_rows, span_in_words

LARGEST_REPAIRED_SHARE = 0.2
"""Largest share of points that may be filled in, and of rows that may be left out as off the step."""

LARGEST_OFFSET = 0.1
"""How far a time stamp may lie from its place on the regular grid, in steps."""

BEFORE_REPEATED = "the value before repeated"
"""How what is missing is filled, in every sentence on it."""

FIRST_TIME, END_OF_TIME = np.datetime64("1678-01-01"), np.datetime64("2262-04-11")
"""The first whole year, and the end of the last whole day, that 64 bits count in nanoseconds from 1970 on."""

Times = NDArray[np.datetime64]


class Regular(NamedTuple):
    """An evenly spaced series without holes.

    Attributes:
        times: (m,) datetime64[ns] or None, read-only.
        values: (m,) float64 and finite, read-only.
        notes: One plain sentence for each kind of repair.
        filled: (k,) positions whose value repeats the one before.
        extras: Further columns, like `values`.
    """

    times: Times | None
    values: Floats
    notes: tuple[str, ...]
    filled: Ints
    extras: dict[str, Floats]


def regular(
    times: Times | None,
    values: ArrayLike,
    step: np.timedelta64 | None,
    extras: Mapping[str, ArrayLike] | None = None,
    rows: Ints | None = None,
) -> Regular:
    """Return an evenly spaced series without holes, and what was done to make it so.

    Rows are put in time order; of rows for the same step the first with a value is kept; missing
    values and missing steps inside repeat the value before, those at the ends are dropped. Where
    a further column begins later than the values, the series begins there.

    Args:
        times: (n,) time stamps, or None where the rows are the steps.
        values: (n,) numbers; NaN and infinity count as missing.
        step: Distance of two points, or None where the distinct time stamps are the steps (trading
            days, months).
        extras: Further columns, name -> (n,) numbers.
        rows: (n,) what the rows are called in the notes, None to name none.

    Raises:
        ValueError: if fewer than 2 values can be read, or if too much would have to be invented.
    """
    numbers = np.array(values, dtype=np.float64)
    further = {name: np.array(column, dtype=np.float64) for name, column in (extras or {}).items()}
    stamps = None if times is None else np.asarray(times)
    columns = [*further.values(), *([] if stamps is None else [stamps])]
    if numbers.ndim != 1 or any(column.shape != numbers.shape for column in columns):
        raise ValueError("times and values must be columns of one length, got others; choose one column of each")
    if step is not None and step <= np.timedelta64(0, "ns"):
        raise ValueError(f"step must be longer than 0, got {step}; give the distance of two time stamps")
    notes = _Notes(rows)
    order: Ints = np.arange(len(numbers))
    if stamps is not None:
        stamps = as_nanoseconds(stamps)
        order = _in_order(stamps, order, notes)
    slots, order, grid = _on_grid(stamps, numbers, order, step, notes)
    slots, order = _first_of_each(slots, order, numbers, notes)
    _need_two(numbers[order])
    slots, order = _without_missing_ends(slots, order, numbers, notes)
    known = {name: _placed(slots, column[order]) for name, column in further.items()}
    placed, invented = _checked_holes(slots, order, numbers, step, notes)
    start = _common_start(known, len(placed), notes)
    filled = np.flatnonzero(invented[start:])
    times = None if grid is None else grid[slots[0] : slots[-1] + 1] if step is None else _grid(grid, slots, step)
    return Regular(
        None if times is None else _frozen(times[start:]),
        _frozen(_carried_forward(placed)[start:]),
        notes.lines(),
        filled,
        {name: _frozen(_carried_forward(column)[start:]) for name, column in known.items()},
    )


class _Notes:
    """Collects the sentences and names rows where they have names."""

    def __init__(self, rows: Ints | None) -> None:
        self._rows = rows
        self._lines: list[str] = []

    def add(self, line: str, positions: Ints | None = None) -> None:
        """Add a sentence about the rows at some positions."""
        if self._rows is not None and positions is not None:
            line += f" ({named_rows(self._rows[positions])})"
        self._lines.append(line)

    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)


def _need_two(values: Floats) -> None:
    known = int(np.isfinite(values).sum())
    if known < 2:
        raise ValueError(f"a series needs at least 2 numbers, got {known}; check which column holds the values")


def as_nanoseconds(times: Times) -> Times:
    """Return time stamps as datetime64[ns].

    Raises:
        ValueError: if one lies outside what nanoseconds can count.
    """
    readable = times[~np.isnat(times)]
    if ((readable < FIRST_TIME) | (readable >= END_OF_TIME)).any():
        raise ValueError("time stamps must lie between the years 1678 and 2262; correct those that do not")
    return times.astype("datetime64[ns]")


def check_span(stamps: Times) -> None:
    """Check that the distance of any two time stamps can be counted in nanoseconds.

    Raises:
        ValueError: if they lie too far apart.
    """
    if int(stamps.max().astype(np.int64)) - int(stamps.min().astype(np.int64)) >= 2**63:
        first, last = (str(stamp)[:10] for stamp in (stamps.min(), stamps.max()))
        raise ValueError(f"time stamps must lie within 292 years, got {first} to {last}; remove the stray ones")


def _in_order(stamps: Times, order: Ints, notes: _Notes) -> Ints:
    """Return the rows with a readable time stamp in time order."""
    unreadable = np.flatnonzero(np.isnat(stamps))
    if len(unreadable):
        notes.add(f"{counted(len(unreadable), 'row')} without a readable time: left out", unreadable)
        order = np.setdiff1d(order, unreadable)
    readable = stamps[order].astype(np.int64)
    early = order[1:][readable[1:] < np.maximum.accumulate(readable)[:-1]]
    if len(early):
        notes.add("the rows were not in time order: sorted", early)
        order = order[np.argsort(readable, kind="stable")]
    return order


def _on_grid(
    stamps: Times | None, numbers: Floats, order: Ints, step: np.timedelta64 | None, notes: _Notes
) -> tuple[Ints, Ints, Times | None]:
    """Return the grid position of each row that lies on the grid, these rows, and the grid or its origin."""
    if stamps is None:
        return order, order, None
    _need_two(numbers[order])
    ordered = stamps[order]
    if step is None:
        distinct, slots = np.unique(ordered, return_inverse=True)
        return slots, order, distinct
    check_span(ordered)
    origin = ordered[np.isfinite(numbers[order])][:1]
    width = int(step / np.timedelta64(1, "ns"))
    since = (ordered - origin).astype(np.int64)
    slots = (since + width // 2) // width
    offset = np.abs(since - slots * width)
    on = offset <= LARGEST_OFFSET * width
    off = order[~on]
    if len(off) > LARGEST_REPAIRED_SHARE * len(on):
        raise ValueError(
            f"the time stamps must follow one step of {span_in_words(step)}, but {len(off)} of {len(on)} do not; "
            "choose the step that the data has, or resample them first"
        )
    if len(off):
        notes.add(f"{counted(len(off), 'row')} between two steps: left out", off)
    moved = order[on & (offset > 0)]
    if len(moved):
        notes.add(f"{counted(len(moved), 'time stamp')} moved to the nearest step", moved)
    return slots[on], order[on], origin


def _first_of_each(slots: Ints, order: Ints, numbers: Floats, notes: _Notes) -> tuple[Ints, Ints]:
    """Return one row for each position: the first that has a value."""
    ranked = np.lexsort((~np.isfinite(numbers[order]), slots))
    distinct, first = np.unique(slots[ranked], return_index=True)
    repeated = np.delete(order[ranked], first)
    if len(repeated):
        notes.add(f"{counted(len(repeated), 'duplicated time stamp')}: kept the first", repeated)
    return distinct, order[ranked][first]


def _without_missing_ends(slots: Ints, order: Ints, numbers: Floats, notes: _Notes) -> tuple[Ints, Ints]:
    known = np.flatnonzero(np.isfinite(numbers[order]))
    inside = slice(known[0], known[-1] + 1)
    dropped = np.setdiff1d(order, order[inside])
    if len(dropped):
        notes.add(f"{counted(len(dropped), 'missing value')} at the ends: left out", dropped)
    return slots[inside], order[inside]


def _checked_holes(
    slots: Ints, order: Ints, numbers: Floats, step: np.timedelta64 | None, notes: _Notes
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return values with NaN for every position that has none, and where these are."""
    values = numbers[order]
    missing = order[~np.isfinite(values)]
    length = int(slots[-1] - slots[0]) + 1
    invented = length - (len(values) - len(missing))
    if invented > LARGEST_REPAIRED_SHARE * length:
        raise ValueError(
            f"at most {LARGEST_REPAIRED_SHARE:.0%} of the points may be filled in, but {invented} of {length} are "
            "missing; resample to a longer step or choose a stretch with fewer holes"
        )
    if len(missing):
        notes.add(f"{counted(len(missing), 'missing value')}: {BEFORE_REPEATED}", missing)
    if step is not None:
        _note_gaps(np.diff(slots), step, notes)
    placed = _placed(slots, values)
    return placed, ~np.isfinite(placed)


def _note_gaps(strides: Ints, step: np.timedelta64, notes: _Notes) -> None:
    """Describe the holes between rows that are `strides` steps apart."""
    gaps = strides[strides > 1]
    how = f", {BEFORE_REPEATED}"
    if len(gaps) > 4:
        longest = span_in_words(gaps.max() * step)
        points = counted(int((gaps - 1).sum()), "point")
        notes.add(f"{len(gaps)} gaps (the longest {longest}) filled with {points}{how}")
        return
    for gap in gaps:
        notes.add(f"a gap of {span_in_words(gap * step)} filled with {counted(int(gap) - 1, 'point')}{how}")


def _placed(slots: Ints, values: Floats) -> Floats:
    """Return the values at their positions from the first to the last, NaN elsewhere."""
    placed = np.full(int(slots[-1] - slots[0]) + 1, np.nan)
    placed[slots - slots[0]] = np.where(np.isfinite(values), values, np.nan)
    return placed


def _common_start(extras: Mapping[str, Floats], length: int, notes: _Notes) -> int:
    """Return the first position at which every further column has a value, and tell what is filled in them."""
    start = 0
    for name, column in extras.items():
        known = np.isfinite(column)
        first = int(known.argmax()) if known.any() else length
        holes = int((~known[first:]).sum())
        if first + holes > LARGEST_REPAIRED_SHARE * length:
            raise ValueError(
                f"the column {name} may miss at most {LARGEST_REPAIRED_SHARE:.0%} of its values, but {first + holes} "
                f"of {length} are missing; leave it out"
            )
        if holes:
            notes.add(f"{name}: {counted(holes, 'missing value')}, {BEFORE_REPEATED}")
        start = max(start, first)
    if start:
        notes.add(f"the first {counted(start, 'point')} left out, where a further column has no value yet")
    return start


def _carried_forward(values: Floats) -> Floats:
    """Return the values with each NaN replaced by the value before it."""
    last_known = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    return values[last_known]


def _grid(origin: Times, slots: Ints, step: np.timedelta64) -> Times:
    return origin + np.arange(slots[0], slots[-1] + 1) * step.astype("timedelta64[ns]")


def _frozen(array: NDArray) -> NDArray:
    array = array.copy()
    array.flags.writeable = False
    return array
