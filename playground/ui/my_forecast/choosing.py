"""Step 1: the series in use, and other ones to take."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.charts.data import small_series_figure
from playground.config import Recipe
from playground.data.catalog import CATALOG
from playground.data.opening import facts_of, fitted
from playground.data.tickers import MOST_TYPED, spelled
from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.server.server import series_of
from playground.ui.watching.live import small_chart

ALL_SETTINGS = "all settings"


def chosen_recipe() -> Recipe:
    """Return the recipe in force; all its controls stand at the side where the reader asked for them."""
    return draw_controls() if state.is_on(ALL_SETTINGS) else state.recipe()


def draw_series_in_use(recipe: Recipe) -> None:
    """Draw the series in use, its facts in one line above it."""
    with spot(), sentences_for_errors():
        series = series_of(recipe.data.model_dump_json())
        title = f"{series.title} · {facts_of(series)}"
        look = f"in use {recipe.data.model_dump_json()}"
        small_chart(small_series_figure(series, title, current_theme(), revision=look), key="series in use")


def bring_another(recipe: Recipe) -> DeltaGenerator:
    """Return the place where another series is brought; it closes once one has been taken."""
    data = recipe.data
    taken = data.series in ("own", "ticker") or state.run_id() is not None
    return st.expander(
        "Bring your own series, or take another",
        expanded=not taken,
        icon=":material/upload_file:",
        key=f"bring {data.series} {data.own} {data.ticker} {taken}",
    )


def draw_bundled(recipe: Recipe) -> None:
    """Draw the choice among the series that come with the app."""
    names = [name for name, entry in CATALOG.items() if entry.group in ("Real", "Synthetic")]
    name = st.selectbox(
        "Series",
        names,
        format_func=lambda name: f"{CATALOG[name].group}: {CATALOG[name].title}",
        key="bundled series",
        help=GLOSSARY["series"],
    )
    st.caption(CATALOG[name].summary)
    if pressed("Use this series", key="use bundled", type="primary", icon=":material/check:"):
        _take(recipe, series=name)


def draw_symbol(recipe: Recipe) -> None:
    """Draw the field for the symbol of a share, an index or a currency."""
    typed = st.text_input("Ticker", "AAPL", max_chars=MOST_TYPED, key="my ticker", help=GLOSSARY["ticker"])
    st.caption("Prices from Yahoo, for personal use, not investment advice. Without internet, bundled prices stand in.")
    found = spelled(typed)
    with spot():
        if not found.symbol:
            st.warning(plain(found.reason))
    if pressed("Use these prices", key="use ticker", icon=":material/check:", disabled=not found.symbol):
        _take(recipe, series="ticker", ticker=found.symbol)


def _take(recipe: Recipe, **fields: Any) -> None:
    """Put another series on the recipe, with a window that fits it, and show no run."""
    with sentences_for_errors():
        usual = {"target": "level", "extra_inputs": (), "calendar": False, "season_steps": 0}
        new = recipe.replaced(**usual | fields)
        data = fitted(new.data, len(series_of(new.data.model_dump_json()).values))
        state.open_recipe(new.model_copy(update={"data": data}))
        state.show_run(None)
        state.write_address()
        st.rerun()
