"""Where the series comes from, what was repaired, and fetching prices for a live ticker."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from playground.config import Recipe
from playground.data.stocks import fetch, fetch_state
from playground.ui.page import plain
from playground.ui.server import forget_series, series_of


def draw_series_notes(recipe: Recipe) -> None:
    """Fetch the ticker's prices when they are due, then state source, licence, repairs and fallbacks.

    A series that cannot be loaded has no notes; the page says so where it would show the series.
    """
    if recipe.data.series == "ticker":
        _fetch_if_due(recipe)
    with suppress(ValueError):
        series = series_of(recipe.data.model_dump_json())
        for note in series.notes:
            st.caption(f":material/info: {plain(note)}")
        if series.source:
            st.caption(plain(f"Data: {series.source}. {series.licence}"))


def _fetch_if_due(recipe: Recipe) -> None:
    """Ask Yahoo once by itself for a new choice; after a failure only when the learner says so."""
    data = recipe.data
    known = fetch_state(data)
    due = known.kind in ("not_fetched", "stale")
    if known.kind in ("failed", "cooling_down"):
        resting = known.kind == "cooling_down"
        due = st.button("Ask Yahoo again", disabled=resting, help=known.text, icon=":material/refresh:")
    if due:
        with st.spinner(f"Asking Yahoo for {data.ticker} (at most 20 s) …"):
            fetch(data.ticker, data.start, data.end)
        forget_series(data.model_dump_json())
        st.rerun()
