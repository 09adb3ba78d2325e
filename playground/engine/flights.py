"""What has been given to workers and has not come back."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from distributed import Future as WorkerFuture

from playground.engine.live_run import LiveRun
from playground.engine.slices import Outcome, SliceRequest

log = logging.getLogger(__name__)

MOST_LOSSES = 1
"""How often a task is tried again after its worker died."""


@dataclass(eq=False)
class Task:
    """A single call for somebody who waits for its result; the lowest `order` goes first."""

    target: str
    arguments: tuple[Any, ...]
    order: tuple[int, int]
    result: Future[Any] = field(default_factory=Future)
    losses: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether the result is there and is not an error."""
        result = self.result
        return result.done() and not result.cancelled() and result.exception() is None

    def finish(self, outcome: Outcome) -> None:
        """Hand over what the call gave."""
        if outcome.trace:
            log.error("%s failed:\n%s", self.target, outcome.trace)
        if outcome.problem:
            kind = RuntimeError if outcome.trace else ValueError
            self.result.set_exception(kind(outcome.problem))
        else:
            self.result.set_result(outcome.value)

    def lose(self) -> bool:
        """Count the death of its worker; return whether to try again."""
        self.losses += 1
        if self.losses > MOST_LOSSES:
            problem = "the worker died twice while computing this; make the network, the window or the batch smaller"
            self.result.set_exception(RuntimeError(problem))
        return self.losses <= MOST_LOSSES


@dataclass(eq=False)
class Slot:
    """How much a worker has been given."""

    slices: int = 0
    tasks: int = 0
    last_was_task: bool = False


@dataclass(eq=False)
class Flight:
    """One call on its way: a turn of a run, or a task."""

    address: str
    work: LiveRun | Task
    request: SliceRequest | None = None
    future: WorkerFuture | None = None
