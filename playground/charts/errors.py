"""Errors looked at closely: by lead time, as residuals, and against a shifted truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.bands import noise_band
from playground.charts.evaluation import DASHES
from playground.charts.theme import Theme, base_axis, base_layout
from playground.charts.thinning import thin
from playground.charts.time_axis import TimeAxis
from playground.evaluation.copycat_results import Copycat
from playground.evaluation.results import Residuals, StepScores
from playground.records import Floats, Series


def lead_time_figure(scores: StepScores, theme: Theme, *, revision: str = "lead") -> go.Figure:
    """Return one measure against the lead time, for the network and every baseline.

    Args:
        scores: The measure, step by step.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    steps = np.arange(1, len(scores.values) + 1, dtype=np.int32)
    traces = [
        _curve(name, steps, values, theme.baseline, 1.5, DASHES[i % len(DASHES)])
        for i, (name, values) in enumerate(scores.baselines.items())
    ]
    traces.append(_curve("network", steps, scores.values, theme.prediction, 2.4, "solid"))
    if len(steps) > 2:
        traces = [trace | {"mode": "lines"} for trace in traces]
    better = "below" if scores.better == "lower" else "above"
    title = f"{scores.metric} by lead time: {better} the dotted line the network is better than copying"
    layout = base_layout(theme, title, revision)
    layout["xaxis"] = base_axis(theme, "lead time (steps ahead)") | {
        "showgrid": False,
        **_whole_ticks(len(steps)),
        "range": [0.5, len(steps) + 0.5],
        "unifiedhovertitle": {"text": "%{x} steps ahead"},
    }
    named = f"{scores.metric} ({scores.unit})" if scores.unit else scores.metric
    layout["yaxis"] = base_axis(theme, named) | {"hoverformat": ".4~g"}
    if scores.better == "lower":
        layout["yaxis"] |= {"rangemode": "tozero"}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def residuals_figure(series: Series, residuals: Residuals, theme: Theme, *, revision: str = "residuals") -> go.Figure:
    """Return the residuals over time: above 0 the forecast was too low, below 0 too high.

    Args:
        series: The series, for its unit and times.
        residuals: Of one part.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    positions, values = thin(residuals.positions, residuals.values)
    axis = TimeAxis(series)
    note = "" if len(positions) == len(residuals.positions) else "<br>thinned, peaks kept"
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "residual",
        **axis.places(positions),
        "y": values.astype(np.float32),
        "marker": {"color": theme.prediction, "size": 5, "opacity": 0.75},
        "showlegend": False,
    }
    layout = base_layout(theme, "What is left over: truth minus forecast, step by step", revision)
    layout["xaxis"] = axis.axis(theme, note, series.unit)
    layout["yaxis"] = base_axis(theme, _named("residual", series.unit)) | {"hoverformat": ".4~g"}
    layout["shapes"] = [_level(0.0, theme)]
    return go.Figure({"data": [marks], "layout": layout}, _validate=False)


def residual_distribution_figure(
    residuals: Residuals, unit: str, theme: Theme, *, revision: str = "residual distribution"
) -> go.Figure:
    """Return how often residuals of each size occur, with 0 marked and their mean.

    Args:
        residuals: Of one part.
        unit: Unit of the series, empty when there is none.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    edges = residuals.bin_edges
    bars = {
        "type": "bar",
        "name": "residuals",
        "x": ((edges[:-1] + edges[1:]) / 2).astype(np.float64),
        "width": np.diff(edges).astype(np.float64),
        "y": residuals.counts.astype(np.int32),
        "marker": {"color": theme.prediction, "opacity": 0.75, "line": {"width": 0}},
        "showlegend": False,
        "hovertemplate": "%{y} residuals",
    }
    layout = base_layout(theme, "How large the misses are: narrow and centred on 0 is good", revision)
    layout["xaxis"] = base_axis(theme, _named("residual", unit)) | {"showgrid": False, "hoverformat": ".3~g"}
    layout["yaxis"] = base_axis(theme, "number of forecasts") | {"range": [0, 1.2 * float(np.max(residuals.counts))]}
    layout["bargap"] = 0.08
    layout["shapes"] = [_upright(0.0, "← too high · too low →", "center", theme)]
    return go.Figure({"data": [bars], "layout": layout}, _validate=False)


def residual_autocorrelation_figure(
    residuals: Residuals, step: str, theme: Theme, *, revision: str = "residual autocorrelation"
) -> go.Figure:
    """Return the residuals' autocorrelation at each lag, with the band that white noise stays in.

    Args:
        residuals: Of one part.
        step: One step in words.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    outside = np.abs(residuals.autocorrelation) > residuals.band
    bars = {
        "type": "bar",
        "name": "autocorrelation",
        "x": residuals.lags[: len(outside)].astype(np.int32),
        "y": residuals.autocorrelation.astype(np.float32),
        "marker": {"color": [theme.prediction if out else theme.baseline for out in outside], "line": {"width": 0}},
        "showlegend": False,
        "hovertemplate": "%{y:.2f}",
    }
    tallest = float(np.max(np.abs(residuals.autocorrelation), initial=residuals.band))
    layout = base_layout(
        theme, "Do misses repeat? Noise of steady size stays in the grey band 19 times in 20", revision
    )
    layout["xaxis"] = base_axis(theme, f"lag (steps of one {step})") | {
        "showgrid": False,
        **_whole_ticks(len(outside)),
        "unifiedhovertitle": {"text": "lag %{x}"},
    }
    layout["yaxis"] = base_axis(theme, "autocorrelation") | {"range": [-1.25 * tallest, 1.25 * tallest]}
    layout["bargap"] = 0.3
    layout["shapes"] = [noise_band(residuals.band, theme), _level(0.0, theme)]
    return go.Figure({"data": [bars], "layout": layout}, _validate=False)


def copycat_figure(copycat: Copycat, unit: str, theme: Theme, *, revision: str = "copycat") -> go.Figure:
    """Return the error of the forecasts against the truth moved by some steps, lowest shift marked.

    Args:
        copycat: The errors by shift.
        unit: Unit of the series, empty when there is none.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    best = copycat.shifts[: len(copycat.errors)] == copycat.best_shift
    line = _curve("error", copycat.shifts[: len(copycat.errors)], copycat.errors, theme.prediction, 2.0, "solid")
    line |= {
        "mode": "lines+markers",
        "marker": {
            "size": np.where(best, 13, 6).astype(np.int32),
            "symbol": ["star" if here else "circle" for here in best],
            "color": theme.prediction,
        },
        "showlegend": False,
        "hovertemplate": "RMSE %{y:.4~g}",
    }
    title = (
        "Copies the past: the forecasts fit best what was already known"
        if copycat.copies
        else "Where do the forecasts fit best? Shift 0 is the truth they are for"
    )
    layout = base_layout(theme, title, revision)
    layout["xaxis"] = base_axis(theme, "truth moved back by (steps)") | {
        "showgrid": False,
        **_whole_ticks(len(copycat.shifts)),
        "unifiedhovertitle": {"text": "shift %{x}"},
    }
    layout["yaxis"] = base_axis(theme, _named("RMSE", unit)) | {"rangemode": "tozero"}
    layout["shapes"] = [
        _upright(0, "the truth<br>they are for", "right", theme),
        _upright(copycat.horizon, "the last<br>value known", "left", theme),
    ]
    return go.Figure({"data": [line], "layout": layout}, _validate=False)


def _whole_ticks(steps: int) -> dict[str, Any]:
    """Return ticks at whole steps only: at each of a few, else where plotly likes them."""
    return {"tickformat": "d"} | ({"dtick": 1} if steps <= 10 else {})


def _named(quantity: str, unit: str) -> str:
    return f"{quantity} ({unit})" if unit else quantity


def _curve(name: str, x: Any, y: Floats, color: str, width: float, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": np.asarray(x, dtype=np.int32),
        "y": y.astype(np.float32),
        "line": {"color": color, "width": width, "dash": dash},
        "marker": {"size": 4, "color": color},
    }


def _level(value: float, theme: Theme) -> dict[str, Any]:
    line = {"width": 1, "color": theme.mark}
    return {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}


def _upright(place: float, words: str, side: str, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": place,
        "x1": place,
        "y0": 0,
        "y1": 1,
        "line": {"width": 1.2, "color": theme.mark, "dash": "dash"},
        "label": {
            "text": words,
            "textangle": 0,
            "textposition": "end",
            "xanchor": side,
            "yanchor": "top",
            "font": {"size": 11, "color": theme.text},
        },
    }
