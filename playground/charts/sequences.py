"""Figures of networks that classify sequences: learning, confusion, and the verdict forming step by step.

Labels come from outside, so they are escaped: plotly reads some markup in text. Titles are shown as they are.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout
from playground.histories import SequenceEpoch
from playground.records import Floats
from playground.sequences.records import ClassScore

ROW_PX = 26
MOST_TICKS = 60
MOST_NUMBERED = 12
"""Most classes of a confusion matrix whose cells are numbered."""

LONGEST_LABEL = 18


def label_of(name: str) -> str:
    """Return a label from outside as a chart may show it."""
    return html.escape(name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…")


def learning_figure(
    epochs: Sequence[SequenceEpoch],
    quantity: str,
    planned: int,
    baselines: Sequence[tuple[str, float]],
    theme: Theme,
    *,
    best_epoch: int = 0,
    revision: str = "learning",
) -> go.Figure:
    """Return loss or accuracy by epoch, training and validation, with the baselines dotted.

    Args:
        epochs: Finished epochs.
        quantity: "loss" or "accuracy".
        planned: Epochs to train.
        baselines: (title, value) of each.
        theme: Light or dark.
        best_epoch: Marked; 0 for none.
        revision: Zoom is kept as long as this text stays the same.
    """
    at = np.array([epoch.epoch for epoch in epochs], dtype=np.int32)
    title = {
        "accuracy": "Right answers: held-out sequences decide, not those it learns from",
        "loss": "Loss: validation rising while training falls is learning by heart",
    }[quantity]
    traces = [
        _line(f"{part}", at, [getattr(epoch, f"{part}_{quantity}") for epoch in epochs], color, quantity)
        for part, color in (("train", theme.training), ("validation", theme.prediction))
    ]
    known = [getattr(epoch, f"{part}_{quantity}") for epoch in epochs for part in ("train", "validation")]
    for name, value in baselines:
        traces.append(_dotted(f"{name} {value:.0%}" if quantity == "accuracy" else name, value, planned, theme))
    chosen = [getattr(epoch, f"validation_{quantity}") for epoch in epochs if epoch.epoch == best_epoch]
    traces.append(_mark(best_epoch, chosen, theme))
    layout = base_layout(theme, title, revision)
    layout["xaxis"] = base_axis(theme, "epochs completed") | {"range": [0, planned * 1.02], "tickformat": "d"}
    top = 1.02 if quantity == "accuracy" else 1.1 * max([value for value in known if np.isfinite(value)] or [1.0])
    unit = "share that is right" if quantity == "accuracy" else "negative log-likelihood (nats)"
    layout["yaxis"] = base_axis(theme, unit) | {"range": [0, top]}
    if quantity == "accuracy":
        layout["yaxis"]["tickformat"] = ".0%"
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def confusion_figure(score: ClassScore, classes: Sequence[str], theme: Theme, *, title: str = "") -> go.Figure:
    """Return the confusion matrix: row = true class, column = answer, shade = share of the row."""
    counts = score.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [label_of(name) for name in classes]
    places = np.arange(len(names))
    heat: dict[str, Any] = {
        "type": "heatmap",
        "x": places,
        "y": places,
        "z": shares.astype(np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [list(stop) for stop in theme.gates],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "customdata": [
            [f"{counts[i, j]} of {counts[i].sum()} {names[i]} called {names[j]}" for j in places] for i in places
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout = base_layout(
        theme, title or "Confusion: the diagonal is right, the rest tells who is taken for whom", title
    )
    layout["hovermode"] = "closest"
    layout["margin"] = layout["margin"] | {"t": 44}
    ticks = {"tickvals": places, "ticktext": names, "showgrid": False}
    layout["xaxis"] = base_axis(theme, "answer") | ticks | {"tickangle": -40 if len(names) > 4 else 0}
    layout["yaxis"] = base_axis(theme, "true class") | ticks | {"autorange": "reversed"}
    if len(names) <= MOST_NUMBERED:
        layout["annotations"] = [
            {
                "x": int(j),
                "y": int(i),
                "text": str(counts[i, j]),
                "showarrow": False,
                "font": {"size": 11, "color": _ink(float(shares[i, j]), theme)},
            }
            for i in places
            for j in places
            if counts[i, j]
        ]
    return go.Figure({"data": [heat], "layout": layout}, _validate=False)


def verdict_height(classes: int) -> int:
    """Return the height in pixels that `verdict_figure` needs."""
    return max(ROW_PX * classes + 90, 240)


def verdict_figure(
    probabilities: Floats, steps: Sequence[str], classes: Sequence[str], theme: Theme, *, title: str, step_word: str
) -> go.Figure:
    """Return the verdict after every step: one row for each class, one column for each step.

    Args:
        probabilities: (steps, classes).
        steps: What was read at each step.
        classes: Names of the classes.
        theme: Light or dark.
        title: A sentence that says what to see.
        step_word: What a step reads ("letter").
    """
    names = [label_of(name) for name in classes]
    at, rows = np.arange(1, len(steps) + 1), np.arange(len(names))
    heat: dict[str, Any] = {
        "type": "heatmap",
        "x": at,
        "y": rows,
        "z": probabilities.T.astype(np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [list(stop) for stop in theme.gates],
        "showscale": False,
        "xgap": 1 if len(steps) <= MOST_TICKS else 0,
        "ygap": 1,
        "customdata": [[f"{names[k]} after {html.escape(step)}" for step in steps] for k in rows],
        "hovertemplate": "%{customdata}: %{z:.1%}<extra></extra>",
    }
    leading = {
        "type": "scatter",
        "mode": "markers",
        "x": at,
        "y": probabilities.argmax(axis=1),
        "marker": {"symbol": "circle", "size": 7, "color": theme.prediction},
        "hoverinfo": "skip",
        "name": "its answer so far",
        "showlegend": False,
    }
    layout = base_layout(theme, title, "verdict")
    layout["hovermode"] = "closest"
    layout["margin"] = layout["margin"] | {"t": 44}
    layout["xaxis"] = base_axis(theme, f"{step_word} by {step_word}") | {
        "showgrid": False,
        "range": [0.5, len(steps) + 0.5],
    }
    if len(steps) <= MOST_TICKS:
        shown = ["␣" if step == " " else label_of(step) for step in steps]
        layout["xaxis"] |= {"tickvals": at, "ticktext": shown, "tickangle": 0 if max(map(len, steps)) < 3 else -40}
    layout["yaxis"] = base_axis(theme, "") | {
        "tickvals": rows,
        "ticktext": names,
        "autorange": "reversed",
        "showgrid": False,
    }
    return go.Figure({"data": [heat, leading], "layout": layout}, _validate=False)


def picture_figure(rows: Floats, theme: Theme) -> go.Figure:
    """Return a picture that is read row by row, from top to bottom; rows and pixels count from 1."""
    layout = base_layout(theme, "What it reads, row by row", "rows") | {"hovermode": "closest"}
    height, width = rows.shape
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": np.arange(1, width + 1),
        "y": np.arange(1, height + 1),
        "z": rows.astype(np.float32),
        "colorscale": [[0, theme.background], [1, theme.truth]],
        "showscale": False,
        "hovertemplate": "row %{y}, pixel %{x}: %{z:.0f}<extra></extra>",
    }
    layout["xaxis"] = base_axis(theme, "pixel") | {"showgrid": False, "constrain": "domain"}
    layout["yaxis"] = base_axis(theme, "row") | {"autorange": "reversed", "scaleanchor": "x", "showgrid": False}
    return go.Figure({"data": [trace], "layout": layout}, _validate=False)


def _ink(share: float, theme: Theme) -> str:
    """Return a colour that is read on a shade of that share."""
    dark_ground = share > 0.55 if theme.name == "light" else share < 0.75
    return "#ffffff" if dark_ground else "#11161d"


def _line(name: str, at: np.ndarray, y: list[float], color: str, quantity: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(at) < 3 else "lines",
        "name": name,
        "x": at,
        "y": np.array(y, dtype=np.float32),
        "line": {"color": color, "width": 2.2},
        "hovertemplate": "%{y:.1%}" if quantity == "accuracy" else "%{y:.3f}",
    }


def _dotted(name: str, value: float, end: int, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.array([0, end], dtype=np.int32),
        "y": np.array([value, value], dtype=np.float32),
        "line": {"color": theme.baseline, "width": 1.6, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _mark(epoch: int, values: list[float], theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "best epoch",
        "x": np.full(len(values), epoch, dtype=np.int32),
        "y": np.array(values, dtype=np.float32),
        "marker": {"size": 11, "color": theme.prediction, "line": {"width": 2, "color": theme.background}},
        "hoverinfo": "skip",
    }
