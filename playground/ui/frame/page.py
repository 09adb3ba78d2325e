"""What every page begins and ends with: title, question, link notes, and errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from playground.charts.theme import LIGHT, THEMES, Theme
from playground.places import IMAGES, NOTES
from playground.ui.frame import state
from playground.ui.frame.drawer import close_drawer_after_choice
from playground.ui.frame.looks import worded
from playground.ui.frame.shared_run import take_recipe_of_link
from playground.ui.frame.visitor import recognise_visitor

_STYLES = Path(__file__).with_name("frame.css")

APP = "RNN Playground"

SAME_AGAIN = "the same settings give the same numbers on this server"
"""Why a button that trains is off when everything is trained; only where epochs, never seconds, end the training."""

VERDICT_ICONS = {"beats": "thumb_up", "ties": "drag_handle", "loses": "thumb_down", "n/a": "help", "not yet": "pending"}
"""The sign beside each word of a verdict; a tie is neither good nor bad."""


def begin_page(title: str, question: str) -> None:
    """Set the page up, open the tab, and say which question this page answers."""
    st.set_page_config(page_title=" · ".join(dict.fromkeys((title, APP))), page_icon=IMAGES / "icon.png", layout="wide")
    if state.open_tab():
        take_recipe_of_link()
    recognise_visitor()
    close_drawer_after_choice()
    st.html(_STYLES)
    st.title(title, anchor=False)
    st.markdown(question)
    with st.container(horizontal=True, vertical_alignment="center"):
        if state.notes():
            st.warning(
                "The link was read with changes: " + "; ".join(map(plain, state.notes())) + ".",
                icon=":material/link:",
            )
            st.button("Dismiss", on_click=state.dismiss_notes)


def begin_embedded() -> None:
    """Set up a page that is shown inside another: the run of the link, without title, menu and controls."""
    st.set_page_config(page_title=APP, page_icon=IMAGES / "icon.png", layout="wide")
    state.open_tab()


def current_theme() -> Theme:
    """Return the chart colours of the appearance that the reader has chosen."""
    return THEMES.get(st.context.theme.type or "", LIGHT)


def plain(text: str) -> str:
    """Return text with every character that Markdown could act on escaped."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|~$:^" else letter for letter in text)


@contextmanager
def sentences_for_errors() -> Iterator[None]:
    """Show a ValueError of the core as a panel with its sentence; everything else stays as it was."""
    try:
        yield
    except ValueError as error:
        st.error(plain(worded(f"{error}")), icon=":material/error:")


def draw_note(name: str, title: str) -> None:
    """Draw the long prose `assets/notes/<name>.md` in an expander."""
    with st.expander(title):
        st.markdown((NOTES / f"{name}.md").read_text(encoding="utf-8"))
