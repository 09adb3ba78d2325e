"""Long work that a learner starts, stops and watches as one: a lab is a set of pieces of work under one flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from playground.jobs import Job, Result
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.server.server import engine
from playground.ui.watching.answers import Answer
from playground.ui.watching.pieces import advance_in_pieces, pause, so_far
from playground.words import seconds


@dataclass(frozen=True, eq=False)
class Work(Generic[Result]):
    """One piece of long work, done a little at a time; whoever asks for the same shares it.

    Attributes:
        key: Names the job exactly.
        job: Does the next little; what it returns has `done` and `progress`.
    """

    key: str
    job: Job[Result]

    @property
    def run(self) -> Result | None:
        """How far it is, None before it has begun."""
        return so_far(self.key, self.job)

    @property
    def done(self) -> bool:
        """Whether it is finished."""
        run = self.run
        return run is not None and bool(getattr(run, "done", False))

    def advance(self) -> Answer[Result]:
        """Return how far it is, and let it go on."""
        return advance_in_pieces(self.key, self.job)


Piece = TypeVar("Piece", bound=Work)


@dataclass(frozen=True, eq=False)
class LongWork(Generic[Piece]):
    """Work that is started and stopped together.

    Attributes:
        flag: Names the flag of this tab that says whether the learner lets it go on.
        works: Its pieces, in the order in which they are done.
        at_once: How many unfinished ones go on side by side, so that the turns of others come through; 0 for all.
    """

    flag: str
    works: Sequence[Piece]
    at_once: int = 0

    @property
    def finished(self) -> bool:
        """Whether all of it is done."""
        return all(work.done for work in self.works)

    @property
    def begun(self) -> bool:
        """Whether some of it is there."""
        return any(work.run is not None for work in self.works)

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return state.is_on(self.flag) and not self.finished

    def start(self) -> None:
        """Let it go on from the next redraw."""
        state.set_flag(self.flag, True)

    def stop(self) -> None:
        """Let it rest; what is done stays."""
        state.set_flag(self.flag, False)
        for work in self.works:
            pause(work.key)

    def advance(self) -> str:
        """Let the first unfinished pieces go on; return what went wrong."""
        left = [work for work in self.works if not work.done]
        answers = [work.advance() for work in left[: self.at_once or None]]
        return next((answer.problem for answer in answers if answer.problem), "")

    def go_on(self) -> bool:
        """Let it go on, where it runs; where that fails, say why and let it rest. Return whether it still runs."""
        if not self.running:
            state.set_flag(self.flag, False)
            return False
        if problem := self.advance():
            self.stop()
            st.error(plain(problem), icon=":material/error:")
        return not problem


def draw_share(share: float, text: str, rest_s: float | None = None, about: str = "about") -> None:
    """Draw how far long work is, with an estimate of the rest, or what the workers are waiting for.

    Args:
        share: Of all of it, 0 to 1.
        text: What is done.
        rest_s: Roughly how long the rest takes in seconds, None where that is not known.
        about: How sure that is, in words.
    """
    status = engine().status()
    if status.state != "ready":
        text = status.message
    elif rest_s is not None:
        text += f" · {about} {seconds(rest_s)} left"
    st.progress(min(share, 1.0), text=plain(text))


def share_of(works: Sequence[Work]) -> float:
    """Return how much of these pieces, each taken to be as long, is done."""
    return sum(work.run.progress for work in works if work.run is not None) / len(works)
