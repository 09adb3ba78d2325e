"""The series and its training windows as tables, for a spreadsheet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from playground.records import PARTS, Prepared, Series

MOST_CELLS = 300_000
"""Most cells of a table of windows; of more windows the first are given."""


def series_table(series: Series, prepared: Prepared) -> pd.DataFrame:
    """Return a row for each step: position, time, part ("gap" between parts), value, target, further columns."""
    part = np.full(len(series.values), "gap", dtype=object)
    for name in PARTS:
        start, stop = prepared.split.bounds(name)
        part[start:stop] = name
    columns: dict[str, Any] = {"position": np.arange(len(series.values))}
    if series.times is not None:
        columns["time"] = pd.Series(series.times).astype(str).to_numpy()
    columns |= {"part": part, "value": series.values}
    if prepared.target != "level":
        columns[prepared.target] = prepared.transformed
    return pd.DataFrame(columns | {f"column {name}": values for name, values in series.extras.items()})


def windows_in_table(prepared: Prepared) -> int:
    """Return how many training windows `windows_table` gives."""
    count, steps, features = prepared.train.inputs.shape
    return min(count, max(1, MOST_CELLS // (1 + steps * features + prepared.train.targets.shape[1])))


def windows_table(prepared: Prepared) -> pd.DataFrame:
    """Return a row for each training window: its scaled inputs, oldest step first, and its scaled targets.

    Column "level t-3" is the feature "level" three steps before the last input, "target t+1" the
    first value to forecast.
    """
    kept = windows_in_table(prepared)
    inputs, targets = prepared.train.inputs[:kept], prepared.train.targets[:kept]
    names = [f"{name} t-{back}" for back in range(inputs.shape[1] - 1, -1, -1) for name in prepared.feature_names]
    names += [f"target t+{ahead}" for ahead in range(1, targets.shape[1] + 1)]
    table = pd.DataFrame(np.hstack([inputs.reshape(kept, -1), targets]), columns=names)
    table.insert(0, "position of t", prepared.train.anchors[:kept])
    return table
