"""Own data: a table uploaded or pasted, shown as it is read, corrected, and put on the recipe.

The file is read in a worker. Whatever is wrong with it is one sentence; what stands on the recipe
stays there until a series has been made and the learner takes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from playground.config import MOST_EXTRA_INPUTS, Recipe
from playground.data.calls import OPEN_TABLE
from playground.data.encodings import ENCODING_WORDS
from playground.data.limits import MOST_ROWS
from playground.data.opening import Opened, fitted
from playground.data.own import keep_own
from playground.data.reading import MEAN, RESAMPLE_WORDS, SUM, TableReading
from playground.data.signatures import MOST_BYTES, Kind, kind_of
from playground.data.written_times import TIME_FORMATS
from playground.engine.tasks import HANDED_OVER
from playground.places import PLAYGROUND
from playground.records import Series
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.frame.uploader import draw_uploader
from playground.ui.server.server import series_of
from playground.ui.watching.answers import Answer, ask, forget
from playground.ui.watching.waiting import draw_waiting

KINDS = ["csv", "tsv", "txt", "dat", "xlsx", "parquet"]
MOST_PASTED = 1_000_000
PATIENCE_S = 0.3

Fixed = dict[str, Any]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
DECIMALS = {".": "point: 1.5", ",": "comma: 1,5"}
HEADERS = {True: "names of the columns", False: "values"}


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
        KINDS,
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


def take_series(recipe: Recipe, series: Series, **fields: Any) -> None:
    """Keep a series of the learner's and put it on the recipe, with a window that fits a short one.

    Target and inputs of the series before are dropped.

    Raises:
        ValueError: if the series cannot be kept or does not go with the fields.
    """
    chosen = {"target": "level", "extra_inputs": (), "calendar": False, "season_steps": 0} | fields
    new = recipe.replaced(series="own", own=keep_own(series), **chosen)
    data = fitted(new.data, len(series.values))
    state.open_recipe(new.model_copy(update={"data": data}))
    state.write_address()
    st.toast(f"{plain(series.title)} is now the series on every page.", icon=":material/check:")
    if data != new.data:
        st.toast(f"The series is short: the window is now {data.window_steps} steps.", icon=":material/straighten:")


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


def _draw_table(data: bytes, name: str, place: str, recipe: Recipe, keys: list[str]) -> None:
    """Draw the reading for correction, the first rows, the report and the button that takes the series."""
    digest = hashlib.sha256(data).hexdigest()[:24]
    at = f"{place} {digest}"
    fixed: Fixed = {"extras": ()}
    first = _opened(data, name, digest, fixed, keys)
    if first is None:
        return
    problem = st.empty()
    kind = _kind(data)
    if kind == "csv":
        fixed |= _draw_form(first, at)
    elif kind == "xlsx" and first.value is not None:
        fixed |= _draw_sheet(first.value.reading, at)
    answer = _opened(data, name, digest, fixed, keys)
    if answer is None or answer.value is None:
        if answer is not None:
            problem.error(plain(answer.problem), icon=":material/error:")
        return
    opened = answer.value
    title = unit = ""
    for draw in (_draw_columns, _draw_details):
        fixed |= draw(opened.reading, f"{at} {sorted(fixed.items())}")
        answer = _opened(data, name, digest, fixed, keys)
        if answer is None or answer.value is None:
            if answer is not None:
                st.error(plain(answer.problem), icon=":material/error:")
            return
        opened = answer.value
        if draw is _draw_columns:
            title, unit = _draw_name(opened.reading, at)
    _draw_outcome(opened, title, unit, at, recipe)


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


def _choice(label: str, words: dict[Any, str], guess: Any, key: str) -> Any:
    return st.selectbox(label, list(words), list(words).index(guess), format_func=words.__getitem__, key=key)


def _corrected(guess: dict[str, Any], said: dict[str, Any]) -> Fixed:
    """Return the fields that say something else than the guess."""
    return {name: value for name, value in said.items() if value != guess[name]}


def _kind(data: bytes) -> Kind | None:
    """Return what the bytes are, None for nothing that is read here."""
    try:
        return kind_of(data)
    except ValueError:
        return None


def _draw_form(first: Answer, at: str) -> Fixed:
    """Draw how the text is written; shown open where the guess did not work."""
    guess = {"delimiter": ",", "decimal": ".", "encoding": "utf-8", "header": True}
    if first.value is not None:
        guess = {name: getattr(first.value.reading, name) for name in guess}
    with st.expander("How the text is written", expanded=bool(first.problem)):
        columns = st.columns(4)
        said = {
            "delimiter": _in(columns[0], "Delimiter", DELIMITERS, guess["delimiter"], f"delimiter {at}"),
            "decimal": _in(columns[1], "Decimal sign", DECIMALS, guess["decimal"], f"decimal {at}"),
            "encoding": _in(columns[2], "Encoding", dict(ENCODING_WORDS), guess["encoding"], f"encoding {at}"),
            "header": _in(columns[3], "First row", HEADERS, guess["header"], f"header {at}"),
        }
    return _corrected(guess, said)


def _draw_sheet(reading: TableReading, at: str) -> Fixed:
    """Draw which sheet of a workbook is read, and whether it names its columns."""
    left, right = st.columns(2)
    guess = {"sheet": reading.sheet, "header": reading.header}
    said = {
        "sheet": _in(left, "Sheet", {name: name for name in reading.sheets}, reading.sheet, f"sheet {at}"),
        "header": _in(right, "First row", HEADERS, reading.header, f"header {at}"),
    }
    return _corrected(guess, said)


def _in(column: Any, label: str, words: dict[Any, str], guess: Any, key: str) -> Any:
    with column:
        return _choice(label, words, guess, key)


def _draw_name(reading: TableReading, at: str) -> tuple[str, str]:
    """Draw what the series and its unit are called."""
    left, right = st.columns(2)
    title = left.text_input("Title", reading.title, max_chars=80, key=f"title {at}")
    unit = right.text_input("Unit", reading.unit, max_chars=20, placeholder="none", key=f"unit {at} {reading.value}")
    return title.strip()[:80] or reading.title, unit.strip()[:20]


def _draw_columns(reading: TableReading, at: str) -> Fixed:
    """Draw which columns hold the value and the time."""
    names = {name: name for name in reading.columns}
    left, right = st.columns(2)
    said = {
        "value": _in(left, "Value to forecast", names, reading.value, f"value {at}"),
        "time": _in(right, "Time", {"": "none: one row is one step"} | names, reading.time, f"time {at}"),
    }
    fixed = _corrected({"value": reading.value, "time": reading.time}, said)
    if "time" in fixed:
        fixed["time_more"] = ()
    if reading.code is not None:
        means = {None: f"{reading.code:g} is a value like any other", reading.code: f"{reading.code:g} means: no value"}
        label = f"{reading.code:g} stands far from all other values of {reading.value}"
        key = f"code {reading.code} {reading.value} {at}"
        fixed |= _corrected({"missing": None}, {"missing": _choice(label, means, reading.missing, key)})
    if reading.by:
        words = {"": "please choose"} | {pick: pick for pick in reading.picks} | {SUM: "their sum", MEAN: "their mean"}
        label = f"Which {reading.by}? Each is a series of its own"
        fixed |= _corrected({"pick": ""}, {"pick": _choice(label, words, reading.pick, f"pick {at}")})
    return fixed


def _draw_details(reading: TableReading, at: str) -> Fixed:
    """Draw how times are written, what is read beside the value, and the names."""
    left, right = st.columns(2)
    said: dict[str, Any] = {"time_format": reading.time_format, "resample": reading.resample}
    if reading.time:
        formats = dict.fromkeys([reading.time_format, *TIME_FORMATS])
        words = {form: "ISO 8601: 2024-12-31 18:00" if form == "ISO8601" else form for form in formats}
        said["time_format"] = _in(left, "Times are written as", words, reading.time_format, f"format {at}")
        said["resample"] = _in(right, "Average over", dict(RESAMPLE_WORDS), reading.resample, f"resample {at}")
    others = [name for name in reading.columns if name not in (reading.value, reading.time)]
    extras = left.multiselect(
        "Further inputs",
        others,
        list(reading.extras),
        max_selections=MOST_EXTRA_INPUTS,
        placeholder="None" if others else "The table has no further columns",
        disabled=not others,
        help=GLOSSARY["extra_inputs"],
        key=f"extras {at}",
    )
    return _corrected(reading.model_dump(), said) | {"extras": tuple(extras)}


def _draw_outcome(opened: Opened, title: str, unit: str, at: str, recipe: Recipe) -> None:
    """Draw the first rows, the report, and the button that takes the series."""
    reading, series = opened.reading, opened.series
    st.caption(f"The first {len(opened.preview)} rows, as they are read. Row 1 is the first line of the file.")
    st.dataframe(opened.preview, height=220, key=f"preview {at}")
    for note in reading.notes:
        st.caption(f":material/info: {plain(note)}")
    if series is None:
        st.error(plain(opened.problem), icon=":material/error:")
        return
    st.markdown("**What was done to the rows**")
    st.markdown("\n".join(f"- {plain(line)}" for line in opened.report))
    with st.container(horizontal=True, vertical_alignment="center"):
        take = pressed("Use this series", type="primary", icon=":material/check:", key=f"use {at}")
        calendar = st.toggle(
            "Calendar as input",
            disabled=series.times is None,
            help=GLOSSARY["calendar"] if series.times is not None else "The table has no column of times.",
            key=f"calendar {at} {series.times is None}",
        )
    if take:
        with sentences_for_errors():
            series = replace(series, title=title, unit=unit)
            take_series(recipe, series, extra_inputs=reading.extras, calendar=calendar and series.times is not None)
            st.rerun()
