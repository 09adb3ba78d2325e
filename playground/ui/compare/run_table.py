"""The table of this browser's runs: what is written in it is kept at once; runs can be opened, repeated and deleted."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground.kinds import FORECAST
from playground.labs.comparison.groups import describe, recipe_of
from playground.labs.comparison.table import OWNER_COLUMNS, STATE_WORDS, matching, run_table
from playground.runs import UNDER_WAY, RunSummary
from playground.runs.shelf import UNDO_S
from playground.runs.stored import COLORS, LONGEST_NAME, LONGEST_NOTE, MOST_STARS
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.homes import HOMES, open_run
from playground.ui.frame.links import draw_links
from playground.ui.frame.page import plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.frame.visitor import visitor
from playground.ui.playground.exports import draw_run_export
from playground.ui.server.server import engine

MORE_SEEDS = 5

_TABLE = "runs table"


def draw_run_table(runs: Sequence[RunSummary]) -> None:
    """Draw filter, table and what can be done with the runs, all of one kind."""
    st.subheader("Your runs", anchor=False)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    words = left.text_input("Filter", placeholder="words from name, recipe, state or note", key="run filter")
    states = [word for word in STATE_WORDS.values() if word in {STATE_WORDS[run.state] for run in runs}]
    chosen = right.pills("State", states, selection_mode="multi", key="run states") or []
    listed = matching(runs, words, chosen)
    _draw_editor(listed)
    with spot():
        _draw_undo()
    with spot():
        if listed:
            _draw_actions(listed, runs)
    settings = engine().settings
    if any(run.state in UNDER_WAY for run in listed):
        st.caption("The rows of runs under way are filled in when they end; the charts below follow them live.")
    st.caption(
        f"Only this browser lists these runs. Click a heading to sort. The server keeps up to {settings.stored_runs} "
        f"runs and {settings.stored_mb} MB of all visitors together; when that is full, whoever has most loses "
        f"the oldest run, one without a star first. You can star {MOST_STARS}."
    )


def run_name(run: RunSummary) -> str:
    """Return how a run is called in lists: its own name, or its recipe and seed."""
    recipe = recipe_of(run)
    return run.name or f"{describe(recipe)}, seed {recipe.seed}"


def _draw_editor(listed: Sequence[RunSummary]) -> None:
    if not listed:
        st.info("No run fits the filter.", icon=":material/filter_alt:")
        return
    version, _ = state.preset_of(_TABLE, None)
    key = f"{version} {listed[0].kind}"
    column = st.column_config
    st.data_editor(
        run_table(listed),
        hide_index=True,
        key=key,
        height="auto" if len(listed) <= 10 else 390,
        on_change=_keep_edits,
        args=(key, tuple(run.run_id for run in listed)),
        disabled=["Recipe", "Seed", "State", "Validation loss", "Skill", "Parameters", "Epochs", "Time", "Date"],
        column_config={
            "Show": column.CheckboxColumn(help="Whether the run is in the charts and the verdict below.", width=75),
            "Star": column.CheckboxColumn(help="Starred runs are the last to make room for others.", width=70),
            "Name": column.TextColumn(max_chars=LONGEST_NAME, help="Your own name for the run."),
            "Validation loss": column.NumberColumn(format="%.4g", help="Lowest so far. " + GLOSSARY["loss"]),
            "Skill": column.NumberColumn(format="percent", help=GLOSSARY["skill_of_list"]),
            "Parameters": column.NumberColumn(format="localized", help="Trainable numbers of the network."),
            "Time": column.NumberColumn(format="%.1f s", help="Training time, pauses not counted."),
            "Date": column.DatetimeColumn(format="D MMM, HH:mm", timezone=st.context.timezone or "UTC"),
            "Colour": column.SelectboxColumn(options=["", *COLORS], help="Empty: the page chooses."),
            "Note": column.TextColumn(max_chars=LONGEST_NOTE, width="medium"),
        },
    )
    problem = state.remembered("mark problem")
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _keep_edits(key: str, run_ids: tuple[str, ...]) -> None:
    """Write what was just edited on the runs, and let the table start afresh from what is stored."""
    state.remember("mark problem", None)
    for row, edits in (state.widget_value(key) or {}).get("edited_rows", {}).items():
        marks = {OWNER_COLUMNS[name]: value for name, value in edits.items() if name in OWNER_COLUMNS}
        marks = {name: "" if value is None else value for name, value in marks.items()}
        try:
            visitor().mark(run_ids[int(row)], **marks)
        except ValueError as error:
            state.remember("mark problem", str(error))
    state.preset(_TABLE, None)


def _draw_actions(listed: Sequence[RunSummary], runs: Sequence[RunSummary]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {run.run_id: run_name(run) for run in listed}
        run_id = st.selectbox(
            "With this run", list(names), format_func=names.__getitem__, key="run acted on", width=340
        )
        run = next(run for run in listed if run.run_id == run_id)
        if pressed("Open", icon=":material/open_in_new:", help="Show it on the page where it was trained."):
            open_run(recipe_of(run), run.material_key, run.run_id)
        if pressed(
            f"Run again with {MORE_SEEDS} seeds",
            icon=":material/casino:",
            help="Trains the same recipe five times more, each from other first weights, one after the other.",
        ):
            with sentences_for_errors():
                run_more_seeds(run, runs)
        draw_links(recipe_of(run), run.run_id, "compare", private=run.private)
        if run.kind == FORECAST.name:
            draw_run_export(run.run_id)
        if pressed("Delete", icon=":material/delete:"):
            _delete([run])
        hidden = [run for run in listed if not run.shown and not run.starred]
        if hidden and pressed(f"Delete the {len(hidden)} not shown", icon=":material/delete_sweep:"):
            _delete(hidden)


def run_more_seeds(run: RunSummary, runs: Sequence[RunSummary]) -> None:
    """Queue the recipe of a run with seeds that it has not been trained with.

    Raises:
        ValueError: if what it learned from is gone, or there is no room for so many runs.
    """
    recipe = recipe_of(run)
    alike = {recipe_of(other).seed for other in runs if recipe_of(other).replaced(seed=0) == recipe.replaced(seed=0)}
    fresh = (seed for seed in range(recipe.seed + 1, recipe.seed + len(alike) + MORE_SEEDS + 1) if seed not in alike)
    recipes = [recipe.replaced(seed=next(fresh)) for _ in range(MORE_SEEDS)]
    material = engine().material_of(run.run_id)
    if material is None:
        raise ValueError(
            f"what this run learned from is not kept any more; train it again on the page {HOMES[run.kind].title}"
        )
    for run_id in visitor().train_team(recipes, material, ""):
        engine().keep_running(run_id)
    st.rerun()


def _delete(runs: Sequence[RunSummary]) -> None:
    with sentences_for_errors():
        kept = tuple(run.run_id for run in runs if not run.private)
        run_ids = [run.run_id for run in runs]
        if visitor().delete(run_ids):
            state.remember("deleted", kept)
            if state.run_id() in run_ids:
                state.show_run(None)
                state.write_address()
            state.preset(_TABLE, None)
            st.rerun()


def _draw_undo() -> None:
    deleted = state.remembered("deleted") or ()
    if not deleted:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        what = "1 run" if len(deleted) == 1 else f"{len(deleted)} runs"
        st.caption(f"Deleted {what}. It can be brought back for {round(UNDO_S / 60)} minutes.", width="content")
        if pressed("Undo", icon=":material/undo:"):
            with sentences_for_errors():
                visitor().restore(deleted)
                state.remember("deleted", ())
                state.preset(_TABLE, None)
                st.rerun()
