"""Suggested settings: what suits the chosen series, why, and the button that takes it."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from playground.config import Recipe
from playground.data.suggesting import Suggestion
from playground.places import PLAYGROUND
from playground.sentences.suggestions import reasons_in_words, remark_on_length
from playground.ui.frame import state
from playground.ui.frame.looks import LOOKS
from playground.ui.frame.page import plain
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.server.server import series_of
from playground.ui.watching.suggestion import suggested
from playground.ui.watching.waiting import draw_waiting


def draw_suggested(recipe: Recipe) -> None:
    """Draw the box of suggested settings; a series that cannot be loaded gets none."""
    with spot(), suppress(ValueError):
        series = series_of(recipe.data.model_dump_json())
        with st.container(border=True):
            st.markdown("**Suggested settings**")
            told = suggested(recipe, series)
            if told.value is not None:
                _draw_suggestion(told.value, recipe)
            elif told.problem:
                st.error(plain(told.problem), icon=":material/error:")
            else:
                draw_waiting("Looking for settings that suit …", lambda: not suggested(recipe, series).waiting)


def _draw_suggestion(found: Suggestion, recipe: Recipe) -> None:
    with spot():
        if found.too_short is not None:
            st.warning(plain(remark_on_length(found.too_short)), icon=":material/straighten:")
    st.markdown("\n".join(f"- {plain(reason)}" for reason in reasons_in_words(found)))
    suggested = found.on(recipe)
    with st.container(horizontal=True, vertical_alignment="center"):
        if suggested != recipe:
            _draw_change(recipe, suggested, found)
        elif found.fields:
            st.success("These settings are in force.", icon=":material/check:")
            st.page_link(PLAYGROUND, label="Train with them in the Playground", icon=":material/play_arrow:")


def _draw_change(recipe: Recipe, suggested: Recipe, found: Suggestion) -> None:
    """Draw the button that takes the settings, and what it changes."""
    if pressed("Use these settings", type="primary", icon=":material/check:"):
        state.open_recipe(suggested)
        state.write_address()
        st.toast("The suggested settings are in force on every page.", icon=":material/check:")
        st.rerun()
    changes = [
        f"{LOOKS[name].label} {_shown(recipe, name)} → {_shown(suggested, name)}"
        for name in found.fields
        if name in LOOKS and recipe.value(name) != suggested.value(name)
    ]
    st.caption(plain(f"Changes: {'; '.join(changes)}." if changes else "Changes: none but the schedule of the rate."))


def _shown(recipe: Recipe, name: str) -> str:
    value = recipe.value(name)
    return LOOKS[name].words.get(value, f"{value}")
