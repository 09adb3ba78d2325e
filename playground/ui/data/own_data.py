"""Own data: a table uploaded or pasted, shown as it is read, corrected, and put on the recipe.

The file is read in a worker. Whatever is wrong with it is one sentence; what stands on the recipe
stays there until a series has been made and the learner takes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.config import MOST_EXTRA_INPUTS, Recipe
from playground.data.calls import OPEN_TABLE
from playground.data.encodings import ENCODING_WORDS
from playground.data.limits import MOST_ROWS
from playground.data.opening import Opened
from playground.data.reading import RESAMPLE_WORDS, TableReading
from playground.data.signatures import ENDINGS, MOST_BYTES, Kind, kind_of
from playground.data.written_times import TIME_FORMATS
from playground.engine.tasks import HANDED_OVER
from playground.places import PLAYGROUND
from playground.ui.data.own_choices import Choices, Fixed, forget_begun
from playground.ui.data.own_outcome import draw_outcome
from playground.ui.data.own_questions import (
    Questions,
    ask_about_columns,
    ask_about_gaps,
    ask_about_numbers,
    ask_about_oddities,
    ask_whether_turned,
)
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain
from playground.ui.frame.spots import spot
from playground.ui.frame.uploader import draw_uploader
from playground.ui.server.server import series_of
from playground.ui.watching.answers import Answer, ask, forget
from playground.ui.watching.waiting import draw_waiting

MOST_PASTED = 1_000_000
PATIENCE_S = 0.3

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
DECIMALS = {".": "point: 1.5", ",": "comma: 1,5"}
HEADERS = {True: "names of the columns", False: "values"}
FORM: dict[str, tuple[str, dict[Any, str]]] = {
    "delimiter": ("Delimiter", DELIMITERS),
    "encoding": ("Encoding", dict(ENCODING_WORDS)),
    "header": ("First row", HEADERS),
    "decimal": ("Decimal sign", DECIMALS),
}
"""Field of the reading of a text -> its label and its values; the decimal sign is last, as it may be asked below."""
USUAL_FORM = {"delimiter": ",", "encoding": "utf-8", "header": True, "decimal": "."}


def draw_own_state(recipe: Recipe) -> None:
    """Say that the learner's own series is the one in use, and where to train on it."""
    with spot(), suppress(ValueError):
        if recipe.data.series == "own" and recipe.data.own:
            series = series_of(recipe.data.model_dump_json())
            st.success(f"{plain(series.title)} is the series on every page now.", icon=":material/check:")
            st.page_link(PLAYGROUND, label="Train on it in the Playground", icon=":material/play_arrow:")


def draw_upload(recipe: Recipe) -> None:
    """Draw the upload of a file and all that follows from it."""
    file = draw_uploader(
        f"A table: CSV, text, Excel workbook (.xlsx) or Parquet, up to {MOST_BYTES >> 20} MB and {MOST_ROWS:,} rows",
        ENDINGS,
        MOST_BYTES,
        "own file",
    )
    with _keeping_answers("file") as keys:
        if file is not None:
            _draw_table(file.getvalue(), file.name, "file", recipe, keys)


def draw_paste(recipe: Recipe) -> None:
    """Draw the field to paste a table into and all that follows from it."""
    text = st.text_area(
        "Paste a table, with or without a header",
        placeholder="date,value\n2024-01-01,3.2\n2024-01-02,3.9\n…",
        height=160,
        max_chars=MOST_PASTED,
        key="own text",
    )
    with _keeping_answers("text") as keys:
        if text.strip():
            _draw_table(text.encode(), "Pasted table", "text", recipe, keys)


@contextmanager
def _keeping_answers(place: str) -> Iterator[list[str]]:
    """Keep the answers asked for in this run, whose keys the caller lists, and drop those of the run before.

    A table read in another way is a large answer that nobody looks at again.
    """
    keys: list[str] = []
    try:
        yield keys
    finally:
        for key in state.remembered(f"own {place}") or ():
            if key not in keys:
                forget(key)
        state.remember(f"own {place}", tuple(keys))
        if not keys:
            forget_begun(place)


def _draw_table(data: bytes, name: str, place: str, recipe: Recipe, keys: list[str]) -> None:
    """Draw the reading for correction, what it leaves open, the series it makes, and the button that takes it."""
    digest = hashlib.sha256(data).hexdigest()[:24]
    fixed: Fixed = {"extras": ()}
    answer = _opened(data, name, digest, fixed, keys)
    if answer is None:
        return
    choices = Choices(place, digest, answer.value.reading if answer.value else None)
    recalled, form, columns, names, details, open_ones, outcome = (spot() for _ in range(7))
    questions = Questions(open_ones)
    with form:
        fixed |= _draw_form(answer, _kind(data), choices)
    named: dict[str, str] = {}
    steps: tuple[Callable[[Opened], Fixed], ...] = (
        lambda opened: ask_whether_turned(opened, choices, questions),
        lambda opened: ask_about_numbers(opened, choices, questions),
        lambda opened: _draw_columns(opened.reading, columns, choices),
        lambda opened: _draw_names(opened.reading, names, choices.at, named),
        lambda opened: ask_about_columns(opened, choices, questions),
        lambda opened: _draw_details(opened.reading, details, choices),
        lambda opened: ask_about_oddities(opened, choices, questions),
        lambda opened: ask_about_gaps(opened, choices, questions),
    )

    def look() -> Opened | None:
        """Return the table as it is read so far; without one, say why and return None."""
        with outcome:
            answer = _opened(data, name, digest, fixed, keys)
            if answer is not None and answer.problem:
                st.error(plain(answer.problem), icon=":material/error:")
        return answer.value if answer else None

    opened = look()
    for step in steps:
        if opened is None:
            break
        fixed |= step(opened)
        opened = look()
    if opened is not None:
        choices.keep()
        with outcome:
            draw_outcome(opened, named["title"], named["unit"], choices.at, recipe)
    with recalled:
        choices.draw_recalled()


def _opened(data: bytes, name: str, digest: str, fixed: Fixed, keys: list[str]) -> Answer[Opened] | None:
    """Return what a worker made of the file, or say that it is being read and return None."""
    key = f"own {digest} {name} {sorted(fixed.items())}"
    keys.append(key)

    def look() -> Answer[Opened]:
        return ask(key, OPEN_TABLE(data, name, fixed), priority=HANDED_OVER, patience_s=PATIENCE_S)

    answer = look()
    if answer.waiting:
        state.hand_over()
        draw_waiting("Reading the table …", lambda: not look().waiting)
        return None
    return answer


def _kind(data: bytes) -> Kind | None:
    """Return what the bytes are, None for nothing that is read here."""
    try:
        return kind_of(data)
    except ValueError:
        return None


def _draw_form(first: Answer[Opened], kind: Kind | None, choices: Choices) -> Fixed:
    """Draw how a text is written, shown open where the guess did not work, or which sheet of a workbook is read."""
    reading = first.value.reading if first.value else None
    fixed: Fixed = {}
    if kind == "csv":
        guess = {name: getattr(reading, name, usual) for name, usual in USUAL_FORM.items()}
        asked_below = reading is not None and any(doubt.field == "decimal" for doubt in reading.doubts)
        with st.expander("How the text is written", expanded=bool(first.problem)):
            places = st.columns(len(FORM) - asked_below)
        for place, (field, (label, words)) in zip(places, FORM.items(), strict=False):
            fixed |= choices.box(place, field, label, words, guess[field])
    elif kind == "xlsx" and reading is not None:
        left, right = st.columns(2)
        sheets = {name: name for name in reading.sheets}
        fixed |= choices.box(left, "sheet", "Sheet", sheets, reading.sheet)
        fixed |= choices.box(right, "header", "First row", HEADERS, reading.header)
    return fixed


def _draw_columns(reading: TableReading, place: DeltaGenerator, choices: Choices) -> Fixed:
    """Draw which columns hold the value and the time."""
    names = {name: name for name in reading.columns}
    left, right = place.columns(2)
    fixed = choices.box(left, "value", "Value to forecast", names, reading.value)
    fixed |= choices.box(right, "time", "Time", {"": "none: one row is one step"} | names, reading.time)
    return fixed | ({"time_more": ()} if "time" in fixed else {})


def _draw_names(reading: TableReading, place: DeltaGenerator, at: str, named: dict[str, str]) -> Fixed:
    """Draw what the series and its unit are called, and put it in `named`; it is no part of the reading."""
    left, right = place.columns(2)
    title = left.text_input("Title", reading.title, max_chars=80, key=f"title {at}")
    unit = right.text_input("Unit", reading.unit, max_chars=20, placeholder="none", key=f"unit {at} {reading.value}")
    named |= {"title": title.strip()[:80] or reading.title, "unit": unit.strip()[:20]}
    return {}


def _draw_details(reading: TableReading, place: DeltaGenerator, choices: Choices) -> Fixed:
    """Draw how times are written, what they are averaged over, and what is read beside the value."""
    left, right = place.columns(2)
    fixed: Fixed = {}
    if reading.time:
        forms = dict.fromkeys([reading.time_format, *TIME_FORMATS])
        words = {form: "ISO 8601: 2024-12-31 18:00" if form == "ISO8601" else form for form in forms}
        if "time_format" not in choices.asked:
            fixed |= choices.box(left, "time_format", "Times are written as", words, reading.time_format)
        fixed |= choices.box(right, "resample", "Average over", dict(RESAMPLE_WORDS), reading.resample)
    others = [name for name in reading.columns if name not in (reading.value, reading.time)]
    return fixed | choices.several(
        left,
        "extras",
        "Further inputs",
        others,
        max_selections=MOST_EXTRA_INPUTS,
        placeholder="None" if others else "The table has no further columns",
        disabled=not others,
        help=GLOSSARY["extra_inputs"],
    )
