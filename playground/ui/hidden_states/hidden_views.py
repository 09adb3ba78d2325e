"""The sections of the page "Hidden states": a unit, a span of time, the path, what if, the past, weights.

Each draws itself below the heatmap and returns what the heatmap is to mark.
"""

from __future__ import annotations

from typing import Any, Literal, cast

import numpy as np
import streamlit as st

from playground.charts.influence import influence_figure, ripple_figure
from playground.charts.units import path_figure, phase_figure, unit_figure, weights_figure
from playground.inspection.calls import PAST_INFLUENCE, SIMILAR_SPANS, WHAT_IF
from playground.inspection.memory import Change, StateTrace, forecast_error, is_ring
from playground.jobs import Job, Result
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain
from playground.ui.hidden_states.hidden_look import Look
from playground.ui.watching.answers import ask
from playground.ui.watching.live import live_chart

WAITS = "a section waits for a worker"
PATIENCE_S = 0.25
CHANGES = ("Spike an input", "Hold inputs flat", "Edit a weight")
Marks = dict[str, Any]


def _answer(key: str, job: Job[Result]) -> Result | None:
    """Return a worker's answer, None with a line that says so while it is not there.

    Raises:
        ValueError: if there is none because the question was wrong.
    """
    answer = ask(key, job, patience_s=PATIENCE_S)
    if answer.problem:
        raise ValueError(answer.problem)
    state.set_flag(WAITS, answer.waiting)
    if answer.waiting:
        st.caption(":material/hourglass_top: A worker is computing this …")
    return answer.value


def draw_unit(look: Look, trace: StateTrace) -> Marks:
    """Draw one unit: its trace, what it follows, and its mean over the season."""
    state.set_flag(WAITS, False)
    series, season = look.moments.series, look.moments.prepared.season_steps
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        key, first = state.preset_of(look.unit_key, 0)
        units = range(trace.values.shape[1])
        unit = st.selectbox("Unit (or click a row above)", units, index=first, key=key, help=GLOSSARY["unit"])
        for name, label in (("input", "with the series"), ("change", "with its change"), ("error", "with the error")):
            found = trace.correlations[name][unit]
            text = "n/a" if np.isnan(found) else f"{found:+.2f}".replace("-", "−")
            st.metric(f"Correlation {label}", text, help=GLOSSARY["correlation"])
    left, right = st.columns([2, 1]) if trace.phase_means.shape[1] else (st.container(), None)
    with left:
        live_chart(unit_figure(series, trace, unit, look.theme, revision=look.revision), "unit", height=300)
    if right is not None:
        with right:
            live_chart(phase_figure(trace, unit, season, look.theme, revision=look.revision), "phase", height=300)
    return {"unit": unit}


def draw_span(look: Look, trace: StateTrace) -> Marks:
    """Draw a chosen span of time: units that are on in it, and where the network was in the same state."""
    anchors = trace.anchors
    low, high = int(anchors[0]), int(anchors[-1])
    usual = (low + (high - low) // 3, low + (high - low) // 3 + max((high - low) // 15, 2))
    key, start_at = state.preset_of(look.span_key, usual)
    chosen = st.slider(
        "Span of time (or drag a box over the series above, with the box tool)",
        low,
        high,
        start_at,
        key=key,
        help=GLOSSARY["span"],
    )
    start = int(np.searchsorted(anchors, chosen[0]))
    length = max(int(np.searchsorted(anchors, chosen[1], side="right")) - start, 1)
    start = min(start, len(anchors) - length)
    found = _answer(f"span {look.key} {start} {length}", SIMILAR_SPANS(trace.values, start, length))
    span = (float(anchors[start]), float(anchors[start + length - 1]))
    if found is None:
        return {"span": span}
    unit = look.moments.series.unit
    rows = [
        ("chosen", start, 0.0),
        *(("like it", int(s), float(d)) for s, d in zip(found.starts, found.distances, strict=True)),
    ]
    error = f"Forecast error, RMSE ({plain(unit)})" if unit else "Forecast error, RMSE"
    st.table(
        [
            {
                "Span": name,
                "From": _when(look, anchors[row]),
                "To": _when(look, anchors[row + length - 1]),
                "Distance of the states": f"{distance:.0%} of their spread",
                error: f"{forecast_error(trace, row, length):.3g}",
            }
            for name, row, distance in rows
        ]
    )
    on = ", ".join(
        f"unit {u} ({a:+.2f})".replace("-", "−") for u, a in zip(found.active[:10], found.activity[:10], strict=True)
    )
    more = f" and {len(found.active) - 10} more" if len(found.active) > 10 else ""
    sentence = f"On in the chosen span (its mean there): {on}{more}." if on else ""
    st.caption(plain(sentence or "No unit is more than half a standard deviation from its mean over the chosen span."))
    similar = tuple((float(anchors[s]), float(anchors[s + length - 1])) for s in found.starts)
    return {"span": span, "similar": similar}


def draw_path(look: Look, trace: StateTrace) -> Marks:
    """Draw the path of the whole state through its principal directions."""
    state.set_flag(WAITS, False)
    season = look.moments.prepared.season_steps
    colors = ["time", "value", *(["phase"] if season else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        dimensions = st.segmented_control("Directions", [2, 3], default=2, required=True, key="path directions")
        color = st.segmented_control(
            "Coloured by", colors, default="phase" if season else "value", required=True, key=f"path color {season}"
        )
        at = st.slider(
            "Moving point (position)",
            int(trace.anchors[0]),
            int(trace.anchors[-1]),
            int(trace.anchors[len(trace.anchors) // 2]),
            step=trace.every,
            key=f"path point {look.revision} {trace.every}",
        )
    row = min(int(np.searchsorted(trace.anchors, at)), len(trace.anchors) - 1)
    figure = path_figure(
        look.moments.series,
        trace,
        look.theme,
        dimensions=2 if dimensions == 2 else 3,
        color=cast(Literal["time", "phase", "value"], color),
        season_steps=season,
        at=row,
        revision=f"{look.revision} {dimensions}",
    )
    live_chart(figure, f"path {dimensions}", height=480)
    text = GLOSSARY["principal"]
    if is_ring(trace.path, trace.explained):
        text += (
            " Here the path is a ring: the series comes back to the same phase again and again, and the state with it,"
            " so the place on the ring tells the network where in the wave it is."
        )
    st.caption(plain(text))
    return {"span": (float(trace.anchors[row]), float(trace.anchors[row]))}


def draw_influence(look: Look, trace: StateTrace) -> Marks:
    """Draw what one forecast rests on."""
    moments = look.moments
    names = moments.prepared.feature_names
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        anchor = st.slider(
            "Forecast made after position",
            int(trace.anchors[0]),
            int(trace.anchors[-1]),
            int(trace.anchors[len(trace.anchors) // 2]),
            key=f"influence of {look.revision}",
        )
        name = st.selectbox("Input", names, key=f"influence {names}") if len(names) > 1 else names[0]
    job = PAST_INFLUENCE(moments.recipe, moments.series, moments.weights(look.epoch), anchor)
    key = f"influence {moments.key(look.epoch)} {anchor}"
    found = _answer(key, job)
    if found is not None:
        unit = moments.series.unit if moments.recipe.data.target != "log_return" else ""
        column = names.index(name)
        figure = influence_figure(
            moments.series, found, look.theme, column=column, unit=unit, revision=f"{look.revision} {column}"
        )
        live_chart(figure, "influence", height=460)
        st.caption(plain(GLOSSARY["influence"]))
    window = moments.recipe.data.window_steps
    return {"span": (float(max(anchor - window + 1, 0)), float(anchor))}


def draw_weights(look: Look, trace: StateTrace) -> Marks:
    """Draw the weights of the chosen layer."""
    state.set_flag(WAITS, False)
    moments = look.moments
    figure = weights_figure(
        moments.recipe.network.cell, moments.weights(look.epoch), look.layer, look.theme, revision=f"{look.layer}"
    )
    live_chart(figure, "weights", height=460)
    st.caption(plain(GLOSSARY["weight_maps"]))
    return {}


def draw_what_if(look: Look, trace: StateTrace) -> Marks:
    """Draw what a changed input or weight does."""
    moments = look.moments
    last = look.start + look.steps - 1
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = st.segmented_control("Change", CHANGES, default=CHANGES[0], required=True, key="what if")
        undo = st.container()
    keys = {name: f"what if {name} {look.revision} {look.layer}" for name in ("at", "spike", "flat", "value")}
    if kind == CHANGES[2]:
        change, start, steps, moved = _weight_change(look, keys)
    else:
        change, moved = _input_change(look, kind, keys)
        start = max(look.start, change.position - 10)
        steps = min(moments.recipe.data.window_steps + change.flat_steps + 25, last - start + 1)
    undo.button(
        "Undo",
        icon=":material/undo:",
        key="what if undo",
        disabled=not moved,
        on_click=_undo,
        args=(look, keys, change),
    )
    job = WHAT_IF(moments.recipe, moments.series, moments.weights(look.epoch), start, steps, look.layer, change)
    key = f"what if {moments.key(look.epoch)} {start} {steps} {look.layer} {change}"
    found = _answer(key, job)
    if found is not None:
        quantity = {"level": "value", "change": "change", "log_return": "log return"}[moments.recipe.data.target]
        order = trace.orders[look.order]
        revision = f"{start} {steps} {look.revision}"
        figure = ripple_figure(moments.series, found, order, look.theme, quantity=quantity, revision=revision)
        live_chart(figure, "ripple", height=540)
        st.caption(plain(_ripple_sentence(look, kind)))
    return {} if kind == CHANGES[2] else {"span": (float(change.position), float(change.position))}


def _input_change(look: Look, kind: str, keys: dict[str, str]) -> tuple[Change, bool]:
    low, high = look.start + 2, look.start + look.steps - 2
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        at = st.slider("Position of the change", low, high, (2 * low + high) // 3, key=keys["at"])
        if kind == CHANGES[0]:
            key, usual = state.preset_of(keys["spike"], 3.0)
            spike = st.slider("Spike (standard deviations)", -6.0, 6.0, usual, 0.5, key=key)
            return Change(position=at, spike=spike), spike != 0
        window = look.moments.recipe.data.window_steps
        key, usual = state.preset_of(keys["flat"], min(8, window))
        flat = st.slider("Steps held flat", 0, window, usual, key=key)
        return Change(position=at, flat_steps=flat), flat != 0


def _weight_change(look: Look, keys: dict[str, str]) -> tuple[Change, int, int, bool]:
    weights = look.moments.weights(look.epoch)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.selectbox("Weights", list(weights), format_func=_weights_name, key=f"what if array {len(weights)}")
        shape = (*weights[name].shape, 1)[:2]
        row = int(st.number_input("Row", 0, shape[0] - 1, 0, key=f"what if row {shape}"))
        column = (
            int(st.number_input("Column", 0, shape[1] - 1, 0, key=f"what if column {shape}")) if shape[1] > 1 else 0
        )
        real = float(weights[name].reshape(shape)[row, column])
        keys["value"] = f"what if value {look.moments.key(look.epoch)} {name} {row} {column}"
        low, high = min(-3.0, real - 1), max(3.0, real + 1)
        key, usual = state.preset_of(keys["value"], real)
        value = st.slider(f"Weight (trained: {real:.3f})", low, high, usual, 0.01, key=key)
    change = Change(weight=name, place=(row, column), value=value) if abs(value - real) > 0.006 else Change()
    steps = min(look.steps, 200)
    return change, look.start + look.steps - steps, steps, change.weight != ""


def _undo(look: Look, keys: dict[str, str], change: Change) -> None:
    """Put the change back to none, a weight to its trained value."""
    if change.weight:
        weights = look.moments.weights(look.epoch)[change.weight]
        state.preset(keys["value"], float(weights.reshape((*weights.shape, 1)[:2])[change.place]))
    else:
        state.preset(keys["spike" if change.spike else "flat"], 0.0 if change.spike else 0)


def _weights_name(name: str) -> str:
    """Return a weight array's name in the words of the equations."""
    if name.startswith("readout"):
        return "readout W_hy" if name.endswith("weight") else "readout b_y"
    array, layer = name.removeprefix("recurrent.").rsplit("_l", 1)
    words = {"weight_ih": "W_xh", "weight_hh": "W_hh", "bias_ih": "b_xh", "bias_hh": "b_hh"}
    return f"layer {int(layer) + 1} {words[array]}"


def _ripple_sentence(look: Look, kind: str) -> str:
    window = look.moments.recipe.data.window_steps
    if kind == CHANGES[2]:
        return "The edited weight acts in every step of every window, so the whole stretch can move."
    return (
        f"The change can be felt only while it is inside the window of {window} steps: how soon the colours fade "
        "before that is how long its states keep this change. The true level that forecasts start from is not changed."
    )


def _when(look: Look, position: Any) -> str:
    """Return a position as a date, or as itself where the series has no dates."""
    times = look.moments.series.times
    if times is None:
        return f"{int(position)}"
    return str(times[int(position)].astype("datetime64[m]")).replace("T", " ").removesuffix(" 00:00")
