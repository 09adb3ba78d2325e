"""Several runs in one chart: losses, forecasts, errors by lead time, and the scores of their seeds.

Here a colour is a run's own; dashes tell neighbours apart as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.loss import loss_axis
from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.charts.thinning import thin
from playground.charts.time_axis import TimeAxis
from playground.labs.comparison.curves import Curve
from playground.labs.comparison.verdict import Contender
from playground.records import Floats, Ints, Series

RUN_COLORS: dict[str, dict[str, str]] = {
    "light": {
        "purple": "#6f42c1", "teal": "#0f8a83", "brown": "#8a5a00", "red": "#c2255c",
        "blue": "#1f6fb5", "green": "#3f8f2f", "pink": "#b5459f", "orange": "#d95f02",
    },
    "dark": {
        "purple": "#c79bff", "teal": "#2fd3c4", "brown": "#e0b060", "red": "#ff6b9d",
        "blue": "#63b3ff", "green": "#8fd36f", "pink": "#f49be0", "orange": "#ff9a3d",
    },
}  # fmt: skip
"""Colours of runs by name, in the order in which they are given out."""

DASHES = ("solid", "dash", "dashdot", "longdash", "dot")
AXIS_TITLES = {"epochs": "epochs completed", "seconds": "training time (s)", "steps": "optimizer steps"}


def color_of(name: str, theme: Theme) -> str:
    """Return the colour that goes by a name."""
    return RUN_COLORS[theme.name][name]


def loss_overlay_figure(
    curves: Sequence[Curve],
    baseline: tuple[str, float] | None,
    theme: Theme,
    *,
    axis: str = "epochs",
    log: bool = True,
    measure: str = "mean squared error, scaled",
    revision: str = "overlay",
) -> go.Figure:
    """Return the validation losses of several runs; a smoothed line always lies over its raw one, a band is over seeds.

    Args:
        curves: The runs.
        baseline: Name of a baseline and its loss, scaled; None where runs differ in it or it cannot be computed.
        theme: Light or dark.
        axis: One of `AXIS_TITLES`.
        log: Logarithmic loss axis.
        measure: What the loss is, with its unit.
        revision: Zoom is kept as long as this text, and the kinds of axes, stay the same.
    """
    traces = [trace for number, curve in enumerate(curves) for trace in _loss_traces(curve, number, axis, theme)]
    end = max((float(curve.at[-1]) for curve in curves if len(curve.at)), default=1.0)
    title = "Validation loss: lower is better"
    if baseline is not None:
        traces.append(_baseline(baseline[0], np.array([0.0, end]), np.full(2, baseline[1]), theme))
        title += f", and below the dotted line a network errs less than the baseline “{baseline[0]}”"
    layout = base_layout(theme, title, f"{revision} {axis} {log}")
    layout["xaxis"] = base_axis(theme, AXIS_TITLES[axis]) | {"showgrid": False, "rangemode": "tozero"}
    losses = np.concatenate([*(curve.raw for curve in curves), [] if baseline is None else [baseline[1]]])
    layout["yaxis"] = base_axis(theme, f"loss ({measure})") | loss_axis(losses, log=log)
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _loss_traces(curve: Curve, number: int, axis: str, theme: Theme) -> list[dict[str, Any]]:
    color, dash = color_of(curve.color, theme), DASHES[number // len(RUN_COLORS["light"]) % len(DASHES)]
    named: dict[str, Any] = {"type": "scatter", "legendgroup": f"{number}", "x": curve.at, "hovertemplate": "%{y:.4~g}"}
    traces: list[dict[str, Any]] = []
    if curve.low is not None and curve.high is not None:
        edge = named | {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        edge.pop("hovertemplate")
        traces += [edge | {"y": curve.low}, edge | {"y": curve.high, "fill": "tonexty", "fillcolor": faint(color)}]
    main = {"name": curve.label, "mode": "lines+markers" if len(curve.at) < 3 else "lines"}
    if curve.smooth is None:
        return [*traces, named | main | {"y": curve.raw, "line": {"color": color, "width": 2.2, "dash": dash}}]
    raw = {"name": f"{curve.label}, raw", "showlegend": False, "mode": "lines", "opacity": 0.45}
    traces.append(named | raw | {"y": curve.raw, "line": {"color": color, "width": 1}})
    return [*traces, named | main | {"y": curve.smooth, "line": {"color": color, "width": 2.6, "dash": dash}}]


def predictions_figure(
    series: Series,
    positions: Ints,
    forecasts: Mapping[str, tuple[str, Floats]],
    baseline: Floats,
    theme: Theme,
    *,
    revision: str = "predictions",
) -> go.Figure:
    """Return the one-step forecasts of several runs over the validation part, with truth and last value.

    Args:
        series: The series.
        positions: (m,) positions that are forecast, ascending.
        forecasts: Label -> name of a colour and (m,) forecasts.
        baseline: (m,) "same as the step before".
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    columns = [values for _, values in forecasts.values()]
    shown, truth, base, *lines = thin(positions, series.values[positions], baseline, *columns)
    axis = TimeAxis(series)
    where = axis.places(shown)
    traces: list[dict[str, Any]] = [
        _line("true series", where, truth, theme.truth, 2.2, "solid"),
        _line("last value", where, base, theme.baseline, 1.4, "dot"),
    ]
    for number, ((label, (color, _)), values) in enumerate(zip(forecasts.items(), lines, strict=True)):
        dash = DASHES[number // len(RUN_COLORS["light"]) % len(DASHES)]
        traces.append(_line(label, where, values, color_of(color, theme), 1.8, dash))
    title = "One-step forecasts on validation, from true inputs: whose line is nearest to the true series?"
    layout = base_layout(theme, title, revision)
    note = "" if len(shown) == len(positions) else "<br>thinned, peaks kept"
    layout["xaxis"] = axis.axis(theme, note, series.unit)
    layout["yaxis"] = base_axis(theme, series.unit or "value") | {"hoverformat": ".5~g"}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def step_errors_figure(
    errors: Mapping[str, tuple[str, Floats]], baseline: Floats, unit: str, theme: Theme, *, revision: str = "steps"
) -> go.Figure:
    """Return the validation RMSE of several runs at each step ahead, with the last value's.

    Args:
        errors: Label -> name of a colour and (horizon,) errors; horizons may differ.
        baseline: (horizon,) of "same as the step before".
        unit: Unit of the errors.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    traces = [_by_step("last value", baseline, theme.baseline, "dot")]
    traces += [_by_step(label, values, color_of(color, theme), "solid") for label, (color, values) in errors.items()]
    layout = base_layout(theme, "Error by horizon: the further ahead, the harder", revision)
    steps = max(len(baseline), *(len(values) for _, values in errors.values()))
    layout["xaxis"] = base_axis(theme, "steps ahead") | {
        "showgrid": False,
        "tickformat": "d",
        "dtick": 1 if steps <= 16 else None,
        "range": [0.5, steps + 0.5],
    }
    layout["yaxis"] = base_axis(theme, f"RMSE on validation{f' ({unit})' if unit else ''}") | {"rangemode": "tozero"}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def seeds_figure(
    contenders: Sequence[Contender],
    colors: Mapping[str, str],
    baseline: float | None,
    unit: str,
    theme: Theme,
    *,
    measure: str = "RMSE",
    revision: str = "seeds",
) -> go.Figure:
    """Return one dot for each seed, a row for each recipe, its median marked and the last value as a line.

    Args:
        contenders: The recipes; seeds that diverged have no place on the axis.
        colors: Label -> name of a colour.
        baseline: Error of the last value on the same targets, None where there is none.
        unit: Unit of the errors.
        theme: Light or dark.
        measure: What the errors are.
        revision: Zoom is kept as long as this text stays the same.
    """
    traces: list[dict[str, Any]] = []
    for contender in contenders:
        finite = np.array([error for error in contender.errors if np.isfinite(error)])
        dots = {"type": "scatter", "mode": "markers", "name": contender.label, "showlegend": False}
        color = color_of(colors[contender.label], theme)
        traces.append(dots | {
            "x": finite, "y": [contender.label] * len(finite), "hovertemplate": "%{x:.4~g}",
            "marker": {"color": color, "size": 11, "opacity": 0.75},
        })  # fmt: skip
        if np.isfinite(contender.median) and len(contender.errors) > 1:
            mark = {"symbol": "line-ns", "size": 26, "line": {"width": 3, "color": theme.text}}
            traces.append(dots | {
                "x": [contender.median], "y": [contender.label], "marker": mark, "hovertemplate": "median %{x:.4~g}",
            })  # fmt: skip
    layout = base_layout(theme, "One dot for each seed: do the recipes part, or do their dots mix?", revision)
    layout |= {"hovermode": "closest", "shapes": [] if baseline is None else [_level_mark(baseline, theme)]}
    layout["xaxis"] = base_axis(theme, f"{measure} on validation{f' ({unit})' if unit else ''}, left is better")
    layout["yaxis"] = base_axis(theme, "") | {"type": "category", "autorange": "reversed", "showgrid": False}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _level_mark(level: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": level, "x1": level, "y0": 0, "y1": 1,
        "line": {"width": 1.6, "color": theme.baseline, "dash": "dot"},
        "label": {
            "text": "last value", "textangle": 0, "textposition": "end", "xanchor": "right", "yanchor": "top",
            "font": {"size": 11, "color": theme.quiet_text},
        },
    }  # fmt: skip


def _line(name: str, where: dict[str, Any], y: Floats, color: str, width: float, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": name, **where, "y": y.astype(np.float32),
        "line": {"color": color, "width": width, "dash": dash}, "hovertemplate": "%{y:.5~g}",
    }  # fmt: skip


def _by_step(name: str, values: Floats, color: str, dash: str) -> dict[str, Any]:
    finite = np.where(np.isfinite(values), values, np.nan).astype(np.float32)
    return {
        "type": "scatter", "mode": "lines+markers", "name": name, "x": np.arange(1, len(values) + 1, dtype=np.int32),
        "y": finite, "line": {"color": color, "width": 2, "dash": dash}, "hovertemplate": "%{y:.4~g}",
    }  # fmt: skip


def _baseline(name: str, x: Floats, y: Floats, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": x, "y": y,
        "line": {"color": theme.baseline, "width": 1.6, "dash": "dot"}, "hoverinfo": "skip",
    }  # fmt: skip
