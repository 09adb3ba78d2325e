"""Compare: which one is better, and is it luck?"""

from playground.ui.compare.compare import draw_compare
from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note

begin_page("Compare", "Which one is better, and is it luck?")
recipe = draw_controls()
state.write_address()
draw_compare(recipe)
draw_note("compare", "How to read this page")
