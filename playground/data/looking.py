"""What the importer makes of a file, as plain facts: the series, what it asks, what it noticed, or why it refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.data.encodings import encoding_of
from playground.data.reading import MEAN, SUM, TableReading, guess_reading
from playground.data.regular import Times
from playground.data.signatures import kind_of
from playground.data.uploads import make_series
from playground.records import Series


@dataclass(frozen=True)
class Question:
    """What the file alone does not decide: what it is about, the answers there are, and the likely one."""

    about: str
    options: tuple[str, ...]
    guess: str


@dataclass(frozen=True)
class SeriesFacts:
    """A series in short.

    Attributes:
        value, time: Columns of the values and of the time stamps; None where the rows are the steps.
        points: How many, those filled in among them.
        start, end: First and last time in ISO form, a date alone where no time has a time of day.
        step: Distance of two points in words ("hour", "15 minutes").
        first, last: Values at both ends.
        filled: Points that were not measured: their value is taken from before.
    """

    value: str
    time: str | None
    points: int
    start: str | None
    end: str | None
    step: str
    first: float
    last: float
    filled: int


@dataclass(frozen=True)
class Look:
    """What became of a file: a series, open questions or a refusal.

    Attributes:
        file: Its name.
        kind, encoding: What its bytes are, None where that is not known or means nothing.
        series: The series, or None.
        questions: What has to be answered first.
        report: Sentences on how it is read and what was done to it.
        refused: Why there is no series, in one sentence.
    """

    file: str
    kind: str | None
    encoding: str | None
    series: SeriesFacts | None = None
    questions: tuple[Question, ...] = ()
    report: tuple[str, ...] = ()
    refused: str | None = None


def look_at(data: bytes, name: str, **fixed: Any) -> Look:
    """Return what the importer makes of a file; `fixed` are fields of its reading that are known already."""
    kind: str | None = None
    encoding: str | None = None
    told: tuple[str, ...] = ()
    try:
        kind = kind_of(data)
        encoding = encoding_of(data) if kind == "csv" else None
        reading = guess_reading(data, name, **fixed)
        told = reading.notes
        questions = [Question(d.about, tuple(d.options.values()), d.options[d.guess]) for d in reading.doubts]
        if reading.by and not reading.pick:
            about = f"which {reading.by}: each is a series"
            questions.append(Question(about, (*reading.picks, SUM, MEAN), reading.picks[0]))
        if questions:
            return Look(name, kind, encoding, questions=tuple(questions), report=told)
        series, report = make_series(data, reading)
    except ValueError as error:
        return Look(name, kind, encoding, report=told, refused=str(error))
    told = tuple(dict.fromkeys((*told, *report, *series.notes)))
    return Look(name, kind, encoding, _facts(series, reading), report=told)


def _facts(series: Series, reading: TableReading) -> SeriesFacts:
    start, end = (None, None) if series.times is None else _ends(series.times)
    return SeriesFacts(
        value=reading.pick if reading.turned and reading.pick in reading.picks else reading.value,
        time=reading.time or None,
        points=len(series.values),
        start=start,
        end=end,
        step=re.sub(r" s$", " seconds", series.step),
        first=float(series.values[0]),
        last=float(series.values[-1]),
        filled=len(series.filled),
    )


def _ends(times: Times) -> tuple[str, str]:
    """Return the first and the last time, as precise as the most precise of all."""
    unit = next(unit for unit in ("D", "m", "s", "ms", "us", "ns") if (times == times.astype(f"M8[{unit}]")).all())
    first, last = np.datetime_as_string(times[[0, -1]], unit=unit)  # type: ignore[call-overload]
    return str(first).replace("T", " "), str(last).replace("T", " ")
