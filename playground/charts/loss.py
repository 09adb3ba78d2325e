"""The loss curves: training against validation, with a baseline as the bar to pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.charts.theme import Theme, base_axis, base_layout
from playground.histories import EpochRecord
from playground.records import Floats

LABEL_ROOM = 0.2
"""Share of the axis that the label of a learning-rate change needs."""


def loss_figure(
    epochs: Sequence[EpochRecord],
    baseline: tuple[str, float] | None,
    theme: Theme,
    *,
    log: bool = True,
    learning_rate_changes: Sequence[tuple[int, float]] = (),
    best_epoch: int = 0,
    total_epochs: int = 1,
    initial: tuple[float, float] | None = None,
    shown_epochs: Sequence[int] = (),
    revision: str = "loss",
) -> go.Figure:
    """Return training and validation loss over the epochs.

    There are always four traces (baseline, training, validation, best epoch), so a live chart
    is updated in place.

    Args:
        epochs: Finished epochs, in order.
        baseline: Name of a baseline and its mean squared error on the validation part, in scaled units; None where
            there is none.
        theme: Light or dark.
        log: Logarithmic loss axis.
        learning_rate_changes: (epoch, rate): the rate in force from the start of that epoch.
        best_epoch: Epoch with the lowest validation loss, 0 before the first.
        total_epochs: Epochs the recipe asks for; the axis ends there.
        initial: (training, validation) loss of the untrained network, drawn at 0.
        shown_epochs: Epochs that other charts show now, each marked by a line.
        revision: Zoom is kept as long as this text, and the kind of axis, stay the same.
    """
    at = np.array([*([0] if initial else []), *(e.epoch for e in epochs)], dtype=np.int32)
    training = _losses(initial[:1] if initial else (), [e.train_loss for e in epochs])
    validation = _losses(initial[1:] if initial else (), [e.validation_loss for e in epochs])
    end = max(total_epochs, int(at[-1]) if len(at) else 0)
    best = validation[at == best_epoch] if best_epoch else validation[:0]

    traces: list[dict[str, Any]] = [
        _baseline(baseline, end, theme),
        _curve("training", at, training, theme.training),
        _curve("validation", at, validation, theme.prediction),
        _best_mark(best_epoch, best, theme),
    ]
    rates = [epoch.learning_rate for epoch in epochs]
    traces[1]["customdata"] = np.array([*rates[:1], *rates] if initial else rates, dtype=np.float32)
    traces[1]["hovertemplate"] = "%{y:.4~g} (learning rate %{customdata:.3~g})" if rates else "%{y:.4~g}"
    known = np.concatenate([training, validation, [] if baseline is None else [baseline[1]]])
    layout = base_layout(theme, _title(len(epochs)), f"{revision}-{'log' if log else 'linear'}")
    layout["xaxis"] = base_axis(theme, "epochs completed") | {
        "range": [-0.01 * end, 1.01 * end],
        "showgrid": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickformat": "d",
        "dtick": 1 if end < 8 else None,
        "unifiedhovertitle": {"text": "epoch %{x}"},
    }
    layout["yaxis"] = base_axis(theme, "loss (mean squared error, scaled)") | loss_axis(known, log=log)
    layout["shapes"] = [*_rate_marks(learning_rate_changes, end, theme), *_shown_marks(shown_epochs, end, theme)]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def loss_axis(losses: Floats, *, log: bool) -> dict[str, Any]:
    """Return the type and range of a loss axis that moves rarely while losses arrive.

    A logarithmic range ends at thirds of a decade. A linear one starts at 0; losses far above
    3 (three times the variance of the target: a diverged run) do not flatten the rest.
    """
    finite = losses[np.isfinite(losses) & (losses > 0)]
    if log:
        low, high = (finite.min(), finite.max()) if len(finite) else (0.01, 1.0)
        ends = [math.floor(3 * math.log10(low) - 0.3) / 3, math.ceil(3 * math.log10(high) + 0.3) / 3]
        return {"type": "log", "range": ends, "dtick": 1 if ends[1] - ends[0] > 2.5 else "D2", "tickformat": ".6~g"}
    top = min(float(finite.max()), max(3.0, 3 * float(np.median(finite)))) if len(finite) else 1.0
    unit = 10.0 ** math.floor(math.log10(top))
    return {"type": "linear", "range": [0.0, math.ceil(top * 1.05 / unit * 5) / 5 * unit]}


def _title(epochs: int) -> str:
    if epochs == 0:
        return "Training starts here: below the dotted line the network errs less than that baseline"
    return "Dotted: a baseline. Validation rising while training falls is a sign of overfitting"


def _losses(initial: Sequence[float], losses: list[float]) -> Floats:
    return np.array([*initial, *losses], dtype=np.float32)


def _curve(name: str, at: np.ndarray, y: Floats, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(at) < 3 else "lines",
        "name": name,
        "x": at,
        "y": y,
        "line": {"color": color, "width": 2.2},
        "marker": {"color": color, "size": 6},
        "hovertemplate": "%{y:.4~g}",
    }


def _baseline(baseline: tuple[str, float] | None, end: int, theme: Theme) -> dict[str, Any]:
    """Return the dotted line; its legend entry tells its name and value."""
    name, loss = baseline or ("baseline", None)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name if loss is None else f"{name} {loss:.3g}",
        "x": np.array([] if loss is None else [0, end], dtype=np.int32),
        "y": np.array([] if loss is None else [loss, loss], dtype=np.float32),
        "line": {"color": theme.baseline, "width": 1.6, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _best_mark(epoch: int, loss: Floats, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "best epoch",
        "x": np.full(len(loss), epoch, dtype=np.int32),
        "y": loss,
        "marker": {
            "symbol": "circle",
            "size": 11,
            "color": theme.prediction,
            "line": {"width": 2, "color": theme.background},
        },
        "hoverinfo": "skip",
    }


def _shown_marks(epochs: Sequence[int], end: int, theme: Theme) -> list[dict[str, Any]]:
    """Return a line at each epoch that is shown, labelled with it."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": epoch,
            "x1": epoch,
            "y0": 0,
            "y1": 1,
            "line": {"width": 2, "color": theme.text},
            "label": {
                "text": f"epoch {epoch}",
                "textangle": 0,
                "textposition": "end",
                "xanchor": "right" if epoch > end / 2 else "left",
                "yanchor": "top",
                "font": {"size": 11, "color": theme.text},
            },
        }
        for epoch in epochs
    ]


def _rate_marks(changes: Sequence[tuple[int, float]], end: int, theme: Theme) -> list[dict[str, Any]]:
    """Return a thin vertical mark at the start of each changed epoch, labelled where there is room."""
    shapes: list[dict[str, Any]] = []
    room, taken = LABEL_ROOM * end, 0.0
    starts = [epoch - 1 for epoch, _ in changes]
    for at, following, (_, rate) in zip(starts, [*starts[1:], end], changes, strict=False):
        mark: dict[str, Any] = {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": at,
            "x1": at,
            "y0": 0,
            "y1": 1,
            "line": {"width": 1, "color": theme.mark},
        }
        side = "left" if following - at >= room else "right" if at - taken >= room else ""
        taken = at + room if side == "left" else at
        if side:
            mark["label"] = {
                "text": f"rate {rate:g}",
                "textangle": 0,
                "textposition": "end",
                "xanchor": side,
                "yanchor": "top",
                "font": {"size": 10, "color": theme.quiet_text},
            }
        shapes.append(mark)
    return shapes
