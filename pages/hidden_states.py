"""Hidden states: what does it remember?"""

from playground.ui import state
from playground.ui.controls import draw_controls
from playground.ui.hidden_states import draw_hidden_states
from playground.ui.page import begin_page, draw_note

begin_page("Hidden states", "What does it remember?")
recipe = draw_controls()
state.write_address()
draw_hidden_states(recipe)
draw_note("hidden_states", "How to read this page")
