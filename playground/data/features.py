"""What a network may read at each step: the target quantity, further columns and the calendar.

Further columns are standardised by their training part alone. The calendar is known ahead and
depends on the time stamp only, so it needs no scaling: each of its circles gives a sine and a
cosine, which lets the last hour of a day lie next to the first of the next.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from playground.config import DataChoice
from playground.records import Floats, Scaling, Series

LARGEST_VALUE = 1e100
"""Largest absolute value of a series, so that squares and sums stay finite."""

SMALLEST_SPREAD = 1e-14
"""Smallest deviation worth scaling, relative to the values: below it there is only rounding."""

DAY = np.timedelta64(1, "D")
LONGEST_STEP_OF_YEAR = 300 * DAY
"""Steps longer than this fall on the same day of every year, which then says nothing."""


class Features(NamedTuple):
    """Columns beside the target quantity.

    Attributes:
        columns: (n, k) float32, scaled.
        names: Name of each column.
        known_ahead: Whether each is known before its time comes.
        notes: Plain sentences on columns that could not be used as they are.
    """

    columns: Floats
    names: tuple[str, ...]
    known_ahead: tuple[bool, ...]
    notes: tuple[str, ...]


def feature_count(series: Series, choice: DataChoice) -> int:
    """Return how many features the networks read under this choice: the target quantity and all that goes beside it.

    Raises:
        ValueError: if the series does not have what is chosen.
    """
    return 1 + len(_chosen_extras(series, choice)) + 2 * len(_circles(series, choice))


def make_features(series: Series, choice: DataChoice, train_stop: int) -> Features:
    """Return the columns that the choice adds to the target quantity, scaled by the positions before `train_stop`.

    Raises:
        ValueError: if the series does not have what is chosen, or a column has values that are not
            finite or lie too far from the training part.
    """
    notes: list[str] = []
    extras = _chosen_extras(series, choice)
    columns = [_standardised(name, series.extras[name], train_stop, notes) for name in extras]
    names = list(extras)
    for name, phase in _circles(series, choice).items():
        columns += [np.sin(2 * np.pi * phase), np.cos(2 * np.pi * phase)]
        names += [f"{name} sine", f"{name} cosine"]
    stacked = np.column_stack(columns).astype(np.float32) if columns else np.empty((len(series.values), 0), np.float32)
    return Features(stacked, tuple(names), tuple(i >= len(extras) for i in range(len(names))), tuple(notes))


def scaling_of_input(column: Floats, train_stop: int) -> Scaling | None:
    """Return mean and deviation of a further input (n,) before `train_stop`; None where it does not vary there."""
    seen = np.asarray(column[:train_stop], dtype=np.float64)
    deviation = float(np.std(seen))
    if deviation <= SMALLEST_SPREAD * float(np.abs(seen).max()):
        return None
    return Scaling(float(np.mean(seen)), deviation)


def checked_values(values: Floats, what: str = "all values") -> Floats:
    """Return the values as (n,) float64.

    Raises:
        ValueError: if there is more than one column, or a value is not finite or above `LARGEST_VALUE`.
    """
    values = np.array(values, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"a series must be one column of values, got shape {values.shape}; choose one column")
    bad = np.flatnonzero(~(np.abs(values) <= LARGEST_VALUE))
    if len(bad):
        raise ValueError(
            f"{what} must be finite and at most {LARGEST_VALUE:g}, but {len(bad)} of {len(values)} are not "
            f"(the first at position {bad[0]}: {values[bad[0]]:g}); fill or remove them"
        )
    return values


def calendar_circles(times: np.ndarray | None) -> dict[str, Floats]:
    """Return what the calendar tells about the time stamps: name -> (n,) share of a circle passed, in [0, 1).

    The day of the week is told where a step is a day or shorter, the hour of the day where it is
    shorter than a day.
    """
    if times is None or len(times) < 2:
        return {}
    step = float(np.median(np.diff(times.astype(np.int64)))) * np.timedelta64(1, "ns")
    days, year = times.astype("datetime64[D]"), times.astype("datetime64[Y]")
    year_start, year_end = year.astype("datetime64[D]"), (year + np.timedelta64(1, "Y")).astype("datetime64[D]")
    circles = {}
    if step <= LONGEST_STEP_OF_YEAR:
        circles["day of year"] = (times - year_start) / (year_end - year_start)
    if step <= DAY:
        circles["day of week"] = ((days.astype(np.int64) + 3) % 7) / 7  # 1970-01-01 was a Thursday
    if step < DAY:
        circles["hour of day"] = (times - days) / DAY
    return circles


def _circles(series: Series, choice: DataChoice) -> dict[str, Floats]:
    if not choice.calendar:
        return {}
    circles = calendar_circles(series.times)
    if not circles:
        raise ValueError(
            f"the calendar needs time stamps less than a year apart, but {series.title or 'this series'} has "
            f"{'none' if series.times is None else 'longer steps'}; turn the calendar off"
        )
    return circles


def _chosen_extras(series: Series, choice: DataChoice) -> tuple[str, ...]:
    unknown = [name for name in choice.extra_inputs if name not in series.extras]
    if unknown:
        there = ", ".join(series.extras) or "none"
        raise ValueError(
            f"extra_inputs must be further columns of the series ({there}), got {', '.join(unknown)}; remove these"
        )
    return choice.extra_inputs


def _standardised(name: str, column: Floats, train_stop: int, notes: list[str]) -> Floats:
    """Return a column in deviations from its mean in the training part; 0 throughout where it does not vary there."""
    column = checked_values(column, f"the values of {name}")
    scaling = scaling_of_input(column, train_stop)
    if scaling is None:
        notes.append(f"{name} is {column[0]:g} throughout the training part, so the network reads it as 0")
        return np.zeros_like(column)
    scaled = (column - scaling.mean) / scaling.deviation
    if np.abs(scaled).max() > np.finfo(np.float32).max:
        raise ValueError(
            f"values of {name} after the training part must stay within 1e38 of its deviations, got larger ones; "
            "raise train_fraction or leave this input out"
        )
    return scaled
