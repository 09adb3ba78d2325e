"""Long memory: how far back can a network remember?"""

import streamlit as st

from playground.ui.frame import state
from playground.ui.frame.page import begin_page, draw_note
from playground.ui.long_memory.long_memory import draw_race
from playground.ui.long_memory.memory_choice import draw_memory_choice
from playground.ui.long_memory.memory_ladder import draw_ladder

begin_page("Long memory", "How far back can a network remember?")
task, difficulty, effort = draw_memory_choice()
state.write_address()
race, ladder = st.tabs(["Three cells, one task", "How far can each go?"])
with race:
    draw_race(task, difficulty, effort)
with ladder:
    draw_ladder(task, effort)
draw_note("long_memory", "How to read this page")
