"""Spots on a page that stay where they are, whatever is drawn in them or not.

Streamlit tells what a run draws from what stood there before by counting: the third element takes the place
of the third. Where an element comes or goes, everything below it moves by one, and until the run ends a heading
stands twice, faded where it was and fresh where it is; on a busy machine that takes seconds. The fragments below
get other names too, and the ticks that browsers still ask of the old ones are lost. So whatever may come or go has
a spot of its own, drawn always.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def spot() -> DeltaGenerator:
    """Return a spot for what may be there or not: `with spot(): ...`; empty it takes no room."""
    return st.container()


def beside() -> DeltaGenerator:
    """Return such a spot within a row."""
    return st.container(horizontal=True, vertical_alignment="center", width="content")


def section(title: str) -> DeltaGenerator:
    """Return a section of the sidebar with its heading: `with section(...): ...`; what comes or goes in it stays in it.

    Args:
        title: Its heading.
    """
    part = spot()
    part.header(title, divider="gray")
    return part
