"""Losses, forecasts and hidden states as tables, and tables as CSV or Parquet."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
import pandas as pd

from playground.data.spreadsheets import neutralised
from playground.export.exported import Outputs
from playground.histories import EpochRecord
from playground.records import PARTS, Ints, Series

TableFormat = Literal["csv", "parquet", "xlsx"]

MIME = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

PLAIN_CELLS = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
"""Text stays text in a workbook, whatever it begins with."""


def losses_table(epochs: tuple[EpochRecord, ...]) -> pd.DataFrame:
    """Return a row for each epoch, its losses in scaled units."""
    return pd.DataFrame([asdict(record) for record in epochs])


def predictions_table(series: Series, outputs: Outputs) -> pd.DataFrame:
    """Return a row for each forecast value: when it was made, for when, forecast, baseline and truth."""
    count, horizon = outputs.predicted.shape
    ahead = np.tile(np.arange(1, horizon + 1), count)
    anchors = np.repeat(outputs.anchors, horizon)
    columns: dict[str, Any] = {"part": np.repeat(_parts(outputs), horizon)}
    columns |= _when("last input", series, anchors) | {"steps_ahead": ahead}
    columns |= _when("forecast for", series, anchors + ahead)
    columns |= {
        "forecast": outputs.predicted.ravel(),
        "baseline": outputs.baseline.ravel(),
        "truth": outputs.truth.ravel(),
    }
    return pd.DataFrame(columns)


def states_table(series: Series, outputs: Outputs) -> pd.DataFrame:
    """Return a row for each window: its part, its last input, and the last layer's hidden state after it."""
    columns: dict[str, Any] = {"part": _parts(outputs)} | _when("last input", series, outputs.anchors)
    return pd.DataFrame(columns | {f"h{unit + 1}": states for unit, states in enumerate(outputs.states.T)})


def as_file(table: pd.DataFrame, kind: TableFormat) -> bytes:
    """Return the table as CSV or Excel workbook, in which no cell is a formula, or as Parquet."""
    if kind == "csv":
        return neutralised(table).encode()
    target = io.BytesIO()
    if kind == "parquet":
        table.to_parquet(target, index=False)
    else:
        with pd.ExcelWriter(target, engine="xlsxwriter", engine_kwargs={"options": PLAIN_CELLS}) as writer:
            table.to_excel(writer, index=False)
    return target.getvalue()


def _parts(outputs: Outputs) -> np.ndarray:
    return np.array(PARTS, dtype=object)[outputs.parts]


def _when(name: str, series: Series, positions: Ints) -> dict[str, Any]:
    """Return position and, where the series has dates, time, under a name."""
    columns: dict[str, Any] = {f"{name}, position": positions}
    if series.times is not None:
        columns[f"{name}, time"] = pd.Series(series.times[positions]).astype(str).to_numpy()
    return columns
