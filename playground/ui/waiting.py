"""A place on a page that waits for workers: it says so, looks again, and redraws the page once they have answered."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

LOOK_AGAIN_S = 0.3


def draw_waiting(text: str, answered: Callable[[], bool]) -> None:
    """Say what is being waited for; redraw the page as soon as `answered` says yes."""

    @st.fragment(run_every=LOOK_AGAIN_S)
    def wait() -> None:
        if answered():
            st.rerun()
        st.caption(f":material/hourglass_top: {text}")

    wait()
