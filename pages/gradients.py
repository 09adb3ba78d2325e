"""Gradients: why does it forget?"""

from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note
from playground.ui.gradients.gradient_lab import draw_gradients

begin_page("Gradients", "Why does it forget?")
recipe = draw_controls()
state.write_address()
draw_gradients(recipe)
draw_note("gradients", "How to read this page")
