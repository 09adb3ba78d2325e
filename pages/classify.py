"""Classify: which class is this sequence?"""

from playground.ui.classify.classify import draw_classify, draw_classify_controls
from playground.ui.frame.page import begin_page, draw_note

begin_page("Classify", "Which class is this sequence?")
recipe = draw_classify_controls()
draw_classify(recipe)
draw_note("classify", "How to read this page")
