"""Start: what is this, and where do I begin?"""

from playground.ui.frame.page import APP, begin_page
from playground.ui.frame.spots import spot
from playground.ui.playground.living import draw_recorded_living
from playground.ui.start.start import PRESET, draw_begin, draw_doors, draw_recording

begin_page(
    APP, "Watch a recurrent network learn a series, look inside it, and see whether its forecast can be trusted."
)
draw_begin()
with spot():
    draw_recorded_living(PRESET)
draw_doors()
draw_recording()
