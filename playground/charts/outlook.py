"""What comes after the last row, or what would have been forecast from an origin in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.bands import boundary
from playground.charts.evaluation import DASHES, series_line
from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.charts.time_axis import TimeAxis
from playground.evaluation.results import NETWORK
from playground.outlook.results import Fan, Outlook
from playground.records import Floats, Ints, Series

LEAST_CONTEXT = 60
"""Before the origin three times as many steps are drawn as are forecast, and at least so many."""

NAMED_LEVEL = 0.8
"""Level of the interval that the legend names, and whose adaptive ends are drawn beside it."""

ROOM = 0.6
"""How far forecasts and limits may reach beyond the drawn truth before the axis cuts them, in spans of it."""


def outlook_figure(
    series: Series,
    outlook: Outlook,
    theme: Theme,
    *,
    look_back: int | None = None,
    limits_of: str = NETWORK,
    baselines: Sequence[str] = (),
    revision: str = "outlook",
) -> go.Figure:
    """Return the forecasts of all steps from one origin, with measured limits and the border to own outputs.

    Args:
        series: The series that the forecasts go on from, all known rows.
        outlook: What comes next.
        theme: Light or dark.
        look_back: Number of a rolling origin, None for the last row.
        limits_of: Whose limits are drawn, all levels inside each other; "" for none.
        baselines: Names of the baselines to draw; those without forecasts are left out.
        revision: Zoom is kept as long as this text stays the same.
    """
    fan = outlook.fan(look_back)
    axis = TimeAxis(_longer(series, outlook))
    start = max(0, fan.origin + 1 - max(3 * outlook.steps, LEAST_CONTEXT))
    known = np.arange(start, fan.origin + 1)
    ahead = fan.origin + 1 + np.arange(outlook.steps)
    joined = np.append(fan.origin, ahead)
    last = series.values[fan.origin]
    traces = _bands(outlook, fan, limits_of, axis, ahead, theme)
    traces += _adaptive(outlook, fan, axis, ahead, theme) if limits_of == NETWORK else []
    names = [name for name in outlook.predicted if name != NETWORK]
    for name in (name for name in names if name in baselines and name in fan.predicted):
        dash = DASHES[names.index(name) % len(DASHES)]
        line = np.append(last, fan.predicted[name])
        traces.append(series_line(name, axis.places(joined), line, theme.baseline, 1.6, dash))
    traces += _seeds(outlook, fan, axis, joined, last, theme)
    traces += _network(outlook, fan, axis, joined, last, theme)
    truth = np.append(series.values[known], fan.truth)
    drawn = np.append(known, ahead)[: len(truth)]
    drawn, truth = drawn[np.isfinite(truth)], truth[np.isfinite(truth)]
    traces.append(series_line("true series", axis.places(drawn), truth, theme.truth, 2.2))
    layout = base_layout(theme, _title(outlook, fan), revision)
    edges = start - 0.5, fan.origin + outlook.steps + 0.5
    layout["xaxis"] = axis.axis(theme, "", outlook.unit) | {"range": [axis.at(edge) for edge in edges]}
    layout["yaxis"] = base_axis(theme, f"value ({outlook.unit})" if outlook.unit else "value") | {
        "hoverformat": ".5~g",
        "range": _calm_range(truth, traces),
    }
    layout["shapes"] = [boundary(fan.origin + 0.5, "then" if fan.past else "now", axis, theme, side="right")]
    if outlook.steps > outlook.horizon:
        border, far = fan.origin + outlook.horizon + 0.5, "own outputs"
        layout["shapes"].append(boundary(border, far, axis, theme))
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _longer(series: Series, outlook: Outlook) -> Series:
    """Return the series with the time stamps of the steps to come, for the axis alone."""
    if series.times is None or outlook.times is None:
        return series
    return replace(series, times=np.concatenate([series.times, outlook.times]))


def _title(outlook: Outlook, fan: Fan) -> str:
    if fan.past:
        return "What it would have said then, and what came"
    return f"What comes next: {outlook.steps} steps after the last row"


def _network(outlook: Outlook, fan: Fan, axis: TimeAxis, joined: Ints, last: float, theme: Theme) -> list[dict]:
    """Return the network's forecast, solid as far as it sees by itself and dashed where own outputs are fed back."""
    values = np.append(last, fan.predicted[NETWORK])
    near, far = slice(0, outlook.horizon + 1), slice(outlook.horizon, None)
    lines = [series_line(NETWORK, axis.places(joined[near]), values[near], theme.prediction, 2.4)]
    if outlook.steps > outlook.horizon:
        name = "network, own outputs fed back"
        dashed = series_line(name, axis.places(joined[far]), values[far], theme.prediction, 2.4, "dash")
        lines.append(dashed | {"showlegend": False})  # the mark says it
    return lines


def _seeds(outlook: Outlook, fan: Fan, axis: TimeAxis, joined: Ints, last: float, theme: Theme) -> list[dict]:
    """Return the forecast of each seed, thin, where the network's is their mean; nothing for the past."""
    members: Sequence[Floats] = [] if fan.past or len(outlook.members) < 2 else list(outlook.members)
    lines = [
        series_line(f"seed {k}", axis.places(joined), np.append(last, m), theme.prediction, 0.8)
        for k, m in enumerate(members, 1)
    ]
    return [line | {"showlegend": False, "opacity": 0.6} for line in lines]


def _bands(outlook: Outlook, fan: Fan, name: str, axis: TimeAxis, ahead: Ints, theme: Theme) -> list[dict[str, Any]]:
    """Return the intervals of every level, the widest first; nothing where there are none."""
    if name not in fan.predicted:
        return []
    color = theme.prediction if name == NETWORK else theme.baseline
    limits, middle, bands = outlook.limits[name], fan.predicted[name], []
    for level, widths in sorted(zip(limits.levels, limits.half_widths, strict=True), reverse=True):
        there = np.isfinite(widths) & np.isfinite(middle)
        if not there.any():
            continue
        places = axis.places(ahead[there])
        whose = "" if name == NETWORK else f" of {name}"
        label = f"{level:.0%} limits{whose}"
        low = series_line(f"{label}, lower end", places, (middle - widths)[there], color, 0) | {"showlegend": False}
        high = series_line(label, places, (middle + widths)[there], color, 0) | {"showlegend": level == NAMED_LEVEL}
        bands += [low, high | {"fill": "tonexty", "fillcolor": faint(color)}]
    return bands


def _adaptive(outlook: Outlook, fan: Fan, axis: TimeAxis, ahead: Ints, theme: Theme) -> list[dict[str, Any]]:
    """Return the ends of the network's adaptive interval as they stand now; nothing for the past, or without one."""
    limits = outlook.limits[NETWORK]
    widths = limits.adaptive[limits.levels.index(NAMED_LEVEL)]
    there = np.isfinite(widths)
    if fan.past or not there.any():
        return []
    places, middle = axis.places(ahead[there]), fan.predicted[NETWORK][there]
    name = f"{NAMED_LEVEL:.0%} limits, adaptive"
    low = series_line(f"{name}, lower end", places, middle - widths[there], theme.prediction, 1, "dot")
    return [low | {"showlegend": False}, series_line(name, places, middle + widths[there], theme.prediction, 1, "dot")]


def _calm_range(truth: Floats, traces: Sequence[dict[str, Any]]) -> list[float]:
    """Return a y range that holds the truth, and wild forecasts only so far beyond it."""
    low, high = float(truth.min()), float(truth.max())
    span = (high - low) or 1.0
    drawn = np.concatenate([trace["y"] for trace in traces])
    drawn = drawn[np.isfinite(drawn)]
    low = min(low, max(float(drawn.min()), low - ROOM * span))
    high = max(high, min(float(drawn.max()), high + ROOM * span))
    return [low - 0.06 * span, high + 0.14 * span]
