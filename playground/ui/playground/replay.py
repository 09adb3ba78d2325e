"""The Playground's replay: network, forecast, loss and hidden states as they were after any kept epoch."""

from __future__ import annotations

import streamlit as st

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.charts.loss import loss_figure
from playground.charts.states import states_figure
from playground.config import Recipe
from playground.evaluation.baseline_losses import BaselineLosses, loss_to_beat
from playground.evaluation.metrics import judge_snapshot
from playground.inspection.calls import SNAPSHOT_AT
from playground.jobs import Job
from playground.records import Snapshot
from playground.sentences.live import live_headline
from playground.ui.frame import state
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.playground.living import draw_picture
from playground.ui.watching.answers import Answer, ask, ask_steadily
from playground.ui.watching.baselines import baselines_of
from playground.ui.watching.live import live_chart
from playground.ui.watching.moments import Moments, current_moments
from playground.ui.watching.ticking import draw_ticking
from playground.ui.watching.time_machine import draw_comparison, draw_time_machine, is_playing, neighbours

PATIENCE_S = 0.25


def draw_replay(recipe: Recipe) -> None:
    """Draw the switch of the replay; nothing is computed before it is on."""
    on = st.toggle(
        "Replay the training",
        key="replay",
        help="The weights of about forty epochs of a run are kept: see forecast and hidden states at any of them.",
    )
    with spot():
        if on:
            draw_ticking("replay", lambda: _draw(recipe), every_s=0.4)


def _draw(recipe: Recipe) -> bool:
    """Draw the replay once; return whether it will change by itself."""
    with sentences_for_errors():
        moments = current_moments(recipe)
        epoch = draw_time_machine(moments)
        other = draw_comparison(moments, epoch)
        shown = (epoch,) if other is None else (epoch, other)
        known = baselines_of(moments.recipe.data, moments.series)
        waits = known.waiting
        for place, column, one in zip("AB", st.columns(len(shown)), shown, strict=False):
            key, job = _question(moments, one)
            about = f"{moments.view.run_id} {moments.label.split(',')[0]}"
            answer, waiting = ask_steadily(f"snapshot {place}", about, key, job, patience_s=PATIENCE_S)
            waits = waits or waiting
            with column:
                _draw_snapshot(moments, answer, place, known.value)
        _draw_loss(moments, shown, known.value)
        for one in () if moments.live else neighbours(moments, epoch):
            key, job = _question(moments, one)
            ask(key, job)
        return moments.live or is_playing() or waits
    return False


def _question(moments: Moments, epoch: int) -> tuple[str, Job[Snapshot]]:
    """Return key and job of the question for an epoch; units stay in the order of the run's latest picture."""
    order = moments.view.snapshot.trace.order if moments.view.snapshot is not None else None
    key = f"snapshot {moments.key(epoch)} {None if order is None else order.tobytes().hex()}"
    return key, SNAPSHOT_AT(moments.recipe, moments.series, moments.weights(epoch), epoch, order)


def _draw_snapshot(moments: Moments, answer: Answer[Snapshot], place: str, known: BaselineLosses | None) -> None:
    snapshot = answer.found
    if snapshot is None:
        st.caption(":material/hourglass_top: A worker is computing this epoch …")
        return
    st.markdown(plain(live_headline(judge_snapshot(snapshot, known))))
    theme, run = current_theme(), moments.view.run_id
    if snapshot.living is not None:
        network, unit = moments.recipe.network, moments.series.unit
        draw_picture(snapshot.living, snapshot, network, unit, f"replay {run}", f"replay living {place}")
    figure = forecast_figure(
        moments.series,
        moments.prepared.split,
        snapshot.forecast,
        theme,
        test_open=state.test_open(run),
        revision=f"replay {run}",
    )
    live_chart(figure, f"replay forecast {place}", height=300)
    st.caption(forecast_caption(snapshot.forecast))
    states = states_figure(moments.series, snapshot.trace, theme, revision=f"replay {run}")
    live_chart(states, f"replay states {place}", height=320)


def _draw_loss(moments: Moments, shown: tuple[int, ...], known: BaselineLosses | None) -> None:
    view = moments.view
    figure = loss_figure(
        view.epochs,
        loss_to_beat(moments.prepared, known),
        current_theme(),
        learning_rate_changes=moments.recipe.training.learning_rate_changes,
        best_epoch=view.best_epoch,
        total_epochs=moments.recipe.training.epochs,
        shown_epochs=shown,
        revision=f"replay {view.run_id}",
    )
    live_chart(figure, "replay loss", height=260)
