"""The two parts of the page Listen, and the address bar that names the one shown."""

from __future__ import annotations

import streamlit as st

from playground.ui.frame import sequence_state

PARTS = {"music": "Music", "speech": "Speech"}
USUAL = "music"


def choose_part() -> str:
    """Draw the choice between the parts; return the one to show."""
    shown = sequence_state.shown_part(USUAL)
    part: str = st.segmented_control(
        "Part",
        list(PARTS),
        default=shown if shown in PARTS else USUAL,
        format_func=PARTS.__getitem__,
        required=True,
        key="part of the page",
        label_visibility="collapsed",
    )
    sequence_state.choose_part(part, USUAL)
    return part
