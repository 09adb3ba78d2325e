"""A part of a page that ticks begins and ends without losing what was clicked further down."""

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from playground.ui.frame import state
    from playground.ui.frame.presses import pressed
    from playground.ui.watching.ticking import draw_ticking

    state.open_tab()
    draws = st.session_state.setdefault("draws", [])

    def draw() -> bool:
        draws.append(st.session_state.get("busy", False))
        return bool(draws[-1])

    draw_ticking("work", draw)
    if pressed("Count"):
        st.session_state["clicks"] = st.session_state.get("clicks", 0) + 1


@pytest.mark.parametrize("busy", [False, True])
def test_a_click_is_not_lost_when_the_part_above_begins_or_ends(busy):
    app = AppTest.from_function(page)
    app.session_state["busy"] = not busy
    app.run()
    app.run()
    app.session_state["busy"] = busy
    app.button[0].click().run()
    assert app.session_state["clicks"] == 1
    assert app.session_state["draws"][-1] is busy
    assert not app.exception
