"""The series with its parts, how it resembles its own past, and whether the parts look alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.bands import noise_band, part_bands
from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.charts.thinning import thin
from playground.charts.time_axis import TimeAxis
from playground.records import Floats, Ints, Part, Series, Split

LABEL_ROOM = 0.2
"""Share of the x axis that the label of a shaded range needs."""


def series_figure(
    series: Series,
    split: Split,
    theme: Theme,
    *,
    values: Floats | None = None,
    quantity: str = "value",
    outside: Ints | None = None,
    test_open: bool = False,
    revision: str = "series",
) -> go.Figure:
    """Return the series over its parts, with what lies outside the range of the training part marked.

    There are always three traces: the series, its sealed test part, and the marked points.

    Args:
        series: The series, for its title, unit and times.
        split: Its parts.
        theme: Light or dark.
        values: (n,) the quantity to draw, NaN where it is not defined; the levels if None.
        quantity: Its name, on the y axis.
        outside: (m,) positions whose value training never reached.
        test_open: Whether the test part has been opened.
        revision: Zoom is kept as long as this text stays the same.
    """
    truth = (series.values if values is None else values).astype(np.float32)
    marked = np.full(split.length, np.nan, dtype=np.float32)
    if outside is not None:
        marked[outside] = truth[outside]
    positions, truth, marked = thin(np.arange(split.length), truth, marked)
    note = "" if len(positions) == split.length else f"<br>{len(positions):,} of {split.length:,} points drawn"
    axis = TimeAxis(series)
    border = split.length if test_open else split.test_start
    layout = base_layout(theme, f"{series.title}: the network learns from the first band alone", revision)
    layout["xaxis"] = axis.axis(theme, note, series.unit)
    layout["xaxis"]["range"] = [axis.at(-0.5), axis.at(split.length - 0.5)]
    layout["yaxis"] = base_axis(theme, f"{quantity} ({series.unit})" if series.unit else quantity)
    layout["yaxis"]["hoverformat"] = ".6~g"
    low, high = float(np.nanmin(truth)), float(np.nanmax(truth))
    layout["yaxis"]["range"] = [low - 0.06 * (high - low), high + 0.14 * (high - low)]  # room for the bands' labels
    layout["shapes"] = part_bands(split, axis, theme, test_open=test_open)
    traces = _series_traces(positions, truth, marked, border, axis, theme)
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def small_series_figure(series: Series, title: str, theme: Theme, *, revision: str = "small") -> go.Figure:
    """Return a small picture of a series that is not in use yet, with the points marked that were not measured.

    There are always two traces: the series and the marked points.

    Args:
        series: The series, for its values, times and filled points.
        title: What to say of it.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    axis = TimeAxis(series)
    positions, values = thin(np.arange(len(series.values)), series.values)
    filled, repeated = thin(series.filled, series.values[series.filled])
    layout = base_layout(theme, title, revision)
    layout["margin"] |= {"t": 24 if len(filled) else 8, "b": 24}
    layout["xaxis"] = axis.axis(theme, unit=series.unit) | {"title": {"text": ""}}
    layout["yaxis"] = base_axis(theme, series.unit) | {"hoverformat": ".6~g", "nticks": 4}
    marks = _line("not measured", axis.places(filled), repeated, theme.kinds[0], 1.0)
    marks |= {"mode": "markers", "marker": {"size": 5, "color": theme.kinds[0]}, "showlegend": bool(len(filled))}
    line = _line("series", axis.places(positions), values, theme.truth, 1.4) | {"showlegend": False}
    return go.Figure({"data": [line, marks], "layout": layout}, _validate=False)


def autocorrelation_figure(
    autocorrelation: Floats, band: float, season_steps: int, theme: Theme, *, revision: str = "acf"
) -> go.Figure:
    """Return a bar for each lag from 1 on, the band that noise would stay in, and the season marked.

    Args:
        autocorrelation: (lags + 1,) from lag 0 on, each -1 .. 1.
        band: Half the width of the band that holds 95% of the bars of white noise.
        season_steps: Length of the season found, 0 for none.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    lags = np.arange(1, len(autocorrelation), dtype=np.int32)
    at_season = lags == season_steps
    bars = {
        "type": "bar",
        "name": "autocorrelation",
        "x": lags,
        "y": autocorrelation[1:].astype(np.float32),
        "marker": {"color": [theme.prediction if here else theme.truth for here in at_season], "line": {"width": 0}},
        "showlegend": False,
        "hovertemplate": "%{y:.2f}",
    }
    layout = base_layout(theme, _autocorrelation_title(season_steps, bool(at_season.any())), revision)
    layout["xaxis"] = base_axis(theme, "lag (steps)") | {
        "showgrid": False,
        "range": [0.4, len(autocorrelation) - 0.4],
        "unifiedhovertitle": {"text": "lag %{x}"},
    }
    layout["yaxis"] = base_axis(theme, "autocorrelation") | {"range": [-1.05, 1.05]}
    layout["bargap"] = 0.25
    layout["shapes"] = [noise_band(band, theme)]
    if at_season.any():
        layout["shapes"].append(_season_mark(season_steps, len(autocorrelation), theme))
    return go.Figure({"data": [bars], "layout": layout}, _validate=False)


def distribution_figure(
    edges: Floats,
    shares: Mapping[Part, Floats],
    training_range: tuple[float, float],
    quantity: str,
    unit: str,
    theme: Theme,
    *,
    revision: str = "distribution",
) -> go.Figure:
    """Return how often each value occurs in each part; what training never reached is shaded.

    Args:
        edges: (bins + 1,) increasing.
        shares: Part -> (bins,) share of its points in each bin, 0 .. 1.
        training_range: Lowest and highest value of the training part.
        quantity: What is counted, on the x axis.
        unit: Its unit, empty when there is none.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    colors = {"train": theme.training, "validation": theme.prediction}
    traces = [_outline(part, edges, shares[part], colors[part], filled=part == "train") for part in shares]
    low, high = training_range
    layout = base_layout(theme, _distribution_title(edges, low, high), revision)
    layout["xaxis"] = base_axis(theme, f"{quantity} ({unit})" if unit else quantity) | {
        "showgrid": False,
        "range": [float(edges[0]), float(edges[-1])],
        "hoverformat": ".4~g",
    }
    layout["yaxis"] = base_axis(theme, "share of the part's points") | {"tickformat": ".0%", "rangemode": "tozero"}
    beyond = ((float(edges[0]), low), (high, float(edges[-1])))
    room = LABEL_ROOM * float(edges[-1] - edges[0])
    layout["shapes"] = [
        _never_seen(start, stop, theme, labelled=stop - start > room) for start, stop in beyond if start < stop
    ]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _series_traces(
    positions: Ints, truth: Floats, marked: Floats, border: int, axis: TimeAxis, theme: Theme
) -> list[dict[str, Any]]:
    """Return the series before `border`, the sealed rest, and the marked points."""
    first_sealed = int(np.searchsorted(positions, border))
    opened, sealed = slice(0, first_sealed), slice(max(first_sealed - 1, 0), None)
    if first_sealed == len(positions):
        sealed = slice(0, 0)
    traces = [
        _line("true series", axis.places(positions[opened]), truth[opened], theme.truth, 2.0),
        _line("true series, test sealed", axis.places(positions[sealed]), truth[sealed], theme.sealed, 1.4),
        _line("outside the training range", axis.places(positions), marked, theme.mark, 5.0),
    ]
    traces[1]["showlegend"] = False
    traces[2] |= {"mode": "lines+markers", "opacity": 0.55, "marker": {"size": 6, "color": theme.mark}}
    traces[2]["showlegend"] = bool(np.isfinite(marked).any())
    return traces


def _line(name: str, places: dict[str, Any], y: Floats, color: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        **places,
        "y": y,
        "connectgaps": False,
        "line": {"color": color, "width": width},
    }


def _autocorrelation_title(season_steps: int, shown: bool) -> str:
    mark = f": the season of {season_steps} steps is marked" if shown else ""
    return f"How much the series resembles itself some steps earlier{mark}"


def _season_mark(season_steps: int, lags: int, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": season_steps,
        "x1": season_steps,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 1.2, "color": theme.mark},
        "label": {
            "text": f"season: {season_steps} steps",
            "textangle": 0,
            "textposition": "end",
            "xanchor": "right" if 2 * season_steps > lags else "left",
            "yanchor": "top",
            "font": {"size": 11, "color": theme.text},
        },
    }


def _outline(part: Part, edges: Floats, share: Floats, color: str, *, filled: bool) -> dict[str, Any]:
    """Return a histogram as the outline of its bars; the middle of each bar answers the pointer."""
    trace = {
        "type": "scatter",
        "mode": "lines",
        "name": "training" if part == "train" else part,
        "x": np.repeat(edges, 2).astype(np.float64),
        "y": np.concatenate([[0.0], np.repeat(share, 2), [0.0]]).astype(np.float32),
        "line": {"color": color, "width": 1.8},
        "hovertemplate": "%{y:.1%}",
    }
    return trace | {"fill": "tozeroy", "fillcolor": faint(color)} if filled else trace


def _distribution_title(edges: Floats, low: float, high: float) -> str:
    if edges[0] < low or edges[-1] > high:
        return "The shaded values never occurred in training: the network has not seen them"
    return "All of validation lies in the range that training has seen"


def _never_seen(start: float, stop: float, theme: Theme, *, labelled: bool) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": start,
        "x1": stop,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": theme.test_band,
        "label": {
            "text": "never seen<br>in training" if labelled else "",
            "textposition": "top center",
            "font": {"size": 10, "color": theme.quiet_text},
        },
    }
