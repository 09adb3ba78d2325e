"""An app with nothing but live charts, for test_live_chart.py."""

import streamlit as st

from playground.ui.watching.live import plotly_route

app = st.App("tick.py", routes=[plotly_route()])
