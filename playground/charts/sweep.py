"""The charts of a sweep: errors against one choice, what each value costs, and errors over two choices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.loss import loss_axis
from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.labs.sweeps.plan import AXES, SweepPlan, Value, value_text
from playground.labs.sweeps.results import Point
from playground.labs.sweeps.verdict import SweepVerdict, fit_of, mean_grid
from playground.records import Floats

ERROR = "error (mean squared, scaled)"
LOWER = "Lower is better: which value has the lowest validation error?"


def sweep_figure(
    plan: SweepPlan, points: Sequence[Point], verdict: SweepVerdict, theme: Theme, *, revision: str = "sweep"
) -> go.Figure:
    """Return training and validation error against the one choice that a sweep goes through.

    Lines are means over the seeds, bands one standard error to either side, dots the validation error
    of single networks. There are always seven traces, so a live chart is updated in place.

    Args:
        plan: A sweep over one axis.
        points: Its finished points, in the order of the plan.
        verdict: What they say; its pick is ringed.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    known = [point for point in points if point.validation_error is not None]
    at = np.array([place_of(plan, 0, point.cell[0]) for point in known], dtype=np.float64)
    baseline = next((point.baseline_error for point in points), None)
    validation = np.array([point.validation_error for point in known], dtype=np.float64)
    train = np.array([point.train_error for point in known], dtype=np.float64)
    traces: list[dict[str, Any]] = [
        _baseline(plan, baseline, theme),
        _band(at, train, [point.train_spread for point in known], theme.training),
        _band(at, validation, [point.validation_spread for point in known], theme.prediction),
        _line("training, mean of the seeds", at, train, theme.training),
        _line("validation, mean of the seeds", at, validation, theme.prediction),
        _dots(plan, points, theme),
        _pick(plan, verdict, theme),
    ]
    layout = base_layout(theme, _title(plan, verdict), revision)
    layout["xaxis"] = _value_axis(plan, 0, theme) | {"showgrid": False}
    everything = [n.validation_error for point in points for n in point.networks if n.validation_error is not None]
    reach = [*train, *everything, *([] if baseline is None else [baseline])]
    layout["yaxis"] = base_axis(theme, ERROR) | loss_axis(np.array(reach), log=True)
    layout["annotations"] = _fit_labels(plan, points, theme)
    layout["hovermode"] = "closest"
    layout["margin"] = layout["margin"] | {"b": 48}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def cost_figure(plan: SweepPlan, points: Sequence[Point], theme: Theme, *, revision: str = "cost") -> go.Figure:
    """Return parameters (bars, left) and seconds an epoch (line, right) against the one choice of a sweep.

    Args:
        plan: A sweep over one axis.
        points: Its finished points.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    at = np.array([place_of(plan, 0, point.cell[0]) for point in points], dtype=np.float64)
    parameters = np.array([point.parameters for point in points], dtype=np.float64)
    seconds = np.array([point.epoch_s for point in points], dtype=np.float64)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "parameters (left)",
            "x": at,
            "y": parameters,
            "line": {"color": theme.training, "width": 2},
            "marker": {"symbol": "square", "size": 8, "color": theme.training},
            "hovertemplate": "%{y:,.0f} parameters",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "seconds an epoch (right)",
            "x": at,
            "y": seconds,
            "yaxis": "y2",
            "line": {"color": theme.mark, "width": 2, "dash": "dash"},
            "marker": {"size": 8, "color": theme.mark},
            "hovertemplate": "%{y:.3~g} s an epoch",
        },
    ]
    layout = base_layout(theme, "What each costs: numbers to train, and time for an epoch of one network", revision)
    layout["xaxis"] = _value_axis(plan, 0, theme) | {"showgrid": False}
    wide = len(points) > 0 and parameters.max() > 20 * parameters.min()
    layout["yaxis"] = base_axis(theme, "parameters") | {
        "type": "log",
        "dtick": 1 if wide else "D2",
        "exponentformat": "none",
    }
    layout["yaxis2"] = base_axis(theme, "s an epoch") | {
        "overlaying": "y",
        "side": "right",
        "tickmode": "auto",
        "nticks": 4,
        "rangemode": "tozero",
        "showgrid": False,
        "tickformat": ".3~g",
    }
    layout["margin"] = layout["margin"] | {"r": 56}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def heatmap_figure(
    plan: SweepPlan, points: Sequence[Point], verdict: SweepVerdict, theme: Theme, *, revision: str = "sweep map"
) -> go.Figure:
    """Return the mean validation error over two choices: the stronger the colour the better, the pick is ringed.

    Args:
        plan: A sweep over two axes; the first runs across.
        points: Its finished points.
        verdict: What they say.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    (_, across), (_, up) = plan.axes
    grid = mean_grid(plan, points)
    with np.errstate(invalid="ignore", divide="ignore"):
        shade = np.log10(grid)
    heat = {
        "type": "heatmap",
        "x": np.arange(len(across), dtype=np.float64),
        "y": np.arange(len(up), dtype=np.float64),
        "z": shade.astype(np.float32),
        "colorscale": theme.gates,
        "reversescale": True,
        "showscale": False,
        "hoverinfo": "skip",
        "xgap": 2,
        "ygap": 2,
    }
    better = "brighter" if theme.name == "dark" else "darker"
    layout = base_layout(theme, f"Validation error over both choices: the {better}, the better", revision)
    layout["xaxis"] = _index_axis(plan, 0, theme)
    layout["yaxis"] = _index_axis(plan, 1, theme)
    layout["hovermode"] = "closest"
    traces: list[dict[str, Any]] = [heat, _cells(plan, points, shade, theme), _pick(plan, verdict, theme)]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def heatmap_height(plan: SweepPlan) -> int:
    """Return the height of the map in pixels: the same for every row."""
    return 120 + 52 * len(plan.axes[1][1])


def place_of(plan: SweepPlan, axis: int, value: Value) -> float:
    """Return where a value lies on the axis of a chart: itself on a logarithmic one, else its number."""
    name, values = plan.axes[axis]
    if len(plan.axes) == 1 and AXES[name].logarithmic:
        return float(value)
    return float(values.index(value))


def _value_axis(plan: SweepPlan, axis: int, theme: Theme) -> dict[str, Any]:
    """Return the axis of a choice, with a tick at each of its values."""
    name, values = plan.axes[axis]
    if not AXES[name].logarithmic:
        return _index_axis(plan, axis, theme)
    places = [float(value) for value in values]
    low, high = math.log10(min(places)), math.log10(max(places))
    room = 0.06 * (high - low)
    return base_axis(theme, AXES[name].title.lower()) | {
        "type": "log",
        "range": [low - room, high + room],
        "tickvals": places,
        "ticktext": [value_text(value) for value in values],
        "hoverformat": ".4~g",
    }


def _index_axis(plan: SweepPlan, axis: int, theme: Theme) -> dict[str, Any]:
    name, values = plan.axes[axis]
    return base_axis(theme, AXES[name].title.lower()) | {
        "range": [-0.5, len(values) - 0.5],
        "tickvals": list(range(len(values))),
        "ticktext": [value_text(value) for value in values],
        "showgrid": False,
    }


def _title(plan: SweepPlan, verdict: SweepVerdict) -> str:
    name = AXES[plan.axes[0][0]].title.lower()
    if verdict.lowest is None:
        return f"Below the dotted line a network errs less than the last value; every {name} gets {plan.seeds} seeds"
    return f"Lower is better: where does the validation error stop falling as {name} grows?" if _grows(plan) else LOWER


def _grows(plan: SweepPlan) -> bool:
    return AXES[plan.axes[0][0]].ordered


def _baseline(plan: SweepPlan, error: float | None, theme: Theme) -> dict[str, Any]:
    values = plan.axes[0][1]
    places = [place_of(plan, 0, value) for value in values]
    log = AXES[plan.axes[0][0]].logarithmic
    ends = [min(places) * 0.5, max(places) * 2] if log else [min(places) - 1, max(places) + 1]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "last value" if error is None else f"last value, validation {error:.3g}",
        "x": np.array([] if error is None else ends, dtype=np.float64),
        "y": np.array([] if error is None else [error, error], dtype=np.float32),
        "line": {"color": theme.baseline, "width": 1.6, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _band(at: Floats, mean: Floats, spreads: Sequence[float | None], color: str) -> dict[str, Any]:
    """Return the area within one standard error of a mean."""
    spread = np.array([value or 0.0 for value in spreads], dtype=np.float64)
    low = np.maximum(mean - spread, 0.02 * mean)  # a logarithmic axis has no place for less than nothing
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([at, at[::-1]]),
        "y": np.concatenate([mean + spread, low[::-1]]).astype(np.float32),
        "fill": "toself",
        "fillcolor": faint(color),
        "line": {"width": 0, "color": color},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _line(name: str, at: Floats, mean: Floats, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": at,
        "y": mean.astype(np.float32),
        "line": {"color": color, "width": 2.4},
        "hoverinfo": "skip",
    }


def _dots(plan: SweepPlan, points: Sequence[Point], theme: Theme) -> dict[str, Any]:
    """Return a dot for each network, to be hovered over and clicked on."""
    scored = [(p, n) for p in points for n in p.networks if n.validation_error is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "each seed",
        "x": np.array([place_of(plan, 0, point.cell[0]) for point, _ in scored], dtype=np.float64),
        "y": np.array([network.validation_error for _, network in scored], dtype=np.float32),
        "marker": {"size": 8, "color": theme.prediction, "line": {"width": 1.5, "color": theme.background}},
        "text": [
            f"{point.label}, seed {network.seed}<br>validation {network.validation_error:.3g}, training "
            f"{network.train_error:.3g}<br>best epoch {network.best_epoch} of {network.epochs}"
            + ("<br>diverged later" if network.diverged else "")
            for point, network in scored
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _pick(plan: SweepPlan, verdict: SweepVerdict, theme: Theme) -> dict[str, Any]:
    """Return the ring round what the rule takes."""
    pick = verdict.pick
    two = len(plan.axes) == 2
    x = [] if pick is None else [place_of(plan, 0, pick.cell[0])]
    y = [] if pick is None else [place_of(plan, 1, pick.cell[1]) if two else (pick.validation_error or 0.0)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "simplest within one standard error of the lowest",
        "x": np.array(x, dtype=np.float64),
        "y": np.array(y, dtype=np.float64),
        "marker": {
            "symbol": "square-open" if two else "circle-open",
            "size": 44 if two else 20,
            "color": theme.prediction if two else theme.text,
            "line": {"width": 3 if two else 2, "color": theme.prediction if two else theme.text},
        },
        "hoverinfo": "skip",
        "showlegend": not two,
    }


def _fit_labels(plan: SweepPlan, points: Sequence[Point], theme: Theme) -> list[dict[str, Any]]:
    """Return a word above each point that under- or overfits, or diverged."""
    log = AXES[plan.axes[0][0]].logarithmic
    labels = []
    for point in points:
        word = "diverged" if point.diverged else fit_of(point, points)
        if word:
            place = place_of(plan, 0, point.cell[0])
            labels.append(
                {
                    "x": math.log10(place) if log else place,
                    "y": 0,
                    "yref": "paper",
                    "yanchor": "bottom",
                    "yshift": 4,
                    "text": word,
                    "showarrow": False,
                    "font": {"size": 11, "color": theme.quiet_text},
                }
            )
    return labels


def _cell_text(point: Point, points: Sequence[Point]) -> str:
    word = "diverged" if point.diverged else fit_of(point, points)
    return f"{point.validation_error:.3g}" + (f"<br><i>{word}</i>" if word else "")


def _cells(plan: SweepPlan, points: Sequence[Point], shade: Floats, theme: Theme) -> dict[str, Any]:
    """Return the mean error written in each cell, legible on its ground."""
    middle = (float(np.nanmin(shade)) + float(np.nanmax(shade))) / 2 if np.isfinite(shade).any() else 0.0
    known = [point for point in points if point.validation_error is not None]
    good = [math.log10(point.validation_error or 1.0) < middle for point in known]
    return {
        "type": "scatter",
        "mode": "text",
        "x": np.array([place_of(plan, 0, point.cell[0]) for point in known], dtype=np.float64),
        "y": np.array([place_of(plan, 1, point.cell[1]) for point in known], dtype=np.float64),
        "text": [_cell_text(point, points) for point in known],
        "textfont": {"size": 12, "color": [theme.background if better else theme.text for better in good]},
        "hovertext": [
            f"{point.label}<br>validation {point.validation_error:.3g} ± {point.validation_spread or 0:.2g}"
            f"<br>training {point.train_error:.3g}<br>last value {point.baseline_error:.3g}"
            f"<br>{point.parameters:,} parameters"
            for point in known
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }
