"""The labelled sequences that a page classifies: a bundled task from a worker, or the learner's own table."""

from __future__ import annotations

import hashlib

import streamlit as st

from playground.data.words import counted
from playground.sequences.encoding import split_sequences
from playground.sequences.own_texts import FEWEST_PER_CLASS, MOST_BYTES, read_own_texts
from playground.sequences.records import Sequences
from playground.ui import state
from playground.ui.answers import ask
from playground.ui.page import plain, sentences_for_errors
from playground.ui.waiting import draw_waiting

OWN = "own texts"


@st.cache_resource(max_entries=32, ttl=24 * 3600, show_spinner=False)
def _box(digest: str) -> dict[str, Sequences]:
    """Return the place where an own table is kept, by its content."""
    return {}


def task_sequences(task: str) -> Sequences | None:
    """Return what a task classifies, or say what is missing and return None."""
    if task == "own":
        own = _box(state.remembered(OWN) or "").get(OWN)
        if own is None:
            st.info("Upload a table in the sidebar: one text and its label in every row.", icon=":material/upload:")
        return own

    def look() -> Sequences | None:
        answer = ask(f"sequences {task}", "playground.sequences.tasks:load_task", task, priority=5, patience_s=0.3)
        if answer.problem:
            raise ValueError(answer.problem)
        return answer.value

    found = look()
    if found is None:
        draw_waiting("Loading the sequences …", lambda: look() is not None)
    return found


def draw_own_table() -> None:
    """Draw the upload of a table of text and label, and what was made of it."""
    file = st.file_uploader(
        f"CSV with the columns text and label, up to {MOST_BYTES >> 20} MB, "
        f"at least {FEWEST_PER_CLASS} texts of each label",
        ["csv", "tsv", "txt"],
        key="own labelled texts",
    )
    if file is None:
        return
    data = file.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    with sentences_for_errors():
        box = _box(digest)
        if OWN not in box:
            box[OWN] = read_own_texts(data)
        state.remember(OWN, digest)
        for note in box[OWN].notes:
            st.caption(f":material/info: {plain(note)}")


def draw_balance(sequences: Sequences) -> None:
    """Say how many sequences there are of each class, and how they are dealt out."""
    parts = split_sequences(sequences.labels)
    counts = {name: int((sequences.labels == k).sum()) for k, name in enumerate(sequences.classes)}
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
