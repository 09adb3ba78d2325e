"""A network in training on a page about sequences: its buttons, its progress, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from playground.jobs import Call, Job
from playground.remaining import remaining_s
from playground.runs import material_key
from playground.sequences.classify import calls as classify
from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import ClassifierRun, ClassScore, Sequences
from playground.ui.frame import state
from playground.ui.frame.page import SAME_AGAIN, plain
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.watching.answers import ask
from playground.ui.watching.long_work import LongWork, Work, draw_share, share_of
from playground.ui.watching.pieces import lately_advanced
from playground.words import capitalised

AT_ONCE = 2
"""Trainings that one page has under way, so that the turns of others come through."""


@dataclass(frozen=True, eq=False)
class Student(Work[ClassifierRun]):
    """One training: who learns what, with which recipe.

    Attributes:
        recipe: What it is trained with.
        sequences: What it learns from; nothing of a visitor's own is kept.
        beginning: Builds the untrained network.
    """

    recipe: SequenceRecipe
    sequences: Sequences
    beginning: Job[ClassifierRun]

    @property
    def training(self) -> LongWork[Student]:
        """This training alone."""
        return LongWork(f"training {self.key}", [self], AT_ONCE)

    @property
    def under_way(self) -> bool:
        """Whether it goes on by itself."""
        return self.training.running

    def untrained(self) -> ClassifierRun | None:
        """Return the untrained network, None while a worker still builds it.

        Raises:
            ValueError: if it cannot be built.
        """
        return ask(f"untrained {self.key}", self.beginning, patience_s=0.3).found


def student_of(
    recipe: SequenceRecipe,
    sequences: Sequences,
    advancing: Call[..., ClassifierRun] = classify.ADVANCE,
    building: Call[..., ClassifierRun] = classify.BEGIN,
) -> Student:
    """Return the training of a recipe on sequences, a little at a time by `advancing`."""
    job = replace(advancing(recipe.model_dump_json(), sequences), keep=not sequences.private)
    key = f"{job.target} {recipe.key()} {material_key(sequences)}"
    return Student(key, job, recipe, sequences, building(recipe.model_dump_json(), sequences))


def baselines_of(sequences: Sequences) -> tuple[ClassScore, ...]:
    """Return the baselines' scores, none while a worker still fits them."""
    name = f"baselines {material_key(sequences)}"
    return ask(name, classify.SCORE_BASELINES(sequences)).value or ()


def draw_training(students: Sequence[Student], label: str) -> bool:
    """Draw the buttons and the progress of these trainings and let them go on; return whether they are under way."""
    _take_up(students)
    whole = LongWork(students[0].training.flag, students, AT_ONCE)
    running = any(student.under_way for student in students)
    with st.container(horizontal=True, vertical_alignment="center"):
        if running:
            if pressed("Pause", icon=":material/pause:", type="primary", key=f"pause {label}"):
                _stop(students)
                st.rerun()
        elif whole.finished:
            st.button(
                label, icon=":material/play_arrow:", disabled=True, key=f"train {label}",
                help=f"This training is done; {SAME_AGAIN}. Change one to train again.",
            )  # fmt: skip
        elif pressed(
            "Go on" if whole.begun else label, icon=":material/play_arrow:", type="primary", key=f"train {label}"
        ):
            for student in students:
                student.training.start()
            state.remember(whole.flag, "")
            st.rerun()
    with spot():
        if problem := state.remembered(whole.flag):
            st.error(plain(problem), icon=":material/error:")
    if running and (problem := whole.advance()):
        _stop(students)
        state.remember(whole.flag, problem)
        st.rerun()
    with spot():
        if running:
            runs = [student.run for student in students]
            rest_s = remaining_s([(r.progress, r.training.checkpoint.elapsed_s) for r in runs if r], len(runs), 1)
            draw_share(share_of(students), "Training", rest_s)
    with spot():
        _draw_reasons(students)
    return running


def _stop(students: Sequence[Student]) -> None:
    for student in students:
        student.training.stop()


def _draw_reasons(students: Sequence[Student]) -> None:
    """Say why trainings ended before their last epoch."""
    ends = [student.run.training.checkpoint for student in students if student.run is not None]
    for reason, state_of in dict.fromkeys((end.reason, end.state) for end in ends if end.reason):
        if state_of == "diverged":
            st.error(plain(reason), icon=":material/warning:")
        else:
            st.caption(f":material/timer: {plain(capitalised(reason))}.")


def _take_up(students: Sequence[Student]) -> None:
    """Let go on what this browser had under way before a reload."""
    for student in students:
        if not state.is_decided(student.training.flag) and lately_advanced(student.key):
            student.training.start()
