"""Rows that came after a network was trained: checked to go on where its series ended, and put behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

import numpy as np

from playground.config import DataChoice
from playground.data.calendars import MONTHS_A_STEP
from playground.data.limits import MOST_ROWS
from playground.data.reading import TableReading, guess_reading
from playground.data.regular import Times
from playground.data.steps import LARGEST_JITTER
from playground.data.uploads import rows_of
from playground.records import Floats, Ints, Series

SAME = 1e-6
"""Relative difference below which two numbers are the same value, written with other digits."""

MOST_READINGS = 60
"""Ways to read a table that are tried."""

FEWEST_IN_COMMON = 8
"""Rows without times that must be the same at the seam; fewer could be so by chance."""


@dataclass(frozen=True, eq=False)
class Continued:
    """A series with the rows that came since.

    Attributes:
        series: The old rows as they were, then the new ones.
        common: Rows of the table that were known already, and are the same.
        added: Rows that are new.
        gap: Steps between the last known and the first new row that the table says nothing about; their value is
            the one before.
        missing: Further steps among the new rows without a value, filled in the same way.
    """

    series: Series
    common: int
    added: int
    gap: int = 0
    missing: int = 0


class NothingNew(ValueError):
    """The table is of the same series but ends where the run does, or before."""


def open_newer(data: bytes, name: str, old: Series, choice: DataChoice) -> Continued:
    """Read a table and put its new rows behind a series.

    What the table leaves open (which column, how dates and decimals are written, which of several series) is settled
    by the rows that it has in common with the series; where there are none it is refused, never guessed.

    Args:
        data: The file.
        name: Its name.
        old: The series that the network was trained on.
        choice: What the network reads: its further inputs must be in the table.

    Raises:
        ValueError: if the table cannot be read, or does not go on where the series ended.
    """
    first = guess_reading(data, name, extras=())
    lacking = [column for column in choice.extra_inputs if column not in first.columns]
    if lacking:
        raise ValueError(
            f"the network also reads {', '.join(lacking)}, but the table has only {', '.join(first.columns)[:200]}; "
            "add these columns"
        )
    found: list[Continued] = []
    problem: ValueError | None = None
    for reading in _readings(first, choice):
        try:
            found.append(continued(old, *rows_of(data, reading), choice))
        except ValueError as error:
            problem = error if problem is None or isinstance(error, NothingNew) else problem
    if not found:
        raise problem or ValueError("the table has no column of numbers beside what the network also reads; add one")
    best = max(found, key=lambda each: each.common)
    rivals = [each for each in found if each.common == best.common and not _same(each.series, best.series)]
    if rivals:
        raise ValueError(
            "the table could be read in more than one way, and it has no row that the run knows to tell which is "
            "right; give some of the rows before as well"
        )
    return best


def _readings(first: TableReading, choice: DataChoice) -> Iterator[TableReading]:
    """Return every way in which the table can be read, the likely one first."""
    open_fields = {doubt.field: list(doubt.options) for doubt in first.doubts}
    if first.by and not first.pick:
        open_fields["pick"] = list(first.picks)
    values = [first.value, *(name for name in first.columns if name not in (first.value, first.time))]
    open_fields["value"] = [name for name in values if name not in choice.extra_inputs]
    for answers in islice(product(*open_fields.values()), MOST_READINGS):
        fixed = dict(zip(open_fields, answers, strict=True))
        yield first.model_copy(update={**fixed, "extras": choice.extra_inputs})


def _same(one: Series, other: Series) -> bool:
    same_times = one.times is None or other.times is None or np.array_equal(one.times, other.times)
    return same_times and np.array_equal(one.values, other.values)


def continued(old: Series, times: Times | None, columns: dict[str, Floats], choice: DataChoice) -> Continued:
    """Put rows behind a series.

    Args:
        old: The series.
        times: (n,) time stamps of the rows, None where they have none.
        columns: Name -> (n,) values, the one to forecast first; NaN where the table has none.
        choice: What the network reads, for how long a gap may be.

    Raises:
        ValueError: if the rows do not go on where the series ended.
    """
    if (times is None) != (old.times is None):
        has, lacks = ("the run", "the table") if times is None else ("the table", "the run")
        raise ValueError(
            f"{has} has time stamps and {lacks} has none, so the rows cannot be matched; give both or none"
        )
    value, *inputs = columns.values()
    places = _places_without_times(old, value) if times is None else _places(old, times)
    length = len(old.values)
    _check_common(old, places, value, times)
    extent = int(places.max()) + 1 if len(places) else 0
    if extent <= length:
        last = "" if old.times is None else f", {_when(old.times[-1])}"
        raise NothingNew(
            f"the table has no row after the last one that the run knows{last}; give a table with newer rows"
        )
    if extent > MOST_ROWS:
        raise ValueError(
            f"with the new rows there are {extent:,}, at most {MOST_ROWS:,} are possible; train anew on fewer"
        )
    new = np.flatnonzero(places >= length)
    gap = int(places[new].min()) - length
    if gap > choice.window_steps // 2:
        raise ValueError(
            f"between the last row that the run knows and the first new one {gap} steps are missing, more than half of "
            f"the window of {choice.window_steps} that the network reads; give the rows between as well"
        )
    filled = np.setdiff1d(np.arange(length, extent), places[new][np.isfinite(value[new])])
    return Continued(
        series=replace(
            old,
            values=_behind(old.values, places, value, extent),
            times=None if times is None or old.times is None else _times_behind(old, places, times, extent),
            extras={
                name: _behind(old.extras[name], places, column, extent)
                for name, column in zip(list(columns)[1:], inputs, strict=True)
                if name in old.extras
            },
            filled=np.concatenate([old.filled, filled]).astype(np.int64),
        ),
        common=int((places < length).sum() - (places < 0).sum()),
        added=len(new),
        gap=gap,
        missing=len(filled) - gap,
    )


def _check_common(old: Series, places: Ints, value: Floats, times: Times | None) -> None:
    """Refuse rows that say something else of a step than the run learnt from; what was filled there is let pass."""
    here = np.flatnonzero((places >= 0) & (places < len(old.values)) & ~np.isnan(value))
    here = here[~np.isin(places[here], old.filled)]
    known = old.values[places[here]]
    differ = here[np.abs(value[here] - known) > SAME * np.maximum(np.abs(known), np.abs(old.values).max() * 1e-3)]
    if len(differ):
        row = differ[0]
        where = f"row {row + 1}" if times is None else _when(times[row])
        raise ValueError(
            f"the table says {value[row]:g} at {where}, but the run learnt from {old.values[places[row]]:g} there, and "
            f"{len(differ):,} of {len(here):,} rows in common differ; give a table of the same series, or train anew"
        )


def _places(old: Series, times: Times) -> Ints:
    """Return the place of each row on the time axis of the series: from its length on where it is new."""
    assert old.times is not None
    if len(np.unique(times)) < len(times):
        raise ValueError("some times occur more than once in the table; give one row for each step")
    if months := _months(old):
        return (_month_number(times) - _month_number(old.times[:1])) // months
    strides = np.diff(old.times)
    if (strides == strides[0]).all():
        share = (times - old.times[0]) / strides[0]
        places = np.round(share).astype(np.int64)
        off = np.abs(share - places)
        if (off > LARGEST_JITTER).any() or len(np.unique(places)) < len(places):
            raise ValueError(
                f"the run's step is one {old.step}, but the table's rows do not keep it (such as "
                f"{_when(times[int(off.argmax())])}); give a table with the same step"
            )
        return places
    return _places_by_calendar(old, times, strides.max())


def _places_by_calendar(old: Series, times: Times, longest: np.timedelta64) -> Ints:
    """Return the places where steps are those of a calendar with holes: new rows follow each other."""
    assert old.times is not None
    known = times <= old.times[-1]
    places = np.searchsorted(old.times, times)
    inside = known & (times >= old.times[0])
    strange = inside & (old.times[np.minimum(places, len(old.times) - 1)] != times)
    if strange.any():
        raise ValueError(
            f"the table has a row at {_when(times[strange][0])}, where the run's series has none, so its step is "
            "another one; give a table with the same step"
        )
    order = np.argsort(np.argsort(times[~known]))
    later = np.sort(times[~known])
    ends = np.concatenate([old.times[-1:], later])
    wide = np.flatnonzero(np.diff(ends) > longest)
    short = np.diff(later) < np.diff(old.times).min() if len(later) > 1 else np.array([False])
    if len(wide) or short.any():
        at = ends[wide[0] + 1] if len(wide) else later[int(short.argmax()) + 1]
        raise ValueError(
            f"the step to {_when(at)} is unlike any in the run's series (a {old.step} each); give every row since "
            f"{_when(old.times[-1])}, and only those"
        )
    places = np.where(times < old.times[0], -1, places)
    places[~known] = len(old.times) + order
    return places


def _places_without_times(old: Series, value: Floats) -> Ints:
    """Return the places of rows that only their order tells: the table must begin with rows that the run knows."""
    n, count = len(old.values), len(value)
    for common in range(min(n, count), FEWEST_IN_COMMON - 1, -1):
        tail = old.values[n - common :]
        if np.allclose(tail, value[:common], rtol=SAME, atol=SAME * float(np.abs(old.values).max()) * 1e-3):
            return n - common + np.arange(count)
    raise ValueError(
        f"without time stamps the table must begin with rows that the run knows, at least its last {FEWEST_IN_COMMON}; "
        "give them as well"
    )


def _behind(known: Floats, places: Ints, column: Floats, extent: int) -> Floats:
    """Return the known values with the new ones behind them, where there is none the one before."""
    whole = np.concatenate([known, np.full(extent - len(known), np.nan)])
    new = places >= len(known)
    whole[places[new]] = column[new]
    for place in np.flatnonzero(np.isnan(whole)):
        whole[place] = whole[place - 1]
    whole.flags.writeable = False
    return whole


def _times_behind(old: Series, places: Ints, times: Times, extent: int) -> Times:
    """Return the known times with those of the new rows behind them; a step without a row gets its own time."""
    known = old.times
    assert known is not None
    strides = np.diff(known)
    if not _months(old) and (strides == strides[0]).all():
        return known[0] + strides[0] * np.arange(extent)
    whole = np.concatenate([known, np.full(extent - len(known), np.datetime64("NaT", "ns"), dtype=known.dtype)])
    new = places >= len(known)
    whole[places[new]] = times[new]
    for place in np.flatnonzero(np.isnat(whole)):  # of months alone: a calendar with holes has no gaps
        month = whole[place - 1].astype("datetime64[M]") + np.timedelta64(_months(old), "M")
        whole[place] = month.astype("datetime64[D]") + (whole[place - 1] - whole[place - 1].astype("datetime64[M]"))
    return whole


def _months(old: Series) -> int:
    """Return how many months a step of the series is, 0 where it is no step of months."""
    return MONTHS_A_STEP.get(old.step, 0)


def _month_number(times: Times) -> Ints:
    return times.astype("datetime64[M]").astype(np.int64)


def _when(time: np.datetime64) -> str:
    """Return a time as it is read most easily, a midnight as its date."""
    text = np.datetime_as_string(time, unit="s").replace("T", " ")
    return text.removesuffix(" 00:00:00")
