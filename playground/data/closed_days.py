"""On which days there will be no row: days of the week that never have one, and holidays that the past shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries.holiday import (
    AbstractHolidayCalendar,
    GoodFriday,
    Holiday,
    USLaborDay,
    USMemorialDay,
    USPresidentsDay,
    USThanksgivingDay,
    nearest_workday,
    sunday_to_monday,
)

from playground.data.calendars import DAY, MONTH, YEAR
from playground.records import Ints

Days = NDArray[np.datetime64]
Closed = Literal["none", "US exchange", "by the past"]

FEWEST_SEEN = 3
"""Holidays that the past must cover before it can show that they are kept."""

KEPT = 0.9
"""Share of the holidays of an exchange that a series which keeps them has no row for."""

EASTER_DAYS = 60
"""Feasts that move with Easter lie within so many days of it, and so in its year."""

NONE = -1000


_THIRD_MONDAY = pd.offsets.WeekOfMonth(week=2, weekday=0)


class _Exchange(AbstractHolidayCalendar):
    """Full holidays of the stock exchanges in New York, by rule; days of mourning and storms follow none."""

    rules = [  # noqa: RUF012, pandas wants a list
        Holiday("New Year", month=1, day=1, observance=sunday_to_monday),
        Holiday(
            "Martin Luther King",
            month=1,
            day=1,
            offset=pd.offsets.WeekOfMonth(week=2, weekday=0),
            start_date="1998-01-01",
        ),
        USPresidentsDay,
        GoodFriday,
        USMemorialDay,
        Holiday("Juneteenth", month=6, day=19, observance=nearest_workday, start_date="2022-01-01"),
        Holiday("Independence", month=7, day=4, observance=nearest_workday),
        USLaborDay,
        USThanksgivingDay,
        Holiday("Christmas", month=12, day=25, observance=nearest_workday),
    ]


class Opening(NamedTuple):
    """When there are rows.

    Attributes:
        weekdays: Days of the week that have rows, Monday being 0.
        closed: Which holidays have none: those of the exchanges in New York, those that the past shows, or unknown.
        is_open: (n,) days -> (n,) whether there is a row.
        kept: Share of the days with a row, or for which one was expected, on which both agree.
    """

    weekdays: tuple[int, ...]
    closed: Closed
    is_open: Callable[[Days], NDArray[np.bool_]]
    kept: float


def opening_of(days: Days) -> Opening:
    """Return when there are rows, from (n,) datetime64[D] days that have one, in order, each once.

    A day of the week that the past never reached has rows unless it is a Saturday or Sunday.
    """
    past = np.arange(days[0], days[-1] + DAY, DAY)
    reached, present = (np.bincount(weekday_of(some), minlength=7) for some in (past, days))
    weekdays = np.flatnonzero(np.where(reached > 0, 2 * present >= np.maximum(reached, 1), np.arange(7) < 5))
    expected = past[np.isin(weekday_of(past), weekdays)]
    absent = ~np.isin(expected, days)
    closed, is_holiday = _holidays(expected, absent)

    def is_open(asked: Days) -> NDArray[np.bool_]:
        return np.isin(weekday_of(asked), weekdays) & ~is_holiday(asked)

    expected = expected[is_open(expected)]
    kept = len(np.intersect1d(expected, days)) / max(1, len(np.union1d(expected, days)))
    return Opening(tuple(weekdays.tolist()), closed, is_open, kept)


def weekday_of(days: Days) -> Ints:
    """Return the days of the week of (n,) datetime64[D] days, Monday being 0."""
    return (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday


def _holidays(expected: Days, absent: NDArray[np.bool_]) -> tuple[Closed, Callable[[Days], NDArray[np.bool_]]]:
    """Return which holidays the past shows, from the days that could have had a row, and what tells them."""
    exchange = _is_exchange_holiday(expected)
    if exchange.sum() >= FEWEST_SEEN and absent[exchange].mean() >= KEPT:
        return "US exchange", _is_exchange_holiday
    rules = _always_absent(expected, absent)
    if any(map(len, rules)):
        return "by the past", lambda asked: _any_of(_names(asked), rules)
    return "none", lambda asked: np.zeros(len(asked), dtype=bool)


def _is_exchange_holiday(days: Days) -> NDArray[np.bool_]:
    if not len(days):
        return np.zeros(0, dtype=bool)
    found = _Exchange().holidays(pd.Timestamp(days[0]), pd.Timestamp(days[-1]))
    return np.isin(days, found.to_numpy().astype("datetime64[D]"))


def _always_absent(expected: Days, absent: NDArray[np.bool_]) -> tuple[Ints, ...]:
    """Return, for each way to name a day, the names that never had a row, each needed by a day without one."""
    explained, rules = np.zeros(len(expected), dtype=bool), []
    for names in _names(expected):
        distinct, place = np.unique(names, return_inverse=True)
        seen, gone, new = (np.bincount(place, some) for some in (None, absent, absent & ~explained))
        rules.append(distinct[(seen == gone) & (new >= FEWEST_SEEN) & (distinct != NONE)])
        explained |= np.isin(names, rules[-1])
    return tuple(rules)


def _any_of(names: tuple[Ints, ...], rules: tuple[Ints, ...]) -> NDArray[np.bool_]:
    return np.logical_or.reduce([np.isin(some, rule) for some, rule in zip(names, rules, strict=True)])


def _names(days: Days) -> tuple[Ints, ...]:
    """Return four names (n,) of each day: date, distance from Easter, and which of its weekday in the month it is.

    The last one counts from the end of the month and names only the last; `NONE` stands where there is no name.
    """
    months = days.astype("datetime64[M]")
    month, day = months.astype(np.int64) % 12 + 1, (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    left = ((months + MONTH).astype("datetime64[D]") - days).astype(np.int64)
    weekday = 10 * month + weekday_of(days)
    return (
        100 * month + day,
        _days_from_easter(days),
        100 * weekday + (day - 1) // 7,
        np.where(left <= 7, weekday, NONE),
    )


def _days_from_easter(days: Days) -> Ints:
    if not len(days):
        return np.zeros(0, dtype=np.int64)
    years = days.astype("datetime64[Y]")
    first, end = (years[[0, -1]] + np.array([0, 1]) * YEAR).astype("datetime64[D]")
    sundays = pd.date_range(first, end, freq=pd.offsets.Easter()).to_numpy().astype("datetime64[D]")
    distance = (days - sundays[(years - years[0]).astype(np.int64)]).astype(np.int64)
    return np.where(np.abs(distance) <= EASTER_DAYS, distance, NONE)
