"""The hand-made cell: does the code do what the formula says?"""

from playground.ui.frame.page import begin_page, draw_note
from playground.ui.hand_made_cell.hand_made import draw_hand_made, draw_hand_made_controls

begin_page("The hand-made cell", "Does the code do what the formula says?")
recipe = draw_hand_made_controls()
draw_hand_made(recipe)
draw_note("hand_made_cell", "How to read this page")
