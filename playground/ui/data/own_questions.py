"""What a table leaves open, as questions with the likely answer chosen; where nothing is open there are none."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from playground.data.doubts import Doubt
from playground.data.oddities import SEASONS
from playground.data.opening import Opened
from playground.data.reading import MEAN, SUM, TableReading
from playground.ui.data.own_choices import Choices, Fixed
from playground.ui.frame.page import plain
from playground.words import capitalised


class Questions:
    """The place for questions, whose heading comes with the first of them."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._outside = place
        self._inside: DeltaGenerator | None = None

    @property
    def place(self) -> DeltaGenerator:
        """Where the next question is drawn."""
        if self._inside is None:
            self._inside = self._outside.container(border=True)
            self._inside.markdown("**Please check**")
            self._inside.caption("Where an answer is likely, it is chosen. The series below follows what you say here.")
        return self._inside


def ask_whether_turned(opened: Opened, choices: Choices, questions: Questions) -> Fixed:
    """Ask whether a table with a column for each time is to be turned."""
    if not opened.reading.turned:
        return {}
    questions.place.caption(plain(opened.reading.turned))
    return choices.toggle(questions.place, "turn", "Read the columns as rows")


def ask_about_numbers(opened: Opened, choices: Choices, questions: Questions) -> Fixed:
    """Ask how numbers are read that may be read in two ways."""
    return _doubts(opened.reading, ("decimal",), choices, questions)


def ask_about_columns(opened: Opened, choices: Choices, questions: Questions) -> Fixed:
    """Ask how the chosen columns are read: the order in dates, a code for no value, which of several series."""
    reading = opened.reading
    fixed = _doubts(reading, ("time_format", "time"), choices, questions)
    if reading.code is not None:
        code = f"{reading.code:g}"
        means = {None: f"{code} is a value like any other", reading.code: f"{code} means: no value"}
        label = f"{code} stands far from all other values of {reading.value}"
        fixed |= choices.ask(questions.place, "missing", label, means, None)
    if reading.by:
        words = {"": "please choose"} | {pick: pick for pick in reading.picks} | {SUM: "their sum", MEAN: "their mean"}
        label = f"Which {plain(reading.by)}? Each is a series of its own"
        fixed |= choices.box(questions.place, "pick", label, words, "")
    return fixed


def ask_about_oddities(opened: Opened, choices: Choices, questions: Questions) -> Fixed:
    """Ask whether values far outside and levels that change by a round factor are true or mistakes."""
    fixed: Fixed = {}
    if opened.outliers:
        words = {"keep": "keep as it is", "missing": "take as missing"}
        fixed |= choices.ask(questions.place, "outliers", capitalised(opened.outliers), words, "keep")
    if opened.jumps:
        words = {"keep": "keep as it is", "level": "bring what comes before to the new level"}
        fixed |= choices.ask(questions.place, "jumps", capitalised(opened.jumps), words, "keep")
    return fixed


def ask_about_gaps(opened: Opened, choices: Choices, questions: Questions) -> Fixed:
    """Ask what stands for missing values, where the step has a season by nature."""
    series = opened.series
    if series is None or not len(series.filled) or series.step not in SEASONS:
        return {}
    words = {"before": "the value before", "season": f"the value one season before ({SEASONS[series.step]} steps)"}
    return choices.ask(questions.place, "gaps", "What stands for missing values?", words, "before")


def _doubts(reading: TableReading, fields: tuple[str, ...], choices: Choices, questions: Questions) -> Fixed:
    fixed: Fixed = {}
    for doubt in reading.doubts:
        if doubt.field in fields:
            fixed |= _doubt(doubt, choices, questions)
    return fixed


def _doubt(doubt: Doubt, choices: Choices, questions: Questions) -> Fixed:
    if len(doubt.options) > 1:
        return choices.ask(questions.place, doubt.field, doubt.about, doubt.options, doubt.guess)
    questions.place.caption(f":material/info: {plain(f'{doubt.about}: {doubt.options[doubt.guess]}')}")
    return {}
