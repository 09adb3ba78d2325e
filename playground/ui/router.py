"""The menu: every page once. Streamlit runs this file for each visit, deep links included."""

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parents[2] / "pages"

st.navigation(
    [
        st.Page(PAGES / "playground.py", title="Playground", icon=":material/play_circle:", default=True),
    ]
).run()
