"""The run of a network that reads sequences: trained, watched and steered as every run is."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any, Generic, Self, TypeVar

import streamlit as st

from playground.histories import ENDED, Checkpoint, RunView, SequenceEpoch
from playground.jobs import Job
from playground.keyframes import keyframe_epochs, most_keyframes
from playground.kinds import Material, is_private, kind_of, recipe_of
from playground.records import Floats
from playground.runs import UNDER_WAY, material_key
from playground.sequences.classify import calls as classify
from playground.sequences.recipe import ClassifyRecipe, SequenceRecipe, SpeechRecipe, StreamRecipe
from playground.sequences.records import (
    ClassifierRun,
    ClassifierSnapshot,
    LaterKeyframe,
    SequenceRun,
    Sequences,
    WriterRun,
    WriterSnapshot,
)
from playground.sequences.speech import calls as speech
from playground.sequences.write import calls as write
from playground.sequences.write.streams import Stream
from playground.ui.frame import sequence_state
from playground.ui.frame.links import draw_links
from playground.ui.frame.spots import spot
from playground.ui.server.server import engine
from playground.ui.watching.answers import ask
from playground.ui.watching.learning_rate import follow_learning_rate, without_rate
from playground.ui.watching.run_buttons import Stage, draw_run_buttons, draw_run_progress
from playground.ui.watching.signs import draw_workers

Trained = TypeVar("Trained", ClassifierRun, WriterRun)
Kind = TypeVar("Kind", bound=SequenceRecipe)


def _view(recipe: SequenceRecipe, run_id: str | None) -> RunView | None:
    view = engine().view(run_id) if run_id else None
    return view if view is not None and view.kind == kind_of(recipe).name else None


def follow_slider(before: Kind, recipe: Kind) -> Kind:
    """Let the run on the page and the learning-rate slider follow each other; see `follow_learning_rate`."""
    view = _view(recipe, sequence_state.last_run(type(recipe)))
    return follow_learning_rate(before, recipe, view, sequence_state.set_sequence_recipe, _open)


def _open(recipe: SequenceRecipe) -> None:
    sequence_state.set_sequence_recipe(recipe, afresh=True)


class Student(Generic[Trained]):
    """Who learns what, with which recipe: the run on the page, or the network that nobody has trained yet.

    All of it is as it was when this was made; see `now`.

    Attributes:
        chosen: What the controls say.
        view: The run shown, None for none: one that is under way with other settings is shown too.
        recipe: What the network shown is trained with.
    """

    def __init__(self, chosen: SequenceRecipe, material: Material) -> None:
        self.chosen, self.material, self.content = chosen, material, material_key(material)
        run_id = sequence_state.run_shown(type(chosen), self.content)
        view = _view(chosen, run_id)
        same = view is not None and without_rate(recipe_of(view)) == without_rate(chosen)
        fits = view is not None and view.material_key == self.content and (same or view.state in UNDER_WAY)
        self.view = view if fits else None
        shown = chosen if self.view is None else recipe_of(self.view)
        assert isinstance(shown, SequenceRecipe), "it is of the same kind"
        self.recipe: Any = shown
        sequence_state.write_run(type(chosen), None if self.view is None else self.view.run_id)

    def now(self) -> Self:
        """Return the same as its run is by now: for each redraw of a part that redraws itself."""
        return type(self)(self.chosen, self.material)

    @property
    def key(self) -> str:
        """Names the network exactly, but for the epoch: recipe and material say all its numbers."""
        return f"{self.recipe.content()} {self.content}"

    @property
    def under_way(self) -> bool:
        """Whether it trains, or waits for its turn."""
        return self.view is not None and self.view.state in UNDER_WAY

    @cached_property
    def run(self) -> Trained | None:
        """How far it is, None before the first picture of it."""
        view = self.view
        kept = engine().keyframes(view.run_id) if view is not None else ()
        if view is None or view.snapshot is None or not kept:
            return None
        frames = tuple(LaterKeyframe(epoch, partial(_weights_of, view.run_id, epoch)) for epoch in kept)
        ended: Any = view.state if view.state in ENDED - {"failed"} else "training"
        checkpoint = Checkpoint(
            epoch=view.checkpoint_epoch, best_epoch=view.best_epoch, state=ended, reason=view.reason
        )
        epochs = tuple(epoch for epoch in view.epochs if isinstance(epoch, SequenceEpoch))
        planned = self.recipe.training.epochs
        size = sum(array.nbytes for array in frames[0].weights.values())
        grid = keyframe_epochs(planned, most_keyframes(size))
        return self._assembled(SequenceRun(planned, checkpoint, epochs, frames, grid), view.snapshot)

    def untrained(self) -> Trained | None:
        """Return the untrained network, None while a worker still builds it.

        Raises:
            ValueError: if it cannot be built.
        """
        return ask(f"untrained {self.key}", self._beginning, patience_s=0.3).found

    @property
    def _beginning(self) -> Job[Trained]:
        raise NotImplementedError

    def _assembled(self, training: SequenceRun, snapshot: Any) -> Trained:
        raise NotImplementedError


class ClassifierStudent(Student[ClassifierRun]):
    """A network that learns which class a sequence is."""

    recipe: ClassifyRecipe | SpeechRecipe

    def __init__(self, chosen: ClassifyRecipe | SpeechRecipe, sequences: Sequences) -> None:
        super().__init__(chosen, sequences)
        self.sequences = sequences

    @property
    def _beginning(self) -> Job[ClassifierRun]:
        begin = speech.BEGIN if isinstance(self.recipe, SpeechRecipe) else classify.BEGIN
        return begin(self.recipe.model_dump_json(), self.sequences)

    def _assembled(self, training: SequenceRun, snapshot: ClassifierSnapshot) -> ClassifierRun:
        newest = snapshot.validation if snapshot.epoch == training.keyframes[-1].epoch else None
        return ClassifierRun(training, snapshot.encoding, newest, 1, snapshot.test)


class StreamStudent(Student[WriterRun]):
    """A network that learns which symbol comes next."""

    recipe: StreamRecipe

    def __init__(self, chosen: StreamRecipe, stream: Stream) -> None:
        super().__init__(chosen, stream)
        self.stream = stream

    @property
    def _beginning(self) -> Job[WriterRun]:
        return write.BEGIN(self.recipe.model_dump_json(), self.stream)

    def _assembled(self, training: SequenceRun, snapshot: WriterSnapshot) -> WriterRun:
        return WriterRun(
            training, snapshot.vocabulary, snapshot.sample, snapshot.epoch, 1, snapshot.test_bits,
            snapshot.test_accuracy, snapshot.test_blocks,
        )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def _weights_of(run_id: str, epoch: int) -> dict[str, Floats]:
    return engine().weights_at(run_id, epoch)


def draw_run(student: Student[Any]) -> bool:
    """Draw the buttons and the progress of the run; return whether it will change by itself."""
    chosen, view = student.chosen, student.view

    def show(run_id: str | None) -> None:
        sequence_state.show_run(type(chosen), student.content, run_id)
        sequence_state.write_run(type(chosen), run_id)

    stage = Stage(
        chosen,
        view,
        material=lambda: student.material,
        show=show,
        take=_open,
        draw_links=lambda: draw_links(
            student.recipe,
            view.run_id if view is not None else None,
            "sequences",
            private=is_private(student.material),
        ),
    )
    draw_run_buttons(stage)
    draw_workers(under_way=student.under_way)
    with spot():
        if view is not None:
            draw_run_progress(view)
    with spot():
        if stage.has_moved_on:
            st.info("The settings have changed; this run goes on with its own.", icon=":material/tune:")
    return student.under_way or engine().status().state == "starting"


def invitation(student: Student[Any]) -> str:
    """Return what stands behind the headline of a training that nobody has begun."""
    return "" if student.view is not None else " Press Train."
