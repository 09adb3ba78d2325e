"""The labelled sequences that a page classifies: a bundled task from a worker, or the learner's own table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import streamlit as st

from playground.recent import Recent
from playground.sequences.classify.calls import LOAD_TASK
from playground.sequences.classify.own_texts import (
    FEWEST_PER_CLASS,
    MOST_BYTES,
    MOST_CLASSES,
    MOST_TEXTS,
    LabelledTable,
    labelled_texts,
    open_labelled,
)
from playground.sequences.encoding import split_sequences
from playground.sequences.records import Sequences
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.frame.uploader import draw_uploader
from playground.ui.watching.waiting import awaited
from playground.words import capitalised, counted, isolated

OWN, PROBLEM, TAKEN, OPENED = "own texts", "own texts problem", "own texts taken", "own texts opened"
MOST_BROWSERS = 256

EXAMPLE = """text,label
sweet red apple,fruit
rusty old hammer,tool
ripe yellow banana,fruit
sharp hand saw,tool"""


@dataclass(frozen=True)
class Columns:
    """Two columns of an own table: its digest, and the names of the columns of texts and of labels."""

    digest: str
    text: str
    label: str


@dataclass
class Box:
    """What is kept of one own table: itself, and what became of the columns chosen so far."""

    table: LabelledTable | None = None
    made: dict[Columns, Sequences] = field(default_factory=dict)


@st.cache_resource(max_entries=32, ttl=24 * 3600, show_spinner=False)
def _box(digest: str) -> Box:
    """Return the place where an own table is kept, by its content."""
    return Box()


@st.cache_resource(show_spinner=False)
def _last_tables() -> Recent[str, Columns]:
    """Return what each browser took last of which table, so that a reload finds it again."""
    return Recent(MOST_BROWSERS)


def _taken() -> Columns | None:
    """Return the columns that this browser took last, None where there are none."""
    return state.remembered(OWN) or _last_tables().get(state.owner())


def _own_table() -> Sequences | None:
    """Return the texts that this browser took last, None if there are none or they have been forgotten."""
    taken = _taken()
    return _box(taken.digest).made.get(taken) if taken else None


def task_sequences(task: str) -> Sequences | None:
    """Return what a task classifies, or say what is missing and return None."""
    if task == "own":
        own = _own_table()
        if own is None:
            _draw_wanted()
        return own

    return awaited("Loading the sequences …", f"sequences {task}", LOAD_TASK(task))


def _draw_wanted() -> None:
    """Say what a table must look like, and what was wrong with the one uploaded."""
    if problem := state.remembered(PROBLEM):
        st.error(plain(problem), icon=":material/error:")
    st.info("Upload a table in the sidebar: one text and its label in every row.", icon=":material/upload:")
    st.caption(
        f"Like this, in any order, with 2 to {MOST_CLASSES} different labels and at least {FEWEST_PER_CLASS} texts of "
        "each. A few hundred texts are a good start: names, sentences, product titles, lines of a chat."
    )
    st.code(EXAMPLE, language=None)


def draw_own_table() -> None:
    """Draw the upload of a table of text and label, and what was made of it."""
    file = draw_uploader(
        f"Table with a column of texts and one of labels, up to {MOST_TEXTS:,} texts or {MOST_BYTES >> 20} MB",
        ["csv", "tsv", "txt", "xlsx", "parquet"],
        MOST_BYTES,
        "own labelled texts",
        help=f"At least {FEWEST_PER_CLASS} texts of each label. It stays in the memory of this server for a day at "
        "most, and is not stored.",
    )
    if file is None:
        state.remember(PROBLEM, "")
        state.remember(OPENED, None)
    elif state.remembered(TAKEN) != file.file_id:
        state.remember(TAKEN, file.file_id)
        _open(file.getvalue())
    opened = state.remembered(OPENED) or _taken()
    if opened is not None and (table := _box(opened.digest).table) is not None:
        _take(table, _draw_columns(table, opened))
    if problem := state.remembered(PROBLEM):
        st.error(plain(problem), icon=":material/error:")
    own = _own_table()
    if own is not None:
        st.caption(f":material/check: {counted(len(own.texts), 'text')} with {len(own.classes)} labels read.")
        for note in own.notes:
            st.caption(f":material/info: {plain(note)}")


def _open(data: bytes) -> None:
    """Keep a table under its content, with its columns as they are guessed."""
    digest = hashlib.sha256(data).hexdigest()
    box = _box(digest)
    try:
        table = box.table = box.table or open_labelled(data)
    except ValueError as error:
        state.remember(OPENED, None)
        _refuse(error)
        return
    state.remember(OPENED, Columns(digest, table.text, table.label))


def _draw_columns(table: LabelledTable, opened: Columns) -> Columns:
    """Draw which columns hold texts and labels, and return what is chosen."""
    names = list(table.table.columns)
    columns = zip(st.columns(2), (("Texts", opened.text), ("Labels", opened.label)), strict=True)
    text, label = (
        column.selectbox(title, names, names.index(name), key=f"{title} of {opened.digest}")
        for column, (title, name) in columns
    )
    return Columns(opened.digest, text, label)


def _take(table: LabelledTable, chosen: Columns) -> None:
    """Take these columns; what was taken before stays where they cannot be read."""
    made = _box(chosen.digest).made
    try:
        if chosen not in made:
            made[chosen] = labelled_texts(replace(table, text=chosen.text, label=chosen.label))
    except ValueError as error:
        _refuse(error)
        return
    state.remember(OWN, chosen)
    state.remember(PROBLEM, "")
    _last_tables().keep(state.owner(), chosen)


def _refuse(error: ValueError) -> None:
    kept = " The table before stays." if _own_table() is not None else ""
    state.remember(PROBLEM, f"{capitalised(f'{error}')}.{kept}")


def draw_balance(sequences: Sequences) -> None:
    """Say how many sequences there are of each class, and how they are dealt out."""
    parts = split_sequences(sequences.labels)
    counts = {isolated(name): int((sequences.labels == k).sum()) for k, name in enumerate(sequences.classes)}
    same = len(set(counts.values())) == 1
    listed = (
        f"{next(iter(counts.values()))} each of {', '.join(counts)}"
        if same
        else ", ".join(f"{name}: {number}" for name, number in counts.items())
    )
    st.caption(
        plain(
            f"{counted(len(sequences.labels), 'sequence')}: {listed}. Every class is dealt out alike: "
            f"{len(parts.train)} to learn from, {len(parts.validation)} for validation, {len(parts.test)} for the test."
        )
    )
