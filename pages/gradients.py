"""Gradients: why does it forget?"""

from playground.ui import state
from playground.ui.controls import draw_controls
from playground.ui.gradient_lab import draw_gradients
from playground.ui.page import begin_page, draw_note

begin_page("Gradients", "Why does it forget?")
recipe = draw_controls()
state.write_address()
draw_gradients(recipe)
draw_note("gradients", "How to read this page")
