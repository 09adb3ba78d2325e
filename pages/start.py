"""Start: what is this, and where do I begin?"""

from playground.ui.frame.page import APP, begin_page
from playground.ui.start.start import draw_doors, draw_picture

begin_page(
    APP, "Watch a recurrent network learn a series, look inside it, and see whether its forecast can be trusted."
)
draw_picture()
draw_doors()
