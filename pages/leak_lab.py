"""Leak lab: where do false scores come from?"""

import streamlit as st

from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note
from playground.ui.leak_lab.leak_challenge import draw_challenge
from playground.ui.leak_lab.leak_lab import draw_lab

begin_page("Leak lab", "Where do false scores come from?")
recipe = draw_controls()
state.write_address()
lab, challenge = st.tabs(["Make the mistakes", "Find the hidden one"])
with lab:
    draw_lab(recipe)
with challenge:
    draw_challenge()
draw_note("leak_lab", "How to read this page")
