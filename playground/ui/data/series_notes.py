"""Where the series comes from, what was repaired, and fetching prices for a live ticker."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from playground.config import DataChoice, Recipe
from playground.data.stocks import fetch, fetch_state, prices_stay, stay
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.server.server import forget_series, series_of
from playground.ui.server.turns import TURNS
from playground.words import capitalised

REFUSED = "prices refused"


def draw_ticker(recipe: Recipe) -> None:
    """Fetch a live ticker's prices when they are due, and say so where other prices stand in for them.

    Yahoo is asked once by itself for a new choice; after a failure only when the learner says so. Where other
    prices were shown before, they stay, and the controls say theirs again.
    """
    with spot():
        if recipe.data.series == "ticker":
            _draw_ticker(recipe)


def _draw_ticker(recipe: Recipe) -> None:
    data = recipe.data
    known = fetch_state(data)
    if known.kind in ("not_fetched", "stale"):
        _ask(data)
        st.rerun()
    failed = known.kind in ("failed", "cooling_down")
    asked = {name: recipe.value(name) for name in ("ticker", "start", "end")}
    before = state.remembered(state.PRICES_SHOWN)
    if failed and before not in (None, asked) and stay(recipe.replaced(**before).data, data):
        state.remember(REFUSED, asked)
        state.correct_recipe(**before)
        st.rerun()
    if before != asked:
        state.remember(REFUSED, None)
    state.remember(state.PRICES_SHOWN, asked)
    if refused := state.remembered(REFUSED):
        _draw_failure(recipe.replaced(**refused).data, refused)
    elif failed:
        _draw_failure(data)


def _ask(data: DataChoice) -> None:
    with TURNS.aside(), st.spinner(f"Asking Yahoo for {data.ticker} (at most 20 s) …"):
        fetch(data.ticker, data.start, data.end)
    forget_series(data.model_dump_json())


def _draw_failure(data: DataChoice, refused: dict[str, Any] | None = None) -> None:
    """Say why there are no prices and what is shown instead; ask once more where the learner wants it.

    Args:
        data: What Yahoo was asked for.
        refused: The same as fields of the recipe, where the controls say what was shown before again.
    """
    known = fetch_state(data)
    notes = () if refused else series_of(data.model_dump_json()).notes
    said = next((note for note in notes if note.startswith(known.text)), prices_stay(known) if refused else known.text)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(plain(said), icon=":material/cloud_off:")
        again = pressed("Ask Yahoo again", disabled=known.kind == "cooling_down", icon=":material/refresh:")
    if again:
        _ask(data)
        if refused:
            state.correct_recipe(**refused)
        st.rerun()


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
