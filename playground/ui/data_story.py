"""The story of the chosen series: its parts, its windows, its season, and whether its parts look alike."""

from __future__ import annotations

import streamlit as st

from playground.charts.data import series_figure
from playground.charts.theme import DARK, LIGHT, Theme
from playground.config import Recipe
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
