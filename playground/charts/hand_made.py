"""The hand-made cell drawn with its numbers, and what its two switches do to the score."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.sentences.hand_made import setting_title
from playground.sequences.arithmetic import SETTINGS
from playground.sequences.records import ClassScore

SCORES_PX = 300


@dataclass(frozen=True)
class CellNumbers:
    """The numbers of one step that the drawing shows: one unit's old and new state, its sum, and the leading class."""

    letter: str
    unit: int
    h_old: float
    a: float
    h_new: float
    score: float
    answer: str
    probability: float


def cell_figure(numbers: CellNumbers, sigma: bool, output_path: str, theme: Theme) -> go.Figure:
    """Return the cell as boxes and wires with the numbers of one step; where formula and code differ is orange."""
    read_new = output_path == "new"
    boxes = [
        (0.0, 1.6, f"x<sub>t</sub><br><b>{html.escape(numbers.letter)}</b>", theme.truth),
        (0.0, 0.0, f"h<sub>t−1</sub>[{numbers.unit}]<br><b>{numbers.h_old:.3f}</b>", theme.training),
        (1.3, 0.8, "combined<br>[x<sub>t</sub>, h<sub>t−1</sub>]", theme.mark),
        (2.7, 0.0, f"i2h<br><b>{numbers.a:.3f}</b>", theme.training),
        (4.1, 0.0, "tanh (σ)" if sigma else "no σ", theme.prediction),
        (5.5, 0.0, f"h<sub>t</sub>[{numbers.unit}]<br><b>{numbers.h_new:.3f}</b>", theme.training),
        (4.1, 1.6, f"i2o<br><b>{numbers.score:.3f}</b>", theme.training),
        (5.5, 1.6, f"{html.escape(numbers.answer)}<br><b>{numbers.probability:.1%}</b>", theme.prediction),
    ]
    wires = [
        (0.5, 1.6, 1.3, 1.15, theme.mark),
        (0.5, 0.0, 1.3, 0.45, theme.mark),
        (1.8, 0.6, 2.25, 0.15, theme.mark),
        (3.15, 0.0, 3.6, 0.0, theme.mark),
        (4.6, 0.0, 5.0, 0.0, theme.mark),
        (4.6, 1.6, 5.0, 1.6, theme.mark),
        (5.2, 0.4, 4.4, 1.2, theme.prediction) if read_new else (1.8, 1.0, 3.6, 1.55, theme.prediction),
    ]
    layout = base_layout(theme, _cell_title(sigma, output_path), "cell")
    layout["margin"] = {"l": 4, "r": 4, "t": 44, "b": 4}
    layout["hovermode"] = False
    layout["xaxis"] = {"range": [-0.6, 6.1], "visible": False, "fixedrange": True}
    layout["yaxis"] = {"range": [-0.55, 2.15], "visible": False, "fixedrange": True}
    layout["shapes"] = [_box(x, y, color) for x, y, _, color in boxes]
    layout["annotations"] = [_arrow(*wire) for wire in wires] + [_text(x, y, text, theme) for x, y, text, _ in boxes]
    nothing = {"type": "scatter", "x": [0], "y": [0], "mode": "markers", "opacity": 0, "showlegend": False}
    return go.Figure({"data": [nothing], "layout": layout}, _validate=False)


def settings_figure(
    scores: Mapping[tuple[bool, str], Sequence[ClassScore]],
    baselines: Sequence[ClassScore],
    theme: Theme,
    *,
    chosen: tuple[bool, str],
    revision: str,
) -> go.Figure:
    """Return the macro accuracy of each setting, a bar for the mean and a dot for each seed, baselines dotted."""
    titles = [setting_title(*setting) for setting in SETTINGS]
    found = [[score.macro_accuracy for score in scores.get(setting, ())] for setting in SETTINGS]
    means = [float(np.mean(values)) if values else None for values in found]
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": titles,
        "x": means,
        "marker": {"color": [theme.prediction if setting == chosen else theme.training for setting in SETTINGS]},
        "opacity": 0.75,
        "text": ["" if mean is None else f"{mean:.0%}" for mean in means],
        "textposition": "inside",
        "insidetextanchor": "start",
        "hovertemplate": "%{y}: %{x:.1%}<extra></extra>",
        "showlegend": False,
    }
    dots: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "name": "each seed",
        "x": [value for values in found for value in values],
        "y": [title for title, values in zip(titles, found, strict=True) for _ in values],
        "marker": {"size": 8, "color": theme.truth, "line": {"width": 1, "color": theme.background}},
        "hovertemplate": "%{x:.1%}<extra></extra>",
    }
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{baseline.title} {baseline.macro_accuracy:.0%}",
            "x": [baseline.macro_accuracy] * 2,
            "y": [titles[0], titles[-1]],
            "line": {"color": theme.baseline, "width": 1.8, "dash": dash},
            "hoverinfo": "skip",
        }
        for baseline, dash in zip(baselines, ("dot", "dash"), strict=False)
    ]
    layout = base_layout(theme, "What each switch does: macro accuracy on the test names", revision)
    layout["hovermode"] = "closest"
    layout["xaxis"] = base_axis(theme, "macro accuracy") | {"range": [0, 1], "tickformat": ".0%"}
    layout["yaxis"] = base_axis(theme, "") | {"autorange": "reversed", "showgrid": False}
    return go.Figure({"data": [bars, dots, *lines], "layout": layout}, _validate=False)


def _cell_title(sigma: bool, output_path: str) -> str:
    reads = "the new state" if output_path == "new" else "the input and the old state"
    squashes = "tanh" if sigma else "nothing"
    return f"One step: {squashes} squashes the new state; the output reads {reads}"


def _box(x: float, y: float, color: str) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": x - 0.5,
        "x1": x + 0.5,
        "y0": y - 0.36,
        "y1": y + 0.36,
        "line": {"color": color, "width": 2},
        "fillcolor": faint(color),
    }


def _arrow(x0: float, y0: float, x1: float, y1: float, color: str) -> dict[str, Any]:
    return {
        "x": x1,
        "y": y1,
        "ax": x0,
        "ay": y0,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowwidth": 2,
        "arrowcolor": color,
    }


def _text(x: float, y: float, text: str, theme: Theme) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": 12, "color": theme.text}}
