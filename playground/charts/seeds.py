"""The skill of each seed against the best baseline, with what luck leaves open."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.evaluation.seed_verdicts import SeedVerdict
from playground.sentences.verdicts import baseline_name

LEAST_SPAN = 2.0
"""Least width of the axis, in percent, so that a hair's breadth does not look like a world."""


def seed_figure(verdict: SeedVerdict, theme: Theme, *, revision: str = "seeds") -> go.Figure:
    """Return a row for each seed, its skill with the interval of its stretch, and the band of all together.

    Args:
        verdict: Over the seeds; one without skills has no rows.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.

    Intervals without a lower end reach to the left border.
    """
    known = [(seed, one) for seed, one in zip(verdict.seeds, verdict.alone, strict=True) if one.skill is not None]
    skills = 100 * np.array([one.skill for _, one in known], dtype=np.float64)
    low = 100 * np.array([one.low for _, one in known], dtype=np.float64)
    high = 100 * np.array([one.high for _, one in known], dtype=np.float64)
    ends = np.array([0.0, *skills, *low, *high])
    ends = ends[np.isfinite(ends)]
    room = max(0.06 * float(np.ptp(ends)), LEAST_SPAN / 4)
    left = float(ends.min()) - room
    rows = np.arange(len(known), 0, -1, dtype=np.float64)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "one seed, with the luck of the stretch",
            "x": skills,
            "y": rows,
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": high - skills,
                "arrayminus": skills - np.maximum(low, left),
                "color": theme.prediction,
                "thickness": 1.4,
                "width": 0,
            },
            "marker": {"size": 9, "color": theme.prediction},
            "text": [f"seed {seed}" for seed, _ in known],
            "hovertemplate": "%{text}: %{x:.3~g}%<extra></extra>",
        },
        _together(verdict, theme, left),
    ]
    layout = base_layout(theme, f"Right of the dotted line a seed errs less than {_best(verdict)}", revision)
    layout["xaxis"] = base_axis(theme, "skill: RMSE below that of the best baseline (%)") | {
        "range": [left, float(ends.max()) + room],
        "tickformat": "~g",
    }
    layout["yaxis"] = base_axis(theme, "") | {
        "range": [-0.6, len(known) + 0.6],
        "tickvals": [*rows, 0],
        "ticktext": [*(f"seed {seed}" for seed, _ in known), "together"],
        "showgrid": False,
    }
    layout["hovermode"] = "closest"
    layout["shapes"] = _shapes(verdict, theme, left)
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def seed_height(verdict: SeedVerdict) -> int:
    """Return the height of the chart in pixels: the same for every seed."""
    return 130 + 26 * (len(verdict.seeds) + 1)


def _best(verdict: SeedVerdict) -> str:
    return baseline_name(verdict.together.baseline, verdict.horizon)


def _together(verdict: SeedVerdict, theme: Theme, left: float) -> dict[str, Any]:
    found = verdict.together
    known = found.skill is not None
    skill, low, high = (max(100 * (value or 0.0), left) for value in (found.skill, found.low, found.high))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "mean, with the luck of seeds and stretch",
        "x": np.array([skill] if known else [], dtype=np.float64),
        "y": np.array([0.0] if known else [], dtype=np.float64),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": np.array([high - skill] if known else []),
            "arrayminus": np.array([skill - low] if known else []),
            "color": theme.text,
            "thickness": 2.4,
            "width": 5,
        },
        "marker": {"size": 12, "symbol": "diamond", "color": theme.text},
        "hovertemplate": "mean: %{x:.3~g}%<extra></extra>",
    }


def _shapes(verdict: SeedVerdict, theme: Theme, left: float) -> list[dict[str, Any]]:
    """Return the line of no skill, and the band of all seeds together."""
    zero = {
        "type": "line",
        "yref": "paper",
        "x0": 0,
        "x1": 0,
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.baseline, "width": 1.6, "dash": "dot"},
        "label": {
            "text": _best(verdict),
            "textangle": 0,
            "textposition": "end",
            "xanchor": "left",
            "yanchor": "top",
            "font": {"size": 11, "color": theme.quiet_text},
        },
    }
    if verdict.together.low is None or verdict.together.high is None:
        return [zero]
    band = {
        "type": "rect",
        "yref": "paper",
        "x0": max(100 * verdict.together.low, left),
        "x1": 100 * verdict.together.high,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": faint(theme.prediction),
    }
    return [band, zero]
