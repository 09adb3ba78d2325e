"""The forecast beside the truth and the last value, over the parts of the series."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.bands import part_bands
from playground.charts.theme import Theme, base_axis, base_layout
from playground.charts.thinning import MOST_POINTS, thin
from playground.charts.time_axis import TimeAxis
from playground.records import Floats, Forecast, Series, Split


def forecast_caption(forecast: Forecast, lead: int = 1) -> str:
    """Return what the forecast was given: true inputs, or its own outputs.

    Args:
        forecast: What is drawn.
        lead: Steps ahead that are drawn, for one-step and direct forecasts.
    """
    ahead = f"{lead} step{'s' if lead > 1 else ''} ahead"
    if forecast.kind == "free-run":
        return (
            "Free-run: after the marked start the network is fed its own forecasts (dashed). "
            "The dotted baseline repeats the last true value."
        )
    if forecast.kind == "direct":
        return (
            f"Direct: from true values only, the network forecasts {forecast.predicted.shape[1]} steps at once; "
            f"drawn is each forecast {ahead}. The dotted baseline repeats the last true value it was given."
        )
    return (
        "One-step: every forecast is made from true values up to the step before. "
        "The dotted baseline repeats the value of the step before."
    )


def forecast_figure(
    series: Series,
    split: Split,
    forecast: Forecast | None,
    theme: Theme,
    *,
    lead: int = 1,
    test_open: bool = False,
    stretch: tuple[int, int] | None = None,
    revision: str = "forecast",
    most_points: int = MOST_POINTS,
) -> go.Figure:
    """Return the series with its parts, and the forecast and the last value once there are any.

    There are always four traces (truth, sealed truth, baseline, forecast), so a live chart is
    updated in place. While the test part is sealed its truth is greyed and no forecast is drawn
    in it.

    Args:
        series: The series, in its own units.
        split: Its parts.
        forecast: None before the network has forecast anything.
        theme: Light or dark.
        lead: Steps ahead to draw, 1 to the horizon; a free-run is drawn whole.
        test_open: Whether the test part has been opened.
        stretch: Half-open range of positions to draw; None for all, or a free-run's surroundings.
        revision: Zoom is kept as long as this text stays the same.
        most_points: Longer stretches are thinned to about as many points, peaks kept.

    Raises:
        ValueError: if `lead` is outside the horizon or a forecast lies outside the series.
    """
    predicted, baseline = _along_series(forecast, split.length, lead)
    seal = split.length if test_open else split.test_start
    predicted[seal:] = np.nan
    baseline[seal:] = np.nan
    truth = series.values.astype(np.float32)
    view = slice(*stretch) if stretch is not None else _view(forecast, split.length)
    positions, truth, baseline, predicted = thin(
        np.arange(split.length)[view], truth[view], baseline[view], predicted[view], most=most_points
    )
    shown = view.stop - view.start
    note = "" if len(positions) == shown else f"<br>{len(positions):,} of {shown:,} points drawn, peaks kept"

    axis = TimeAxis(series)
    first_sealed = int(np.searchsorted(positions, seal))
    opened, sealed = slice(0, first_sealed), slice(max(first_sealed - 1, 0), None)
    if test_open:
        sealed = slice(0, 0)
    dash = "dash" if forecast is not None and forecast.kind == "free-run" else "solid"
    traces = [
        _line("true series", axis.places(positions[opened]), truth[opened], color=theme.truth, width=2.4),
        _line("true series, test sealed", axis.places(positions[sealed]), truth[sealed], color=theme.sealed, width=1.4),
        _line("last value", axis.places(positions), baseline, color=theme.baseline, width=1.4, dash="dot"),
        _line("forecast", axis.places(positions), predicted, color=theme.prediction, width=1.8, dash=dash),
    ]
    traces[1]["showlegend"] = False

    layout = base_layout(theme, _title(series, forecast), revision)
    layout["xaxis"] = axis.axis(theme, note, series.unit) | {
        "range": [axis.at(edge - 0.5) for edge in (view.start, view.stop)]
    }
    layout["yaxis"] = base_axis(theme, f"value ({series.unit})" if series.unit else "value")
    # No hovertemplate: plotly then writes the place beside a value that belongs to a neighbouring place.
    layout["yaxis"]["hoverformat"] = ".6~g"
    layout["yaxis"]["range"] = _value_range(series.values[view], predicted)
    layout["shapes"] = [
        *part_bands(split, axis, theme, test_open=test_open),
        *_free_run_starts(forecast, axis, theme, seal),
    ]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _title(series: Series, forecast: Forecast | None) -> str:
    if forecast is None:
        return f"{series.title}: what the network will learn to forecast"
    if forecast.kind == "free-run":
        return f"{series.title}: left to itself, does the network keep the shape of the true series?"
    return f"{series.title}: a good forecast stays closer to the true series than the dotted baseline"


def _view(forecast: Forecast | None, length: int) -> slice:
    """Return the positions to draw: all, or the surroundings of a free-run."""
    if forecast is None or forecast.kind != "free-run" or len(forecast.anchors) == 0:
        return slice(0, length)
    steps = forecast.predicted.shape[1]
    start, stop = int(forecast.anchors.min()) - 2 * steps, int(forecast.anchors.max()) + 3 * steps // 2
    return slice(max(start, 0), min(stop, length))


def _line(name: str, places: dict[str, Any], y: Floats, *, color: str, width: float, dash: str = "solid") -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        **places,
        "y": y,
        "connectgaps": False,
        "line": {"color": color, "width": width, "dash": dash},
    }


def _along_series(forecast: Forecast | None, length: int, lead: int) -> tuple[Floats, Floats]:
    """Return forecast and baseline as (length,) float32, NaN where there is none."""
    predicted = np.full(length, np.nan, dtype=np.float32)
    baseline = np.full(length, np.nan, dtype=np.float32)
    if forecast is None:
        return predicted, baseline
    horizon = forecast.predicted.shape[1]
    if not 1 <= lead <= horizon:
        raise ValueError(f"lead must be between 1 and the horizon {horizon}, got {lead}; choose a step in that range")
    leads = np.arange(1, horizon + 1) if forecast.kind == "free-run" else np.array([lead])
    where = forecast.anchors[:, None] + leads[None, :]
    if where.size and (where.min() < 0 or where.max() >= length):
        raise ValueError(
            f"forecasts must lie inside the series of {length} points, got positions {where.min()} to {where.max()}; "
            "use the forecast made for this series"
        )
    predicted[where] = forecast.predicted[:, leads - 1]
    baseline[where] = forecast.baseline[:, leads - 1]
    return predicted, baseline


def _value_range(truth: Floats, predicted: Floats) -> list[float]:
    """Return a calm y range: the truth, and a wild forecast up to half the truth's span beyond it."""
    low, high = float(truth.min()), float(truth.max())
    span = (high - low) or 1.0
    finite = predicted[np.isfinite(predicted)]
    if len(finite):
        low = min(low, max(float(finite.min()), low - span / 2))
        high = max(high, min(float(finite.max()), high + span / 2))
    return [low - 0.06 * span, high + 0.14 * span]


def _free_run_starts(forecast: Forecast | None, axis: TimeAxis, theme: Theme, seal: int) -> list[dict[str, Any]]:
    """Return a vertical mark after the last true input of each free-run."""
    if forecast is None or forecast.kind != "free-run":
        return []
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": axis.at(int(anchor) + 0.5),
            "x1": axis.at(int(anchor) + 0.5),
            "y0": 0,
            "y1": 1,
            "line": {"width": 1.5, "color": theme.mark},
            "label": {
                "text": "free-run starts",
                "textposition": "start",
                "textangle": 0,
                "xanchor": "left",
                "yanchor": "bottom",
                "font": {"size": 11, "color": theme.text},
            },
        }
        for anchor in forecast.anchors
        if anchor + 1 < seal
    ]
