"""What comes next as a table: a row for each step, a column for each forecaster and each limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from playground.evaluation.results import NETWORK
from playground.outlook.results import Outlook


def forecast_table(outlook: Outlook) -> pd.DataFrame:
    """Return a row for each step to come, in the series' own units; what cannot be computed is left empty.

    Columns: "time" (or "step" after the last row), "how" the network forecasts it, its forecast, the ends of its
    intervals, its seeds' lowest and highest where there are several, then each baseline with the ends of its own.
    """
    steps = np.arange(1, outlook.steps + 1)
    columns: dict[str, Any] = {"step": steps}
    if outlook.times is not None:
        columns["time"] = _written(outlook.times)
    near = "one step" if outlook.horizon == 1 else "direct"
    columns["how"] = np.where(steps <= outlook.horizon, near, "own forecasts fed back")
    for name, predicted in outlook.predicted.items():
        columns[name] = predicted
        limits = outlook.limits[name]
        for level, widths in zip(limits.levels, limits.half_widths, strict=True):
            columns[f"{name} {level:.0%} low"] = predicted - widths
            columns[f"{name} {level:.0%} high"] = predicted + widths
        if name == NETWORK and len(outlook.members) > 1:
            columns[f"{name} lowest seed"] = outlook.members.min(axis=0)
            columns[f"{name} highest seed"] = outlook.members.max(axis=0)
    return pd.DataFrame(columns)


def _written(times: np.ndarray) -> np.ndarray:
    """Return times in ISO form, dates alone where all are midnights."""
    unit = next(unit for unit in ("D", "m", "s", "ms", "us", "ns") if (times == times.astype(f"M8[{unit}]")).all())
    return np.array([text.replace("T", " ") for text in np.datetime_as_string(times, unit=unit)], dtype=object)  # type: ignore[call-overload]
