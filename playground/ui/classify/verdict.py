"""A network reading a sequence, the reader's own or a held-out one: its verdict and its state after every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.charts.reading import reading_figure, reading_height
from playground.charts.sequences import picture_figure
from playground.inspection.order import order_by_similarity
from playground.records import Floats, Ints
from playground.runs import material_key
from playground.sequences.classify.tasks import TASKS
from playground.sequences.encoding import MOST_STEPS, encode_rows, encode_text, split_sequences, tokens_of, unseen
from playground.sequences.equations import read_sequence
from playground.sequences.recipe import ClassifyRecipe
from playground.sequences.records import ClassifierRun, Reading, Sequences
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain
from playground.ui.sequences.sequence_run import ClassifierStudent
from playground.ui.watching.live import live_chart
from playground.words import isolated

TYPED = "typed sequence"


@dataclass(frozen=True, eq=False)
class Chosen:
    """The sequence that is read: a text or rows of numbers, and its true class where that is known."""

    text: str = ""
    rows: Floats | None = None
    truth: str = ""


def choose_sequence(sequences: Sequences, recipe: ClassifyRecipe) -> Chosen | None:
    """Draw the choice of a sequence: typed, one to try, or a held-out one."""
    held = split_sequences(sequences.labels).validation
    if not sequences.texts:
        place = st.slider("Held-out sequence", 1, len(held), 1, key=f"held-out {sequences.name}")
        row = int(held[place - 1])
        return Chosen(rows=sequences.rows(row), truth=sequences.classes[sequences.labels[row]])
    tries = TASKS[recipe.task].tries
    name = f"{TYPED} {material_key(sequences)}"
    key, start = state.preset_of(name, tries[0] if tries else sequences.texts[held[0]])
    text = st.text_input("Type your own and press Enter", start, max_chars=MOST_STEPS, key=key).strip()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("or try", width="content")
        for one in tries:
            st.button(plain(one), key=f"try {one}", type="tertiary", on_click=state.preset, args=(name, one))
        turn = state.remembered("held-out turn") or 0
        st.button(
            "a held-out one", key="try held-out", type="tertiary", on_click=_take_held, args=(name, sequences, turn)
        )
    if not text:
        st.caption("Type something to be read.")
        return None
    known = {sequences.texts[row]: sequences.classes[sequences.labels[row]] for row in held}
    return Chosen(text=text, truth=known.get(text, ""))


def _take_held(name: str, sequences: Sequences, turn: int) -> None:
    held = split_sequences(sequences.labels).validation
    order = np.random.default_rng(1).permutation(held)
    state.preset(name, sequences.texts[order[turn % len(order)]])
    state.remember("held-out turn", turn + 1)


def draw_verdict(student: ClassifierStudent, run: ClassifierRun, chosen: Chosen, epoch: int, other: int | None) -> None:
    """Draw how a network reads the chosen sequence after an epoch, and beside it after another one.

    Args:
        student: Whose recipe and classes these are.
        run: The training as far as it is.
        chosen: What is read.
        epoch: The epoch shown.
        other: The epoch it is compared with, None for none.
    """
    if chosen.rows is not None and chosen.rows.shape[1] > 1:
        live_chart(picture_figure(chosen.rows, current_theme()), key="rows", height=220)
    shown = _read(student, run, epoch, chosen)
    order = np.arange(shown.states.shape[1]) if student.under_way else order_by_similarity(shown.states)
    if other is None:
        _draw_reading(student, run, epoch, chosen, shown, order, "verdict now")
    else:
        left, right = st.columns(2)
        with left:
            _draw_reading(student, run, epoch, chosen, shown, order, "verdict now")
        with right:
            beside = _read(student, run, other, chosen)
            _draw_reading(student, run, other, chosen, beside, order, "verdict then")
    st.caption(
        "Above: the bluer, the likelier; the dot is its answer so far. Below: what each hidden unit holds after the "
        "same step, blue for negative and orange for positive.",
        help=f"{GLOSSARY['verdict']}\n\n{GLOSSARY['reading_states']}",
    )
    if chosen.text and (strange := unseen(run.encoding, chosen.text)):
        listed = ", ".join(plain(token) for token in strange[:10])
        st.caption(f":material/info: Never met in training, so read as nothing: {listed}.")


def _read(student: ClassifierStudent, run: ClassifierRun, epoch: int, chosen: Chosen) -> Reading:
    coding = run.encoding
    inputs = encode_text(coding, chosen.text) if chosen.rows is None else encode_rows(coding, chosen.rows)
    return read_sequence(student.recipe, run.training.at(epoch).weights, inputs)


def _draw_reading(
    student: ClassifierStudent, run: ClassifierRun, epoch: int, chosen: Chosen, reading: Reading, order: Ints, key: str
) -> None:
    classes, last = student.sequences.classes, reading.probabilities[-1]
    answer = int(last.argmax())
    truth = f"; true: {isolated(chosen.truth)}" if chosen.truth else ""
    signal = None
    if chosen.rows is None:
        steps = list(tokens_of(chosen.text, run.encoding.unit))
    else:
        steps = [f"{k + 1}" for k in range(len(chosen.rows))]
        signal = chosen.rows[:, 0] if chosen.rows.shape[1] == 1 else None
    figure = reading_figure(
        reading,
        order,
        steps,
        classes,
        current_theme(),
        title=f"Epoch {epoch} says {isolated(classes[answer])} with {last[answer]:.0%}{truth}",
        step_word=_step_word(student),
        signal=signal,
    )
    live_chart(figure, key=key, height=reading_height(len(classes), len(order), signal is not None))


def _step_word(student: ClassifierStudent) -> str:
    if student.sequences.texts and isinstance(student.recipe, ClassifyRecipe):
        return {"letters": "letter", "words": "word"}[student.recipe.unit]
    return TASKS[student.sequences.name].step
