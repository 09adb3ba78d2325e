"""Single calls for somebody who waits for the result."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from playground.engine.deadly import SENTENCE, Deadly, holds_file
from playground.engine.flights import Slot, Work
from playground.engine.slices import Outcome
from playground.jobs import Job

log = logging.getLogger(__name__)

HANDED_OVER = 20
"""Priority of what somebody has just handed over and looks at: first in line, before previews and every turn."""

PRIORITY_OF_TASK = 10
"""Before turns, which have 0."""

MOST_LOSSES = 1
"""How often a task is tried again after its worker died."""


class Tasks(list["Task"]):
    """The tasks that wait for a worker."""

    def __init__(self) -> None:
        super().__init__()
        self.deadly = Deadly()


@dataclass(eq=False)
class Task(Work):
    """A call in the line where it waits, again after the death of a worker; the lowest `order` goes first."""

    run = None
    job: Job[Any]
    order: tuple[int, int]
    line: Tasks
    result: Future[Any] = field(default_factory=Future)
    losses: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether the result is there and is not an error."""
        result = self.result
        return result.done() and not result.cancelled() and result.exception() is None

    def priority_on(self, slot: Slot) -> int:
        """Return its priority on a worker.

        Tasks go before turns, but two in a row leave room for a turn between them, unless the second was handed over.
        """
        return 0 if slot.last_was_task and -self.order[0] < HANDED_OVER else PRIORITY_OF_TASK

    def count(self, slot: Slot, by: int) -> None:
        slot.tasks += by
        slot.last_was_task = slot.last_was_task or by > 0

    def take(self, outcome: Outcome) -> None:
        if outcome.trace:
            log.error("%s failed:\n%s", self.job.target, outcome.trace)
        if outcome.problem:
            kind = RuntimeError if outcome.trace else ValueError
            self.result.set_exception(kind(outcome.problem))
        else:
            self.result.set_result(outcome.value)

    def lose(self) -> None:
        self.losses += 1
        if self.losses <= MOST_LOSSES:
            self.line.append(self)
            return
        self.line.deadly.learn(self.job.arguments)
        problem = "the worker died twice while computing this; make the network, the window or the batch smaller"
        self.result.set_exception(RuntimeError(SENTENCE if holds_file(self.job.arguments) else problem))

    def abandon(self) -> None:
        self.result.set_exception(RuntimeError("the server is stopping"))
