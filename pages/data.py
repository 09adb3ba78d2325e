"""Data: what does the network see of a series, and how to bring a series of one's own."""

import streamlit as st

from playground.ui.data.data_story import current_theme, draw_data_story
from playground.ui.data.drawing import draw_drawing
from playground.ui.data.own_data import draw_own_state, draw_paste, draw_upload
from playground.ui.data.series_notes import draw_series_notes, draw_ticker
from playground.ui.data.suggested import draw_suggested
from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note

begin_page("Data", "What does the network see?")
recipe = draw_controls()
state.write_address()
st.caption("This is the chosen series. You can also [bring your own](#own-series): upload it, paste it or draw it.")
draw_data_story(recipe)
draw_ticker(recipe)
draw_series_notes(recipe)
draw_suggested(recipe)
st.header("Bring your own series", anchor="own-series")
draw_own_state(recipe)
upload, paste, drawing = st.tabs(["Upload a file", "Paste a table", "Draw a curve"])
with upload:
    draw_upload(recipe)
with paste:
    draw_paste(recipe)
with drawing:
    draw_drawing(recipe, current_theme())
draw_note("data", "How to read this page")
