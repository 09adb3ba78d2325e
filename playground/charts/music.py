"""The piano roll: a melody as bars on the rows of their pitches, over what the network expected before each note."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout, faint
from playground.histories import SequenceEpoch
from playground.records import Floats, Ints
from playground.sequences.music.notes import REST, Note, pitch_name

ROW_PX = 17


def roll_height(rows: Sequence[str]) -> int:
    """Return the height in pixels that `roll_figure` needs."""
    return ROW_PX * len(rows) + 110


def roll_figure(
    notes: Sequence[Note],
    given: int,
    rows: Sequence[str],
    onsets: Floats,
    expected: Floats | None,
    bits: Floats | None,
    theme: Theme,
    *,
    title: str,
    revision: str,
) -> go.Figure:
    """Return a melody as a piano roll.

    Args:
        notes: The melody.
        given: How many of them, from the first, were given rather than written by the network.
        rows: Names of pitches from high to low, then those of a rest and of the end of the tune.
        onsets: (notes + 1,) where each note begins and the last one ends, in quarter notes.
        expected: (rows, notes + 1) how likely each row was before each note and after the last; None without a network.
        bits: (notes,) how surprising each note was, in bits; None without a network.
        theme: Light or dark.
        title: A sentence that says what to see.
        revision: Zoom is kept as long as this text stays the same.
    """
    traces: list[dict[str, Any]] = []
    if expected is not None:
        traces.append(_heat(rows, onsets, expected, theme))
    place = {name: row for row, name in enumerate(rows)}
    for name, begin, end, color in (
        ("given", 0, given, theme.truth),
        ("written by the network", given, len(notes), theme.prediction),
    ):
        chosen = range(begin, end)
        if chosen:
            traces.append(_notes(name, [notes[k] for k in chosen], chosen, place, onsets, bits, color))
    layout = base_layout(theme, title, revision)
    layout |= {"hovermode": "closest", "barmode": "overlay", "bargap": 0}
    layout["margin"] = layout["margin"] | {"l": 44}
    layout["xaxis"] = base_axis(theme, "time (quarter notes)") | {"dtick": 4, "range": [-0.1, float(onsets[-1]) + 1.1]}
    shown = [row for row, name in enumerate(rows) if "#" not in name]
    layout["yaxis"] = base_axis(theme, "") | {
        "tickvals": shown,
        "ticktext": ["rest" if rows[row] == REST else rows[row] for row in shown],
        "range": [len(rows) - 0.5, -0.5],
        "showgrid": expected is None,
    }
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _heat(rows: Sequence[str], onsets: Floats, expected: Floats, theme: Theme) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": np.append(onsets, onsets[-1] + 1).astype(np.float32),
        "y": np.arange(len(rows) + 1) - 0.5,
        "z": expected.astype(np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [list(stop) for stop in theme.gates],
        "showscale": False,
        "ygap": 1,
        "customdata": [[f"{name} before note {k + 1}" for k in range(expected.shape[1])] for name in rows],
        "hovertemplate": "expected %{customdata}: %{z:.1%}<extra></extra>",
    }


def _notes(
    name: str,
    notes: Sequence[Note],
    numbers: Sequence[int],
    place: dict[str, int],
    onsets: Floats,
    bits: Floats | None,
    color: str,
) -> dict[str, Any]:
    told = [
        f"note {k + 1}: {'rest' if note.pitch is None else pitch_name(note.pitch)}, {note.length} of a whole note"
        + ("" if bits is None else f", a surprise of {bits[k]:.1f} bits")
        for k, note in zip(numbers, notes, strict=True)
    ]
    rest = place[REST]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": np.array(
            [rest if note.pitch is None else place[pitch_name(note.pitch)] for note in notes], dtype=np.int32
        ),
        "x": np.array([float(4 * note.length) for note in notes], dtype=np.float32),
        "base": np.array([onsets[k] for k in numbers], dtype=np.float32),
        "width": 0.86,
        "marker": {"color": faint(color), "line": {"color": color, "width": 2.2}},
        "customdata": told,
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def bits_figure(
    epochs: Sequence[SequenceEpoch],
    planned: int,
    baselines: Sequence[tuple[str, float]],
    theme: Theme,
    *,
    best_epoch: int = 0,
    revision: str,
    symbol: str = "note",
) -> go.Figure:
    """Return bits per symbol by epoch, training and validation, with the baselines on the validation part dotted.

    Args:
        epochs: Finished epochs.
        planned: Epochs to train.
        baselines: (title, bits) of each.
        theme: Light or dark.
        best_epoch: Marked; 0 for none.
        revision: Zoom is kept as long as this text stays the same.
        symbol: What a symbol is called.
    """
    at = np.array([epoch.epoch for epoch in epochs], dtype=np.int32)
    learned = np.array([epoch.train_loss for epoch in epochs]) / math.log(2)
    held = np.array([epoch.validation_loss for epoch in epochs]) / math.log(2)
    traces = [_curve("train", at, learned, theme.training), _curve("validation", at, held, theme.prediction)]
    for name, value in baselines:
        traces.append(_dotted(f"{name} {value:.2f}", value, planned, theme))
    if best_epoch:
        traces.append(_best(at, held, best_epoch, theme))
    layout = base_layout(
        theme, f"Bits a {symbol}: validation rising while training falls is learning by heart", revision
    )
    layout["xaxis"] = base_axis(theme, "epochs completed") | {"range": [0, planned * 1.02], "tickformat": "d"}
    known = [*learned[np.isfinite(learned)], *held[np.isfinite(held)], *(value for _, value in baselines)]
    layout["yaxis"] = base_axis(theme, f"bits a {symbol}") | {"range": [0, 1.08 * max(known, default=7.0)]}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _curve(name: str, at: Ints, values: Floats, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(at) < 3 else "lines",
        "name": name,
        "x": at,
        "y": values.astype(np.float32),
        "line": {"color": color, "width": 2.2},
        "hovertemplate": "%{y:.2f} bits",
    }


def _dotted(name: str, value: float, end: int, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.array([0, end], dtype=np.int32),
        "y": np.array([value, value], dtype=np.float32),
        "line": {"color": theme.baseline, "width": 1.6, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _best(at: Ints, held: Floats, epoch: int, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "best epoch",
        "x": np.array([epoch], dtype=np.int32),
        "y": held[at == epoch].astype(np.float32),
        "marker": {"size": 11, "color": theme.prediction, "line": {"width": 2, "color": theme.background}},
        "hoverinfo": "skip",
    }
