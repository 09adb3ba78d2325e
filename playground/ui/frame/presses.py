"""Buttons whose press is never lost.

Streamlit stops a page's redraw where something else asks for the whole page, and with it the redraw that a press
began: `st.button` then never says that it was pressed. Here the press is noted before anything is drawn, and the
next redraw that comes to the button takes it.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.ui.frame import state


def pressed(label: str, *, key: str | None = None, **looks: Any) -> bool:
    """Draw a button, and say once for each press that it was pressed.

    Args:
        label: What stands on it.
        key: Names the button on its page; by itself by its label.
        looks: What `st.button` takes besides.
    """
    name = key or f"button {label}"
    st.button(label, key=name, on_click=state.note_press, args=(name,), **looks)
    return state.take_press(name)
