"""A part of a page that ticks begins and ends without losing what was clicked further down."""

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from playground.ui.frame import state
    from playground.ui.watching.ticking import draw_ticking

    state.open_tab()
    draws = st.session_state.setdefault("draws", [])

    def draw() -> bool:
        draws.append(st.session_state.get("busy", False))
        return bool(draws[-1])

    draw_ticking("work", draw)
    if st.button("Count"):
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


def shared_run() -> None:
    import streamlit as st

    from playground.ui.frame.state import brings_click
    from playground.ui.watching.ticking import ask_for_page

    st.session_state["brought"] = brings_click()
    if st.session_state.get("wanted"):
        st.session_state["wanted"] = False
        ask_for_page()
    if st.button("Count"):
        st.session_state["clicks"] = st.session_state.get("clicks", 0) + 1


def test_a_click_that_shares_a_run_with_a_tick_is_not_lost_when_the_tick_asks_for_a_page():
    app = AppTest.from_function(shared_run)
    app.run()
    assert not app.session_state["brought"]
    app.session_state["wanted"] = True
    app.button[0].click().run()
    assert app.session_state["brought"] and app.session_state["clicks"] == 1
    app.run()
    assert not app.session_state["brought"] and app.session_state["clicks"] == 1
