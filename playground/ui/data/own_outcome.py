"""What a learner's table makes: the series as it will be used, the rows it was made of, and the button to take it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from playground.charts.data import small_series_figure
from playground.config import Recipe
from playground.data.opening import Opened, fitted
from playground.data.own import keep_own
from playground.records import Series
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.watching.live import small_chart


def take_series(recipe: Recipe, series: Series, **fields: Any) -> None:
    """Keep a series of the learner's and put it on the recipe, with a window that fits a short one.

    Target and inputs of the series before are dropped.

    Raises:
        ValueError: if the series cannot be kept or does not go with the fields.
    """
    chosen = {"target": "level", "extra_inputs": (), "calendar": False, "season_steps": 0} | fields
    new = recipe.replaced(series="own", own=keep_own(series), **chosen)
    data = fitted(new.data, len(series.values))
    state.open_recipe(new.model_copy(update={"data": data}))
    state.write_address()
    st.toast(f"{plain(series.title)} is now the series on every page.", icon=":material/check:")
    if data != new.data:
        st.toast(f"The series is short: the window is now {data.window_steps} steps.", icon=":material/straighten:")


def draw_outcome(opened: Opened, title: str, unit: str, at: str, recipe: Recipe) -> None:
    """Draw the series as it will be used, what it was made of, the report, and the button that takes it."""
    reading, series = opened.reading, opened.series
    if series is None and reading.by and not reading.pick:
        st.info(plain(f"{opened.problem}."), icon=":material/help:")
    elif series is None:
        st.error(plain(opened.problem), icon=":material/error:")
    else:
        small_chart(small_series_figure(series, opened.facts, current_theme(), revision=at), key=f"picture {at}")
    _draw_rows(opened, at)
    for note in reading.notes:
        if note != reading.turned:
            st.caption(f":material/info: {plain(note)}")
    if series is None:
        return
    st.markdown("**What was done to the rows**")
    st.markdown("\n".join(f"- {plain(line)}" for line in opened.report))
    with st.container(horizontal=True, vertical_alignment="center"):
        take = pressed("Use this series", type="primary", icon=":material/check:", key=f"use {at}")
        calendar = st.toggle(
            "Calendar as input",
            disabled=series.times is None,
            help=GLOSSARY["calendar"] if series.times is not None else "The table has no column of times.",
            key=f"calendar {at} {series.times is None}",
        )
    if take:
        with sentences_for_errors():
            series = replace(series, title=title, unit=unit)
            take_series(recipe, series, extra_inputs=reading.extras, calendar=calendar and series.times is not None)
            st.rerun()


def _draw_rows(opened: Opened, at: str) -> None:
    """Draw the first rows of the file, beside them the first points where those stand otherwise."""
    before = f"The first {len(opened.preview)} rows of the file, as they stand. Row 1 is its first line."
    if opened.series is None or not (opened.reading.turned or opened.reading.pick):
        st.caption(before)
        st.dataframe(opened.preview, height=220, key=f"preview {at}")
        return
    left, right = st.columns([2, 1])
    left.caption(before)
    left.dataframe(opened.preview, key=f"preview {at}")
    right.caption(f"The first {len(opened.head)} points of the series, as they will be used.")
    right.dataframe(opened.head, hide_index=True, key=f"head {at}")
