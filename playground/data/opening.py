"""A learner's file opened as far as it goes: how it is read, its first rows, and the series if it makes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from playground.config import DataChoice
from playground.data.oddities import told_jump, told_outliers
from playground.data.prepare import FIRST_USABLE, split_of
from playground.data.reading import TableReading, guess_reading, read_table
from playground.data.regular import Times
from playground.data.uploads import make
from playground.records import PARTS, Series

HEAD_POINTS = 8
"""Points of a series that are shown beside the rows they were made of."""


@dataclass(frozen=True, eq=False)
class Opened:
    """What a file turned out to be.

    Attributes:
        reading: How it is read.
        preview: Its first rows as text, as they stand in the file, also where the table is turned.
        series: The series, or None where it cannot be made this way; `problem` then says why.
        report: Plain sentences on every row that was changed, left out or filled.
        outliers, jumps: What in the series may be a mistake, in one sentence each, "" for nothing.
    """

    reading: TableReading
    preview: pd.DataFrame
    series: Series | None
    report: tuple[str, ...] = ()
    problem: str = ""
    outliers: str = ""
    jumps: str = ""

    @property
    def head(self) -> pd.DataFrame:
        """The first points of the series as they will be used, under the names of their columns; empty for none."""
        if self.series is None:
            return pd.DataFrame()
        values = self.series.values[:HEAD_POINTS]
        points: dict[str, Any] = {
            self.reading.time or "point": np.arange(1, len(values) + 1),
            self.reading.value: values,
        }
        if self.series.times is not None:
            points[self.reading.time] = written(self.series.times[:HEAD_POINTS])
        return pd.DataFrame(points)

    @property
    def facts(self) -> str:
        """Length, ends and step of the series and what share of it was not measured, in one line; "" for none."""
        return "" if self.series is None else facts_of(self.series)


def facts_of(series: Series) -> str:
    """Return length, ends and step of a series and what share of it was not measured, in one line."""
    count, times, step = len(series.values), series.times, series.step
    ends = [" to ".join(written(times[[0, -1]]))] if times is not None else []
    steps = [f"step: {step}"] if step != "step" else []
    missing = len(series.filled) / count
    measured = f"{missing:.1%} not measured" if missing else "all measured"
    return " · ".join([f"{count:,} points", *ends, *steps, measured])


def written(times: Times) -> list[str]:
    """Return times as they are read most easily: dates alone where all are midnights."""
    return list(pd.DatetimeIndex(times).astype(str))


def open_table(data: bytes, name: str, fixed: dict[str, Any]) -> Opened:
    """Open a file; `fixed` are the fields of its reading that are known already.

    Raises:
        ValueError: if it cannot be read as a table at all.
    """
    reading = guess_reading(data, name, **fixed)
    preview = read_table(data, reading)
    try:
        made = make(data, reading)
    except ValueError as error:
        return Opened(reading, preview, None, problem=str(error))
    series, times = made.series, made.series.times
    outliers = told_outliers(made.outliers, times) if made.outliers is not None else ""
    jumps = "; ".join(told_jump(jump, times) for jump in made.jumps)
    return Opened(reading, preview, series, made.report, outliers=outliers, jumps=jumps)


def fitted(choice: DataChoice, length: int) -> DataChoice:
    """Return the choice with gap, horizon and window halved as often as a series of `length` points needs.

    What cannot be made to fit is returned at its shortest; `prepare` then says what is missing.
    """
    while not fits(choice, length):
        longest = max(("gap_steps", "horizon_steps", "window_steps"), key=lambda name: getattr(choice, name))
        halved = getattr(choice, longest) // 2
        if longest == "window_steps" and halved < 2:
            return choice
        choice = choice.model_copy(update={longest: halved})
    return choice


def fits(choice: DataChoice, length: int) -> bool:
    """Say whether every part of a series of `length` points holds a window and its targets."""
    if length <= 2 * choice.gap_steps:
        return False
    split = split_of(length, choice)
    ranges = [split.bounds(part) for part in PARTS]
    shortest = min(stop - max(start, FIRST_USABLE[choice.target]) for start, stop in ranges)
    return shortest >= choice.window_steps + choice.horizon_steps
