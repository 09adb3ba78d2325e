"""Listen: what does a network make of sound?"""

from playground.ui.frame.page import begin_page, draw_note
from playground.ui.listen.listen import choose_part
from playground.ui.listen.music import draw_music
from playground.ui.listen.speech import draw_speech

begin_page("Listen", "What does a network make of sound?")
if choose_part() == "speech":
    draw_speech()
else:
    draw_music()
draw_note("listen", "How to read this page")
