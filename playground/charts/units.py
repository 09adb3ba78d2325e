"""One unit's part, the path of the whole state, and the weights behind them."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from playground.cells.equations import GATE_NAMES, layer_weights
from playground.charts.memory import NAMES, line
from playground.charts.theme import Theme, base_axis, base_layout
from playground.charts.thinning import thin
from playground.charts.time_axis import TimeAxis
from playground.inspection.memory import StateTrace
from playground.records import Floats, Series

MOST_WEIGHTS = 96
"""Most rows and columns of a weight heatmap."""

MOST_PATH = 1000


def unit_figure(series: Series, trace: StateTrace, unit: int, theme: Theme, *, revision: str = "unit") -> go.Figure:
    """Return one unit's quantity over the stretch, below the true series; always two traces."""
    axis = TimeAxis(series)
    positions, truth, values = thin(trace.anchors, series.values[trace.anchors], trace.values[:, unit])
    places = axis.places(positions)
    name = f"unit {unit}: {NAMES[trace.quantity]}"
    layout = base_layout(theme, f"Unit {unit}: does it rise and fall with the series?", revision)
    layout["xaxis"] = axis.axis(theme) | {"anchor": "y2"}
    layout["yaxis"] = base_axis(theme, series.unit or "value") | {"domain": [0.55, 1], "nticks": 4}
    layout["yaxis2"] = base_axis(theme, trace.quantity) | {"domain": [0, 0.45], "nticks": 4}
    traces = [
        line("true series", places, truth, theme.truth, width=2.2),
        line(name, places, values, theme.training, yaxis="y2"),
    ]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def phase_figure(
    trace: StateTrace, unit: int, season_steps: int, theme: Theme, *, revision: str = "phase"
) -> go.Figure:
    """Return a unit's mean over the phases of the season, as bars."""
    means = trace.phase_means[unit]
    starts = np.arange(len(means)) * season_steps / max(len(means), 1)
    layout = base_layout(theme, f"When in the season is unit {unit} high or low?", revision)
    layout["xaxis"] = base_axis(theme, f"step within the season of {season_steps}") | {"showgrid": False}
    layout["yaxis"] = base_axis(theme, f"mean {trace.quantity}") | {"zeroline": True, "zerolinecolor": theme.mark}
    bars = {
        "type": "bar",
        "name": "mean",
        "x": starts.astype(np.float32),
        "y": means.astype(np.float32),
        "marker": {"color": theme.training},
        "hovertemplate": "from step %{x:.4~g}: %{y:.3f}<extra></extra>",
    }
    return go.Figure({"data": [bars], "layout": layout}, _validate=False)


def path_figure(
    series: Series,
    trace: StateTrace,
    theme: Theme,
    *,
    dimensions: Literal[2, 3] = 2,
    color: Literal["time", "phase", "value"] = "time",
    season_steps: int = 0,
    at: int = 0,
    revision: str = "path",
) -> go.Figure:
    """Return the path of the state along its principal directions, with a marked point; always two traces.

    Args:
        series: The series the trace was taken on.
        trace: The trace, with its path.
        theme: Light or dark.
        dimensions: How many directions to draw.
        color: What the colour of a point says.
        season_steps: Length of the season, for "phase".
        at: Row of the trace where the marked point is.
        revision: Zoom is kept as long as this text stays the same.
    """
    rows = np.unique(np.linspace(0, len(trace.path) - 1, min(len(trace.path), MOST_PATH)).astype(int))
    said = _color_values(series, trace, color, season_steps)
    kind = "scatter" if dimensions == 2 else "scatter3d"
    names = ("x", "y", "z")[:dimensions]
    path: dict[str, Any] = {
        "type": kind,
        "mode": "lines+markers",
        "name": "state",
        **{name: trace.path[rows, k] for k, name in enumerate(names)},
        "line": {"color": theme.grid, "width": 1},
        "marker": {
            "size": 5 if dimensions == 2 else 3,
            "color": said[rows].astype(np.float32),
            "colorscale": _scale(color, theme),
            "colorbar": _color_bar(color, series, season_steps, theme),
        },
        "customdata": trace.anchors[rows].astype(np.int32),
        "hovertemplate": "after position %{customdata}<extra></extra>",
        "showlegend": False,
    }
    place = {name: trace.path[at : at + 1, k] for k, name in enumerate(names)}
    look = {"size": 15 if dimensions == 2 else 8, "color": theme.prediction, "line": {"width": 2, "color": theme.text}}
    point = {"type": kind, "mode": "markers", "name": "now", **place, "marker": look, "showlegend": False}
    point["hovertemplate"] = f"position {int(trace.anchors[at])}<extra></extra>"
    share = float(np.sum(trace.explained[:dimensions]))
    title = f"The state's path: these {dimensions} directions hold {share:.0%} of its movement"
    layout = base_layout(theme, title, revision) | {"hovermode": "closest"}
    titles = [f"direction {k + 1} ({trace.explained[k]:.0%})" for k in range(dimensions)]
    axes = [base_axis(theme, text) for text in titles]
    if dimensions == 2:
        layout["xaxis"], layout["yaxis"] = axes[0], axes[1] | {"scaleanchor": "x"}
    else:
        for axis, text in zip(axes, titles, strict=True):
            del axis["automargin"]
            axis |= {"showbackground": False, "title": {"text": text, "font": {"size": 12, "color": theme.quiet_text}}}
        layout["scene"] = {f"{name}axis": axis for name, axis in zip(names, axes, strict=True)}
        layout["scene"] |= {
            "aspectmode": "data",
            "uirevision": revision,
            "camera": {"eye": {"x": 1.5, "y": 1.5, "z": 1.1}},
        }
    return go.Figure({"data": [path, point], "layout": layout}, _validate=False)


def weights_figure(
    cell: str, weights: dict[str, Floats], layer: int, theme: Theme, *, revision: str = "weights"
) -> go.Figure:
    """Return W_xh, W_hh and the two biases of a layer (counted from 1) side by side, a band for each gate.

    Of a large matrix each cell shows the weight of largest size in its block.
    """
    matrices = layer_weights(weights, layer - 1)
    blocks = [matrices.W_xh, matrices.W_hh, np.stack([matrices.b_xh, matrices.b_hh], axis=1)]
    rows_per = math.ceil(len(matrices.W_hh) / MOST_WEIGHTS)
    shown = [_largest(block, rows_per, math.ceil(block.shape[1] / MOST_WEIGHTS)) for block in blocks]
    limit = max(float(np.max(np.abs(block[np.isfinite(block)]), initial=0)) for block in blocks) or 1.0
    ends = _shares([block.shape[1] for block in shown])
    thinned = rows_per > 1 or any(block.shape[1] > MOST_WEIGHTS for block in blocks)
    note = ", in each cell the largest of its block" if thinned else ""
    layout = base_layout(theme, f"The weights of layer {layer}{note}", revision) | {"hovermode": "closest"}
    traces: list[dict[str, Any]] = []
    names = (
        "W_xh: inputs" if layer == 1 else "W_xh: layer below",
        "W_hh: the state before",
        "biases b",
    )
    for number, (block, name) in enumerate(zip(shown, names, strict=True), start=1):
        suffix = str(number) if number > 1 else ""
        traces.append(_weight_map(block, name, limit, theme, f"x{suffix}", bar=number == 2))
        layout[f"xaxis{suffix}"] = base_axis(theme, name) | {"domain": ends[number - 1], "showgrid": False}
        layout[f"xaxis{suffix}"] |= {"nticks": 6, "tickformat": "d", "automargin": False}
        if block.shape[1] <= 4:
            ticks = ["xh", "hh"] if number == 3 else [str(column) for column in range(block.shape[1])]
            layout[f"xaxis{suffix}"] |= {"tickvals": list(range(block.shape[1])), "ticktext": ticks}
    gates, hidden = GATE_NAMES[cell], matrices.W_hh.shape[1] / rows_per
    layout["yaxis"] = base_axis(theme, "gate and unit" if len(gates) > 1 else "unit") | {"autorange": "reversed"}
    layout["yaxis"] |= {
        "showgrid": False,
        "tickvals": [(k + 0.5) * hidden - 0.5 for k in range(len(gates))],
        "ticktext": list(gates),
    }
    layout["shapes"] = [_gate_border(k * hidden - 0.5, theme) for k in range(1, len(gates))]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _color_values(series: Series, trace: StateTrace, color: str, season_steps: int) -> Floats:
    said = trace.anchors % season_steps if color == "phase" and season_steps else trace.anchors
    return series.values[trace.anchors] if color == "value" else said.astype(np.float64)


def _scale(color: str, theme: Theme) -> list[list[Any]]:
    """Return the scale: one that closes for phases, so that the end of a season meets its beginning."""
    if color == "value":
        return [list(stop) for stop in theme.activations]
    if color == "time":
        return [list(stop) for stop in theme.gates]
    ends = [stop[1] for stop in theme.activations]
    around = [ends[0], ends[1], theme.mark, ends[3], ends[4], ends[3], theme.mark, ends[1], ends[0]]
    return [[k / 8, hue] for k, hue in enumerate(around)]


def _color_bar(color: str, series: Series, season_steps: int, theme: Theme) -> dict[str, Any]:
    text = {"time": "position", "value": series.unit or "value", "phase": f"step of {season_steps}"}[color]
    return {
        "title": {"text": text, "font": {"size": 11, "color": theme.quiet_text}},
        "thickness": 8,
        "outlinewidth": 0,
        "tickfont": {"size": 11, "color": theme.quiet_text},
        "nticks": 5,
    }


def _largest(block: Floats, rows_per: int, columns_per: int) -> Floats:
    """Return, for each block of rows and columns, its entry of largest size."""
    if rows_per == columns_per == 1:
        return block
    high, low = block, block
    for axis, group in ((0, rows_per), (1, columns_per)):
        starts = np.arange(0, block.shape[axis], group)
        high, low = np.maximum.reduceat(high, starts, axis=axis), np.minimum.reduceat(low, starts, axis=axis)
    return np.where(high >= -low, high, low)


def _shares(columns: list[int]) -> list[list[float]]:
    """Return where each matrix stands along the width: wide ones get more, none less than a seventh."""
    gap = 0.05
    sizes = np.maximum(np.array(columns, dtype=float), sum(columns) / 7)
    widths = sizes / sizes.sum() * (1 - gap * (len(columns) - 1))
    starts = np.concatenate([[0], np.cumsum(widths + gap)[:-1]])
    return [[float(start), float(start + width)] for start, width in zip(starts, widths, strict=True)]


def _weight_map(block: Floats, name: str, limit: float, theme: Theme, xaxis: str, *, bar: bool) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "name": name,
        "z": block.astype(np.float32),
        "xaxis": xaxis,
        "zmin": -limit,
        "zmax": limit,
        "colorscale": [list(stop) for stop in theme.activations],
        "showscale": bar,
        "colorbar": {"thickness": 8, "outlinewidth": 0, "tickfont": {"size": 11, "color": theme.quiet_text}},
        "hovertemplate": "row %{y}, column %{x}: %{z:.4f}<extra></extra>",
    }


def _gate_border(y: float, theme: Theme) -> dict[str, Any]:
    mark = {"color": theme.text, "width": 1}
    return {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": mark}
