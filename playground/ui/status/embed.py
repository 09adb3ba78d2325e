"""A run alone, live: its state, how it stands against the baselines, its forecasts and its loss."""

from __future__ import annotations

import streamlit as st

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.charts.loss import loss_figure
from playground.config import Recipe
from playground.evaluation.baseline_losses import BaselineLosses, loss_to_beat
from playground.evaluation.metrics import judge_snapshot
from playground.histories import RunView
from playground.kinds import FORECAST
from playground.labs.comparison.groups import describe
from playground.runs import UNDER_WAY
from playground.sentences.live import live_headline
from playground.ui.frame import state
from playground.ui.frame.links import run_link
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.server.server import engine, prepared_of, series_of
from playground.ui.watching.baselines import baselines_of
from playground.ui.watching.live import live_chart
from playground.ui.watching.signs import badge_of
from playground.ui.watching.ticking import draw_ticking

TICK_S = 0.5


def draw_embedded() -> None:
    """Draw the run of the link, as long as it goes on again and again."""
    run_id = state.run_id()
    view = engine().view(run_id) if run_id is not None else None
    if run_id is None or view is None or view.kind != FORECAST.name:
        st.info("This link names no run that is kept here. Ask for a new one.", icon=":material/link_off:")
        return
    draw_ticking("embedded", lambda: _draw(run_id), every_s=TICK_S)


def _draw(run_id: str) -> bool:
    view = engine().view(run_id)
    if view is None:
        st.info("This run was deleted.", icon=":material/link_off:")
        return False
    recipe = Recipe.model_validate_json(view.recipe_json)
    with st.container(horizontal=True, vertical_alignment="center"):
        label, icon, color = badge_of(view)
        st.markdown(f"**{plain(describe(recipe))}**", width="content")
        st.badge(label, icon=f":material/{icon}:", color=color)
        st.caption(f"epoch {view.checkpoint_epoch} of {recipe.training.epochs}", width="content")
        st.markdown(f"[Open in RNN Playground]({run_link(recipe, run_id)})", width="content")
    waits = False
    with sentences_for_errors():
        known = baselines_of(recipe.data, series_of(recipe.data.model_dump_json()))
        waits = known.waiting
        _draw_run(view, recipe, known.value)
    return waits or view.state in UNDER_WAY


def _draw_run(view: RunView, recipe: Recipe, known: BaselineLosses | None) -> None:
    data = recipe.data.model_dump_json()
    series, prepared = series_of(data), prepared_of(data)
    forecast = view.snapshot.forecast if view.snapshot is not None else None
    with spot():
        if view.snapshot is not None:
            st.markdown(f"##### {plain(live_headline(judge_snapshot(view.snapshot, known)))}")
    theme, split = current_theme(), prepared.split
    figure = forecast_figure(series, split, forecast, theme, stretch=split.close_up(), revision=view.run_id)
    left, right = st.columns(2)
    with left:
        live_chart(figure, "embedded forecast", height=320)
        if forecast is not None:
            st.caption(forecast_caption(forecast))
    loss = loss_figure(
        view.epochs,
        loss_to_beat(prepared, known),
        theme,
        learning_rate_changes=recipe.training.learning_rate_changes,
        best_epoch=view.best_epoch,
        total_epochs=recipe.training.epochs,
        revision=view.run_id,
    )
    with right:
        live_chart(loss, "embedded loss", height=320)
