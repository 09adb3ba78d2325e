"""Inside the cell: how does one step work?"""

from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note
from playground.ui.inside_the_cell.inside_the_cell import draw_inside_the_cell

begin_page("Inside the cell", "How does one step work?")
recipe = draw_controls()
state.write_address()
draw_inside_the_cell(recipe)
draw_note("inside_the_cell", "How to read this page")
