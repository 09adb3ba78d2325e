"""The page of `room_app.py`."""

import streamlit as st

from playground.ui.frame.uploader import draw_uploader

file = draw_uploader("A file", ["bin"], 5 * 2**20, "file")
st.write(f"read {file.size if file else 'nothing'}")
