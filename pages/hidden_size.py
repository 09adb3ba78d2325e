"""Hidden size: how large should it be?"""

from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note
from playground.ui.hidden_size.sweep import draw_sweep

begin_page("Hidden size", "How large should it be?")
recipe = draw_controls()
state.write_address()
draw_sweep(recipe)
draw_note("hidden_size", "How to read this page")
