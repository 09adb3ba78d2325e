"""A prepared series with room for the steps to come: what is known of them, and nothing of the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from playground.config import DataChoice
from playground.data.features import make_features
from playground.data.future import checked_steps
from playground.records import Floats, Prepared, Series


def checked_known(known: Mapping[str, Floats], choice: DataChoice, steps: int) -> dict[str, Floats]:
    """Return what the learner knows of further inputs ahead, cut to `steps`.

    Raises:
        ValueError: if an input is not read by the network, too short or not finite.
    """
    found: dict[str, Floats] = {}
    for name, values in known.items():
        if name not in choice.extra_inputs:
            read = ", ".join(choice.extra_inputs) or "none"
            raise ValueError(f"values to come must be of inputs that the network reads ({read}), got {name[:40]}")
        column = np.asarray(values, dtype=np.float64)
        if column.ndim != 1 or len(column) < steps or not np.isfinite(column[:steps]).all():
            raise ValueError(
                f"{name} must have a finite value for each of the {steps} steps to come, got "
                f"{int(np.isfinite(column).sum())}; give more rows or look less far ahead"
            )
        found[name] = column[:steps]
    return found


def held_ahead(series: Series, inputs: Sequence[str], steps: int) -> dict[str, Floats]:
    """Return further input -> (steps,) its last value, repeated."""
    return {name: np.repeat(series.extras[name][-1], steps) for name in inputs}


def beyond(
    prepared: Prepared,
    series: Series,
    choice: DataChoice,
    steps: int,
    times: NDArray[np.datetime64] | None = None,
    known: Mapping[str, Floats] | None = None,
) -> Prepared:
    """Return the prepared series with `steps` more positions, whose target values are NaN.

    A forecast that reads one of them therefore comes out as NaN: it cannot go unnoticed. Calendar inputs move on;
    inputs in `known` take the values given there, here and in every rolling forecast; the others keep their last.

    Args:
        prepared: What the network was trained on.
        series: The same, as loaded.
        choice: Which inputs are read.
        steps: How many, see `checked_steps`.
        times: (steps,) time stamps of the steps to come; needed where the calendar is read.
        known: Further input -> (steps,) values to come.
    """
    known = checked_known(known or {}, choice, checked_steps(steps))
    length = len(series.values)
    if choice.calendar and times is None:
        raise ValueError("the calendar needs the time stamps of the steps to come; turn the calendar off")
    longer = replace(
        series,
        values=_padded(series.values, np.repeat(series.values[-1], steps)),
        times=None if series.times is None or times is None else np.concatenate([series.times, times]),
        extras={
            name: _padded(series.extras[name], column)
            for name, column in (held_ahead(series, list(series.extras), steps) | known).items()
        },
    )
    beside = make_features(longer, choice, prepared.split.train_stop).columns[length:]
    ahead = np.column_stack([np.full(steps, np.nan, dtype=np.float32), beside])
    nothing = np.full(steps, np.nan)
    return replace(
        prepared,
        values=_padded(prepared.values, nothing),
        transformed=_padded(prepared.transformed, nothing),
        features=np.concatenate([prepared.features, ahead]),
        known_ahead=tuple(
            ahead or name in known for name, ahead in zip(prepared.feature_names, prepared.known_ahead, strict=True)
        ),
    )


def _padded(values: Floats, ahead: Floats) -> Floats:
    return np.concatenate([values, ahead])
