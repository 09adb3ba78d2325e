"""How much worse a network forecasts when one of its inputs is shuffled."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout
from playground.evaluation.importance_results import Importance, ImportanceWord
from playground.sentences.importance import WORDS, input_name


def importance_figure(found: Importance, theme: Theme, *, unit: str = "", revision: str = "importance") -> go.Figure:
    """Return a bar with its interval for each input that has a number, the longest on top; a trace for each word.

    Args:
        found: The inputs, in order.
        theme: Light or dark.
        unit: Unit of the series.
        revision: Zoom is kept as long as this text stays the same.

    Intervals without a lower end reach as far left of the bar as right of it.
    """
    colors: dict[ImportanceWord, str] = {
        "matters": theme.prediction,
        "by chance": theme.baseline,
        "misleads": theme.kinds[0],
    }
    rows = {id(one): row for row, one in enumerate(reversed(found.inputs))}
    traces = []
    for word, color in colors.items():
        known = found.of(word)
        values, low, high = (
            np.array([getattr(one, end) for one in known], float) for end in ("increase", "low", "high")
        )
        right = high - values
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": WORDS[word],
                "x": values,
                "y": [rows[id(one)] for one in known],
                "marker": {"color": color},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": right,
                    "arrayminus": np.where(np.isfinite(low), values - low, right),
                    "color": theme.text,
                    "thickness": 1.4,
                    "width": 4,
                },
                "text": [input_name(one.name) for one in known],
                "textposition": "none",
                "hovertemplate": "%{text}: %{x:+.3~g}<extra></extra>",
            }
        )
    layout = base_layout(theme, "How much larger the error is when this input is shuffled", revision)
    layout["xaxis"] = base_axis(theme, f"increase of the RMSE ({unit})" if unit else "increase of the RMSE") | {
        "zeroline": True,
        "zerolinecolor": theme.mark,
        "tickformat": "~g",
    }
    layout["yaxis"] = base_axis(theme, "") | {
        "range": [-0.6, len(found.inputs) - 0.4],
        "tickvals": list(rows.values()),
        "ticktext": [input_name(one.name) for one in reversed(found.inputs)],
        "showgrid": False,
    }
    layout["hovermode"] = "closest"
    layout["barmode"] = "overlay"
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def importance_height(found: Importance) -> int:
    """Return the height of the chart in pixels: the same for every input."""
    return 130 + 30 * len(found.inputs)
