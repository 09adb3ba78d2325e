"""How gradients fade through time, where the eigenvalues of W_hh lie, and how far a memory reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.labs.gradients.results import CELLS, GradientMoment, GradientRun, MemoryRuler
from playground.records import Floats

DASHES = {"rnn": "solid", "lstm": "dash", "gru": "dot"}
CELL_STATE_DASH = "dashdot"
SYMBOLS = {
    "h": "circle",
    "i": "diamond",
    "f": "circle",
    "g": "square",
    "o": "cross",
    "r": "diamond",
    "z": "circle",
    "n": "square",
}
GATE_TITLES = {
    "h": "W_hh",
    "i": "i input gate",
    "f": "f forget gate",
    "g": "g candidate",
    "o": "o output gate",
    "r": "r reset gate",
    "z": "z update gate",
    "n": "n candidate",
}

LOWEST_POWER = -12
HIGHEST_POWER = 2
"""Powers of ten that the colours of the heatmap span."""

PROFILE_FLOOR = 1e-16
"""Smaller gradients are drawn at the lower edge of the profile."""


def profile_figure(
    moments: Mapping[str, GradientMoment],
    titles: Mapping[str, str],
    theme: Theme,
    *,
    layer: int = -1,
    revision: str = "profile",
) -> go.Figure:
    """Return |dL/dh| over the steps back from the loss, one curve for each cell, on a log scale.

    An LSTM has a second curve for |dL/dc|, its cell state.

    Args:
        moments: Cell -> what was seen at the epoch shown.
        titles: Cell -> its name in the legend.
        theme: Light or dark.
        layer: Which layer's states, counted from 0.
        revision: Zoom is kept as long as this text stays the same.
    """
    traces = []
    top = 1.0
    for cell, moment in moments.items():
        curves = [(titles[cell], moment.norms[layer], DASHES[cell])]
        if moment.cell_norms is not None:
            curves = [(f"{titles[cell]} by h", curves[0][1], DASHES[cell])]
            curves.append((f"{titles[cell]} by c", moment.cell_norms[layer], CELL_STATE_DASH))
        for name, norms, dash in curves:
            top = max(top, float(np.nanmax(np.where(np.isfinite(norms), norms, 0))))
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": name,
                    "x": np.arange(len(norms)),
                    "y": np.maximum(norms, PROFILE_FLOOR).astype(np.float64),
                    "customdata": norms,
                    "line": {"color": theme.kinds[CELLS.index(cell)], "dash": dash, "width": 2.5},
                    "hovertemplate": "%{customdata:.2e}",
                }
            )
    layout = base_layout(theme, "How much of the loss each earlier state still feels", revision)
    layout["xaxis"] = base_axis(theme, "steps back from the loss (0 = the last input)") | {"rangemode": "tozero"}
    lowest = min(float(trace["y"].min()) for trace in traces)
    layout["yaxis"] = base_axis(theme, "|dL/dh|, LSTM also |dL/dc|") | {
        "type": "log",
        "exponentformat": "power",
        "dtick": max(1, round((np.log10(top) - np.log10(lowest)) / 6)),
        "range": [np.log10(min(lowest, 1e-4)) - 0.3, np.log10(top) + 0.3],
    }
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def history_figure(
    run: GradientRun,
    title: str,
    theme: Theme,
    *,
    layer: int = -1,
    epoch: int | None = None,
    revision: str = "history",
) -> go.Figure:
    """Return the gradient of every step back and every epoch seen, in the same log colours for every network.

    It is |dL/dh|, in an LSTM the larger of |dL/dh| and |dL/dc|.

    Args:
        run: The training that was watched.
        title: The network.
        theme: Light or dark.
        layer: Which layer's states, counted from 0.
        epoch: The epoch that is marked, None for none.
        revision: Zoom is kept as long as this text stays the same.
    """
    norms = np.array([moment.strongest[layer] for moment in run.moments]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.clip(np.nan_to_num(np.log10(norms), nan=HIGHEST_POWER), LOWEST_POWER, HIGHEST_POWER)
    ticks = np.arange(LOWEST_POWER, HIGHEST_POWER + 1, 4)
    trace = {
        "type": "heatmap",
        "name": "gradient",
        "x": np.array([moment.epoch for moment in run.moments]),
        "y": np.arange(len(norms)),
        "z": powers.astype(np.float32),
        "zmin": LOWEST_POWER,
        "zmax": HIGHEST_POWER,
        "colorscale": [list(stop) for stop in theme.gates],
        "colorbar": _bar(theme, [int(tick) for tick in ticks]),
        "hovertemplate": "epoch %{x}, %{y} steps back: 10^%{z:.1f}<extra></extra>",
    }
    layout = base_layout(theme, title, revision) | {"hovermode": "closest"}
    layout["margin"] = {"l": 52, "r": 12, "t": 36, "b": 44}
    last = max(run.recipe.training.epochs, 1)
    layout["xaxis"] = base_axis(theme, "epoch") | {"range": [-0.5, last + 0.5], "showgrid": False}
    layout["yaxis"] = base_axis(theme, "steps back") | {"range": [-0.5, len(norms) - 0.5], "showgrid": False}
    if epoch is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "x0": epoch,
                "x1": epoch,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": theme.mark, "width": 1.5, "dash": "dot"},
            }
        ]
    return go.Figure({"data": [trace], "layout": layout}, _validate=False)


def _bar(theme: Theme, ticks: list[int]) -> dict[str, Any]:
    words = [f"10<sup>{str(tick).replace('-', '−')}</sup>" for tick in ticks]
    words[0], words[-1] = "≤ " + words[0], "≥ " + words[-1]
    return {
        "orientation": "h",
        "thickness": 8,
        "outlinewidth": 0,
        "y": -0.24,
        "yanchor": "top",
        "tickvals": ticks,
        "ticktext": words,
        "tickfont": {"size": 11, "color": theme.quiet_text},
    }


def eigenvalue_figure(
    moment: GradientMoment, start: GradientMoment, title: str, theme: Theme, *, layer: int = -1, revision: str = "eigen"
) -> go.Figure:
    """Return the eigenvalues of each gate's block of W_hh on the complex plane, now and at the start.

    Args:
        moment: The epoch shown.
        start: The untrained network.
        title: The network.
        theme: Light or dark.
        layer: Which layer's W_hh, counted from 0.
        revision: Zoom is kept as long as this text stays the same.
    """
    traces = []
    for place, gate in enumerate(moment.eigenvalues):
        for name, seen, filled in (("at the start", start, False), (GATE_TITLES[gate], moment, True)):
            values = seen.eigenvalues[gate][layer]
            color = theme.kinds[place] if filled else theme.mark
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "legendgroup": gate,
                    "showlegend": filled or place == 0,
                    "x": values.real.astype(np.float32),
                    "y": values.imag.astype(np.float32),
                    "customdata": np.abs(values).astype(np.float32),
                    "marker": {
                        "symbol": SYMBOLS[gate] + ("" if filled else "-open"),
                        "size": 8 if filled else 6,
                        "opacity": 0.9 if filled else 0.5,
                        "color": color,
                        "line": {"width": 1, "color": theme.background if filled else color},
                    },
                    "hovertemplate": f"{GATE_TITLES[gate]}{'' if filled else ' at the start'}: "
                    "%{x:.2f} + %{y:.2f} i, size %{customdata:.2f}<extra></extra>",
                }
            )
    return go.Figure({"data": traces, "layout": _plane(moment, start, title, theme, layer, revision)}, _validate=False)


def _plane(
    moment: GradientMoment, start: GradientMoment, title: str, theme: Theme, layer: int, revision: str
) -> dict[str, Any]:
    """Return the complex plane with its unit circle."""
    reach = max([1.35, *(1.1 * radius for seen in (moment, start) for radius in seen.radii(layer).values())])
    layout = base_layout(theme, title, revision) | {"hovermode": "closest"}
    axis = {"range": [-reach, reach], "zeroline": True, "zerolinecolor": theme.grid, "nticks": 5}
    layout["xaxis"] = base_axis(theme, "real part") | axis | {"constrain": "domain"}
    layout["yaxis"] = base_axis(theme, "imaginary part") | axis | {"scaleanchor": "x", "constrain": "domain"}
    layout["shapes"] = [
        {
            "type": "circle",
            "x0": -1,
            "x1": 1,
            "y0": -1,
            "y1": 1,
            "line": {"color": theme.mark, "width": 1.5},
            "fillcolor": faint(theme.training),
            "layer": "below",
        }
    ]
    return layout


def ruler_figure(ruler: MemoryRuler, title: str, theme: Theme, *, revision: str = "ruler") -> go.Figure:
    """Return the influence of each earlier input by gradient and by occlusion, and how far nine tenths of it reach.

    Args:
        ruler: The influences.
        title: The network, and what its ruler says.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    ago = np.arange(len(ruler.gradient))
    traces = [
        _influence("by gradient", ago, ruler.gradient, theme.training),
        _influence("by occlusion", ago, ruler.occlusion, theme.prediction),
    ]
    layout = base_layout(theme, title, revision)
    layout |= {"barmode": "group", "bargap": 0.15}
    layout["xaxis"] = base_axis(theme, "steps before the last input") | {"range": [-0.6, len(ago) - 0.4]}
    layout["yaxis"] = base_axis(theme, "influence (largest = 1)") | {"range": [0, 1.05]}
    reach, _ = ruler.reach()
    if reach is not None:
        layout["shapes"] = [
            {
                "type": "rect",
                "x0": -0.5,
                "x1": reach + 0.5,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "fillcolor": theme.train_band,
                "line": {"width": 0},
                "layer": "below",
            },
            {
                "type": "line",
                "x0": reach + 0.5,
                "x1": reach + 0.5,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": theme.mark, "width": 1.5, "dash": "dot"},
            },
        ]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _influence(name: str, ago: Any, values: Floats, color: str) -> dict[str, Any]:
    largest = float(np.max(values, initial=0)) or 1.0
    return {
        "type": "bar",
        "name": name,
        "x": ago,
        "y": (values / largest).astype(np.float32),
        "customdata": values,
        "marker": {"color": color},
        "hovertemplate": "%{customdata:.2~e}",
    }
