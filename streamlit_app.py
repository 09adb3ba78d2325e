"""Entry point: `streamlit run streamlit_app.py`. Nothing is drawn here; the router picks the page."""

import streamlit as st

from playground.ui.web.app import parts

app = st.App(**parts())
