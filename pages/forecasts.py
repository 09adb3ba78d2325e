"""Forecasts: how good is the network, really?"""

from playground.ui.forecasts.forecasts import draw_forecasts
from playground.ui.frame import state
from playground.ui.frame.controls import draw_controls
from playground.ui.frame.page import begin_page, draw_note

begin_page("Forecasts", "How good is it, really?")
recipe = draw_controls()
state.write_address()
draw_forecasts(recipe)
draw_note("forecasts", "How to read this page")
