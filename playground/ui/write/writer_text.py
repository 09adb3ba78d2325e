"""The text that a network learns to write: a bundled one from a worker, or the learner's own."""

from __future__ import annotations

import hashlib

import streamlit as st

from playground.sequences.write.calls import LOAD_CORPUS
from playground.sequences.write.corpora import CORPORA
from playground.sequences.write.own_corpus import FEWEST_LETTERS, MOST_BYTES, read_own_corpus
from playground.sequences.write.streams import FEWEST_PIECES, Stream, split_stream, vocabulary_of
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.frame.uploader import draw_uploader
from playground.ui.watching.waiting import awaited
from playground.words import counted

OWN = "own corpus"
PROBLEM = "own corpus problem"
PASTED = "pasted text"


@st.cache_resource(max_entries=32, ttl=24 * 3600, show_spinner=False)
def _box(digest: str) -> dict[str, Stream]:
    """Return the place where an own text is kept, by its content."""
    return {}


def corpus_stream(name: str) -> Stream | None:
    """Return what is learned, or say what is missing and return None.

    Raises:
        ValueError: if it cannot be loaded.
    """
    if name == "own":
        own = _box(state.remembered(OWN) or "").get(OWN)
        if own is None:
            st.info("Paste or upload a text in the sidebar.", icon=":material/upload:")
        return own

    return awaited("Loading the text …", f"corpus {name}", LOAD_CORPUS(name))


def draw_own_corpus() -> None:
    """Draw where an own text is pasted or uploaded, and what was made of it."""
    key, start = state.preset_of(PASTED, "")
    st.text_area(
        f"Paste a text, at least {FEWEST_LETTERS} letters",
        start,
        max_chars=MOST_BYTES,
        height=120,
        key=key,
        help="It stays in the memory of this server for a day at most, and is not stored.",
    )
    st.button("Read the pasted text", on_click=_take_pasted, args=(key,), width="stretch")
    file = draw_uploader(f"Or a text file, up to {MOST_BYTES >> 20} MB", ["txt", "md", "csv"], MOST_BYTES, "own text")
    if file is not None and state.remembered("taken text") != file.file_id:
        state.remember("taken text", file.file_id)
        _take(file.getvalue())
    if problem := state.remembered(PROBLEM):
        st.error(plain(problem), icon=":material/error:")
    own = _box(state.remembered(OWN) or "").get(OWN)
    if own is not None:
        st.caption(f":material/check: {counted(own.length, 'letter')} read.")
        for note in own.notes:
            st.caption(f":material/info: {plain(note)}")


def _take_pasted(key: str) -> None:
    """Read what was pasted; the field is emptied, so that the text does not travel with every redraw."""
    if _take(str(state.widget_value(key) or "").encode("utf-8", "surrogatepass")):
        state.preset(PASTED, "")


def _take(data: bytes) -> bool:
    """Keep a text under its content; return whether it could be read. The text before stays otherwise."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        box = _box(digest)
        if OWN not in box:
            box[OWN] = read_own_corpus(data)
    except ValueError as error:
        kept = " The text before stays." if state.remembered(OWN) else ""
        state.remember(PROBLEM, f"{error}.{kept}")
        return False
    state.remember(OWN, digest)
    state.remember(PROBLEM, "")
    return True


def draw_facts(stream: Stream) -> None:
    """Say how long the text is, how it is parted, and where it is from."""
    parts, corpus = split_stream(stream), CORPORA[stream.name]
    lined = stream.pieces >= FEWEST_PIECES
    first = counted(stream.length, "letter") + (f" in {stream.pieces:,} lines" if lined else "")
    st.caption(
        plain(
            f"{corpus.title}: {first}, {len(vocabulary_of(stream, parts)) - 1} different ones. The network learns from "
            f"the first {len(parts.train):,}; the next {len(parts.validation):,} choose the best epoch and the last "
            f"{len(parts.test):,} judge it{', in whole lines' if lined else ''}. "
            f"{stream.source}. {stream.licence}."
        )
    )
