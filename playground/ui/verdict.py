"""A verdict that forms as a sequence is read: the reader's own text or a held-out sequence, then and now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.charts.sequences import rows_figure, verdict_figure, verdict_height
from playground.records import Floats
from playground.sequences.encoding import MOST_STEPS, encode_rows, encode_text, split_sequences, tokens_of, unseen
from playground.sequences.equations import read_sequence
from playground.sequences.recipe import ClassifyRecipe
from playground.sequences.records import ClassifierRun, Sequences
from playground.sequences.tasks import TASKS
from playground.ui import state
from playground.ui.glossary import GLOSSARY
from playground.ui.live import live_chart
from playground.ui.page import current_theme, plain
from playground.ui.sequence_training import Student

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
    name = f"{TYPED} {recipe.task}"
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


def draw_verdict(student: Student, chosen: Chosen) -> bool:
    """Draw the verdict of an earlier epoch and of now; return whether training goes on."""
    run = student.run or student.untrained()
    if run is None:
        st.caption(":material/hourglass_top: Building the untrained network …")
        return True
    newest = run.training.best if run.done else run.training.newest
    then = _draw_epochs(run, newest.epoch)
    if chosen.rows is not None:
        live_chart(rows_figure(chosen.rows, current_theme(), step_word=_step_word(student)), key="rows", height=220)
    if then is None or then == newest.epoch:
        _draw_reading(student, run, newest.epoch, chosen, "now")
    else:
        left, right = st.columns(2)
        with left:
            _draw_reading(student, run, then, chosen, "then")
        with right:
            _draw_reading(student, run, newest.epoch, chosen, "now")
    if chosen.text and (strange := unseen(run.encoding, chosen.text)):
        listed = ", ".join(plain(token) for token in strange[:10])
        st.caption(f":material/info: Never met in training, so read as nothing: {listed}.")
    return student.under_way


def _draw_epochs(run: ClassifierRun, now: int) -> int | None:
    """Draw the slider over the kept epochs; return the one to show beside now, None where there is only one."""
    kept = [frame.epoch for frame in run.training.keyframes]
    if len(kept) < 2:
        return None
    wanted = state.remembered("verdict then") or 0
    start = min(kept, key=lambda epoch: abs(epoch - wanted))
    key = f"verdict then {kept[-1]} {len(kept)} {run.training.planned_epochs}"

    def keep() -> None:
        state.remember("verdict then", state.widget_value(key))

    epoch: int = st.select_slider(
        f"Then: an earlier epoch (0 = untrained). Now: epoch {now}",
        kept,
        start,
        key=key,
        on_change=keep,
        help="Epochs after which the weights were kept.",
    )
    return epoch


def _draw_reading(student: Student, run: ClassifierRun, epoch: int, chosen: Chosen, when: str) -> None:
    recipe, classes = student.recipe, student.sequences.classes
    if chosen.rows is not None:
        inputs, steps = encode_rows(run.encoding, chosen.rows), [f"{k + 1}" for k in range(len(chosen.rows))]
    else:
        inputs, steps = encode_text(run.encoding, chosen.text), list(tokens_of(chosen.text, run.encoding.unit))
    said = read_sequence(recipe, run.training.at(epoch).weights, inputs).probabilities
    answer = int(said[-1].argmax())
    mark = f" (true: {chosen.truth})" if chosen.truth else ""
    title = f"{when.capitalize()}, epoch {epoch}: {classes[answer]} {said[-1, answer]:.0%}{mark}"
    figure = verdict_figure(said, steps, classes, current_theme(), title=title, step_word=_step_word(student))
    live_chart(figure, key=f"verdict {when}", height=verdict_height(len(classes)))
    if when == "now":
        st.caption("The bluer, the likelier; the dot is its answer so far.", help=GLOSSARY["verdict"])


def _step_word(student: Student) -> str:
    if student.sequences.texts:
        return {"letters": "letter", "words": "word"}[student.recipe.unit]  # type: ignore[attr-defined]
    return TASKS[student.sequences.name].step
