"""Where the series comes from, what was repaired, and fetching prices for a live ticker."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from playground.config import Recipe
from playground.data.stocks import FetchState, fetch, fetch_state
from playground.ui.frame.page import plain
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.server.server import forget_series, series_of
from playground.ui.server.turns import TURNS
from playground.words import capitalised


def draw_ticker(recipe: Recipe) -> None:
    """Fetch a live ticker's prices when they are due, and say so where other prices stand in for them.

    Yahoo is asked once by itself for a new choice; after a failure only when the learner says so.
    """
    with spot():
        if recipe.data.series == "ticker":
            _draw_ticker(recipe)


def _draw_ticker(recipe: Recipe) -> None:
    known = fetch_state(recipe.data)
    due = known.kind in ("not_fetched", "stale")
    if known.kind in ("failed", "cooling_down"):
        due = _draw_stand_in(recipe, known)
    if due:
        data = recipe.data
        with TURNS.aside(), st.spinner(f"Asking Yahoo for {data.ticker} (at most 20 s) …"):
            fetch(data.ticker, data.start, data.end)
        forget_series(data.model_dump_json())
        st.rerun()


def _draw_stand_in(recipe: Recipe, known: FetchState) -> bool:
    """Say what is shown instead of the prices; return whether the learner asks once more."""
    notes = series_of(recipe.data.model_dump_json()).notes
    said = next((note for note in notes if note.startswith(known.text)), known.text)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(plain(said), icon=":material/cloud_off:")
        return pressed("Ask Yahoo again", disabled=known.kind == "cooling_down", icon=":material/refresh:")


def draw_series_notes(recipe: Recipe) -> None:
    """State source, licence, repairs and fallbacks of the series.

    A series that cannot be loaded has no notes; the page says so where it would show the series.
    """
    with spot(), suppress(ValueError):
        series = series_of(recipe.data.model_dump_json())
        for note in series.notes:
            st.caption(f":material/info: {plain(capitalised(note))}")
        if series.source:
            st.caption(plain(f"Data: {series.source}. {series.licence}"))
