"""What a network remembers along a stretch: series, forecast and error above the heatmap of one quantity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.states import MOST_COLUMNS, MOST_ROWS, group_means, row_names, state_limit
from playground.charts.theme import ColorScale, Theme, base_axis, base_layout
from playground.charts.thinning import thin
from playground.charts.time_axis import TimeAxis
from playground.inspection.memory import StateTrace
from playground.records import Floats, Ints, Series

GATES = frozenset("iforz")
"""Quantities between 0 and 1; the others may have either sign."""

NAMES = {
    "h": "hidden state h",
    "c": "cell state c",
    "i": "input gate i",
    "f": "forget gate f",
    "g": "candidate g",
    "o": "output gate o",
    "r": "reset gate r",
    "z": "update gate z",
    "n": "candidate n",
}

TITLE = "Series, forecast and error above what every unit holds at the same moment"
Span = tuple[float, float]


def memory_figure(
    series: Series,
    trace: StateTrace,
    theme: Theme,
    *,
    order: str = "similarity",
    unit: int | None = None,
    span: Span | None = None,
    similar: tuple[Span, ...] = (),
    revision: str = "memory",
) -> go.Figure:
    """Return series and forecast, the error below, and the heatmap of units over time, on one time axis.

    Above 64 units or 400 steps neighbours are averaged in groups, and the axis titles say so. There
    are always four traces.

    Args:
        series: The series the trace was taken on.
        trace: What to show.
        theme: Light or dark.
        order: Name of one of the trace's orders of the units.
        unit: Unit whose row is marked.
        span: Positions, from and to, that are marked as chosen.
        similar: Spans that are marked as like the chosen one.
        revision: Zoom is kept as long as this text stays the same.

    Raises:
        ValueError: if the trace lies outside the series.
    """
    last = len(series.values) - 1
    if trace.anchors[0] < 0 or trace.anchors[-1] >= last:
        raise ValueError(
            f"the trace must end before the last of {last + 1} points, got {trace.anchors[-1]}; use this series' trace"
        )
    axis, units = TimeAxis(series), trace.orders[order]
    rows_per, columns_per = math.ceil(len(units) / MOST_ROWS), math.ceil(len(trace.anchors) / MOST_COLUMNS)
    values = group_means(group_means(trace.values[:, units].T, rows_per).T, columns_per).T
    steps = columns_per * trace.every
    every = f"<br>every {trace.every} steps are read" if trace.every > 1 else ""
    note = every + (f"<br>each column is the mean of {columns_per} readings" if columns_per > 1 else "")
    traces = [
        *_lines(series, trace, axis, theme),
        {
            **heatmap(values, trace.quantity, theme, bar_y=0.5),
            **axis.places(trace.anchors[::columns_per]),
            "y": row_names(units, rows_per),
            "yaxis": "y3",
            "hovertemplate": f"unit %{{y}}, %{{x}}: {trace.quantity} = %{{z:.3f}}<extra></extra>",
        },
    ]
    layout = base_layout(theme, TITLE, revision) | {"hovermode": "closest"}
    ends = (int(trace.anchors[0]) - steps / 2, int(trace.anchors[-1]) + steps / 2 + 1)
    layout["xaxis"] = axis.axis(theme, note) | {"anchor": "y3", "range": [axis.at(end) for end in ends]}
    layout["yaxis"] = base_axis(theme, series.unit or "value") | {"domain": [0.74, 1], "nticks": 4}
    layout["yaxis2"] = base_axis(theme, "error") | {"domain": [0.57, 0.7], "nticks": 3, "zeroline": True}
    layout["yaxis2"]["zerolinecolor"] = theme.grid
    layout["yaxis3"] = base_axis(theme, f"units, means of {rows_per}" if rows_per > 1 else "unit") | {
        "domain": [0, 0.46],
        "type": "category",
        "showgrid": False,
        "showticklabels": rows_per == 1,
        "nticks": 12,
    }
    layout["shapes"] = [*_spans(span, similar, axis, theme), *_row_mark(unit, units, rows_per, theme)]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def heatmap(values: Floats, quantity: str, theme: Theme, *, bar_y: float) -> dict[str, Any]:
    """Return a heatmap trace in the colours of the quantity: one hue for gates, two for signed values."""
    scale: ColorScale = theme.gates if quantity in GATES else theme.activations
    high = 1.0 if quantity in GATES else state_limit(values)
    low = 0.0 if quantity in GATES else -high
    middle = [] if quantity in GATES else [0.0]
    ticks = [low, *middle, high]
    texts = [f"{quantity} = {low:g}".replace("-", "−"), *("0" for _ in middle), f"{high:+g}" if low else f"{high:g}"]
    return {
        "type": "heatmap",
        "name": NAMES.get(quantity, quantity),
        "z": values.astype(np.float32),
        "zmin": low,
        "zmax": high,
        "colorscale": [list(stop) for stop in scale],
        "colorbar": {
            "orientation": "h",
            "x": 0.99,
            "xanchor": "right",
            "xpad": 0,
            "y": bar_y,
            "yanchor": "middle",
            "ypad": 0,
            "len": 0.42,
            "thickness": 7,
            "outlinewidth": 0,
            "tickvals": ticks,
            "ticktext": texts,
            "ticklabelposition": "outside top",
            "tickfont": {"size": 11, "color": theme.quiet_text},
        },
    }


def line(name: str, places: dict[str, Any], y: Floats, color: str, **more: Any) -> dict[str, Any]:
    """Return a line trace; `more` are further plotly fields."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        **places,
        "y": y.astype(np.float32),
        "line": {"color": color, "width": more.pop("width", 1.8), "dash": more.pop("dash", "solid")},
        "hovertemplate": "%{x}: %{y:.4~g}",
        **more,
    }


def _lines(series: Series, trace: StateTrace, axis: TimeAxis, theme: Theme) -> list[dict[str, Any]]:
    """Return the true series, the forecast and its error, each thinned with its peaks kept."""
    stretch = np.arange(int(trace.anchors[0]), int(trace.anchors[-1]) + 2)
    positions, truth = thin(stretch, series.values[stretch])
    ahead, predicted, error = thin(trace.anchors + 1, trace.predicted, trace.predicted - trace.truth)
    return [
        line("true series", axis.places(positions), truth, theme.truth, width=2.2),
        line("forecast, one step ahead", axis.places(ahead), predicted, theme.prediction),
        line("error", axis.places(ahead), error, theme.mark, width=1.2, yaxis="y2", fill="tozeroy", showlegend=False),
    ]


def _spans(span: Span | None, similar: tuple[Span, ...], axis: TimeAxis, theme: Theme) -> list[dict[str, Any]]:
    """Return, for each span, a shade behind the lines and a frame round its part of the heatmap; one step is a line."""
    marks = [*((one, theme.training, "like it") for one in similar)]
    marks += [(span, theme.prediction, "chosen")] if span is not None else []
    shapes: list[dict[str, Any]] = []
    for (start, stop), color, text in marks:
        place: dict[str, Any] = {"type": "rect", "xref": "x", "yref": "paper"}
        place |= {"x0": axis.at(start - 0.5), "x1": axis.at(stop + 0.5)}
        if start == stop:
            middle = {"x0": axis.at(start), "x1": axis.at(start), "y0": 0, "y1": 1}
            shapes.append(place | middle | {"type": "line", "line": {"width": 1.5, "color": theme.text, "dash": "dot"}})
            continue
        label = {"text": text, "textposition": "top center", "font": {"size": 11, "color": theme.text}}
        shade = {"y0": 0.57, "y1": 1, "fillcolor": color, "opacity": 0.18, "layer": "below", "line": {"width": 0}}
        frame = {"y0": 0, "y1": 0.46, "line": {"width": 2, "color": theme.text}}
        shapes += [place | shade | {"label": label}, place | frame]
    return shapes


def _row_mark(unit: int | None, units: Ints, rows_per: int, theme: Theme) -> list[dict[str, Any]]:
    """Return a frame round the row that a unit stands in."""
    if unit is None:
        return []
    row = int(np.flatnonzero(units == unit)[0]) // rows_per
    frame = {"color": theme.text, "width": 1.5}
    return [
        {
            "type": "rect",
            "xref": "paper",
            "yref": "y3",
            "x0": 0,
            "x1": 1,
            "y0": row - 0.5,
            "y1": row + 0.5,
            "line": frame,
        }
    ]
