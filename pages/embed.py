"""Embed: one run without menu and controls, for slides and other pages; it can only be watched."""

from playground.ui.embed import draw_embedded
from playground.ui.page import begin_embedded

begin_embedded()
draw_embedded()
