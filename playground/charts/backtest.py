"""A rolling-origin backtest: the forecasts themselves, and their errors by origin and by lead time."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.evaluation import DASHES, series_line
from playground.charts.theme import Theme, base_axis, base_layout
from playground.charts.time_axis import TimeAxis
from playground.evaluation.backtest_results import BacktestResult
from playground.evaluation.results import NETWORK
from playground.records import Floats, Ints, Series

MOST_DRAWN = 12
"""Forecasts that can be told apart in one chart; the errors are of all."""


def backtest_figure(result: BacktestResult, series: Series, theme: Theme, *, revision: str = "backtest") -> go.Figure:
    """Return some of the forecasts beside the truth, and below them the error of every origin.

    Solid is what the network forecast from true inputs, dashed what followed from its own outputs.

    Args:
        result: The backtest.
        series: The series.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    axis = TimeAxis(series)
    first, last = int(result.origins[0]) - result.steps, int(result.origins[-1]) + result.steps
    shown = np.arange(max(first, 0), last + 1)
    rows = np.unique(np.linspace(0, len(result.origins) - 1, MOST_DRAWN).round().astype(np.int64))
    far = "free-run" in result.by_origin
    traces: list[dict[str, Any]] = [
        series_line("true series", axis.places(shown), series.values[shown], theme.truth, 2.0),
        series_line("from true inputs", *_arcs(axis, series, result, rows, 0, result.horizon), theme.prediction, 1.8),
    ]
    if far:
        arcs = _arcs(axis, series, result, rows, result.horizon, result.steps)
        traces.append(series_line("own outputs fed back", *arcs, theme.prediction, 1.8, "dash"))
    errors = result.by_origin["free-run"] if far else next(iter(result.by_origin.values()))
    places = axis.places(result.origins)
    for trace in _error_lines(errors, theme):
        traces.append(trace | places | {"yaxis": "y2"})
    layout = base_layout(theme, _title(result, len(rows)), revision)
    layout["xaxis"] = axis.axis(theme, "", series.unit) | {"anchor": "y2"}
    layout["yaxis"] = base_axis(theme, _named("value", series.unit)) | {"domain": [0.42, 1], "hoverformat": ".4~g"}
    layout["yaxis2"] = base_axis(theme, _named("RMSE by origin", series.unit)) | {
        "domain": [0, 0.34],
        "anchor": "x",
        "rangemode": "tozero",
        "hoverformat": ".4~g",
    }
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def backtest_lead_figure(result: BacktestResult, theme: Theme, *, revision: str = "backtest lead") -> go.Figure:
    """Return the error by lead time over all origins, with the step marked where own outputs are fed back.

    Args:
        result: The backtest.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    steps = np.arange(1, result.steps + 1, dtype=np.int32)
    traces = [trace | {"x": steps} for trace in _error_lines(result.by_lead, theme)]
    title = f"Error by lead time over {len(result.origins)} origins: how soon does the network lose the thread?"
    layout = base_layout(theme, title, revision)
    layout["xaxis"] = base_axis(theme, "lead time (steps ahead)") | {
        "showgrid": False,
        "range": [0.5, result.steps + 0.5],
        "unifiedhovertitle": {"text": "%{x} steps ahead"},
    }
    layout["yaxis"] = base_axis(theme, _named("RMSE", result.unit)) | {"rangemode": "tozero", "hoverformat": ".4~g"}
    if result.steps > result.horizon:
        layout["shapes"] = [_boundary(result.horizon + 0.5, theme)]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def backtest_caption(result: BacktestResult) -> str:
    """Return what the forecasts were given, and which origins they began at."""
    near = "one step" if result.horizon == 1 else f"{result.horizon} steps (direct)"
    text = f"From each origin the first {near} are forecast from true inputs"
    if result.steps > result.horizon:
        text += f", the rest up to step {result.steps} by feeding own outputs back (free-run)"
    text += "; nothing after an origin is read, and nothing is trained again."
    if len(result.origins) < result.asked_origins:
        text += f" {len(result.origins)} of {result.asked_origins} origins fitted in."
    return text


def _title(result: BacktestResult, drawn: int) -> str:
    some = "" if drawn == len(result.origins) else f" ({drawn} drawn)"
    return f"Forecasts from {len(result.origins)} origins{some}: is the network good everywhere, or only sometimes?"


def _arcs(
    axis: TimeAxis, series: Series, result: BacktestResult, rows: Ints, start: int, stop: int
) -> tuple[dict[str, Any], Floats]:
    """Return places and values of one stretch of each forecast, joined to the point before and parted by NaN."""
    origins = result.origins[rows]
    levels = np.column_stack([series.values[origins], result.predicted[rows]])[:, start : stop + 1]
    positions = origins[:, np.newaxis] + np.arange(start, stop + 1)
    positions = np.column_stack([positions, positions[:, -1]])
    levels = np.column_stack([levels, np.full(len(rows), np.nan)])
    return axis.places(positions.ravel()), levels.ravel()


def _error_lines(errors: dict[str, Floats], theme: Theme) -> list[dict[str, Any]]:
    """Return a line for each baseline and one for the network, without places."""
    baselines = [name for name in errors if name != NETWORK]
    lines = [
        series_line(name, {}, errors[name], theme.baseline, 1.5, DASHES[i % len(DASHES)])
        for i, name in enumerate(baselines)
    ]
    return [*lines, series_line("network", {}, errors[NETWORK], theme.prediction, 2.4)]


def _boundary(at: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "line": {"width": 1.5, "color": theme.mark},
        "label": {
            "text": "own outputs fed back →",
            "textposition": "start",
            "textangle": 0,
            "xanchor": "left",
            "yanchor": "bottom",
            "font": {"size": 11, "color": theme.text},
        },
    }


def _named(what: str, unit: str) -> str:
    return f"{what} ({unit})" if unit else what
