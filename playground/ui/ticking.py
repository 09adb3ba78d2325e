"""A part of a page that redraws itself while something is under way, and rests otherwise."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.ui import state


def draw_ticking(name: str, draw: Callable[[], bool], every_s: float = 0.25) -> None:
    """Draw a part of the page, again and again as long as `draw` returns that something is under way.

    Args:
        name: Names the part within its page.
        draw: Draws the part; returns whether it will change by itself.
        every_s: Time between two redraws.
    """
    flag = f"ticking {name}"
    ticking = state.is_on(flag)

    @st.fragment(run_every=every_s if ticking else None)
    def part() -> None:
        wanted = draw()
        if wanted != ticking:
            state.set_flag(flag, wanted)
            st.rerun()

    part()
