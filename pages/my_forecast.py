"""My forecast: from a series to what comes next, in four steps."""

import streamlit as st

from playground.ui.data.own_data import draw_paste, draw_upload
from playground.ui.data.series_notes import draw_ticker
from playground.ui.frame import state
from playground.ui.frame.page import begin_page, draw_note
from playground.ui.my_forecast.choosing import (
    bring_another,
    chosen_recipe,
    draw_bundled,
    draw_series_in_use,
    draw_symbol,
)
from playground.ui.my_forecast.judging import draw_judging
from playground.ui.my_forecast.next_steps import draw_next
from playground.ui.my_forecast.training import draw_training
from playground.ui.playground.opened_run import draw_open_run

begin_page("My forecast", "What comes next in your series, and can you rely on it?")
recipe = chosen_recipe()
state.write_address()
st.subheader("1 Data", anchor=False)
draw_series_in_use(recipe)
draw_ticker(recipe)
with bring_another(recipe):
    upload, paste, ticker, bundled, run = st.tabs(
        ["Upload a file", "Paste a table", "A share price", "A series from here", "A run file"]
    )
    with upload:
        draw_upload(recipe)
    with paste:
        draw_paste(recipe)
    with ticker:
        draw_symbol(recipe)
    with bundled:
        draw_bundled(recipe)
    with run:
        st.caption(
            "The run that you took home here before: it forecasts again, also from newer rows, without training."
        )
        draw_open_run()
st.subheader("2 Train", anchor=False)
draw_training(recipe)
st.subheader("3 Judge", anchor=False)
evaluation = draw_judging(recipe)
st.subheader("4 Next", anchor=False)
draw_next(recipe, evaluation)
draw_note("my_forecast", "How to read this page")
