"""A network in training on a page about sequences: its buttons, its progress, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

import streamlit as st

from playground.jobs import Call, Job
from playground.runs import material_key
from playground.sequences.classify import calls as classify
from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import ClassifierRun, ClassScore, Sequences, WriterRun
from playground.ui.frame import state
from playground.ui.frame.page import SAME_AGAIN, plain, seconds
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.server.server import engine
from playground.ui.watching.answers import ask
from playground.ui.watching.pieces import advance_in_pieces, lately_advanced, pause, so_far
from playground.words import capitalised

Trained = TypeVar("Trained", bound=ClassifierRun | WriterRun)

AT_ONCE = 2
"""Trainings that one page has under way, so that the turns of others come through."""


class Learner(Generic[Trained]):
    """One training: who learns what, with which recipe."""

    recipe: SequenceRecipe

    @cached_property
    def job(self) -> Job[Trained]:
        """Trains for one piece; nothing of a visitor's own material is kept."""
        raise NotImplementedError

    @property
    def beginning(self) -> Job[Trained]:
        """Builds the untrained network."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """Names the material by its content."""
        raise NotImplementedError

    @cached_property
    def key(self) -> str:
        """Names the training exactly."""
        return f"{self.job.target} {self.recipe.key()} {self.name}"

    @property
    def run(self) -> Trained | None:
        """How far it is, None before the first piece."""
        return so_far(self.key, self.job)

    @property
    def flag(self) -> str:
        """Names the flag that says whether the learner lets it go on."""
        return f"training {self.key}"

    @property
    def under_way(self) -> bool:
        """Whether it goes on by itself."""
        return state.is_on(self.flag) and not (self.run is not None and self.run.done)

    def advance(self) -> str:
        """Let it go on; return what went wrong."""
        return advance_in_pieces(self.key, self.job).problem

    def untrained(self) -> Trained | None:
        """Return the untrained network, None while a worker still builds it.

        Raises:
            ValueError: if it cannot be built.
        """
        return ask(f"untrained {self.key}", self.beginning, patience_s=0.3).found


@dataclass(frozen=True, eq=False)
class Student(Learner[ClassifierRun]):
    """A classifier in training."""

    recipe: SequenceRecipe
    sequences: Sequences
    advancing: Call[..., ClassifierRun] = classify.ADVANCE
    building: Call[..., ClassifierRun] = classify.BEGIN

    @cached_property
    def job(self) -> Job[ClassifierRun]:
        """See `Learner`."""
        job = self.advancing(self.recipe.model_dump_json(), self.sequences)
        return replace(job, keep=not self.sequences.private)

    @property
    def beginning(self) -> Job[ClassifierRun]:
        """See `Learner`."""
        return self.building(self.recipe.model_dump_json(), self.sequences)

    @property
    def name(self) -> str:
        """Names the sequences by their content."""
        return material_key(self.sequences)


def baselines_of(sequences: Sequences) -> tuple[ClassScore, ...]:
    """Return the baselines' scores, none while a worker still fits them."""
    name = f"baselines {material_key(sequences)}"
    return ask(name, classify.SCORE_BASELINES(sequences)).value or ()


def draw_training(students: Sequence[Learner[Any]], label: str) -> bool:
    """Draw the buttons and the progress of these trainings and let them go on; return whether they are under way."""
    _take_up(students)
    done = all(student.run is not None and student.run.done for student in students)
    running = any(student.under_way for student in students)
    begun = any(student.run is not None for student in students)
    with st.container(horizontal=True, vertical_alignment="center"):
        if running:
            if pressed("Pause", icon=":material/pause:", type="primary", key=f"pause {label}"):
                _set_flags(students, False)
                for student in students:
                    pause(student.key)
                st.rerun()
        elif done:
            st.button(
                label, icon=":material/play_arrow:", disabled=True, key=f"train {label}",
                help=f"This training is done; {SAME_AGAIN}. Change one to train again.",
            )  # fmt: skip
        elif pressed("Go on" if begun else label, icon=":material/play_arrow:", type="primary", key=f"train {label}"):
            _set_flags(students, True)
            state.remember(students[0].flag, "")
            st.rerun()
    with spot():
        if problem := state.remembered(students[0].flag):
            st.error(plain(problem), icon=":material/error:")
    if running:
        left = [student for student in students if student.run is None or not student.run.done]
        problem = next(filter(None, (student.advance() for student in left[:AT_ONCE])), "")
        if problem:
            _set_flags(students, False)
            state.remember(students[0].flag, problem)
            st.rerun()
    with spot():
        if running:
            _draw_progress(students)
    with spot():
        _draw_reasons(students)
    return running


def _draw_reasons(students: Sequence[Learner[Any]]) -> None:
    """Say why trainings ended before their last epoch."""
    ends = [student.run.training.checkpoint for student in students if student.run is not None]
    for reason, state_of in dict.fromkeys((end.reason, end.state) for end in ends if end.reason):
        if state_of == "diverged":
            st.error(plain(reason), icon=":material/warning:")
        else:
            st.caption(f":material/timer: {plain(capitalised(reason))}.")


def _take_up(students: Sequence[Learner[Any]]) -> None:
    """Let go on what this browser had under way before a reload."""
    for student in students:
        if not state.is_decided(student.flag) and lately_advanced(student.key):
            state.set_flag(student.flag, True)


def _set_flags(students: Sequence[Learner[Any]], on: bool) -> None:
    for student in students:
        state.set_flag(student.flag, on)


def _draw_progress(students: Sequence[Learner[Any]]) -> None:
    runs = [student.run for student in students]
    share = sum(run.progress for run in runs if run is not None) / len(runs)
    spent = sum(run.training.checkpoint.elapsed_s for run in runs if run is not None)
    status = engine().status()
    if status.state != "ready":
        text = status.message
    elif share:
        text = f"Training · about {seconds(spent / share - spent)} of work left"
    else:
        text = "Training begins"
    st.progress(share, text=plain(text))
