"""The figures of the memory tasks: a sequence with what counts lit, how a cell learns, its answers, and the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.loss import loss_axis
from playground.charts.theme import Theme, base_axis, base_layout
from playground.labs.memory.climb import Climb
from playground.labs.memory.results import CELL_TITLES, EPOCH_STEPS, MemoryRun, Trial
from playground.records import Floats, Windows

ROW_PX = 62

LABELLED = 4
"""Up to so many steps that count carry their value."""


def sequence_figure(trial: Trial, shown: Windows, index: int, theme: Theme, *, revision: str = "sequence") -> go.Figure:
    """Return one sequence as stems, oldest on the left, with the steps that count lit.

    Args:
        trial: Task and difficulty.
        shown: The sequences.
        index: Which of them.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    numbers = shown.inputs[index, :, 0]
    lit = trial.of.counting_steps(shown.inputs[index : index + 1], trial.difficulty)[0]
    back = np.arange(len(numbers))[::-1]
    faint = _stems("distractors", back[~lit], numbers[~lit], theme.sealed, width=2, size=5)
    bright = _stems("what counts", back[lit], numbers[lit], theme.truth, width=4, size=11)
    layout = base_layout(theme, _sequence_title(trial, back[lit]), revision)
    layout |= {"hovermode": "closest"}
    layout["xaxis"] = base_axis(theme, "steps before the answer") | {
        "range": [back[0] + 0.7, -0.7],
        "tickformat": "d",
        "showgrid": False,
    }
    low, high = (0.0, 1.0) if numbers.min() >= 0 else (-1.0, 1.0)
    layout["yaxis"] = base_axis(theme, trial.of.channels[0]) | {
        "range": [low - 0.22 * (low < 0), high + 0.22],
        "zeroline": low < 0,
        "zerolinecolor": theme.grid,
        "nticks": 5,
    }
    labels = [_value_label(step, value, theme) for step, value in zip(back[lit], numbers[lit], strict=True)]
    layout["annotations"] = labels if lit.sum() <= LABELLED else []
    return go.Figure({"data": [*faint, *bright], "layout": layout}, _validate=False)


def learning_figure(
    trial: Trial, run: MemoryRun | None, top: float, theme: Theme, *, revision: str = "learning"
) -> go.Figure:
    """Return one cell's error over the training steps, with the constant answer and the line of "solved".

    There are always four traces.

    Args:
        trial: What is trained.
        run: How far it is, None before it has begun.
        top: Largest error that the axis has room for, so that the cells can be compared.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    task, steps = trial.of, trial.effort.steps
    epochs = run.epochs if run is not None else ()
    at = EPOCH_STEPS * np.array([epoch.epoch for epoch in epochs], dtype=np.float64)
    training = np.array([epoch.train_loss for epoch in epochs])
    validation = np.array([epoch.validation_loss for epoch in epochs])
    ends = np.array([0.0, steps])
    constant = f"always {task.constant_answer:g}: {task.constant_error:.3g}"
    traces = [
        _level(constant, ends, task.constant_error, theme.baseline, "dot"),
        _level(f"solved: {task.solved_error:.2g}", ends, task.solved_error, theme.mark, "dash"),
        _curve("training", at, training, theme.training, 1.4),
        _curve("validation", at, validation, theme.prediction, 2.4),
    ]
    layout = base_layout(theme, "Below the dashed line the task is solved", revision)
    layout["title"]["font"] = {"size": 13, "color": theme.text}
    layout["xaxis"] = base_axis(theme, "training steps") | {"range": [0, steps * 1.02], "showgrid": False}
    span = np.array([task.solved_error / 10, top])
    layout["yaxis"] = base_axis(theme, "mean squared error") | loss_axis(span, log=True)
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def answers_figure(
    trial: Trial, right: Floats, run: MemoryRun | None, index: int, theme: Theme, *, revision: str = "answers"
) -> go.Figure:
    """Return the answers to the shown sequences over the right ones; a perfect network is on the diagonal.

    There are always four traces.

    Args:
        trial: What is trained.
        right: (m,) right answers.
        run: Whose answers, None before there are any.
        index: The sequence that is looked at.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    task = trial.of
    answers = run.answers if run is not None else np.full(len(right), np.nan)
    reach = task.constant_answer + 1.25 * np.array([-1.0, 1.0])
    seen = np.clip(answers, *reach)
    looked = np.arange(len(right)) == index
    traces: list[dict[str, Any]] = [
        _line("right", reach, reach, theme.truth, "solid", 1.4),
        _line(f"always {task.constant_answer:g}", reach, np.full(2, task.constant_answer), theme.baseline, "dot", 1.6),
        _dots("answers", right[~looked], seen[~looked], answers[~looked], theme, big=False),
        _dots("this sequence", right[looked], seen[looked], answers[looked], theme, big=True),
    ]
    layout = base_layout(theme, _answers_title(task.constant_answer, answers), revision)
    layout |= {"hovermode": "closest", "showlegend": False}
    layout["title"]["font"] = {"size": 13, "color": theme.text}
    layout["margin"] |= {"t": 34}
    layout["xaxis"] = base_axis(theme, "right answer") | {"range": list(reach), "nticks": 6}
    layout["yaxis"] = base_axis(theme, "network's answer") | {"range": list(reach), "nticks": 6}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def ladder_height(climbs: Sequence[Climb]) -> int:
    """Return the height in pixels that `ladder_figure` needs."""
    return 90 + ROW_PX * len(climbs)


def ladder_figure(climbs: Sequence[Climb], theme: Theme, *, revision: str = "ladder") -> go.Figure:
    """Return how far each cell has come on the ladder: a bar to the highest rung solved, a mark for every rung tried.

    There are always four traces.

    Args:
        climbs: One for each cell, on the same ladder.
        theme: Light or dark.
        revision: Zoom is kept as long as this text stays the same.
    """
    ladder = climbs[0].ladder
    places = {rung: place for place, rung in enumerate(ladder, start=1)}
    rows = np.arange(len(climbs), dtype=np.float64)
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": np.array([places.get(one.highest or 0, 0) for one in climbs], dtype=np.float64),
        "y": rows,
        "width": 0.5,
        "marker": {"color": theme.prediction},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    tried = [(row, run) for row, one in zip(rows, climbs, strict=True) for run in one.runs]
    kinds = (("solved", "circle", theme.text), ("not solved", "x", theme.leak), ("training", "circle-open", theme.text))
    marks = [_rung_marks(name, symbol, color, tried, places, theme) for name, symbol, color in kinds]
    layout = base_layout(theme, _ladder_title(climbs), revision)
    layout |= {"hovermode": "closest", "bargap": 0}
    layout["xaxis"] = base_axis(theme, _rung_axis(climbs)) | {
        "tickvals": list(places.values()),
        "ticktext": [str(rung) for rung in ladder],
        "range": [0, len(ladder) + 0.6],
    }
    layout["yaxis"] = base_axis(theme, "") | {
        "tickvals": rows,
        "ticktext": [CELL_TITLES[one.cell] for one in climbs],
        "tickfont": {"size": 14, "color": theme.text},
        "range": [len(climbs) - 0.5, -0.5],
        "showgrid": False,
        "fixedrange": True,
    }
    return go.Figure({"data": [bars, *marks], "layout": layout}, _validate=False)


def _stems(name: str, back: np.ndarray, numbers: Floats, color: str, *, width: int, size: int) -> list[dict[str, Any]]:
    """Return thin lines from zero and the points on them, as two traces."""
    gaps = np.full(len(back), np.nan)
    lines = {
        "type": "scatter",
        "mode": "lines",
        "x": np.stack([back, back, gaps], axis=1).ravel(),
        "y": np.stack([np.zeros(len(back)), numbers, gaps], axis=1).ravel(),
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": back.astype(np.float64),
        "y": numbers,
        "marker": {"color": color, "size": size},
        "hovertemplate": "%{y:.3f}, %{x} steps before the answer<extra>" + name + "</extra>",
    }
    return [lines, points]


def _value_label(step: int, value: float, theme: Theme) -> dict[str, Any]:
    return {
        "x": step,
        "y": value,
        "text": f"<b>{value:.2f}</b>" if value != round(value) else f"<b>{value:+.0f}</b>",
        "showarrow": False,
        "yshift": 15 if value >= 0 else -15,
        "font": {"size": 13, "color": theme.text},
    }


def _sequence_title(trial: Trial, back: np.ndarray) -> str:
    if trial.task == "adding":
        return f"Add the two marked numbers, read {back[0]} and {back[1]} steps before the answer"
    if trial.task == "copy":
        return f"Say the number that was read {back[0]} steps ago"
    return f"Is the number of minus signs among the last {trial.difficulty} even (+1) or odd (-1)?"


def _answers_title(constant: float, answers: Floats) -> str:
    if np.isnan(answers).all():
        return "Answers appear here"
    return f"On the diagonal: right; on the dotted line: always {constant:g}"


def _level(name: str, ends: np.ndarray, error: float, color: str, dash: str) -> dict[str, Any]:
    return _line(name, ends, np.full(2, error), color, dash, 1.6)


def _line(name: str, x: np.ndarray, y: np.ndarray, color: str, dash: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": color, "dash": dash, "width": width},
        "hoverinfo": "skip",
    }


def _curve(name: str, at: np.ndarray, errors: np.ndarray, color: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(at) < 8 else "lines",
        "name": name,
        "x": at,
        "y": errors,
        "line": {"color": color, "width": width},
        "marker": {"color": color, "size": 5},
        "hovertemplate": "%{y:.4~g}",
    }


def _dots(name: str, right: Floats, seen: Floats, answers: Floats, theme: Theme, *, big: bool) -> dict[str, Any]:
    ring = {"width": 2.5, "color": theme.text} if big else {"width": 0}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": right,
        "y": seen,
        "customdata": answers,
        "marker": {"color": theme.prediction, "size": 14 if big else 7, "opacity": 1 if big else 0.75, "line": ring},
        "hovertemplate": "right %{x:.2f}, answered %{customdata:.2f}<extra></extra>",
    }


def _rung_marks(
    name: str, symbol: str, color: str, tried: Sequence[tuple[float, MemoryRun]], places: dict[int, int], theme: Theme
) -> dict[str, Any]:
    """Return the marks of the trials that are in one of the three states."""
    chosen = [(row, run) for row, run in tried if run.verdict == name]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": np.array([places[run.trial.difficulty] for _, run in chosen], dtype=np.float64),
        "y": np.array([row for row, _ in chosen]),
        "text": [_rung_words(run) for _, run in chosen],
        "marker": {"symbol": symbol, "size": 12, "color": color, "line": {"width": 2, "color": theme.background}}
        | ({"line": {"width": 2.5, "color": color}} if symbol == "circle-open" else {}),
        "hovertemplate": "%{text}<extra></extra>",
    }


def _rung_words(run: MemoryRun) -> str:
    where = f"{run.trial.difficulty} {run.trial.of.unit}: "
    if run.outcome is None:
        return where + f"{run.steps:,} steps so far"
    score = "diverged" if run.outcome.error is None else f"error {run.outcome.error:.4f}"
    return where + f"{score}, {run.steps:,} training steps, {run.elapsed_s:.1f} s"


def _rung_axis(climbs: Sequence[Climb]) -> str:
    task = climbs[0].task
    return f"{task.scale} in {task.unit}" if task.scale != task.unit else f"number of {task.unit}"


def _ladder_title(climbs: Sequence[Climb]) -> str:
    if all(one.current is None for one in climbs):
        return "The bar ends at the longest memory that the cell has shown"
    return "Each cell climbs rung by rung, and stops where it misses one"
