"""The labelled sequences that a page classifies: a bundled task from a worker, or the learner's own table."""

from __future__ import annotations

import hashlib

import streamlit as st

from playground.recent import Recent
from playground.sequences.classify.calls import LOAD_TASK
from playground.sequences.classify.own_texts import FEWEST_PER_CLASS, MOST_BYTES, MOST_CLASSES, read_own_texts
from playground.sequences.encoding import split_sequences
from playground.sequences.records import Sequences
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.frame.uploader import draw_uploader
from playground.ui.watching.waiting import awaited
from playground.words import capitalised, counted, isolated

OWN, PROBLEM, TAKEN = "own texts", "own texts problem", "own texts taken"
MOST_BROWSERS = 256

EXAMPLE = """text,label
sweet red apple,fruit
rusty old hammer,tool
ripe yellow banana,fruit
sharp hand saw,tool"""


@st.cache_resource(max_entries=32, ttl=24 * 3600, show_spinner=False)
def _box(digest: str) -> dict[str, Sequences]:
    """Return the place where an own table is kept, by its content."""
    return {}


@st.cache_resource(show_spinner=False)
def _last_tables() -> Recent[str, str]:
    """Return which table each browser uploaded last, so that a reload finds it again."""
    return Recent(MOST_BROWSERS)


def _own_table() -> Sequences | None:
    """Return the table that this browser uploaded last, None if there is none or it has been forgotten."""
    digest = state.remembered(OWN) or _last_tables().get(state.owner())
    return _box(digest).get(OWN) if digest else None


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
        f"CSV with the columns text and label, up to {MOST_BYTES >> 20} MB",
        ["csv", "tsv", "txt"],
        MOST_BYTES,
        "own labelled texts",
        help=f"At least {FEWEST_PER_CLASS} texts of each label. It stays in the memory of this server for a day at "
        "most, and is not stored.",
    )
    if file is None:
        state.remember(PROBLEM, "")
    elif state.remembered(TAKEN) != file.file_id:
        state.remember(TAKEN, file.file_id)
        _take(file.getvalue())
    if problem := state.remembered(PROBLEM):
        st.error(plain(problem), icon=":material/error:")
    own = _own_table()
    if own is not None:
        st.caption(f":material/check: {counted(len(own.texts), 'text')} with {len(own.classes)} labels read.")
        for note in own.notes:
            st.caption(f":material/info: {plain(note)}")


def _take(data: bytes) -> None:
    """Keep a table under its content; the one before stays where this one cannot be read."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        box = _box(digest)
        if OWN not in box:
            box[OWN] = read_own_texts(data)
    except ValueError as error:
        kept = " The table before stays." if _own_table() is not None else ""
        state.remember(PROBLEM, f"{capitalised(f'{error}')}.{kept}")
        return
    state.remember(OWN, digest)
    state.remember(PROBLEM, "")
    _last_tables().keep(state.owner(), digest)


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
