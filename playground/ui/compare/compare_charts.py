"""The charts of several runs: losses, forecasts, errors by horizon, hidden states, and what happened to them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np
import pandas as pd
import streamlit as st

from playground.charts.comparison import loss_overlay_figure, predictions_figure, step_errors_figure
from playground.config import Recipe
from playground.evaluation.baselines import baseline_loss
from playground.evaluation.results import LAST_VALUE
from playground.histories import RunView
from playground.kinds import CLASSIFY, FORECAST, TUNES, WORDS, WRITE, kind_of
from playground.labs.comparison.curves import Axis, Curve, band, places, smoothed, validation_losses
from playground.labs.comparison.groups import Group
from playground.labs.comparison.scores import score_in_common
from playground.labs.comparison.states import StateStatistics, describe_states
from playground.records import Series
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain
from playground.ui.server.server import engine, prepared_of
from playground.ui.watching.live import live_chart

LOSSES, PREDICTIONS, STEPS, STATES, EVENTS = (
    "Loss curves",
    "Predictions",
    "Error by horizon",
    "Hidden states",
    "What happened",
)

LOSS_WORDS = {
    FORECAST.name: "mean squared error, scaled",
    CLASSIFY.name: "cross-entropy in nats",
    WORDS.name: "cross-entropy in nats",
    WRITE.name: "cross-entropy in nats a letter",
    TUNES.name: "cross-entropy in nats a note",
}
"""What the loss of each kind of run is."""

Views = Mapping[str, RunView]
Words = Mapping[str, str]


def draw_charts(groups: Sequence[Group], views: Views, names: Words, colors: Words, group_colors: Words) -> None:
    """Draw the chosen chart.

    Args:
        groups: The runs, in groups.
        views: Run -> what is known of it.
        names, colors: Run -> how it is called, and the name of its colour.
        group_colors: Label of a group -> the name of its colour.
    """
    forecasts = isinstance(groups[0].recipe, Recipe)
    sections = [LOSSES, PREDICTIONS, STEPS, STATES, EVENTS] if forecasts else [LOSSES, EVENTS]
    section = st.segmented_control(
        "Compare",
        sections,
        default=LOSSES,
        required=True,
        key="compare section" if forecasts else "compare section of losses",
    )
    if section == LOSSES:
        _draw_losses(groups, views, names, colors, group_colors)
    elif section == PREDICTIONS:
        _draw_predictions(groups, views, names, colors)
    elif section == STEPS:
        _draw_step_errors(groups, views, names, colors)
    elif section == STATES:
        _draw_states(views, names)
    else:
        _draw_events(views, names)


def _draw_losses(groups: Sequence[Group], views: Views, names: Words, colors: Words, group_colors: Words) -> None:
    forecasts = isinstance(groups[0].recipe, Recipe)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ways = [way for way in get_args(Axis) if forecasts or way != "steps"]
        axis: Axis = st.segmented_control(
            "By", ways, default="epochs", required=True, key="loss by" if forecasts else "loss of sequences by"
        )
        log = st.segmented_control(
            "Loss axis", ["log", "linear"], default="log", required=True, key="compare loss axis"
        )
        span = st.slider("Smoothing (epochs)", 1, 50, 1, key="smoothing", help=GLOSSARY["smoothing"], width=220)
        banded = st.toggle("Seeds as a band", True, key="seeds as band", help=GLOSSARY["seed_band"])
    curves: list[Curve] = []
    for group in groups:
        own = [views[run.run_id] for run in group.runs]
        steps = _steps_per_epoch(group.recipe) if isinstance(group.recipe, Recipe) and axis == "steps" else 1
        if banded and len(own) > 1 and axis != "seconds":
            curves.append(_band_curve(group, own, axis, steps, span, group_colors[group.label]))
        else:
            curves += [_curve(view, names[view.run_id], colors[view.run_id], axis, steps, span) for view in own]
    measure = LOSS_WORDS[kind_of(groups[0].recipe).name]
    figure = loss_overlay_figure(
        curves, _reference(groups), current_theme(), axis=axis, log=log == "log", measure=measure
    )
    live_chart(figure, "compare losses", height=400)
    st.caption(
        "Each line is the validation loss after every epoch. Where it is smoothed, the thin line is the raw one. "
        "A band reaches from the best to the worst seed, its line is their median."
    )


def _curve(view: RunView, label: str, color: str, axis: Axis, steps: int, span: int) -> Curve:
    raw = validation_losses(view.epochs)
    return Curve(label, color, places(view.epochs, axis, steps), raw, smoothed(raw, span) if span > 1 else None)


def _band_curve(group: Group, views: Sequence[RunView], axis: Axis, steps: int, span: int, color: str) -> Curve:
    low, middle, high = band([validation_losses(view.epochs) for view in views])
    longest = max(views, key=lambda view: len(view.epochs)).epochs[: len(middle)]
    label = f"{group.label}, {len(views)} seeds"
    smooth = smoothed(middle, span) if span > 1 else None
    return Curve(label, color, places(longest, axis, steps), middle, smooth, low, high)


def _steps_per_epoch(recipe: Recipe) -> int:
    windows = len(prepared_of(recipe.data.model_dump_json()).train.anchors)
    return math.ceil(windows / recipe.training.batch_size)


def _reference(groups: Sequence[Group]) -> tuple[str, float] | None:
    """Return the last value's name and loss where all runs share it."""
    losses = set()
    for group in groups:
        if not isinstance(group.recipe, Recipe):
            return None
        try:
            losses.add(baseline_loss(prepared_of(group.recipe.data.model_dump_json()), "validation"))
        except ValueError:
            return None
    return (LAST_VALUE, losses.pop()) if len(losses) == 1 else None


def _forecasters(groups: Sequence[Group], views: Views) -> tuple[list[RunView], Series | None, list[str]]:
    """Return the runs that forecast one and the same series, that series, and why others are left out."""
    first = next((group for group in groups if any(views[r.run_id].snapshot for r in group.runs)), None)
    if first is None:
        return [], None, ["No run shown has made a forecast yet."]
    same = [group for group in groups if group.runs[0].material_key == first.runs[0].material_key]
    chosen = [views[run.run_id] for group in same for run in group.runs if views[run.run_id].snapshot is not None]
    left_out = [group.label for group in groups if group not in same]
    notes = [f"Left out, because they are trained on another series: {', '.join(left_out)}."] if left_out else []
    series = engine().material_of(chosen[0].run_id)
    return chosen, series if isinstance(series, Series) else None, notes


def _draw_predictions(groups: Sequence[Group], views: Views, names: Words, colors: Words) -> None:
    chosen, series, notes = _forecasters(groups, views)
    if series is not None:
        forecasts = [view.snapshot.forecast for view in chosen if view.snapshot is not None]
        scores = score_in_common(forecasts)
        rows = [np.searchsorted(forecast.anchors, scores.anchors) for forecast in forecasts]
        lines = {
            names[view.run_id]: (colors[view.run_id], forecast.predicted[row, 0])
            for view, forecast, row in zip(chosen, forecasts, rows, strict=True)
        }
        baseline = forecasts[0].baseline[rows[0], 0]
        figure = predictions_figure(series, scores.anchors + 1, lines, baseline, current_theme())
        live_chart(figure, "compare predictions", height=400)
        st.caption(
            f"{plain(series.title)}: each forecast of the next step on validation, from true values up to the step "
            "before. A finished run shows its best epoch. The test set stays sealed."
        )
    _say(notes)


def _draw_step_errors(groups: Sequence[Group], views: Views, names: Words, colors: Words) -> None:
    chosen, series, notes = _forecasters(groups, views)
    if series is not None:
        scores = score_in_common([view.snapshot.forecast for view in chosen if view.snapshot is not None])
        errors = {
            names[view.run_id]: (colors[view.run_id], by_step)
            for view, by_step in zip(chosen, scores.by_step, strict=True)
        }
        figure = step_errors_figure(errors, scores.baseline_by_step, series.unit, current_theme())
        live_chart(figure, "compare steps", height=360)
        if max(len(by_step) for by_step in scores.by_step) == 1:
            notes = [*notes, "All of these forecast one step ahead; train with a longer horizon to see more."]
    _say(notes)


def _draw_states(views: Views, names: Words) -> None:
    rows, notes = {}, []
    for run_id, view in views.items():
        if view.snapshot is None:
            notes.append(f"{names[run_id]} has no states yet.")
            continue
        network = Recipe.model_validate_json(view.recipe_json).network
        bounded = network.cell != "rnn" or network.nonlinearity != "relu"
        try:
            rows[names[run_id]] = _state_cells(describe_states(view.snapshot.trace, bounded=bounded))
        except ValueError as error:
            notes.append(f"{names[run_id]}: {error}.")
    if rows:
        st.dataframe(pd.DataFrame.from_dict(rows, orient="index"), width="stretch")
        st.caption(GLOSSARY["state_statistics"])
    _say(notes)


def _state_cells(found: StateStatistics) -> dict[str, str]:
    return {
        "Units": f"{found.units}",
        "Mean size |h|": f"{found.size:.2f}",
        "Saturated": "n/a, h is unbounded" if found.saturated is None else f"{found.saturated:.0%}",
        "Still units": f"{found.still:.0%}",
        "Directions used": "n/a, nothing moves" if found.dimensions is None else f"{found.dimensions:.1f}",
        "Step-to-step memory": "n/a, nothing moves" if found.memory is None else f"{found.memory:.2f}",
    }


def _draw_events(views: Views, names: Words) -> None:
    rows = [
        {"When": pd.Timestamp(event.at, unit="s", tz="UTC"), "Run": names[run_id], "What": event.text}
        for run_id, view in views.items()
        for event in view.events
    ]
    if rows:
        st.dataframe(
            pd.DataFrame(rows).sort_values("When", ascending=False),
            hide_index=True,
            column_config={
                "When": st.column_config.DatetimeColumn(
                    format="D MMM, HH:mm:ss", timezone=st.context.timezone or "UTC", width="small"
                )
            },
        )
    else:
        st.caption("Nothing out of the ordinary: no worker died, no learning rate was changed.")
    _say([f"{names[run_id]}: {view.reason}." for run_id, view in views.items() if view.reason])


def _say(notes: Sequence[str]) -> None:
    for note in notes:
        st.caption(plain(note))
