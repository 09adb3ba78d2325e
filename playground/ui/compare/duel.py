"""The duel: RNN against LSTM against GRU on the same data and seed, training in turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from playground.charts.comparison import loss_overlay_figure
from playground.charts.forecast import forecast_figure
from playground.config import Recipe
from playground.data.catalog import CATALOG
from playground.evaluation.baseline_losses import BaselineLosses, loss_to_beat
from playground.evaluation.metrics import judge_snapshot
from playground.histories import RunView
from playground.labs.comparison.curves import Curve, places, validation_losses
from playground.labs.comparison.groups import recipe_of
from playground.runs import UNDER_WAY, RunSummary
from playground.sentences.live import live_headline
from playground.ui.frame import state
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.frame.visitor import visitor
from playground.ui.server.server import engine, prepared_of, series_of
from playground.ui.watching.baselines import baselines_of
from playground.ui.watching.live import live_chart
from playground.ui.watching.signs import badge_of, draw_workers
from playground.ui.watching.ticking import draw_ticking
from playground.words import capitalised

KIND = "duel"
CELLS = {"rnn": "purple", "lstm": "teal", "gru": "brown"}
TICK_S = 0.5


def draw_duel(recipe: Recipe, runs: Sequence[RunSummary]) -> None:
    """Draw the start of a duel and the latest one."""
    team = latest_duel(runs)
    title = CATALOG[recipe.data.series].title
    with st.container(horizontal=True, vertical_alignment="center"):
        live = any(run.state in UNDER_WAY for run in team)
        st.button(
            "Start a new duel" if team else "Start a duel: RNN, LSTM, GRU",
            icon=":material/swords:",
            type="secondary" if live else "primary",
            on_click=_start,
            args=(recipe,),
            disabled=live,
            help="Trains three networks that differ in their cell only, in turns, with the settings on the left.",
        )
        if team:
            _draw_controls(team, live)
        else:
            st.caption(plain(f"Same series ({title}), same seed, same everything else: which cell learns it best?"))
    with spot():
        if problem := state.remembered("duel problem"):
            st.error(plain(problem), icon=":material/error:")
    if team:
        draw_ticking("duel", lambda: _draw_stage([run.run_id for run in team]), every_s=TICK_S)


def latest_duel(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """Return the runs of the newest duel, in the order of `CELLS`; empty if there is none."""
    newest = next((run.team for run in runs if run.team.startswith(f"{KIND} ")), None)
    team = {recipe_of(run).network.cell: run for run in runs if newest and run.team == newest}
    return [team[cell] for cell in CELLS if cell in team]


def duel_recipes(recipe: Recipe) -> list[Recipe]:
    """Return the recipe with each cell."""
    return [recipe.replaced(cell=cell, learning_rate_changes=()) for cell in CELLS]


def _start(recipe: Recipe) -> None:
    state.remember("duel problem", None)
    try:
        series = series_of(recipe.data.model_dump_json())
        visitor().train_team(duel_recipes(recipe), series, KIND)
    except ValueError as error:
        state.remember("duel problem", str(error))


def _draw_controls(team: Sequence[RunSummary], live: bool) -> None:
    resting = [run.run_id for run in team if run.state in ("paused", "interrupted")]
    if live and pressed("Pause all", icon=":material/pause:"):
        _for_all([run.run_id for run in team if run.state in UNDER_WAY], visitor().pause)
    if resting and not live and pressed("Continue", icon=":material/play_arrow:"):
        _for_all(resting, visitor().resume)
    if (live or resting) and pressed("End the duel", icon=":material/stop:"):
        _for_all([run.run_id for run in team], visitor().end)


def _for_all(run_ids: Sequence[str], act: Callable[[str], None]) -> None:
    with sentences_for_errors():
        for run_id in run_ids:
            act(run_id)
        st.rerun()


def _draw_stage(run_ids: Sequence[str]) -> bool:
    """Draw the duel as it is now; return whether it goes on."""
    views = [view for view in map(engine().view, run_ids) if view is not None]
    live = any(view.state in UNDER_WAY for view in views)
    if not views:
        return False
    with spot():
        if live:
            draw_workers(under_way=True)
    with sentences_for_errors():
        recipe = Recipe.model_validate_json(views[0].recipe_json)
        prepared = prepared_of(recipe.data.model_dump_json())
        known = baselines_of(recipe.data, series_of(recipe.data.model_dump_json()))
        live = live or known.waiting
        reference = loss_to_beat(prepared, known.value)
        curves = [_curve(view) for view in views]
        figure = loss_overlay_figure(curves, reference, current_theme(), revision=run_ids[0])
        live_chart(figure, "duel loss", height=300)
        for column, view in zip(st.columns(len(views)), views, strict=True):
            with column:
                _draw_fighter(view, known.value)
    return live


def _curve(view: RunView) -> Curve:
    cell = Recipe.model_validate_json(view.recipe_json).network.cell
    at = places(view.epochs, "epochs", 1)
    losses = validation_losses(view.epochs)
    return Curve(cell.upper(), CELLS[cell], at, losses)


def _draw_fighter(view: RunView, known: BaselineLosses | None) -> None:
    """Draw one network of the duel: its state, its forecasts close up, and how it stands against the baselines."""
    recipe = Recipe.model_validate_json(view.recipe_json)
    data = recipe.data.model_dump_json()
    series, split = series_of(data), prepared_of(data).split
    cell = recipe.network.cell.upper()
    label, icon, color = badge_of(view)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{cell}**", width="content")
        st.badge(label, icon=f":material/{icon}:", color=color)
        st.caption(f"epoch {view.checkpoint_epoch} of {recipe.training.epochs}", width="content")
    forecast = view.snapshot.forecast if view.snapshot is not None else None
    figure = forecast_figure(series, split, forecast, current_theme(), stretch=split.close_up(), revision=view.run_id)
    figure["layout"]["title"]["text"] = f"{cell}, the end of validation"
    live_chart(figure, f"duel {cell}", height=262)
    if view.snapshot is not None:
        st.caption(plain(live_headline(judge_snapshot(view.snapshot, known))))
    if view.reason:
        st.caption(plain(capitalised(view.reason)))
