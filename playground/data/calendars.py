"""Steps that are no fixed span: weekdays, other working weeks, trading hours, and days on which the clock changes."""

from __future__ import annotations

import datetime as dt

import numpy as np

from playground.data.regular import Times
from playground.words import span_in_words

YEAR, MONTH, DAY, HOUR = np.timedelta64(1, "Y"), np.timedelta64(1, "M"), np.timedelta64(1, "D"), np.timedelta64(1, "h")

MONTHS_A_STEP = {"month": 1, "quarter": 3, "year": 12}
"""Months that a step of months is long, by its word."""

FEWEST_WEEKS = 3
"""Weeks from which it can be told that a day of the week is never there."""

WITHIN_A_DAY = 0.98
"""Share of the steps inside trading hours that must be of one length."""

_STEP_WORDS = {"1 s": "second", "1 min": "minute", "1 h": "hour", "1 day": "day", "7 days": "week"}


def step_word(step: np.timedelta64) -> str:
    """Return a step in words ("hour", "30 minutes")."""
    words = span_in_words(step)
    return _STEP_WORDS.get(words, words.replace("min", "minutes").replace(" h", " hours"))


def calendar_of(distinct: Times, step: np.timedelta64) -> tuple[str, str]:
    """Return what a row is a step of where rows are steps of a calendar, and a sentence about it; "" and "" where not.

    Args:
        distinct: (n,) time stamps in order, each once, at least 2.
        step: The most common distance between them.
    """
    if step == DAY:
        return _of_days(distinct)
    if step < DAY:
        return _of_hours(distinct, step)
    return "", ""


def _of_days(distinct: Times) -> tuple[str, str]:
    weekdays = (distinct.astype("datetime64[D]").astype(np.int64) + 3) % 7
    present = np.unique(weekdays)
    strides = np.diff(distinct)
    if (weekdays < 5).all() and (strides == 3 * DAY).mean() > 0.1:
        return "weekday", "there are only weekdays: each row is one step, days without a row are not filled"
    weeks = (distinct[-1] - distinct[0]) / (7 * DAY)
    closed = (strides == (8 - len(present)) * DAY).mean()
    if len(present) in (5, 6) and weeks >= FEWEST_WEEKS and closed > 0.1 and (strides >= DAY).all():
        absent = " and ".join(_DAYS[day] for day in range(7) if day not in present)
        return "working day", f"there is never a {absent}: each row is one step, days without a row are not filled"
    return "", ""


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _of_hours(distinct: Times, step: np.timedelta64) -> tuple[str, str]:
    strides = np.diff(distinct)
    holes = np.flatnonzero(strides != step)
    word = step_word(step)
    if len(holes) and all(is_clock_change(distinct[hole], strides[hole], step) for hole in holes):
        night = np.datetime_as_string(distinct[holes[0]] + step, unit="m").replace("T", " ")
        return word, f"the hour from {night} is missing where clocks go forward that night: it is not filled"
    days = distinct.astype("datetime64[D]")
    same = days[1:] == days[:-1]
    count = len(np.unique(days))
    first = distinct[np.r_[True, ~same]] - np.unique(days)
    opens = np.unique(first, return_counts=True)[1].max() / count
    inside = strides[same]
    if count >= FEWEST_WEEKS and len(inside) and opens > 0.5 and (inside == step).mean() >= WITHIN_A_DAY:
        nights = strides[~same]
        if len(nights) and nights.min() > step and (inside == step).sum() < len(distinct):
            return word, "there are trading hours: each row is one step, nights and days without a row are not filled"
    return "", ""


def is_clock_change(before: np.datetime64, stride: np.timedelta64, step: np.timedelta64) -> bool:
    """Say whether one hour is missing in a night in which clocks go forward: a Sunday in March in Europe or America."""
    if stride != step + HOUR or step > HOUR:
        return False
    gap: dt.datetime = (before + step).astype("datetime64[s]").item()
    sunday = gap.weekday() == 6 and gap.month == 3 and 1 <= gap.hour <= 3
    return sunday and (gap.day >= 25 or 8 <= gap.day <= 14)
