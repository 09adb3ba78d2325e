"""Write: what comes next?"""

from playground.ui.frame.page import begin_page, draw_note
from playground.ui.write.writer import draw_writer, draw_writer_controls

begin_page("Write", "What comes next, letter by letter?")
recipe = draw_writer_controls()
draw_writer(recipe)
draw_note("write", "How to read this page")
