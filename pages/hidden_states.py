"""Hidden states: what does it remember?"""

from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note
from playground.ui.hidden_states.hidden_states import draw_hidden_states

begin_page("Hidden states", "What does it remember?")
recipe = draw_controls()
state.write_address()
draw_hidden_states(recipe)
draw_note("hidden_states", "How to read this page")
