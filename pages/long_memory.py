"""Long memory: how far back can a network remember?"""

import streamlit as st

from playground.ui import state
from playground.ui.long_memory import draw_race
from playground.ui.memory_choice import draw_memory_choice
from playground.ui.memory_ladder import draw_ladder
from playground.ui.page import begin_page, draw_note

begin_page("Long memory", "How far back can a network remember?")
task, difficulty, effort = draw_memory_choice()
state.write_address()
race, ladder = st.tabs(["Three cells, one task", "How far can each go?"])
with race:
    draw_race(task, difficulty, effort)
with ladder:
    draw_ladder(task, effort)
draw_note("long_memory", "How to read this page")
