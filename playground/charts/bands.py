"""The backgrounds of charts: the parts of a series with the hatched gaps between them, and what may be chance."""

from __future__ import annotations

from typing import Any

from playground.charts.theme import Theme
from playground.charts.time_axis import TimeAxis
from playground.records import PARTS, Split

HATCH_LINES = 28


def part_bands(split: Split, axis: TimeAxis, theme: Theme, *, test_open: bool) -> list[dict[str, Any]]:
    """Return the backgrounds of the three parts, labelled, and the hatched gaps between them."""
    colors = {"train": theme.train_band, "validation": theme.validation_band, "test": theme.test_band}
    shapes, stop = [], 0
    for part in PARTS:
        start, next_stop = split.bounds(part)
        if start > stop:
            shapes.append(_hatched_gap(axis, stop, start, theme))
        stop = next_stop
        label = "test<br>sealed" if part == "test" and not test_open else part
        shapes.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": axis.at(start - 0.5),
                "x1": axis.at(stop - 0.5),
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"width": 0},
                "fillcolor": colors[part],
                "label": {
                    "text": label,
                    "textposition": "top center",
                    "padding": 4,
                    "font": {"size": 11, "color": theme.quiet_text},
                },
            }
        )
    return shapes


def _hatched_gap(axis: TimeAxis, start: int, stop: int, theme: Theme) -> dict[str, Any]:
    """Return a gap as slanted strokes; no window and no target lies in it."""
    left, right = (str(axis.at(edge - 0.5)).replace(" ", "_").replace("T", "_") for edge in (start, stop))
    rise = 1 / HATCH_LINES
    strokes = (f"M{left},{i * rise:.4f}L{right},{(i + 1) * rise:.4f}" for i in range(HATCH_LINES))
    return {
        "type": "path",
        "xref": "x",
        "yref": "paper",
        "path": "".join(strokes),
        "layer": "below",
        "line": {"width": 1, "color": theme.hatch},
    }


def boundary(position: float, words: str, axis: TimeAxis, theme: Theme, *, side: str = "left") -> dict[str, Any]:
    """Return an upright mark at a position of the series; its words begin ("left") or end ("right") at it."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": axis.at(position),
        "x1": axis.at(position),
        "y0": 0,
        "y1": 1,
        "line": {"width": 1.5, "color": theme.mark},
        "label": {
            "text": words,
            "textposition": "start",
            "textangle": 0,
            "xanchor": side,
            "yanchor": "bottom",
            "font": {"size": 11, "color": theme.text},
        },
    }


def noise_band(band: float, theme: Theme) -> dict[str, Any]:
    """Return the background from -band to band, where an autocorrelation may be chance."""
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": -band,
        "y1": band,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": theme.test_band,
    }
