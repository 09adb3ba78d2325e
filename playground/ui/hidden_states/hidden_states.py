"""The page "Hidden states": the memory of a network over the series, unit by unit and as a whole.

One fragment draws everything; it ticks while the run trains, the time machine plays or a worker
has not answered yet.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from playground.cells.equations import GATE_NAMES
from playground.charts.memory import NAMES, memory_figure
from playground.charts.time_axis import TimeAxis
from playground.config import Recipe
from playground.inspection.calls import TRACE_RUN
from playground.inspection.memory import StateTrace, first_anchor, notice_units
from playground.jobs import Job
from playground.sentences.states import remark_on_units
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.hidden_states import hidden_views
from playground.ui.hidden_states.hidden_look import Look
from playground.ui.hidden_states.input_views import draw_inputs
from playground.ui.watching.answers import Answer, ask, ask_steadily
from playground.ui.watching.live import picking_chart
from playground.ui.watching.moments import Moments, current_moments
from playground.ui.watching.ticking import draw_ticking
from playground.ui.watching.time_machine import draw_comparison, draw_time_machine, is_playing, neighbours

MOST_STEPS = 2000
USUAL_STEPS = 300
PATIENCE_S = 0.25

SECTIONS = {
    "A unit": hidden_views.draw_unit,
    "A span of time": hidden_views.draw_span,
    "The path": hidden_views.draw_path,
    "What if": hidden_views.draw_what_if,
    "The past": hidden_views.draw_influence,
    "Inputs": draw_inputs,
    "Weights": hidden_views.draw_weights,
}


def draw_hidden_states(recipe: Recipe) -> None:
    """Draw the page's fragment for the network that the recipe on the controls leads to."""
    draw_ticking("hidden states", lambda: _draw(recipe))


def _draw(recipe: Recipe) -> bool:
    """Draw everything once; return whether it will change by itself."""
    with spot(), sentences_for_errors():
        moments = current_moments(recipe)
        epoch = draw_time_machine(moments)
        other = draw_comparison(moments, epoch)
        look = _draw_choices(moments, epoch)
        reference, shown = (_steady_trace(look, one, place) for one, place in ((look.reference, "order"), (epoch, "A")))
        compared = _steady_trace(look, other, "B") if other is not None else None
        answers = [answer for answer in (shown, reference, compared) if answer is not None]
        _draw_answer(look, shown, reference[0], compared, other)
        _prefetch(look)
        waits = any(waiting for _, waiting in answers)
        return moments.live or is_playing() or waits or state.is_on(hidden_views.WAITS)
    return False


def _draw_choices(moments: Moments, epoch: int) -> Look:
    """Draw what is shown of the network: stretch of the series, layer, quantity and order of the units."""
    recipe, split = moments.recipe, moments.prepared.split
    stop = len(moments.series.values) - 1 if state.test_open(moments.view.run_id) else split.validation_stop - 1
    first = first_anchor(recipe)
    kept = moments.recipe.data.model_dump_json()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        start, end = st.slider(
            "Stretch of the series (positions)",
            first,
            stop - 1,
            (max(first, stop - USUAL_STEPS), stop - 1),
            key=f"stretch {kept} {stop}",
            help=GLOSSARY["stretch"],
        )
        layers = range(1, recipe.network.layers + 1)
        layer = 1
        if len(layers) > 1:
            layer = st.segmented_control(
                "Layer", layers, default=layers[-1], required=True, key=f"layer {len(layers)}", help=GLOSSARY["layers"]
            )
        names = _quantities(recipe)
        quantity = st.selectbox(
            "Shown", names, format_func=NAMES.__getitem__, key=f"quantity {names}", help=GLOSSARY["quantity"]
        )
        order = st.selectbox(
            "Order of units",
            ["similarity", "correlation with the input", "index"],
            key="order of units",
            help=GLOSSARY["order_units"],
        )
    with spot():
        if end - start >= MOST_STEPS:
            start = end - MOST_STEPS + 1
            st.caption(f"Shown are the last {MOST_STEPS:,} steps of the chosen stretch.")
    theme = current_theme()
    steps = max(end - start + 1, min(20, stop - first))
    start = min(start, stop - steps)
    return Look(moments, epoch, start, steps, layer, quantity, order, theme)


def _quantities(recipe: Recipe) -> tuple[str, ...]:
    """Return what a cell has to show: its state first, then what makes it."""
    cell = recipe.network.cell
    return {"rnn": ("h",), "lstm": ("h", "c", *GATE_NAMES["lstm"]), "gru": ("h", *GATE_NAMES["gru"])}[cell]


def _question(look: Look, epoch: int) -> tuple[str, Job[StateTrace]]:
    """Return key and job of the question for the states of an epoch."""
    moments = look.moments
    place = (look.start, look.steps, look.layer, look.quantity)
    job = TRACE_RUN(moments.recipe, moments.series, moments.weights(epoch), *place)
    return f"trace {moments.key(epoch)} {place}", job


def _steady_trace(look: Look, epoch: int, place: str) -> tuple[Answer[StateTrace], bool]:
    """Ask for the states of an epoch; until they are there, those shown before in that place stand."""
    key, job = _question(look, epoch)
    about = (
        f"{look.moments.view.run_id} {look.moments.label.split(',')[0]} {look.layer} {look.quantity} {look.revision}"
    )
    return ask_steadily(f"trace {place}", about, key, job, patience_s=PATIENCE_S)


def _prefetch(look: Look) -> None:
    """Have the neighbours of the epoch shown read already, because the slider goes there next."""
    if not look.moments.live:
        for epoch in neighbours(look.moments, look.epoch):
            key, job = _question(look, epoch)
            ask(key, job)


def _draw_answer(
    look: Look,
    shown: tuple[Answer[StateTrace], bool],
    reference: Answer[StateTrace],
    compared: tuple[Answer[StateTrace], bool] | None,
    other: int | None,
) -> None:
    answer, waiting = shown
    problem = answer.problem or reference.problem or (compared[0].problem if compared is not None else "")
    if problem:
        raise ValueError(problem)
    if answer.value is None or reference.value is None:
        st.caption(":material/hourglass_top: A worker is reading the states …")
        return
    trace = dataclasses.replace(answer.value, orders=reference.value.orders)
    stage = st.container()
    key, usual = state.preset_of("hidden section", "A unit")
    section = st.segmented_control(
        "Look closer", list(SECTIONS), default=usual, required=True, key=key, width="stretch"
    )
    marks = SECTIONS[section](look, trace)
    with stage:
        if compared is None or other is None:
            _draw_memory(look, trace, marks, "memory")
        else:
            _draw_pair(look, trace, compared[0], marks, other)
        note = f"A worker is reading epoch {look.epoch}; the picture is the one before." if waiting else ""
        st.caption(plain(note or remark_on_units(notice_units(trace))))


def _draw_pair(look: Look, trace: StateTrace, compared: Answer, marks: dict[str, Any], other: int) -> None:
    left, right = st.columns(2)
    with left:
        st.markdown(f"**A: epoch {look.epoch}**")
        _draw_memory(look, trace, marks, "memory")
    with right:
        st.markdown(f"**B: epoch {other}**")
        if compared.value is not None:
            beside = dataclasses.replace(compared.value, orders=trace.orders)
            _draw_memory(look, beside, marks, "memory B")


def _draw_memory(look: Look, trace: StateTrace, marks: dict[str, Any], key: str) -> None:
    series = look.moments.series
    figure = memory_figure(series, trace, look.theme, order=look.order, revision=look.revision, **marks)
    axis = TimeAxis(series)
    picking_chart(figure, key, lambda picked: _take_pick(picked, axis, look), height=540)


def _take_pick(picked: dict[str, Any], axis: TimeAxis, look: Look) -> None:
    """Show what the reader clicked on or drew a box round; anything else is left alone."""
    try:
        if "range" in picked:
            places = sorted(axis.position(place) for place in picked["range"][:2])
            low, high = (min(max(place, look.start), look.start + look.steps - 1) for place in places)
            state.preset("hidden section", "A span of time")
            state.preset(look.span_key, (low, max(high, low + 1)))
        else:
            unit = int(str(picked["y"]).split(",")[0])
            if 0 <= unit < look.moments.recipe.network.hidden_size:
                state.preset("hidden section", "A unit")
                state.preset(look.unit_key, unit)
    except (ValueError, TypeError, KeyError, IndexError):
        return
