"""Forecasts of one part beside the truth, the baselines and a prediction interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.bands import boundary, part_bands
from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.charts.thinning import thin
from playground.charts.time_axis import TimeAxis
from playground.evaluation.results import PartForecasts
from playground.records import Floats, Ints, Series, Split

DASHES = ("dot", "dashdot", "longdash", "longdashdot", "dash", "12px 3px 2px 3px 2px 3px", "2px 6px", "16px 6px")
"""By place among all baselines, so a baseline keeps its dash whichever others are drawn."""

LEAST_CONTEXT = 32
"""Before an origin, as many steps are drawn as are forecast, and at least so many."""


def part_forecast_figure(
    series: Series,
    split: Split,
    forecasts: PartForecasts,
    theme: Theme,
    *,
    lead: int = 1,
    baselines: Sequence[str] = (),
    half_width: float = np.nan,
    level: float = 0.8,
    most: int | None = None,
    revision: str = "part",
) -> go.Figure:
    """Return every forecast `lead` steps ahead over one part, each from true inputs.

    Args:
        series: The series, in its own units.
        split: Its parts; nothing after the part of the forecasts is drawn.
        forecasts: One-step or direct forecasts.
        theme: Light or dark.
        lead: Steps ahead to draw, 1 to the steps of the forecasts.
        baselines: Names of the baselines to draw; those without forecasts are left out.
        half_width: Of the prediction interval, NaN for none.
        level: Share of truths that the interval should hold, 0 .. 1.
        most: Draw only so many positions, those at the end of the part; None for all.
        revision: Zoom is kept as long as this text stays the same.

    Raises:
        ValueError: if `lead` is outside the forecasts.
    """
    steps = forecasts.predicted.shape[1]
    if not 1 <= lead <= steps:
        raise ValueError(f"lead must be between 1 and {steps}, got {lead}; choose a step in that range")
    start, stop = split.bounds(forecasts.part)
    view = slice(0 if most is None else max(stop - start - most, 0), None)
    at = forecasts.anchors + lead - start
    columns = {
        name: _spread(predicted[:, lead - 1], at, stop - start)[view]
        for name, predicted in [("forecast", forecasts.predicted), *_chosen(forecasts, baselines)]
    }
    positions = np.arange(start, stop)[view]
    widths = np.full(len(positions), half_width)
    ahead = "the next step" if lead == 1 else f"{lead} steps ahead"
    title = f"Every forecast of {ahead}, from true inputs: closer to the truth than the dotted line is skill"
    lines = _Lines(positions, series.values[positions], columns, widths)
    return _figure(series, split, forecasts, theme, title, lines, level, "solid", revision)


def origin_figure(
    series: Series,
    split: Split,
    forecasts: PartForecasts,
    origin: int,
    theme: Theme,
    *,
    baselines: Sequence[str] = (),
    half_widths: Floats | None = None,
    level: float = 0.8,
    revision: str = "origin",
) -> go.Figure:
    """Return the forecasts of all steps from one origin, the boundary after the last true input marked.

    Args:
        series: The series, in its own units.
        split: Its parts.
        forecasts: Direct or free-run forecasts.
        origin: Which of the anchors, from 0.
        theme: Light or dark.
        baselines: Names of the baselines to draw; those without forecasts are left out.
        half_widths: (steps,) of the prediction interval, None for none.
        level: Share of truths that the interval should hold, 0 .. 1.
        revision: Zoom is kept as long as this text stays the same.

    Raises:
        ValueError: if there is no such origin.
    """
    if not 0 <= origin < len(forecasts.anchors):
        raise ValueError(f"origin must be from 0 to {len(forecasts.anchors) - 1}, got {origin}; choose one of those")
    anchor, steps = int(forecasts.anchors[origin]), forecasts.predicted.shape[1]
    start = max(anchor + 1 - max(steps, LEAST_CONTEXT), 0)
    positions = np.arange(start, anchor + 1 + steps)
    known = anchor + 1 - start
    ahead = np.arange(known, known + steps)
    # The forecasts begin at the last true value, so the eye sees where they leave it.
    columns = {
        name: _spread(np.append(series.values[anchor], predicted[origin]), np.append(known - 1, ahead), len(positions))
        for name, predicted in [("forecast", forecasts.predicted), *_chosen(forecasts, baselines)]
    }
    widths = np.full(len(positions), np.nan)
    if half_widths is not None:
        widths[known:] = half_widths
    truth = np.append(series.values[start : anchor + 1], forecasts.truth[origin])
    free = forecasts.kind == "free-run"
    title = (
        f"Free run: {steps} steps on its own outputs. Does it keep the shape of the true series?"
        if free
        else f"Direct: {steps} steps at once from the true values before the mark"
    )
    lines = _Lines(positions, truth, columns, widths)
    figure = _figure(series, split, forecasts, theme, title, lines, level, "dash" if free else "solid", revision)
    words = "own outputs from here" if free else "forecast from here"
    figure["layout"]["shapes"] += (boundary(anchor + 0.5, words, TimeAxis(series), theme),)
    return figure


class _Lines:
    """What one chart draws, at the same positions: truth, named forecasts, half width of the interval."""

    def __init__(self, positions: Ints, truth: Floats, forecasts: dict[str, Floats], widths: Floats) -> None:
        network = forecasts["forecast"]
        thinned = thin(positions, truth, *forecasts.values(), network - widths, network + widths)
        self.positions, self.truth, *named, self.low, self.high = thinned
        self.forecasts = dict(zip(forecasts, named, strict=True))
        self.drawn, self.of = len(self.positions), len(positions)
        self.edges = int(positions[0]) - 0.5, int(positions[-1]) + 0.5


def _figure(
    series: Series,
    split: Split,
    forecasts: PartForecasts,
    theme: Theme,
    title: str,
    lines: _Lines,
    level: float,
    dash: str,
    revision: str,
) -> go.Figure:
    axis = TimeAxis(series)
    places = axis.places(lines.positions)
    dashes = {baseline.name: DASHES[i % len(DASHES)] for i, baseline in enumerate(forecasts.baselines)}
    traces = _interval(lines, places, f"{level:.0%} interval", theme)
    for name, y in lines.forecasts.items():
        if name != "forecast":
            traces.append(series_line(name, places, y, theme.baseline, 1.5, dashes[name]))
    traces.append(series_line("true series", places, lines.truth, theme.truth, 2.2))
    traces.append(series_line("forecast", places, lines.forecasts["forecast"], theme.prediction, 2.0, dash))
    note = "" if lines.drawn == lines.of else f"<br>{lines.drawn:,} of {lines.of:,} points drawn, peaks kept"
    layout = base_layout(theme, title, revision)
    layout["xaxis"] = axis.axis(theme, note, series.unit) | {"range": [axis.at(edge) for edge in lines.edges]}
    layout["yaxis"] = base_axis(theme, f"value ({series.unit})" if series.unit else "value") | {
        "hoverformat": ".5~g",
        "range": _calm_range(lines),
    }
    layout["shapes"] = part_bands(split, axis, theme, test_open=forecasts.part == "test")
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _chosen(forecasts: PartForecasts, names: Sequence[str]) -> list[tuple[str, Floats]]:
    """Return name and forecasts of the baselines to draw."""
    return [(b.name, b.predicted) for b in forecasts.baselines if b.predicted is not None and b.name in names]


def _spread(values: Floats, at: Ints, length: int) -> Floats:
    """Return (length,) with the values at their places, NaN elsewhere."""
    spread = np.full(length, np.nan)
    spread[at] = values
    return spread


def series_line(
    name: str, places: dict[str, Any], y: Floats, color: str, width: float, dash: str = "solid"
) -> dict[str, Any]:
    """Return the trace of a line of single precision at its places on the axis, with its gaps left open."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        **places,
        "y": y.astype(np.float32),
        "connectgaps": False,
        "line": {"color": color, "width": width, "dash": dash},
    }


def _interval(lines: _Lines, places: dict[str, Any], name: str, theme: Theme) -> list[dict[str, Any]]:
    """Return the two ends of the interval, the space between them filled; nothing without one."""
    if not np.isfinite(lines.low).any():
        return []
    low = series_line(f"{name}, lower end", places, lines.low, theme.prediction, 0)
    high = series_line(name, places, lines.high, theme.prediction, 0)
    return [
        low | {"showlegend": False},
        high | {"fill": "tonexty", "fillcolor": faint(theme.prediction)},
    ]


def _calm_range(lines: _Lines) -> list[float]:
    """Return a y range that holds the truth, and a wild forecast up to half the truth's span beyond it."""
    low, high = float(lines.truth.min()), float(lines.truth.max())
    span = (high - low) or 1.0
    others = np.concatenate([*lines.forecasts.values(), lines.low, lines.high])
    others = others[np.isfinite(others)]
    if len(others):
        low = min(low, max(float(others.min()), low - span / 2))
        high = max(high, min(float(others.max()), high + span / 2))
    return [low - 0.06 * span, high + 0.14 * span]
