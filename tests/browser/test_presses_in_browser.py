"""A press counts although something else is changed before the page could be drawn for it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGE = """
import time
import streamlit as st
from playground.ui.frame.presses import pressed

more = st.checkbox("More")
st.empty()
time.sleep(0.5)
if pressed("Count"):
    st.session_state["count"] = st.session_state.get("count", 0) + 1
st.write(f"pressed {st.session_state.get('count', 0)}, more {more}")
"""


def test_a_press_counts_although_a_box_is_ticked_at_once(open_page, start_app, tmp_path):
    script = tmp_path / "page.py"
    script.write_text(PAGE)
    page = open_page(start_app(script))
    expect(page.get_by_text("pressed 0, more False")).to_be_visible()
    page.evaluate("""() => {
        [...document.querySelectorAll("button")].find((button) => button.innerText === "Count").click();
        setTimeout(() => document.querySelector("[data-testid=stCheckbox] input").click(), 200);
    }""")
    expect(page.get_by_text("pressed 1, more True")).to_be_visible()
