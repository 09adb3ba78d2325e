"""The windows of the training part as plain values that a browser can animate by itself."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from playground.charts.theme import Theme
from playground.charts.thinning import thin
from playground.records import PARTS, Floats, Prepared, Series

MOST_WINDOWS = 1500
"""Windows that are sent at once; of a longer training part a stretch is shown."""

OVERVIEW_POINTS = 400


def window_pictures(
    series: Series, prepared: Prepared, batch_size: int, theme: Theme, *, first: int = 0
) -> dict[str, Any]:
    """Return what the window player shows: the stretch that the windows cover, raw and scaled.

    Numbers are float32 in base64, row by row; `raw` and `scaled` have a row for each feature and a
    column for each position of the stretch.

    Args:
        series: The series, for its times, unit and further columns.
        prepared: The same series, prepared.
        batch_size: Windows in one training step.
        theme: Light or dark.
        first: Number of the first training window to show, counted from 0.

    Raises:
        ValueError: if there is no such window.
    """
    count = len(prepared.train.anchors)
    if not 0 <= first < count:
        raise ValueError(f"first must be a training window from 0 to {count - 1}, got {first}; choose one of these")
    anchors = prepared.train.anchors[first : first + MOST_WINDOWS]
    window, horizon = prepared.train.inputs.shape[1], prepared.train.targets.shape[1]
    start, stop = int(anchors[0]) - window + 1, int(anchors[-1]) + 1 + horizon
    return {
        "window": window,
        "horizon": horizon,
        "windows": len(anchors),
        "first": first,
        "all_windows": count,
        "batch": min(batch_size, count),
        "start": start,
        "length": stop - start,
        "features": list(prepared.feature_names),
        "target": prepared.target,
        "unit": series.unit if prepared.target != "log_return" else "",
        "step": series.step,
        "places": _places(series, start, stop),
        "raw": _encoded(_raw(series, prepared)[start:stop].T),
        "scaled": _encoded(prepared.features[start:stop].T),
        "overview": _overview(series, prepared),
        "colors": _colors(theme),
    }


def _raw(series: Series, prepared: Prepared) -> Floats:
    """Return (n, k) the features before scaling; the calendar is read as it is."""
    further = [
        series.extras.get(name, prepared.features[:, column])
        for column, name in enumerate(prepared.feature_names)
        if column > 0
    ]
    return np.column_stack([prepared.transformed, *further])


def _encoded(numbers: Floats) -> str:
    return base64.b64encode(np.ascontiguousarray(numbers, dtype="<f4").tobytes()).decode()


def _places(series: Series, start: int, stop: int) -> list[str]:
    """Return what each position of the stretch is called: its date, or nothing where the number says it."""
    if series.times is None:
        return []
    times = series.times[start:stop]
    days_only = bool(np.all(times == times.astype("datetime64[D]")))
    return [str(time).replace("T", " ") for time in times.astype("datetime64[D]" if days_only else "datetime64[m]")]


def _overview(series: Series, prepared: Prepared) -> dict[str, Any]:
    """Return the whole series with few points, and where its parts lie."""
    split = prepared.split
    positions, values = thin(np.arange(split.length), prepared.values.astype(np.float32), most=OVERVIEW_POINTS)
    return {
        "positions": positions.tolist(),
        "values": [float(f"{value:.5g}") for value in values],
        "length": split.length,
        "parts": {part: list(split.bounds(part)) for part in PARTS},
    }


def _colors(theme: Theme) -> dict[str, Any]:
    return {
        "background": theme.background,
        "text": theme.text,
        "quiet": theme.quiet_text,
        "grid": theme.grid,
        "truth": theme.truth,
        "sealed": theme.sealed,
        "window": theme.training,
        "bands": {"train": theme.train_band, "validation": theme.validation_band, "test": theme.test_band},
        "scale": [list(stop) for stop in theme.activations],
    }
