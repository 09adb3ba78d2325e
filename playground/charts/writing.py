"""Figures of networks that write: a text in rows of coloured cells, and what was expected next.

Letters come from outside, so they are escaped: plotly reads some markup in text.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import ColorScale, Theme, base_axis, base_layout
from playground.records import Floats

COLUMNS = 40
ROW_PX = 26
SHOWN = {"\n": "⏎", "\t": "⇥", " ": "·"}
MONOSPACE = "ui-monospace, 'SF Mono', Menlo, Consolas, monospace"


def shown_symbol(symbol: str) -> str:
    """Return how a chart shows a letter: visible where it is white space, and never as markup."""
    return SHOWN.get(symbol) or html.escape(symbol, quote=False)


def places_of(symbols: Sequence[str], columns: int = COLUMNS) -> tuple[tuple[int, int], ...]:
    """Return (row, column) of each symbol; a line ends at `columns` and after every line end of the text."""
    found, row, column = [], 0, 0
    for symbol in symbols:
        found.append((row, column))
        column += 1
        if symbol == "\n" or column == columns:
            row, column = row + 1, 0
    return tuple(found)


def page_height(symbols: Sequence[str]) -> int:
    """Return the height in pixels that `page_figure` needs."""
    return ROW_PX * (places_of(symbols)[-1][0] + 1) + 60


def page_figure(
    symbols: Sequence[str],
    values: Floats,
    theme: Theme,
    *,
    title: str,
    limits: tuple[float, float],
    told: Sequence[str],
    chosen: int | None = None,
) -> go.Figure:
    """Return a text as rows of cells, each letter coloured by its value.

    Args:
        symbols: The text.
        values: One for each symbol; nan leaves a cell blank.
        theme: Light or dark.
        title: A sentence that says what to see.
        limits: What the ends of the colour scale stand for; it diverges where the first is below 0.
        told: What is said of each symbol on hover, as lines.
        chosen: Which symbol is framed.
    """
    places = np.array(places_of(symbols))
    rows, columns = places[:, 0], places[:, 1]
    scale = theme.activations if limits[0] < 0 else theme.gates
    cells = np.full((rows.max() + 1, COLUMNS), np.nan, dtype=np.float32)
    cells[rows, columns] = values
    heat: dict[str, Any] = {
        "type": "heatmap",
        "z": cells,
        "zmin": limits[0],
        "zmax": limits[1],
        "colorscale": [list(stop) for stop in scale],
        "showscale": False,
        "hoverinfo": "skip",
        "hoverongaps": False,
    }
    letters: dict[str, Any] = {
        "type": "scatter",
        "mode": "text",
        "x": columns.astype(np.int32),
        "y": rows.astype(np.int32),
        "text": [shown_symbol(symbol) for symbol in symbols],
        "textfont": {"family": MONOSPACE, "size": 13, "color": _inks(values, limits, scale, theme)},
        "customdata": ["<br>".join(html.escape(line, quote=False) for line in lines.split("\n")) for lines in told],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    layout = base_layout(theme, title, "text")
    layout["hovermode"] = "closest"
    layout["hoverdistance"] = ROW_PX
    layout["margin"] = {"l": 8, "r": 8, "t": 44, "b": 8}
    bare = {"visible": False, "fixedrange": True}
    layout["xaxis"] = bare | {"range": [-0.6, COLUMNS - 0.4]}
    layout["yaxis"] = bare | {"range": [float(rows.max()) + 0.6, -0.6]}
    if chosen is not None:
        row, column = (float(place) for place in places[chosen])
        frame = {"type": "rect", "x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
        layout["shapes"] = [frame | {"line": {"color": theme.prediction, "width": 2.5}}]
    return go.Figure({"data": [heat, letters], "layout": layout}, _validate=False)


def expected_figure(symbols: Sequence[str], shares: Floats, truth: str, theme: Theme, *, title: str) -> go.Figure:
    """Return the likeliest next letters as bars, the true one in the colour of the truth.

    Args:
        symbols: The likeliest letters, the likeliest first.
        shares: How likely each is, 0 to 1.
        truth: The letter that came; empty where none did.
        theme: Light or dark.
        title: A sentence that says what to see.
    """
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": np.arange(len(symbols)),
        "x": shares.astype(np.float32),
        "marker": {"color": [theme.truth if symbol == truth else theme.prediction for symbol in symbols]},
        "text": [f"{share:.1%}" for share in shares.tolist()],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    layout = base_layout(theme, title, "expected")
    layout["margin"] = {"l": 52, "r": 44, "t": 44, "b": 40}
    layout["xaxis"] = base_axis(theme, "probability") | {"range": [0, 1.05], "tickformat": ".0%", "fixedrange": True}
    layout["yaxis"] = base_axis(theme, "") | {
        "tickvals": np.arange(len(symbols)),
        "ticktext": [shown_symbol(symbol) for symbol in symbols],
        "tickfont": {"family": MONOSPACE, "size": 15},
        "autorange": "reversed",
        "showgrid": False,
        "fixedrange": True,
    }
    return go.Figure({"data": [bars], "layout": layout}, _validate=False)


def _inks(values: Floats, limits: tuple[float, float], scale: ColorScale, theme: Theme) -> list[str]:
    """Return for each value black or white, whichever is read better on its colour."""
    stops, lights = [stop for stop, _ in scale], [_lightness(color) for _, color in scale]
    shares = np.clip((np.nan_to_num(values, nan=limits[0]) - limits[0]) / (limits[1] - limits[0]), 0, 1)
    found = np.interp(shares, stops, lights)
    found = np.where(np.isnan(values), _lightness(theme.background), found)
    return ["#11161d" if light > 0.45 else "#ffffff" for light in found.tolist()]


def _lightness(color: str) -> float:
    """Return how light a colour #rrggbb is, 0 to 1, weighted as the eye weighs."""
    red, green, blue = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
