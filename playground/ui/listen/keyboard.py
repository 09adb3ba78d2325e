"""The on-screen keyboard on which a learner plays an own tune."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.sequences.music.notes import MOST_OWN, Note, notes_of, played_notes, sixteenths_of, symbols_of
from playground.ui.frame import state

KEY, OWN = "keyboard", "own tune"

_SCRIPT = Path(__file__).with_name("keyboard.js")
_mount = st.components.v2.component(
    "rnn_playground_keyboard",
    css=_SCRIPT.with_suffix(".css").read_text(encoding="utf-8"),
    js=_SCRIPT.read_text(encoding="utf-8"),
)


def own_tune() -> tuple[Note, ...]:
    """Return what this tab's learner has played so far."""
    return notes_of(state.remembered(OWN) or ())


def draw_keyboard() -> None:
    """Draw the keyboard, and keep what is played on it."""

    def take() -> None:
        state.remember(OWN, symbols_of(played_notes(state.told(KEY, "notes"))))

    data = {"notes": [list(pair) for pair in sixteenths_of(own_tune())], "most": MOST_OWN}
    _mount(data=data, key=KEY, on_notes_change=take)
