"""What is seen of the watched networks: numbers and alarms, profiles, history, eigenvalues and memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from playground.charts.gradients import eigenvalue_figure, history_figure, profile_figure, ruler_figure
from playground.charts.theme import Theme
from playground.labs.gradients.alarms import Alarm, alarms_of
from playground.labs.gradients.results import GradientMoment, GradientRun
from playground.sentences.gradients import alarm_cause, alarm_remedy, alarm_seen, power, ruler_words, saturation_words
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import LOOKS
from playground.ui.frame.page import plain
from playground.ui.frame.spots import spot
from playground.ui.watching.live import live_chart

ALARM_WORDS = {
    "vanished": "Vanished",
    "exploding": "Exploding",
    "clipped": "Clipped again and again",
    "dead": "Dead units",
    "saturated": "Saturated units",
}


@dataclass(frozen=True, eq=False)
class View:
    """What is drawn: the three runs, the layer (from 0), whether they train, the colours, and a name for keys."""

    runs: tuple[GradientRun, ...]
    layer: int
    running: bool
    theme: Theme
    key: str


def draw_views(view: View) -> None:
    """Draw numbers and alarms, the profile, and for each network its history, eigenvalues and memory."""
    newest = max(run.moments[-1].epoch for run in view.runs)
    with spot():
        epoch = _draw_epoch(view, newest)
    moments = [run.at(epoch) for run in view.runs]
    for run, moment, column in zip(view.runs, moments, st.columns(3), strict=True):
        with column:
            _draw_numbers(run, moment, view.layer)
    live_chart(
        profile_figure(
            {run.recipe.network.cell: moment for run, moment in zip(view.runs, moments, strict=True)},
            {run.recipe.network.cell: title(run) for run in view.runs},
            view.theme,
            layer=view.layer,
            revision=f"{view.key} {view.layer}",
        ),
        key="gradient profile",
        height=340,
    )
    st.caption(
        f"{_when(epoch, newest)} Each point is the mean of |dL/dh| over {view.runs[0].windows} validation windows, "
        "which are never trained on; the test part is not touched. An LSTM has two ways back, by h and by its cell "
        "state c: it learns from a step as long as one of them reaches it. A curve that falls straight down on this "
        "log scale loses the same share at every step.",
        help=GLOSSARY["gradient_profile"],
    )
    for run, moment, column in zip(view.runs, moments, st.columns(3), strict=True):
        with column:
            for alarm in alarms_of(run, moment.epoch):
                _draw_alarm(run, alarm)
    with spot():
        if newest:
            _draw_row(view, "history", lambda run, moment: _history(view, run, moment), moments, 300)
    st.subheader("What one step back does", anchor=False, help=GLOSSARY["eigenvalues"])
    _draw_row(view, "eigenvalues", lambda run, moment: _eigenvalues(view, run, moment), moments, 360)
    st.caption(
        "Every step back multiplies by W_hh. In the long run eigenvalues inside the unit circle shrink what passes and "
        "those outside make it grow; over a few steps a matrix may do otherwise. The slopes of activation and gates, "
        "at most 1, come on top. LSTM and GRU have one block of W_hh for each gate, and their memory also flows past "
        "W_hh, so theirs may lie inside the circle and still remember."
    )
    st.subheader("Memory ruler: how far back does the forecast look?", anchor=False, help=GLOSSARY["memory_ruler"])
    _draw_row(view, "ruler", lambda run, moment: _ruler(view, run, moment), moments, 280)


def title(run: GradientRun) -> str:
    """Return a network's name with its size."""
    network = run.recipe.network
    return f"{LOOKS['cell'].words[network.cell]} {network.hidden_size}"


def _draw_alarm(run: GradientRun, alarm: Alarm) -> None:
    """Draw what is wrong, why, and what to do."""
    st.warning(
        f"**{title(run)}: {ALARM_WORDS[alarm.kind].lower()}.** {plain(alarm_seen(alarm))}.\n\n"
        f"**Why:** {plain(alarm_cause(alarm))}.\n\n**What helps:** {plain(alarm_remedy(alarm))}.",
        icon=":material/warning:",
    )


def _draw_epoch(view: View, newest: int) -> int | None:
    """Return the epoch to look at, None for the newest; the learner may go back when nothing trains."""
    if view.running or not newest:
        return None
    chosen = st.slider(
        "Look at epoch", 0, newest, newest, key=f"epoch of {view.key} {newest}", help=GLOSSARY["watched_epoch"]
    )
    return int(chosen)


def _when(epoch: int | None, newest: int) -> str:
    if not newest:
        return "**The untrained networks, as drawn from the seed.**"
    return f"**After epoch {newest if epoch is None else epoch}.**"


def _draw_numbers(run: GradientRun, moment: GradientMoment, layer: int) -> None:
    steps = moment.norms.shape[1]
    st.markdown(f"#### {LOOKS['cell'].words[run.recipe.network.cell]}")
    st.caption(f"{run.recipe.network.hidden_size} units · {run.parameters:,} parameters · {_state_of(run, moment)}")
    with st.container(horizontal=True):
        st.metric(f"Gradient left {steps - 1} steps back", power(moment.ratio(layer)), help=GLOSSARY["gradient_left"])
        radii = moment.radii(layer)
        name, radius = max(radii.items(), key=lambda item: item[1])
        label = "Spectral radius" if len(radii) == 1 else f"Largest radius, gate {name}"
        st.metric(label, f"{radius:.2f}", help=GLOSSARY["spectral_radius"])
    with st.container(horizontal=True):
        for alarm in alarms_of(run, moment.epoch):
            st.badge(ALARM_WORDS[alarm.kind], icon=":material/warning:", color="orange")
        if not alarms_of(run, moment.epoch):
            st.badge("No alarm", icon=":material/check:", color="green")
        st.caption(saturation_words(moment.saturation[layer]), width="content", help=GLOSSARY["saturated"])


def _state_of(run: GradientRun, moment: GradientMoment) -> str:
    record = next((record for record in run.epochs if record.epoch == moment.epoch), None)
    if run.checkpoint.state == "diverged" and moment is run.moments[-1]:
        return "diverged"
    return f"validation loss {record.validation_loss:.3f}" if record else "untrained"


def _draw_row(
    view: View,
    name: str,
    draw: Callable[[GradientRun, GradientMoment], go.Figure],
    moments: list[GradientMoment],
    height: int,
) -> None:
    """Draw one chart for each network, side by side."""
    for run, moment, column in zip(view.runs, moments, st.columns(3), strict=True):
        with column:
            live_chart(draw(run, moment), key=f"{name} {run.recipe.network.cell}", height=height)


def _history(view: View, run: GradientRun, moment: GradientMoment) -> go.Figure:
    one_way = run.moments[0].cell_norms is None
    words = f"{title(run)}: {'|dL/dh|, epoch by epoch' if one_way else 'larger of |dL/dh|, |dL/dc|'}"
    marked = None if view.running else moment.epoch
    return history_figure(run, words, view.theme, layer=view.layer, epoch=marked, revision=f"{view.key} {view.layer}")


def _eigenvalues(view: View, run: GradientRun, moment: GradientMoment) -> go.Figure:
    radii = moment.radii(view.layer)
    largest = ", ".join(f"{gate} {radius:.2f}" for gate, radius in radii.items())
    words = f"{title(run)}: spectral radius " + (largest.removeprefix("h ") if len(radii) == 1 else largest)
    return eigenvalue_figure(
        moment, run.moments[0], words, view.theme, layer=view.layer, revision=f"{view.key} {view.layer}"
    )


def _ruler(view: View, run: GradientRun, moment: GradientMoment) -> go.Figure:
    return ruler_figure(moment.ruler, f"{title(run)} {ruler_words(moment.ruler)}", view.theme, revision=view.key)
