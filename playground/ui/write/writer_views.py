"""What a network writes: now, at an earlier epoch, and after the reader's own beginning.

Text by a network is shown as code without a language, which no browser takes for markup.
"""

from __future__ import annotations

import streamlit as st

from playground.histories import Keyframe
from playground.sequences.records import WriterRun
from playground.sequences.write.calls import WRITE_ON, WRITE_SAMPLE
from playground.sequences.write.corpora import CORPORA
from playground.sequences.write.generating import (
    HIGHEST_TEMPERATURE,
    LOWEST_TEMPERATURE,
    SAMPLE_TEMPERATURE,
    sample_start,
)
from playground.sequences.write.writing import MOST_WRITTEN
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain
from playground.ui.frame.presses import pressed
from playground.ui.sequences.sequence_run import StreamStudent
from playground.ui.watching.answers import ask_steadily
from playground.ui.watching.ticking import draw_ticking

THEN = "writer then"
ASKED = "writing asked"
MOST_START = 200


def settled(student: StreamStudent, run: WriterRun) -> Keyframe:
    """Return the weights to look at: the best once it is done, in training the last that are kept for good."""
    if run.done:
        return run.training.best
    frames = run.training.keyframes
    return run.training.at(frames[-2 if student.under_way and len(frames) > 1 else -1].epoch)


def written_text(text: str, height_px: int = 230) -> None:
    """Show text by a network as it is, in a field that keeps its height while the text changes."""
    st.code(text, language=None, wrap_lines=True, height=height_px)


def draw_samples(student: StreamStudent) -> bool:
    """Draw what an earlier epoch wrote beside what the newest weights write; return whether this will change."""
    run: WriterRun | None = student.run or student.untrained()
    if run is None:
        st.caption(":material/hourglass_top: Building the untrained network …")
        return True
    kept, waiting = [frame.epoch for frame in run.training.keyframes], False
    left, right = st.columns(2) if len(kept) > 1 else (None, st.container())
    if left is not None:
        with left:
            waiting = _draw_then(student, run, kept)
    with right:
        st.markdown(f"**Now it writes**, epoch {run.sample_epoch}")
        if left is not None:
            st.caption("The newest weights, after each epoch anew.")
        written_text("".join(run.sample))
    st.caption(
        f"Each time {len(run.sample)} letters from the same kind of beginning, at temperature {SAMPLE_TEMPERATURE:g}.",
        help=GLOSSARY["temperature"],
    )
    return student.under_way or waiting


def _draw_then(student: StreamStudent, run: WriterRun, kept: list[int]) -> bool:
    """Draw the slider over the kept epochs and the sample of one; return whether a worker still writes it."""
    wanted = state.remembered(THEN) or 0
    key = f"{THEN} {kept[-1]} {len(kept)} {student.key}"

    def keep() -> None:
        state.remember(THEN, state.widget_value(key))

    epoch: int = st.select_slider(
        "Then it wrote, after epoch (0 = untrained)",
        kept,
        min(kept, key=lambda at: abs(at - wanted)),
        key=key,
        on_change=keep,
        help="Epochs after which the weights were kept.",
    )
    answer, waiting = ask_steadily(
        "then", student.key, f"sample {epoch} {student.key}", WRITE_SAMPLE(
            student.recipe, run.training.at(epoch), run.vocabulary, sample_start(student.stream), student.stream.end
        ),
        patience_s=0.3,
    )  # fmt: skip
    written_text("".join(answer.value) if answer.value else "…")
    return waiting


def draw_write_on(student: StreamStudent) -> None:
    """Draw what is needed to let the network write on from a beginning, and what it wrote."""
    st.subheader("Let it write on", divider="gray", anchor=False)
    corpus = CORPORA[student.stream.name]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = st.text_input(
            "Your beginning", corpus.start, max_chars=MOST_START, key=f"beginning {student.stream.name}"
        )
        temperature = st.slider(
            "Temperature", LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE, 0.7, 0.1, key="temperature",
            help=GLOSSARY["temperature"],
        )  # fmt: skip
        if pressed("Write", type="primary", icon=":material/edit:"):
            turn = (state.remembered(ASKED) or ("", 0.0, 0))[2]
            state.remember(ASKED, (start, temperature, turn + 1))
            state.set_flag("ticking written", True)
    draw_ticking("written", lambda: _draw_written(student.now()))


def _draw_written(student: StreamStudent) -> bool:
    """Draw what was written last; return whether more will come."""
    run: WriterRun | None = student.run or student.untrained()
    asked = state.remembered(ASKED)
    if run is None or asked is None:
        st.caption("Press Write: it reads your beginning and goes on letter by letter. Press again for another try.")
        return run is None or student.under_way
    start, temperature, turn = asked
    frame, recipe = settled(student, run), student.recipe.model_dump_json()
    answer, waiting = ask_steadily(
        "written", f"{student.key} {asked}", f"written {frame.epoch} {asked} {student.key}",
        WRITE_ON(recipe, frame.weights, run.vocabulary, tuple(start), temperature, turn, student.stream.end),
        patience_s=0.3,
    )  # fmt: skip
    if answer.problem:
        raise ValueError(answer.problem)
    written_text(start + "".join(answer.value) if answer.value else "…", 300)
    strange = sorted(set(start) - set(run.vocabulary))
    unknown = f" It never met {' '.join(strange)} and reads it as unseen." if strange else ""
    st.caption(
        plain(
            f"Epoch {frame.epoch}, temperature {temperature:g}, {len(start)} letters by you and {MOST_WRITTEN} by the "
            f"network.{unknown}"
        )
    )
    return waiting or student.under_way
