"""What a change does to a network, and what one of its forecasts rests on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.memory import heatmap, line
from playground.charts.states import MOST_ROWS, group_means, row_names
from playground.charts.theme import Theme, base_axis, base_layout
from playground.charts.time_axis import TimeAxis
from playground.inspection.memory import Influence, WhatIf
from playground.records import Floats, Ints, Series


def ripple_figure(
    series: Series, found: WhatIf, order: Ints, theme: Theme, *, quantity: str = "value", revision: str = "ripple"
) -> go.Figure:
    """Return inputs and forecasts with and without the change, and below how far it moves every unit.

    There are always five traces.

    Args:
        series: The series that was read.
        found: Both readings.
        order: (units,) order of the rows.
        theme: Light or dark.
        quantity: What the network reads, for the axis.
        revision: Zoom is kept as long as this text stays the same.
    """
    axis = TimeAxis(series)
    rows_per = math.ceil(len(order) / MOST_ROWS)
    moved = group_means((found.changed_states - found.states)[:, order].T, rows_per)
    here, ahead = axis.places(found.anchors), axis.places(found.anchors + 1)
    traces = [
        line("input, changed", here, found.changed_inputs, theme.training, width=2.2),
        line("input", here, found.inputs, theme.truth, dash="dot"),
        line("forecast, changed", ahead, found.changed_predicted, theme.prediction, width=2.2, yaxis="y2"),
        line("forecast", ahead, found.predicted, theme.baseline, dash="dot", yaxis="y2"),
        {
            **heatmap(moved, "Δh", theme, bar_y=0.47),
            **here,
            "y": row_names(order, rows_per),
            "yaxis": "y3",
            "hovertemplate": "unit %{y}, %{x}: h moves by %{z:.3f}<extra></extra>",
        },
    ]
    largest = float(np.max(np.abs(moved[np.isfinite(moved)]), initial=0.0)) or 1.0
    traces[-1] |= {"zmin": -largest, "zmax": largest}
    words = [f"−{largest:.2g}", "0", f"+{largest:.2g}"]
    traces[-1]["colorbar"] |= {"tickvals": [-largest, 0, largest], "ticktext": words}
    layout = base_layout(theme, "What the change does: to the forecast, and to every unit below", revision)
    layout["hovermode"] = "closest"
    ends = [axis.at(int(found.anchors[0]) - 0.5), axis.at(int(found.anchors[-1]) + 1)]
    layout["xaxis"] = axis.axis(theme) | {"anchor": "y3", "range": ends}
    layout["yaxis"] = base_axis(theme, f"{quantity} read") | {"domain": [0.76, 1], "nticks": 4}
    layout["yaxis2"] = base_axis(theme, "forecast") | {"domain": [0.52, 0.73], "nticks": 4}
    layout["yaxis3"] = base_axis(theme, "change of h") | {
        "domain": [0, 0.42],
        "type": "category",
        "showgrid": False,
        "showticklabels": rows_per == 1,
        "nticks": 10,
    }
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def influence_figure(
    series: Series, found: Influence, theme: Theme, *, column: int = 0, unit: str = "", revision: str = "influence"
) -> go.Figure:
    """Return, for every step of the window, the true value, the gradient and the occlusion, as bars.

    Args:
        series: The series that was read.
        found: The influences.
        theme: Light or dark.
        column: Which of the network's inputs.
        unit: Unit of the forecast quantity.
        revision: Zoom is kept as long as this text stays the same.
    """
    axis = TimeAxis(series)
    ago = found.positions - found.positions[-1]
    truth = series.values[found.positions].astype(np.float32)
    layout = base_layout(theme, "What this forecast rests on: tall bars are the steps that move it", revision)
    layout["hovermode"] = "closest"
    layout["xaxis"] = base_axis(theme, "steps before the forecast's last input (0 = the last input)") | {"anchor": "y3"}
    layout["yaxis"] = base_axis(theme, series.unit or "value") | {"domain": [0.74, 1], "nticks": 4}
    layout["yaxis2"] = base_axis(theme, "gradient") | {"domain": [0.38, 0.68], "zeroline": True}
    layout["yaxis3"] = base_axis(theme, f"occlusion ({unit})" if unit else "occlusion") | {"zeroline": True}
    layout["yaxis3"]["domain"] = [0, 0.32]
    for name in ("yaxis2", "yaxis3"):
        layout[name] |= {"zerolinecolor": theme.mark, "nticks": 4}
    when = [str(axis.at(int(position)))[:16] for position in found.positions]
    traces = [
        line("true series", {"x": ago}, truth, theme.truth, customdata=when, hovertemplate="%{customdata}: %{y:.4~g}"),
        _bars("gradient of the forecast", ago, found.gradient[:, column], theme.training, "y2"),
        _bars("change of the forecast without this input", ago, found.occlusion[:, column], theme.prediction, "y3"),
    ]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _bars(name: str, x: Ints, y: Floats, color: str, yaxis: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": y.astype(np.float32),
        "yaxis": yaxis,
        "marker": {"color": color},
        "hovertemplate": "%{x}: %{y:.3~g}",
    }
