"""Two live charts that change ten times a second; the data are the number of the update."""

import numpy as np
import streamlit as st

from playground.charts.forecast import forecast_figure
from playground.charts.states import states_figure
from playground.charts.theme import LIGHT
from playground.records import Forecast, Series, Split, Trace
from playground.ui.watching.live import live_chart

SERIES = Series("wave", "Wave", "°C", 10 * np.sin(np.arange(400) / 10), None, "sample")
SPLIT = Split(280, 288, 340, 348, 400)
ANCHORS = np.arange(30, 340)


@st.fragment(run_every=0.1)
def tick() -> None:
    st.session_state.update_number = number = st.session_state.get("update_number", 0) + 1
    predicted = np.full((len(ANCHORS), 1), number / 100, dtype=np.float32)
    truth = SERIES.values[ANCHORS + 1].astype(np.float32)[:, None]
    forecast = Forecast("one-step", ANCHORS, np.zeros(len(ANCHORS), np.uint8), predicted, truth - 1, truth)
    states = np.tanh(np.outer(np.sin(np.arange(50) / 5), np.arange(8)) * number / 100).astype(np.float32)
    live_chart(forecast_figure(SERIES, SPLIT, forecast, LIGHT, revision="same"), key="forecast")
    live_chart(states_figure(SERIES, Trace(np.arange(100, 150), states, np.arange(8)), LIGHT), key="states")


if st.checkbox("Charts", True):
    tick()
