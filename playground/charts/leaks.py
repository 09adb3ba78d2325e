"""The leak lab's figures: the way that leaked information takes, and what was promised against what was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.bands import part_bands
from playground.charts.theme import Theme, base_axis, base_layout
from playground.charts.thinning import thin
from playground.charts.time_axis import TimeAxis
from playground.labs.leaks.mistakes import MISTAKES
from playground.labs.leaks.preparing import LeakPath
from playground.labs.leaks.results import Arm
from playground.records import Series, Split
from playground.sentences.leaks import arm_title

LANE_PX = 66
SERIES_PX = 190
BAR_PX = 62

WRAP_AT = 13
"""Letters after which the name of an arm is broken into a second line."""


def leak_path_height(paths: Sequence[LeakPath]) -> int:
    """Return the height in pixels that `leak_path_figure` needs."""
    return SERIES_PX + LANE_PX * len(paths) + 60


def leak_path_figure(
    series: Series, split: Split, fresh_start: int, paths: Sequence[LeakPath], theme: Theme, *, revision: str = "paths"
) -> go.Figure:
    """Return the series with its parts, and below it a lane for each mistake: from what should be out of reach, an
    arrow to where it goes.

    Args:
        series: The series.
        split: Its parts.
        fresh_start: Position where the fresh data begin, inside the test part.
        paths: One for each mistake that is switched on.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    axis = TimeAxis(series)
    positions, values = thin(np.arange(split.length), series.values.astype(np.float32))
    truth = {
        "type": "scatter",
        "mode": "lines",
        "name": "true series",
        **axis.places(positions),
        "y": values,
        "line": {"color": theme.truth, "width": 1.6},
        "showlegend": False,
    }
    lanes = len(paths)
    floor = LANE_PX * lanes / (SERIES_PX + LANE_PX * lanes)
    layout = base_layout(theme, _path_title(lanes), revision)
    layout["margin"] |= {"t": 40}
    layout["xaxis"] = axis.axis(theme, "", series.unit) | {
        "range": [axis.at(-0.5), axis.at(split.length - 0.5)],
        "anchor": "y2" if lanes else "y",
    }
    layout["yaxis"] = base_axis(theme, series.unit or "value") | {"domain": [floor, 1], "hoverformat": ".4~g"}
    layout["shapes"] = [*part_bands(replace(split, length=fresh_start), axis, theme, test_open=True)]
    layout["shapes"].append(_fresh_band(axis, fresh_start, split.length, theme))
    layout["annotations"] = []
    traces: list[dict[str, Any]] = [truth]
    if lanes:
        traces.append({"type": "scatter", "x": [], "y": [], "yaxis": "y2", "showlegend": False})
        layout["yaxis2"] = {"domain": [0, floor], "range": [lanes, 0], "visible": False, "fixedrange": True}
    for lane, path in enumerate(paths):
        traces += _lane_bars(axis, path, lane, theme)
        layout["annotations"] += _lane_words(axis, path, lane, theme)
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def leak_score_height(arms: Sequence[Arm]) -> int:
    """Return the height in pixels that `leak_score_figure` needs."""
    return 80 + BAR_PX * max(len(arms), 1)


def leak_score_figure(arms: Sequence[Arm], theme: Theme, *, revision: str = "scores") -> go.Figure:
    """Return what the runs of each arm reported beside what they make on fresh data, and the last value.

    Bars are means over the runs, points the runs.

    Args:
        arms: The honest one first; each with at least one result.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    rows = np.arange(len(arms), dtype=np.float64)
    claimed = {"color": theme.background, "line": {"color": theme.prediction, "width": 1.5}}
    claimed |= {"pattern": {"shape": "/", "fgcolor": theme.prediction, "size": 6, "solidity": 0.25}}
    reported = _bars("reported", rows - 0.19, [arm.reported_mean for arm in arms], claimed)
    real = _bars("on fresh data", rows + 0.19, [arm.real_mean for arm in arms], {"color": theme.prediction})
    baseline = {
        "type": "scatter",
        "mode": "lines",
        "name": "last value",
        "x": np.array([1.0, 1.0]),
        "y": np.array([-0.5, len(arms) - 0.5]),
        "line": {"color": theme.baseline, "width": 2, "dash": "dot"},
        "hoverinfo": "skip",
    }
    traces = [reported, real, baseline, _points(arms, theme), _labels(arms, theme)]
    highest = max([1.0, *(share for arm in arms for share in (*arm.reported, *arm.real))])
    layout = base_layout(theme, "Promised and kept: only the solid bar is what the network can do", revision)
    layout |= {"barmode": "overlay", "bargap": 0, "hovermode": "closest"}
    layout["xaxis"] = base_axis(theme, "RMSE, as a share of the last value's") | {
        "tickformat": ".0%",
        "range": [0, 1.16 * highest],
    }
    layout["yaxis"] = base_axis(theme, "") | {
        "tickvals": rows,
        "ticktext": [_wrapped(arm_title(arm)) for arm in arms],
        "tickfont": {"size": 12, "color": theme.text},
        "range": [len(arms) - 0.5, -0.5],
        "showgrid": False,
        "fixedrange": True,
    }
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _path_title(lanes: int) -> str:
    if not lanes:
        return "Honest: nothing after the training part reaches it"
    return (
        "The way of the leak: " + ("each mistake lets" if lanes > 1 else "this mistake lets") + " the red part through"
    )


def _lane_bars(axis: TimeAxis, path: LeakPath, lane: int, theme: Theme) -> list[dict[str, Any]]:
    """Return what should be out of reach (red), and what it reaches (blue)."""
    height = lane + 0.82
    xs: list[Any] = []
    for start, stop in path.sources:
        xs += [axis.at(start - 0.5), axis.at(stop - 0.5), None]
    target = [axis.at(edge - 0.5) for edge in path.target]
    shared = {"type": "scatter", "mode": "lines", "yaxis": "y2", "hoverinfo": "skip", "showlegend": False}
    return [
        shared | {"x": target, "y": [height, height], "line": {"color": theme.training, "width": 3}},
        shared | {"x": xs, "y": [height] * len(xs), "line": {"color": theme.leak, "width": 9}},
    ]


def _lane_words(axis: TimeAxis, path: LeakPath, lane: int, theme: Theme) -> list[dict[str, Any]]:
    mistake = MISTAKES[path.leak]
    title = {
        "xref": "paper",
        "yref": "y2",
        "x": 0,
        "y": lane + 0.36,
        "xanchor": "left",
        "showarrow": False,
        "align": "left",
        "text": f"<b>{mistake.title}</b><br>{mistake.path}",
        "font": {"size": 12, "color": theme.text},
    }
    return [title, _arrow(axis, path, lane, theme)]


def _arrow(axis: TimeAxis, path: LeakPath, lane: int, theme: Theme) -> dict[str, Any]:
    """Return an arrow from the middle of the source to the middle of what it reaches, or one step back within it."""
    first, last = path.sources[0] if path.leak == "gap" else (path.sources[0][0], path.sources[-1][1])
    tail, head = (first + last) / 2, sum(path.target) / 2
    if path.leak == "target":
        tail, head = head + 0.12 * (last - first), head - 0.12 * (last - first)
    return {
        "xref": "x",
        "yref": "y2",
        "axref": "x",
        "ayref": "y2",
        "x": axis.at(round(head)),
        "y": lane + 0.82,
        "ax": axis.at(round(tail)),
        "ay": lane + 0.82,
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 1.3,
        "arrowwidth": 2,
        "arrowcolor": theme.text,
    }


def _fresh_band(axis: TimeAxis, start: int, stop: int, theme: Theme) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": axis.at(start - 0.5),
        "x1": axis.at(stop - 0.5),
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 1.5, "color": theme.mark, "dash": "dot"},
        "label": {
            "text": "fresh",
            "textposition": "top center",
            "padding": 4,
            "font": {"size": 11, "color": theme.text},
        },
    }


def _bars(name: str, y: np.ndarray, shares: list[float], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": np.array(shares),
        "y": y,
        "width": 0.34,
        "marker": marker,
        "hovertemplate": "%{x:.1%} of the last value's error<extra>" + name + "</extra>",
    }


def _points(arms: Sequence[Arm], theme: Theme) -> dict[str, Any]:
    """Return every single run as a point on its bar, in one trace."""
    pairs = [(row + off, share) for row, arm in enumerate(arms) for off, shares in _sides(arm) for share in shares]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "single runs",
        "x": np.array([share for _, share in pairs]),
        "y": np.array([row for row, _ in pairs]),
        "marker": {"color": theme.text, "size": 5, "line": {"color": theme.background, "width": 1}},
        "hovertemplate": "%{x:.1%}<extra>single run</extra>",
    }


def _labels(arms: Sequence[Arm], theme: Theme) -> dict[str, Any]:
    """Return the mean of every bar as text, to the right of the bar and of its points."""
    bars = [(row + off, shares) for row, arm in enumerate(arms) for off, shares in _sides(arm)]
    means = [mean for arm in arms for mean in (arm.reported_mean, arm.real_mean)]
    return {
        "type": "scatter",
        "mode": "text",
        "x": np.array([max(shares) for _, shares in bars]),
        "y": np.array([row for row, _ in bars]),
        "text": [f"  {mean:.1%}" if mean < 0.1 else f"  {mean:.0%}" for mean in means],
        "textposition": "middle right",
        "textfont": {"size": 12, "color": theme.text},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _sides(arm: Arm) -> tuple[tuple[float, tuple[float, ...]], ...]:
    return (-0.19, arm.reported), (0.19, arm.real)


def _wrapped(title: str) -> str:
    """Return the title in two lines where it is long."""
    cut = title.find(" ", WRAP_AT - 6)
    return title if len(title) <= WRAP_AT or cut < 0 else f"{title[:cut]}<br>{title[cut + 1 :]}"
