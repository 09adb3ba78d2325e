"""Look inside a network that writes: a text coloured by a unit, what it expects at a letter, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from playground.charts.writing import COLUMNS, expected_figure, page_figure, page_height, places_of
from playground.histories import Keyframe
from playground.jobs import Job, Result
from playground.records import Floats
from playground.sentences.writing import depth_sentence
from playground.sequences.records import WriterRun
from playground.sequences.write.calls import FIND_DEPTH_UNIT, INFLUENCE_ON, READ_TEXT
from playground.sequences.write.corpora import CORPORA
from playground.sequences.write.streams import FEWEST_PIECES, Stream, split_stream
from playground.sequences.write.writing import MOST_READ, TextReading
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain
from playground.ui.frame.spots import spot
from playground.ui.sequences.sequence_run import StreamStudent
from playground.ui.watching.answers import ask_steadily
from playground.ui.watching.live import live_chart, picking_chart
from playground.ui.watching.ticking import draw_ticking
from playground.ui.write.writer_views import settled

SURPRISE, DEPTH = "Surprise", "The unit that follows the depth"
MOST_BITS = 8.0
PLACE = "looked-at letter"


@dataclass(frozen=True)
class View:
    """What the reader wants to see: a text, its colours, one of its letters; `pick` names the last click."""

    symbols: tuple[str, ...]
    shade: str
    place: int
    pick: str


def draw_inside(student: StreamStudent) -> None:
    """Draw the choices, and below them the text, the expectations and the influence."""
    st.subheader("Look inside", divider="gray", anchor=False)
    view = _choose(student)
    with spot():
        if view is None:
            st.caption("Type something to be read.")
            return
        draw_ticking("inside", lambda: _draw(student.now(), view))


def _choose(student: StreamStudent) -> View | None:
    stream = student.stream
    left, right = st.columns(2)
    with left:
        way = st.segmented_control(
            "Text to read", ["Held-out text", "My own"], default="Held-out text", required=True, key="text to read"
        )
        if way == "My own":
            typed = st.text_area(
                "Type and press Ctrl+Enter", CORPORA[stream.name].typed, max_chars=MOST_READ, key=f"read {stream.name}"
            )
            symbols = tuple(typed.replace("\r\n", "\n"))
        else:
            symbols = _excerpt(stream)
    if not symbols:
        return None
    with right:
        names = [DEPTH] if stream.name == "brackets" else []
        names += [SURPRISE, *(f"Unit {k}" for k in range(student.recipe.network.hidden_size))]
        shade = st.selectbox(
            "Colour by",
            names,
            key=f"shade {stream.name} {student.recipe.network.hidden_size}",
            help=GLOSSARY["text_shade"],
        )
        pick, start = state.preset_of(PLACE, min(len(symbols), 8))
        key = f"{pick} {len(symbols)}"
        place = st.slider(
            "Letter to look at (or click one)", 1, len(symbols), min(start, len(symbols)), key=key
        ) if len(symbols) > 1 else 1  # fmt: skip
    return View(symbols, shade, place - 1, pick)


def _excerpt(stream: Stream) -> tuple[str, ...]:
    """Draw the choice of a place in the validation part; return the text there."""
    part = split_stream(stream).validation
    if stream.pieces >= FEWEST_PIECES:
        begins = [int(start) for start in stream.starts if start in part]
    else:
        begins = list(range(part.start, part.stop, MOST_READ // 2))
    number = st.slider("Where in it", 1, len(begins), 1, key=f"where {stream.name}") if len(begins) > 1 else 1
    begin = begins[number - 1]
    return stream.symbols(range(begin, min(begin + MOST_READ // 2, part.stop)))


def _draw(student: StreamStudent, view: View) -> bool:
    """Draw everything; return whether it will change by itself."""
    if state.preset_of(PLACE, 0)[0] != view.pick:
        st.rerun()  # a letter was clicked: its slider is drawn outside of this part
    run: WriterRun | None = student.run or student.untrained()
    if run is None:
        return True
    frame = settled(student, run)
    with spot():
        shade, waiting = _draw_depth(student, run, frame, view)
    read, later = _ask_about(
        student, run, frame, repr(view.symbols),
        READ_TEXT(*_network(student, run, frame), view.symbols, student.stream.end),
    )  # fmt: skip
    if read is None:
        st.caption(":material/hourglass_top: The network reads the text …")
        return True
    _draw_text(read, shade, view, frame.epoch)
    left, right = st.columns([2, 3])
    with left:
        _draw_expected(read, view)
    with right:
        last = _draw_influence(student, run, frame, view)
    return waiting or later or last or student.under_way


def _network(student: StreamStudent, run: WriterRun, frame: Keyframe) -> tuple[str, dict[str, Floats], tuple[str, ...]]:
    """Return what every question about a network's weights begins with."""
    return student.recipe.model_dump_json(), frame.weights, run.vocabulary


def _ask_about(
    student: StreamStudent, run: WriterRun, frame: Keyframe, told: str, job: Job[Result]
) -> tuple[Result | None, bool]:
    """Ask a worker about these weights; return its answer, the one before while it works, and whether it does.

    Args:
        student, run, frame: Whose weights, and of which epoch.
        told: What the question is about but for the weights; while it is the same, the answer before may stand.
        job: The question.

    Raises:
        ValueError: if it cannot be worked out.
    """
    about = f"{student.key} {told}"
    key = f"{job.target} {frame.epoch} {run.done} {about}"
    answer, waiting = ask_steadily(job.target, about, key, job, patience_s=0.2)
    return answer.found, waiting


def _draw_depth(student: StreamStudent, run: WriterRun, frame: Keyframe, view: View) -> tuple[str, bool]:
    """Name the unit that follows the depth, on the bracket grammar; return what to colour by."""
    if student.stream.name != "brackets":
        return view.shade, False
    found, waiting = _ask_about(
        student, run, frame, "", FIND_DEPTH_UNIT(*_network(student, run, frame), student.stream)
    )
    if found is None:
        return SURPRISE if view.shade == DEPTH else view.shade, True
    st.badge(f"Unit {found.unit}: correlation with depth {found.correlation:+.2f}", icon=":material/account_tree:")
    st.caption(plain(depth_sentence(found)), help=GLOSSARY["bracket_depth"])
    return f"Unit {found.unit}" if view.shade == DEPTH else view.shade, waiting


def _draw_text(read: TextReading, shade: str, view: View, epoch: int) -> None:
    symbols = view.symbols
    if shade == SURPRISE:
        values, limits = read.bits, (0.0, MOST_BITS)
        title = f"The bluer, the more surprised: bits for each letter (epoch {epoch})"
    else:
        values, limits = read.states[:, int(shade.split()[-1])], (-1.0, 1.0)
        title = f"{shade} after each letter: blue −1, orange +1 (epoch {epoch})"
    picking_chart(
        page_figure(
            symbols, values, current_theme(), title=title, limits=limits, told=_told(read, values, shade),
            chosen=view.place,
        ),
        "coloured text",
        lambda picked: _pick(picked, symbols),
        page_height(symbols),
    )  # fmt: skip


def _told(read: TextReading, values: Floats, shade: str) -> list[str]:
    """Return for each letter what hovering tells: the value, and what was expected there."""
    name = "surprise" if shade == SURPRISE else shade
    unit = " bits" if shade == SURPRISE else ""
    return [
        f"{name}: {value:.2f}{unit}\nexpected here: "
        + ", ".join(f"{_named(one)} {share:.0%}" for one, share in zip(top, shares, strict=True))
        for value, top, shares in zip(values.tolist(), read.top, read.shares.tolist(), strict=False)
    ]


def _named(symbol: str) -> str:
    return {"\n": "line end", " ": "space", "\t": "tab"}.get(symbol, symbol)


def _pick(picked: dict[str, Any], symbols: tuple[str, ...]) -> None:
    """Look at the letter that was clicked; what comes from a browser is checked."""
    row, column = picked.get("y"), picked.get("x")
    places = places_of(symbols, COLUMNS)
    if isinstance(row, int | float) and isinstance(column, int | float) and (row, column) in places:
        state.preset(PLACE, places.index((int(row), int(column))) + 1)


def _draw_expected(read: TextReading, view: View) -> None:
    truth = view.symbols[view.place]
    title = f"Expected at letter {view.place + 1}, from what came before"
    figure = expected_figure(read.top[view.place], read.shares[view.place], truth, current_theme(), title=title)
    live_chart(figure, key="expected", height=250)
    st.caption(
        f"What came: {plain(_named(truth))}, with a surprise of {read.bits[view.place]:.2f} bits.",
        help=GLOSSARY["bits"],
    )


def _draw_influence(student: StreamStudent, run: WriterRun, frame: Keyframe, view: View) -> bool:
    found, waiting = _ask_about(
        student, run, frame, repr((view.symbols, view.place)),
        INFLUENCE_ON(*_network(student, run, frame), view.symbols, view.place, student.stream.end),
    )  # fmt: skip
    if found is None:
        return True
    symbols = view.symbols[: len(found) + 1]
    values = np.append(found, np.nan)
    most = float(np.max(found, initial=0.0))
    told = [*(f"influence {value:.3g}" for value in found.tolist()), "the letter that was expected here"]
    title = f"Which letters moved what it expected at letter {view.place + 1}"
    live_chart(
        page_figure(
            symbols, values, current_theme(), title=title, limits=(0.0, most or 1.0), told=told, chosen=view.place
        ),
        key="influence",
        height=page_height(symbols),
    )
    st.caption(
        "The bluer, the stronger." if most else "None: a piece begins here, so nothing before it counts.",
        help=GLOSSARY["letter_influence"],
    )
    return waiting
