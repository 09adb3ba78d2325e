"""The learner's own series inside a run file, because no catalog has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.config import INPUT_NAME
from playground.records import Floats, Series

MOST_VALUES = 200_000
PREFIX = "series."
VALUES, TIMES, EXTRA = f"{PREFIX}values", f"{PREFIX}times", f"{PREFIX}extra."

Line = Annotated[str, Field(max_length=300)]
Announced = dict[str, tuple[str, tuple[int, ...]]]
"""Tensor name -> (type, shape)."""


class Words(BaseModel):
    """What is told about the series in words and counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line
    unit: Line
    step: Line
    season_steps: int = Field(ge=0, le=MOST_VALUES)
    source: Line
    licence: Line
    extras: tuple[Annotated[str, Field(pattern=INPUT_NAME)], ...] = Field(max_length=100)


def series_tensors(series: Series) -> tuple[dict[str, Any], dict[str, Floats]]:
    """Return what is told about a series in words, and its columns as tensors."""
    words = Words.model_construct(
        title=series.title[:300],
        unit=series.unit[:300],
        step=series.step[:300],
        season_steps=series.season_steps,
        source=series.source[:300],
        licence=series.licence[:300],
        extras=tuple(series.extras),
    )
    tensors: dict[str, Any] = {VALUES: np.ascontiguousarray(series.values, dtype=np.float64)}
    if series.times is not None:
        tensors[TIMES] = np.ascontiguousarray(series.times).astype("datetime64[ns]").view(np.int64)
    for number, column in enumerate(series.extras.values()):
        tensors[f"{EXTRA}{number}"] = np.ascontiguousarray(column, dtype=np.float64)
    return words.model_dump(), tensors


def own_series(
    plain: Any, announced: Announced, load: Callable[[], dict[str, Floats]]
) -> tuple[Series, frozenset[str]]:
    """Return the series that a file carries, and the names of its tensors.

    Args:
        plain: What the header tells about it, unchecked.
        announced: The tensors that the header announces.
        load: Reads the tensors; called once types and shapes are as they must be.

    Raises:
        ValueError: if anything about it is not as `series_tensors` writes it.
    """
    try:
        words = Words.model_validate(plain)
    except ValidationError:
        raise ValueError("the file is of a run on own data but does not describe the data; export it again") from None
    wanted = {VALUES: "F64"} | ({TIMES: "I64"} if TIMES in announced else {})
    wanted |= {f"{EXTRA}{number}": "F64" for number in range(len(words.extras))}
    shape = announced.get(VALUES, ("", ()))[1]
    sound = len(shape) == 1 and 1 <= shape[0] <= MOST_VALUES
    if not sound or any(announced.get(name) != (kind, shape) for name, kind in wanted.items()):
        raise ValueError(
            f"the series in the file must be columns of equal length, at most {MOST_VALUES:,} values; export it again"
        )
    arrays = load()
    if not all(np.isfinite(arrays[name]).all() for name in wanted):
        raise ValueError("the series in the file holds values that are not finite; export the run again")
    return _series(words, arrays), frozenset(wanted)


def _series(words: Words, arrays: dict[str, Floats]) -> Series:
    times = arrays[TIMES].view("datetime64[ns]") if TIMES in arrays else None
    if times is not None and not (times[1:] > times[:-1]).all():
        raise ValueError("the time stamps in the file must rise from step to step; export the run again")
    return Series(
        name="own",
        title=words.title,
        unit=words.unit,
        values=arrays[VALUES],
        times=times,
        step=words.step,
        season_steps=words.season_steps,
        source=words.source,
        licence=words.licence,
        extras={name: arrays[f"{EXTRA}{number}"] for number, name in enumerate(words.extras)},
    )
