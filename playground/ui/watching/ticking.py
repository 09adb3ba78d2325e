"""A part of a page that redraws itself while something is under way, and rests otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from playground.ui.frame import state
from playground.ui.frame.spots import spot
from playground.ui.server.pace import PACE, counted
from playground.ui.web.arrivals import who


def draw_ticking(name: str, draw: Callable[[], bool], every_s: float = 0.25) -> None:
    """Draw a part of the page, again and again as long as `draw` returns that something is under way.

    Args:
        name: Names the part within its page.
        draw: Draws the part; returns whether it will change by itself.
        every_s: Time between two redraws, longer while many people watch.
    """
    flag = f"ticking {name}"
    ticking = state.is_on(flag)
    interval_s = PACE.interval_s(every_s)
    drawn = False

    @st.fragment(run_every=interval_s if ticking else None)
    def part() -> None:
        with counted(who(), by_itself=drawn):
            wanted = draw()
        state.set_flag(flag, wanted)
        begins = wanted and not ticking
        repaced = drawn and ticking and PACE.may_change(interval_s, every_s, time.monotonic())
        if begins or repaced or (drawn and ticking and not wanted):
            st.rerun()

    with spot():
        part()
    drawn = True
