"""The step that rows keep: found, moved to where they nearly keep it, or averaged to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from playground.data.calendars import DAY, MONTHS_A_STEP, calendar_of, step_word
from playground.data.limits import MOST_ROWS
from playground.data.reading import RESAMPLE_WORDS, Resample
from playground.data.regular import LARGEST_OFFSET, LARGEST_REPAIRED_SHARE, Times, check_span
from playground.records import Floats, Ints
from playground.words import counted, span_in_words

_FIXED: dict[Resample, np.timedelta64] = {
    "min": np.timedelta64(1, "m"),
    "15min": np.timedelta64(15, "m"),
    "h": np.timedelta64(1, "h"),
    "D": np.timedelta64(1, "D"),
    "W": np.timedelta64(7, "D"),
}
_MONTHS: dict[Resample, int] = {"MS": 1, "QS": 3, "YS": 12}
_MONTH_WORDS = {months: word for word, months in MONTHS_A_STEP.items()}


LARGEST_JITTER = 0.45
"""How far every stamp may lie from an even grid that has one place for each, in steps."""

Strides = NDArray[np.timedelta64]


class Rows(NamedTuple):
    """Rows on their way to a series: time stamps, columns (the value first), row numbers, step and its name."""

    times: Times | None
    columns: dict[str, Floats]
    rows: Ints | None
    step: np.timedelta64 | None
    word: str


def stepped(times: Times, columns: dict[str, Floats], rows: Ints, lines: list[str]) -> Rows:
    """Find the step that the rows keep.

    Raises:
        ValueError: if there is none.
    """
    distinct = np.unique(times)
    if len(distinct) < 2:
        raise ValueError("the rows must have different times, got one for all; choose another time column or none")
    months = _months_apart(distinct)
    if months:
        return _monthly(times, columns, rows, months, lines)
    check_span(distinct)
    strides: Strides = np.diff(distinct)
    lengths, counts = np.unique(strides, return_counts=True)
    step = lengths[counts.argmax()]
    word, told = calendar_of(distinct, step)
    if word:
        lines.append(told)
        return Rows(times, columns, rows, None, word)
    share = strides / step
    fits = float((np.abs(share - np.round(share)) <= LARGEST_OFFSET).mean())
    usual = counts.max() / len(strides)
    if fits < 1 - LARGEST_REPAIRED_SHARE or usual < LARGEST_REPAIRED_SHARE:
        if (even := _nearly_even(distinct)) is not None:
            moved, step = even
            span = span_in_words(np.abs(moved - distinct).max().astype("m8[ms]"))
            lines.append(f"every time moved to the nearest step of {span_in_words(step)}, by at most {span}")
            return Rows(moved[np.searchsorted(distinct, times)], columns, rows, step, step_word(step))
        raise ValueError(
            f"the time stamps keep no regular step: the most common distance, {span_in_words(step)}, holds for "
            f"{usual:.0%} of them; resample them, for example to averages per hour or per day"
        )
    return Rows(times, columns, rows, step, step_word(step))


def _nearly_even(distinct: Times) -> tuple[Times, np.timedelta64] | None:
    """Return stamps on an even grid that each lies close to, one for each, and its step; None where there is none."""
    since = (distinct - distinct[0]) / np.timedelta64(1, "ns")
    rough = float(np.median(np.diff(since)))
    for digits in (1, 2, 3):
        step = float(f"{rough:.{digits - 1}e}")
        for _ in range(2):  # the second time from the middle of what is off the grid
            off = since - np.round(since / step) * step
            place = np.round((since - np.median(off)) / step)
        if (np.diff(place) >= 1).all() and np.abs(since - place * step).max() <= LARGEST_JITTER * step:
            width = np.timedelta64(round(step), "ns")
            return distinct[0] + place.astype(np.int64) * width, width
    return None


def _months_apart(distinct: Times) -> int:
    """Return 1, 3 or 12 where the stamps keep steps of a month, a quarter or a year, else 0."""
    number: Ints = distinct.astype("datetime64[M]").astype(np.int64)
    strides = number[1:] - number[:-1]
    for months in (12, 3, 1):
        if strides.min() >= months and (strides % months == 0).all() and np.median(strides) == months:
            days = np.diff(distinct)[strides == months] / DAY
            if days.max() - days.min() <= 3 or months > 1:
                return months
    return 0


def _monthly(times: Times, columns: dict[str, Floats], rows: Ints, months: int, lines: list[str]) -> Rows:
    """Add an empty row for each month, quarter or year that has none; it is filled later."""
    number = times.astype("datetime64[M]").astype(np.int64)
    absent = np.setdiff1d(np.arange(number.min(), number.max() + 1, months), number)
    word = _MONTH_WORDS[months]
    if len(absent) > LARGEST_REPAIRED_SHARE * (len(absent) + len(times)):
        raise ValueError(
            f"{len(absent)} {word}s of {len(absent) + len(times)} have no row; "
            "resample to a longer step or choose a stretch with fewer holes"
        )
    if len(absent):
        lines.append(f"{counted(len(absent), word)} without a row, the first {absent[:1].astype('datetime64[M]')[0]}")
    missing = absent.astype("datetime64[M]").astype("datetime64[ns]")
    at = np.searchsorted(times, missing)
    return Rows(
        np.insert(times, at, missing),
        {name: np.insert(column, at, np.nan) for name, column in columns.items()},
        np.insert(rows, at, 0),
        None,
        word,
    )


def resampled(times: Times, columns: dict[str, Floats], rows: Ints, rule: Resample, lines: list[str]) -> Rows:
    """Return averages over buckets of time; an empty bucket is missing."""
    check_span(times)
    every = _FIXED.get(rule, np.timedelta64(28, "D") * _MONTHS.get(rule, 1))
    buckets = int((times.max() - times.min()) / every) + 1
    word = RESAMPLE_WORDS[rule]
    if buckets > MOST_ROWS:
        raise ValueError(
            f"averages per {word} would make {buckets:,} points, at most {MOST_ROWS:,} are possible; choose longer ones"
        )
    frame = pd.DataFrame(columns, index=pd.DatetimeIndex(times)).sort_index()
    mean = frame.resample("W-MON" if rule == "W" else rule, closed="left", label="left").mean()
    lines.append(
        f"{counted(len(times), 'row')} averaged to {counted(len(mean), 'point')}, the mean per {word}; "
        "the first and the last may cover only a part"
    )
    averaged = {name: mean[name].to_numpy(np.float64) for name in columns}
    return Rows(mean.index.to_numpy("datetime64[ns]"), averaged, None, _FIXED.get(rule), word)
