"""The charts of the Playground, with the headline above them and what to notice below each."""

from __future__ import annotations

import streamlit as st

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.charts.loss import loss_figure
from playground.charts.states import states_figure
from playground.charts.theme import Theme
from playground.evaluation.baseline_losses import loss_to_beat
from playground.evaluation.metrics import judge_snapshot
from playground.evaluation.observations import notice_loss, notice_states
from playground.records import PARTS
from playground.sentences.live import live_headline, remark_on_divergence, remark_on_loss, remark_on_states
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import VERDICT_ICONS, current_theme, plain
from playground.ui.frame.spots import spot
from playground.ui.playground.scene import Scene
from playground.ui.server.pace import PACE
from playground.ui.watching.live import live_chart
from playground.ui.watching.sealed_test import draw_test_seal
from playground.words import seconds


def draw_headline(scene: Scene) -> None:
    """Say how the network stands against the baselines, and which network is shown."""
    if scene.snapshot is None:
        st.markdown("#### Getting the untrained network …")
        return
    known = scene.baselines()
    found = judge_snapshot(scene.snapshot, known.value)
    st.markdown(f"#### :material/{VERDICT_ICONS[found.word]}: {plain(live_headline(found))}", help=GLOSSARY["skill"])
    which = {
        "untrained": "the untrained network",
        "latest": f"the network after epoch {scene.snapshot.epoch}"
        if scene.snapshot.epoch
        else "the first epoch so far",
        "best on validation": f"the network of epoch {scene.snapshot.epoch}, the best on validation",
    }[scene.snapshot.chosen]
    cost = f" · about {seconds(scene.preview.epoch_s)} an epoch here" if scene.preview is not None else ""
    st.caption(f"Shown: {which}{cost}.")
    with spot():
        if known.problem:
            st.caption(plain(f"The baselines could not be fitted: {known.problem}"))
    if "test" in scene.judged_on:
        on_test = judge_snapshot(scene.snapshot, scene.baselines("test").value, "test")
        st.markdown(f":material/lock_open: {plain(live_headline(on_test))}")


def draw_charts(scene: Scene) -> None:
    """Draw forecast, loss and hidden states of the scene."""
    theme = current_theme()
    _draw_forecast(scene, theme)
    left, right = st.columns(2)
    with left:
        _draw_loss(scene, theme)
    with right:
        _draw_states(scene, theme)


def _draw_forecast(scene: Scene, theme: Theme) -> None:
    snapshot = scene.snapshot
    forecast = snapshot.forecast if snapshot is not None else None
    split = scene.prepared.split
    near = st.segmented_control(
        "Stretch shown",
        ["Whole series", "Close-up of validation"],
        default="Whole series",
        required=True,
        key="stretch",
        label_visibility="collapsed",
    )
    figure = forecast_figure(
        scene.series,
        split,
        forecast,
        theme,
        test_open=state.test_open(),
        stretch=None if near == "Whole series" else split.close_up(),
        revision=_revision(scene) + near,
        most_points=PACE.most_points(),
    )
    live_chart(figure, key="forecast")
    with spot():
        if forecast is not None:
            whole = len(forecast.anchors) == sum(len(scene.prepared.part(part).anchors) for part in PARTS)
            more = "" if whole else " Of this long series only a stretch is forecast."
            st.caption(forecast_caption(forecast) + more)
    with st.container(horizontal=True, vertical_alignment="center"):
        if scene.view is not None and not scene.recorded:
            draw_test_seal(scene.view)


def _draw_loss(scene: Scene, theme: Theme) -> None:
    view, preview = scene.view, scene.preview
    reference = loss_to_beat(scene.prepared, scene.baselines().value)
    scale = st.segmented_control(
        "Loss axis", ["log", "linear"], default="log", required=True, key="loss axis", label_visibility="collapsed"
    )
    figure = loss_figure(
        view.epochs if view else (),
        reference,
        theme,
        log=scale == "log",
        learning_rate_changes=scene.recipe.training.learning_rate_changes,
        best_epoch=view.best_epoch if view else 0,
        total_epochs=scene.recipe.training.epochs,
        initial=(preview.train_loss, preview.validation_loss) if preview else None,
        revision=_revision(scene) + scale,
    )
    live_chart(figure, key="loss")
    if view is not None and view.state == "diverged":
        st.caption(remark_on_divergence(view.reason))
    else:
        found = notice_loss(view.epochs if view else (), reference, view.best_epoch if view else 0)
        st.caption(remark_on_loss(found, scene.recipe.data.horizon_steps))


def _draw_states(scene: Scene, theme: Theme) -> None:
    snapshot = scene.snapshot
    if snapshot is None:
        st.caption("The hidden states appear as soon as the first worker is ready.")
        return
    live_chart(states_figure(scene.series, snapshot.trace, theme, revision=_revision(scene)), key="states")
    network = scene.recipe.network
    kind = network.nonlinearity if network.cell == "rnn" else network.cell
    st.caption(remark_on_states(notice_states(snapshot.trace, scene.series, kind)))


def _revision(scene: Scene) -> str:
    """Zoom is kept while this stays the same: the same run, or the same data before one."""
    if scene.view is not None and not scene.recorded:
        return scene.view.run_id
    return scene.recipe.data.model_dump_json()
