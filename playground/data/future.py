"""The time stamps of the steps after the last row, by the calendar that the series itself keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.data.calendars import DAY, HOUR, MONTH, MONTHS_A_STEP, is_clock_change
from playground.data.closed_days import Closed, Opening, opening_of, weekday_of
from playground.data.regular import END_OF_TIME, Times, as_nanoseconds
from playground.data.steps import Strides
from playground.records import Series

MOST_STEPS = 200
"""Most steps ahead."""

USUAL_STEPS, LONGEST_USUAL = 14, 60
"""Steps ahead where nobody says and there is no season, and most of them where there is one."""

SESSIONS = 3
"""So many of the last days that fell on the same day of the week tell at what hours the next one has rows."""

Calendar = Literal["even", "clock changes", "months", "days", "hours", "usual step"]


@dataclass(frozen=True, eq=False)
class FutureTimes:
    """Time stamps to come, and what is assumed about them.

    Attributes:
        times: (steps,) datetime64[ns], in order, all after the last row.
        calendar: "even" (one fixed step), "clock changes" (the hour that clocks leave out in spring is left out),
            "months" (so many months on), "days" (days of the week), "hours" (hours on such days), or the
            "usual step" where rows keep none of these.
        kept: Share of the past's steps that the same calendar puts where they are; of days for days and hours.
        weekdays: Days of the week with rows, Monday being 0; of "days" and "hours" only.
        closed: Which holidays are left out; of "days" and "hours" only.
    """

    times: Times
    calendar: Calendar
    kept: float = 1.0
    weekdays: tuple[int, ...] = ()
    closed: Closed = "none"


def checked_steps(steps: int) -> int:
    """Return how many steps to look ahead.

    Raises:
        ValueError: if it is not from 1 to `MOST_STEPS`.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be from 1 to {MOST_STEPS}, got {steps}; choose a number between")
    return steps


def usual_steps(season_steps: int, horizon_steps: int) -> int:
    """Return how far to look ahead where nobody says: two seasons, or two weeks' worth of steps, and the horizon."""
    wanted = 2 * season_steps if 0 < season_steps <= LONGEST_USUAL // 2 else USUAL_STEPS
    return min(max(wanted, horizon_steps), MOST_STEPS)


def future_times(series: Series, steps: int) -> FutureTimes | None:
    """Return the time stamps of the next steps; None without times, or where they end after the year 2261.

    Raises:
        ValueError: if `steps` is not from 1 to `MOST_STEPS`.
    """
    checked_steps(steps)
    times = series.times
    if times is None or len(times) < 2:
        return None
    last = times[-1].astype("datetime64[us]")  # which counts beyond what nanoseconds can
    strides = np.diff(times)
    longest = max(strides.max().astype("timedelta64[us]"), 32 * MONTHS_A_STEP.get(series.step, 0) * DAY)
    if last + (steps + 2) * longest >= END_OF_TIME:
        return None
    if series.step in MONTHS_A_STEP:
        return _months(times, MONTHS_A_STEP[series.step], steps)
    if (strides == strides[0]).all():
        return FutureTimes(times[-1:] + strides[0] * np.arange(1, steps + 1), "even")
    lengths, counts = np.unique(strides, return_counts=True)
    step = lengths[counts.argmax()]
    if (leap := _leap(times, step)) is not None:
        return _without_hour(times[-1], step, leap, steps)
    opening = opening_of(np.unique(times.astype("datetime64[D]")))
    if not opening.weekdays:
        return FutureTimes(times[-1:] + step * np.arange(1, steps + 1), "usual step", counts.max() / len(strides))
    return (_hours if strides.min() < DAY else _days)(times, opening, steps)


def _months(times: Times, months: int, steps: int) -> FutureTimes:
    """Go on by months, at the end of each, on one day of each, or on its first or last weekday: as most rows do."""
    month: Times = times.astype("datetime64[M]")
    day: Times = times.astype("datetime64[D]")
    usual = int(np.bincount((day - month.astype("datetime64[D]")).astype(np.int64)).argmax())

    def at(months: Times, way: str) -> Times:
        first: Times = months.astype("datetime64[D]")
        after: Times = (months + MONTH).astype("datetime64[D]")
        end = after - DAY
        if way == "weekday":
            return np.busday_offset(first, 0, roll="forward")
        if way == "last weekday":
            return np.busday_offset(end, 0, roll="backward")
        return end if way == "end" else np.minimum(first + usual * DAY, end)

    kept = {way: float((at(month, way) == day).mean()) for way in ("day", "end", "weekday", "last weekday")}
    way = max(kept, key=kept.__getitem__)
    ahead = at(month[-1:] + months * np.arange(1, steps + 1) * MONTH, way)
    return FutureTimes(as_nanoseconds(ahead) + _usual_clock(times), "months", kept[way])


def _usual_clock(times: Times) -> Strides:
    """Return (1,) the time of day that most stamps have."""
    clocks, counts = np.unique(times - times.astype("datetime64[D]"), return_counts=True)
    return clocks[counts.argmax() :][:1]


def _leap(times: Times, step: np.timedelta64) -> np.datetime64 | None:
    """Return the last time at which clocks went forward, where all that is missing is the hour that they left out.

    None also where clocks have gone forward since without an hour missing.
    """
    strides = np.diff(times)
    holes = np.flatnonzero(strides != step)
    if not all(is_clock_change(times[hole], strides[hole], step) for hole in holes):
        return None
    leap = times[holes[-1]] + step
    return None if _leap_after(leap, leap + HOUR) <= times[-1] else leap


def _leap_after(leap: np.datetime64, after: np.datetime64) -> np.datetime64:
    """Return when clocks go forward next: on the last Sunday of March as in Europe, or on its second as in America."""
    march = after.astype("datetime64[Y]").astype("datetime64[M]") + np.array([2, 14]) * MONTH
    if leap.astype("datetime64[D]") - leap.astype("datetime64[M]") >= 24 * DAY:
        sundays = np.busday_offset((march + MONTH).astype("datetime64[D]"), -1, roll="forward", weekmask="Sun")
    else:
        sundays = np.busday_offset(march.astype("datetime64[D]"), 1, roll="forward", weekmask="Sun")
    leaps = sundays.astype("datetime64[ns]") + (leap - leap.astype("datetime64[D]"))
    return leaps[leaps >= after][0]


def _without_hour(last: np.datetime64, step: np.timedelta64, leap: np.datetime64, steps: int) -> FutureTimes:
    grid = last + step * np.arange(1, steps + 1 + int(np.ceil(HOUR / step)))
    gone = _leap_after(leap, last + step)
    return FutureTimes(grid[(grid < gone) | (grid >= gone + HOUR)][:steps], "clock changes")


def _next_days(last: np.datetime64, opening: Opening, count: int) -> Times:
    """Return the next days (count,) with rows; fewer only where long stretches of every year are closed."""
    ahead = last.astype("datetime64[D]") + np.arange(1, 8 * count + 800) * DAY
    return ahead[opening.is_open(ahead)][:count]


def _days(times: Times, opening: Opening, steps: int) -> FutureTimes:
    ahead = as_nanoseconds(_next_days(times[-1], opening, steps)) + _usual_clock(times)
    return FutureTimes(ahead, "days", opening.kept, opening.weekdays, opening.closed)


def _hours(times: Times, opening: Opening, steps: int) -> FutureTimes:
    """Go on with the rest of the last day, then with the hours that the last days like each had."""
    days, starts = np.unique(times.astype("datetime64[D]"), return_index=True)
    clocks = [tuple(part) for part in np.split(times - times.astype("datetime64[D]"), starts[1:])]
    whole = list(zip(weekday_of(days).tolist(), clocks, strict=True))[:-1]  # of the last day there may be more to come

    def usual(weekday: int) -> Strides:
        alike = [clock for day, clock in whole if day == weekday] or [clock for _, clock in whole]
        newest = alike[: -SESSIONS - 1 : -1]
        return np.array(max(newest, key=newest.count))

    rest = usual(int(weekday_of(days)[-1]))
    ahead = [times[-1:].astype("datetime64[D]") + rest[rest > clocks[-1][-1]]]
    ahead += [day + usual(int(weekday_of(day))) for day in _next_days(times[-1], opening, steps)]
    return FutureTimes(np.concatenate(ahead)[:steps], "hours", opening.kept, opening.weekdays, opening.closed)
