"""What the hidden units do while the network reads the series."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout
from playground.charts.time_axis import TimeAxis
from playground.records import Floats, Series, Trace

MOST_ROWS = 64
MOST_COLUMNS = 400
TITLE = "Each row is one hidden unit: stripes that move with the series show what it follows"


def states_figure(series: Series, trace: Trace, theme: Theme, *, revision: str = "states") -> go.Figure:
    """Return the series over a stretch, and below it the hidden state of every unit as a heatmap.

    Rows are in `trace.order`, like units side by side. Above 64 units or 400 steps neighbours
    are averaged in groups, and the axis title says so. There are always two traces.

    Args:
        series: The series the trace was taken on.
        trace: Hidden states over the stretch.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.

    Raises:
        ValueError: if the trace lies outside the series.
    """
    if len(trace.anchors) == 0 or trace.anchors[0] < 0 or trace.anchors[-1] >= len(series.values):
        raise ValueError(
            f"the trace must cover positions inside the series of {len(series.values)} points, "
            f"got {trace.anchors[:1]} to {trace.anchors[-1:]}; use the trace made for this series"
        )
    rows_per = math.ceil(trace.states.shape[1] / MOST_ROWS)
    columns_per = math.ceil(len(trace.anchors) / MOST_COLUMNS)
    states = group_means(group_means(trace.states[:, trace.order].T, rows_per).T, columns_per).T
    axis = TimeAxis(series)
    stretch = np.arange(int(trace.anchors[0]), int(trace.anchors[-1]) + 1)
    note = f"<br>each column is the mean of {columns_per} steps" if columns_per > 1 else ""

    layout = base_layout(theme, TITLE, revision) | {"hovermode": "closest", "showlegend": False}
    layout["xaxis"] = axis.axis(theme, note) | {
        "anchor": "y2",
        "range": [axis.at(int(stretch[0]) - 0.5), axis.at(int(stretch[-1]) + 0.5)],
    }
    layout["yaxis"] = base_axis(theme, series.unit or "value") | {"domain": [0.72, 1], "nticks": 4}
    layout["yaxis2"] = base_axis(theme, f"units, means of {rows_per}" if rows_per > 1 else "unit") | {
        "domain": [0, 0.58],
        "type": "category",
        "showgrid": False,
        "showticklabels": rows_per == 1,
        "nticks": 12,
    }
    columns = axis.places(trace.anchors[::columns_per])
    mean = "mean h" if rows_per * columns_per > 1 else "h"
    heatmap = _heatmap(states, row_names(trace.order, rows_per), columns, mean, theme)
    return go.Figure({"data": [_series_line(series, stretch, axis, theme), heatmap], "layout": layout}, _validate=False)


def _series_line(series: Series, stretch: np.ndarray, axis: TimeAxis, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "true series",
        **axis.places(stretch),
        "y": series.values[stretch].astype(np.float32),
        "line": {"color": theme.truth, "width": 2},
        "hovertemplate": f"%{{x}}: %{{y:.6~g}} {series.unit}<extra></extra>",
    }


def _heatmap(states: Floats, rows: list[str], columns: dict[str, Any], mean: str, theme: Theme) -> dict[str, Any]:
    limit = state_limit(states)
    return {
        "type": "heatmap",
        "name": "hidden state",
        **columns,
        "y": rows,
        "yaxis": "y2",
        "z": states.astype(np.float32),
        "zmin": -limit,
        "zmax": limit,
        "colorscale": [list(stop) for stop in theme.activations],
        "hovertemplate": f"unit %{{y}}, %{{x}}: {mean} = %{{z:.2f}}<extra></extra>",
        "colorbar": {
            "orientation": "h",
            "x": 0.98,
            "xanchor": "right",
            "xpad": 0,
            "y": 0.585,
            "yanchor": "bottom",
            "ypad": 0,
            "len": 0.5,
            "thickness": 8,
            "outlinewidth": 0,
            "tickvals": [-limit, 0, limit],
            "ticktext": [f"h = −{limit:g}", "0", f"+{limit:g}"],
            "ticklabelposition": "outside top",
            "tickfont": {"size": 11, "color": theme.quiet_text},
        },
    }


def state_limit(states: Floats) -> float:
    """Return the end of the colour range: 1 for bounded states, the next of 2, 5, 10, 20 ... for larger ones."""
    largest = float(np.max(np.abs(states[np.isfinite(states)]), initial=0.0))
    limit = 1.0
    while limit < largest:
        limit *= 2.5 if f"{limit:e}".startswith("2") else 2
    return limit


def row_names(order: np.ndarray, group: int) -> list[str]:
    """Return a name for each row of `group` units: their numbers."""
    return [", ".join(str(unit) for unit in order[i : i + group]) for i in range(0, len(order), group)]


def group_means(values: Floats, group: int) -> Floats:
    """Return the means of every `group` neighbouring rows; the last group may be smaller."""
    if group == 1:
        return values
    starts = np.arange(0, len(values), group)
    sums = np.add.reduceat(values, starts, axis=0, dtype=np.float64)
    return sums / np.diff(np.append(starts, len(values)))[:, None]
