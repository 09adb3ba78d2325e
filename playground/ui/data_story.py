"""The story of the chosen series: its parts, its windows, its season, and whether its parts look alike."""

from __future__ import annotations

import streamlit as st

from playground.charts.data import series_figure
from playground.charts.theme import DARK, LIGHT, Theme
from playground.config import Recipe
from playground.data.downloads import series_table, windows_in_table, windows_table
from playground.data.spreadsheets import neutralised
from playground.records import Prepared, Series
from playground.ui.live import live_chart
from playground.ui.page import sentences_for_errors
from playground.ui.server import prepared_of, series_of
from playground.ui.windows import draw_windows


def current_theme() -> Theme:
    """Return the appearance that the reader has chosen."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def draw_data_story(recipe: Recipe) -> None:
    """Draw the chosen series and what a network is given of it; a series that cannot be used is one sentence."""
    theme = current_theme()
    data = recipe.data.model_dump_json()
    with sentences_for_errors():
        series, prepared = series_of(data), prepared_of(data)
        live_chart(series_figure(series, prepared.split, theme, revision=data), key="data series")
        st.subheader("The windows that training uses", anchor=False)
        draw_windows(recipe, series, prepared, theme)
        _draw_downloads(series, prepared)


def _draw_downloads(series: Series, prepared: Prepared) -> None:
    """Draw the two downloads; a table is made when it is asked for."""
    count, kept = len(prepared.train.anchors), windows_in_table(prepared)
    first = "" if kept == count else f"the first {kept:,} of "
    with st.container(horizontal=True):
        st.download_button(
            "Series as CSV",
            lambda: neutralised(series_table(series, prepared)),
            "series.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="download series",
        )
        st.download_button(
            f"Windows as CSV ({first}{count:,})",
            lambda: neutralised(windows_table(prepared)),
            "windows.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="download windows",
        )
