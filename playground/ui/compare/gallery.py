"""The gallery of starting points: each with the question it answers."""

from __future__ import annotations

import streamlit as st

from playground.labs.comparison.groups import describe
from playground.places import PLAYGROUND
from playground.presets import PRESETS, Preset
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.frame.presses import pressed


def draw_gallery() -> None:
    """Draw a card for each starting point; one click opens it in the Playground with its recorded run."""
    st.subheader("Or begin with one of these", anchor=False)
    with st.container(horizontal=True):
        for preset in PRESETS:
            with st.container(border=True, width=236):
                _draw_card(preset)


def _draw_card(preset: Preset) -> None:
    st.markdown(f"**{plain(preset.title)}**")
    st.markdown(plain(preset.question))
    st.caption(plain(describe(preset.recipe)))
    if pressed("Open", icon=":material/open_in_new:", key=f"gallery {preset.name}"):
        state.open_recipe(preset.recipe)
        state.show_run(None)
        st.switch_page(PLAYGROUND)
