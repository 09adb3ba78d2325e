"""Pictures of spoken words: a small one for each sample, and what is heard above the verdict on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.charts.sequences import verdict_figure
from playground.charts.theme import ColorScale, Theme, base_axis
from playground.records import Floats
from playground.sequences.speech.mel import FLOOR_DB, HOP, RATE, WINDOW, band_corners
from playground.sequences.wav import Samples

WAVE_ROWS = 28
BAND_ROWS = 2
PICTURE_COLUMNS = 160

HEARD_SHARE = 0.5
"""Share of the height that the log-mel picture takes; the verdict has the rest."""

HEARD_PX = 230
TICKS_HZ = (250, 500, 1000, 2000, 4000)


def sample_picture(samples: Samples, frames: Floats, theme: Theme) -> NDArray[np.uint8]:
    """Return a small picture of a sample, (rows, columns, 3): its waveform, and its log-mel below, low bands at the
    bottom.

    Args:
        samples: (n,) int16.
        frames: (steps, bands) decibels, 0 at most.
        theme: Light or dark.
    """
    wave = np.broadcast_to(_rgb(theme.background), (WAVE_ROWS, PICTURE_COLUMNS, 3)).copy()
    edges = np.linspace(0, len(samples), PICTURE_COLUMNS + 1).astype(int)
    loudest = max(int(np.abs(samples.astype(int)).max()), 1)
    tops = np.maximum.reduceat(np.abs(samples.astype(int)), edges[:-1])
    reach = np.maximum(tops / loudest * (WAVE_ROWS / 2 - 1), 0.5)
    away = np.abs(np.arange(WAVE_ROWS)[:, None] + 0.5 - WAVE_ROWS / 2)
    wave[away <= reach] = _rgb(theme.truth)
    columns = np.linspace(0, len(frames) - 1, PICTURE_COLUMNS).round().astype(int)
    bands = _shaded(1 - frames[columns].T[::-1] / FLOOR_DB, theme.gates)
    return np.concatenate([wave, np.repeat(bands, BAND_ROWS, axis=0)])


def _shaded(shares: Floats, scale: ColorScale) -> NDArray[np.uint8]:
    """Return (..., 3) colours of values from 0 to 1 on a colour scale."""
    stops = np.array([stop for stop, _ in scale])
    colors = np.stack([_rgb(color) for _, color in scale])
    return np.stack([np.interp(shares, stops, colors[:, k]) for k in range(3)], axis=-1).astype(np.uint8)


def _rgb(color: str) -> NDArray[np.uint8]:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.uint8)


def heard_height(classes: int) -> int:
    """Return the height in pixels that `heard_figure` needs."""
    return HEARD_PX + 40 * classes + 90


def heard_figure(
    frames: Floats, probabilities: Floats, classes: Sequence[str], theme: Theme, *, title: str
) -> go.Figure:
    """Return the log-mel picture of a recording above the verdict after every frame, on one time axis.

    Args:
        frames: (steps, bands) decibels below the loudest.
        probabilities: (steps, classes).
        classes: The words.
        theme: Light or dark.
        title: A sentence that says what to see.
    """
    seconds = (np.arange(len(frames)) * HOP + WINDOW) / RATE
    figure = verdict_figure(probabilities, [f"{at:.2f} s" for at in seconds], classes, theme, title=title, step_word="")
    data, layout = [trace.to_plotly_json() for trace in figure.data], figure.layout.to_plotly_json()
    for trace in data:
        trace["x"] = seconds
    data[0]["xgap"] = 0
    data[1]["marker"] = data[1]["marker"] | {"size": 5}
    heard: dict[str, Any] = {
        "type": "heatmap",
        "x": seconds,
        "y": np.arange(frames.shape[1]),
        "z": frames.T.astype(np.float32),
        "zmin": FLOOR_DB,
        "zmax": 0,
        "colorscale": [list(stop) for stop in theme.gates],
        "showscale": False,
        "yaxis": "y2",
        "customdata": np.repeat(band_corners()[1:-1, None].round(), len(frames), axis=1).astype(np.float32),
        "hovertemplate": "band at %{customdata:.0f} Hz: %{z:.0f} dB<extra></extra>",
    }
    layout["xaxis"] = base_axis(theme, "time read so far (s)") | {"showgrid": False, "anchor": "y", "tickformat": ".2f"}
    layout["yaxis"] = layout["yaxis"] | {"domain": [0, 1 - HEARD_SHARE - 0.04]}
    places = np.interp(TICKS_HZ, band_corners()[1:-1], np.arange(frames.shape[1]))
    ticks = {"tickvals": places.astype(np.float32), "ticktext": [f"{hertz / 1000:g}" for hertz in TICKS_HZ]}
    layout["yaxis2"] = base_axis(theme, "band (kHz)") | ticks | {"domain": [1 - HEARD_SHARE, 1], "showgrid": False}
    return go.Figure({"data": [heard, *data], "layout": layout}, _validate=False)
