"""Listen: what does a network make of sound?"""

from playground.ui.page import begin_page, draw_note
from playground.ui.speech import draw_speech

begin_page("Listen", "What does a network make of sound?")
draw_speech()
draw_note("listen", "How to read this page")
