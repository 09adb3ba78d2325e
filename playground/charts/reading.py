"""A network reading one sequence: what it reads, its verdict and its hidden state, on one axis of steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.sequences import ROW_PX, verdict_figure
from playground.charts.states import MOST_ROWS, group_means, row_names, state_limit
from playground.charts.theme import Theme, base_axis
from playground.records import Floats, Ints
from playground.sequences.records import Reading

SIGNAL_PX = 110
GAP_PX = 34
AROUND_PX = 76
"""Above and below the panels: the bar of tools, the ticks and the name of the axis."""

LEAST_VERDICT_PX, LEAST_STATES_PX, MOST_STATES_PX = 90, 110, 260


def reading_height(classes: int, units: int, signal: bool = False) -> int:
    """Return the height in pixels that `reading_figure` needs."""
    return sum(_panels(classes, units, signal)) + GAP_PX * (2 if signal else 1) + AROUND_PX


def reading_figure(
    reading: Reading,
    order: Ints,
    steps: Sequence[str],
    classes: Sequence[str],
    theme: Theme,
    *,
    title: str,
    step_word: str,
    signal: Floats | None = None,
) -> go.Figure:
    """Return the verdict after every step, and below it the hidden state of every unit after the same step.

    Above 64 units neighbours are averaged in groups, and the axis says so.

    Args:
        reading: What the network said and held.
        order: (units,) the rows from top to bottom.
        steps: What was read at each step.
        classes: Names of the classes.
        theme: Light or dark.
        title: A sentence that says what to see.
        step_word: What a step reads ("letter").
        signal: (steps,) numbers that were read, drawn on top; None for texts and pictures.
    """
    units = reading.states.shape[1]
    panels = _panels(len(classes), units, signal is not None)
    domains = _domains(panels)
    verdict = verdict_figure(reading.probabilities, steps, classes, theme, title=title, step_word=step_word)
    layout, group = verdict.layout.to_plotly_json(), math.ceil(units / MOST_ROWS)
    layout["xaxis"] |= {"anchor": "y2"}
    layout["yaxis"] |= {"domain": domains[-2]}
    layout["yaxis2"] = base_axis(theme, f"units, means of {group}" if group > 1 else "unit") | {
        "domain": domains[-1],
        "type": "category",
        "autorange": "reversed",
        "showgrid": False,
        "showticklabels": group == 1,
        "nticks": 8,
    }
    data = [
        *(trace.to_plotly_json() for trace in verdict.data),
        _states(reading.states, order, group, domains[-1][1], theme),
    ]
    if signal is not None:
        layout["yaxis3"] = base_axis(theme, "value") | {"domain": domains[0], "nticks": 4}
        data.append(_signal(signal, theme))
    return go.Figure({"data": data, "layout": layout}, _validate=False)


def _panels(classes: int, units: int, signal: bool) -> list[int]:
    """Return the heights of the panels from top to bottom."""
    states = min(max(5 * min(units, MOST_ROWS), LEAST_STATES_PX), MOST_STATES_PX)
    return [*([SIGNAL_PX] if signal else []), max(ROW_PX * classes, LEAST_VERDICT_PX), states]


def _domains(panels: list[int]) -> list[list[float]]:
    """Return where each panel stands in the height of the plot, from top to bottom."""
    whole = sum(panels) + GAP_PX * (len(panels) - 1)
    tops = [whole - sum(panels[:k]) - GAP_PX * k for k in range(len(panels))]
    return [[(top - panel) / whole, top / whole] for top, panel in zip(tops, panels, strict=True)]


def _states(states: Floats, order: Ints, group: int, top: float, theme: Theme) -> dict[str, Any]:
    limit = state_limit(states)
    return {
        "type": "heatmap",
        "name": "hidden state",
        "x": np.arange(1, len(states) + 1),
        "y": row_names(order, group),
        "yaxis": "y2",
        "z": group_means(states[:, order].T, group).astype(np.float32),
        "zmin": -limit,
        "zmax": limit,
        "colorscale": [list(stop) for stop in theme.activations],
        "hovertemplate": f"unit %{{y}}, step %{{x}}: {'mean h' if group > 1 else 'h'} = %{{z:.2f}}<extra></extra>",
        "colorbar": {
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "xpad": 0,
            "y": top,
            "yanchor": "bottom",
            "ypad": 4,
            "len": 0.4,
            "thickness": 6,
            "outlinewidth": 0,
            "tickvals": [-limit, 0, limit],
            "ticktext": [f"h = −{limit:g}", "0", f"+{limit:g}"],
            "ticklabelposition": "outside top",
            "tickfont": {"size": 11, "color": theme.quiet_text},
        },
    }


def _signal(signal: Floats, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "what it reads",
        "x": np.arange(1, len(signal) + 1),
        "y": signal.astype(np.float32),
        "yaxis": "y3",
        "line": {"color": theme.truth, "width": 1.6},
        "showlegend": False,
        "hovertemplate": "step %{x}: %{y:.2f}<extra></extra>",
    }
