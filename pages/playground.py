"""Playground: what does a recurrent network learn from this series, live?"""

import streamlit as st

from playground.ui.data.series_notes import draw_series_notes, draw_ticker
from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls, draw_presets
from playground.ui.frame.page import begin_page
from playground.ui.playground.exports import draw_stage_export
from playground.ui.playground.live_run import draw_live_run
from playground.ui.playground.recurrence import draw_recurrence
from playground.ui.playground.replay import draw_replay
from playground.ui.playground.scene import follow_slider

begin_page("Playground", "Train a recurrent network on a real series and watch it learn.")
draw_presets()
recipe = follow_slider(state.recipe(), draw_controls())
state.write_address()
above_charts = st.container()
draw_live_run(recipe)
with above_charts:
    draw_ticker(recipe)
draw_stage_export(recipe)
draw_replay(recipe)
draw_series_notes(recipe)
draw_recurrence(recipe)
