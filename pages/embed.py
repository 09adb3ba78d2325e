"""Embed: one run without menu and controls, for slides and other pages; it can only be watched."""

from playground.ui.frame.page import begin_embedded
from playground.ui.status.embed import draw_embedded

begin_embedded()
draw_embedded()
