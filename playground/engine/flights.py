"""What has been given to workers and has not come back."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from distributed import Future as WorkerFuture

from playground.engine.deadly import SENTENCE, holds_file
from playground.engine.live_run import LiveRun
from playground.engine.slices import Outcome, SliceRequest
from playground.engine.studies import Study
from playground.jobs import Job

log = logging.getLogger(__name__)

HANDED_OVER = 20
"""Priority of what somebody has just handed over and looks at: first in line, before previews and every turn."""

MOST_LOSSES = 1
"""How often a task is tried again after its worker died."""


@dataclass(eq=False)
class Task:
    """A single call for somebody who waits for its result; the lowest `order` goes first."""

    job: Job[Any]
    order: tuple[int, int]
    result: Future[Any] = field(default_factory=Future)
    losses: int = 0

    @property
    def is_urgent(self) -> bool:
        """Whether it goes first wherever there is a line."""
        return self.order[0] <= -HANDED_OVER

    @property
    def succeeded(self) -> bool:
        """Whether the result is there and is not an error."""
        result = self.result
        return result.done() and not result.cancelled() and result.exception() is None

    def finish(self, outcome: Outcome) -> None:
        """Hand over what the call gave."""
        if outcome.trace:
            log.error("%s failed:\n%s", self.job.target, outcome.trace)
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
            self.result.set_exception(RuntimeError(SENTENCE if holds_file(self.job.arguments) else problem))
        return self.losses <= MOST_LOSSES


@dataclass(eq=False)
class Slot:
    """How much a worker has been given."""

    slices: int = 0
    tasks: int = 0
    pieces: int = 0
    last_was_task: bool = False
    owed_s: float = 0.0
    """Time that live runs have to get here before long work may have its next piece."""


@dataclass(eq=False)
class Flight:
    """One call on its way: a turn of a run, a task, or a piece of a study."""

    address: str
    work: LiveRun | Task | Study
    request: SliceRequest | None = None
    future: WorkerFuture | None = None


class Flights:
    """All calls on their way, and the workers that they are with."""

    def __init__(self) -> None:
        self.slots: dict[str, Slot] = {}
        self._flights: dict[int, Flight] = {}

    def follow(self, addresses: Iterable[str]) -> None:
        """Know these workers and no others."""
        self.slots = {address: self.slots.get(address, Slot()) for address in addresses}

    def add(self, number: int, flight: Flight) -> None:
        """Count a call as on its way."""
        self._flights[number] = flight
        slot = self.slots.get(flight.address, Slot())
        if isinstance(flight.work, LiveRun):
            slot.slices, slot.last_was_task = slot.slices + 1, False
        elif isinstance(flight.work, Task):
            slot.tasks, slot.last_was_task = slot.tasks + 1, True
        else:
            slot.pieces += 1

    def get(self, number: int) -> Flight | None:
        """Return a call on its way, None if it has been answered or forgotten."""
        return self._flights.get(number)

    def numbers(self, run: LiveRun | None = None) -> list[int]:
        """Return the numbers of all calls, or of one run's turns, in order."""
        return sorted(number for number, flight in self._flights.items() if run is None or flight.work is run)

    def drop(self, numbers: Iterable[int]) -> list[Flight]:
        """Forget calls, whether or not they have been answered; return those that were not forgotten before."""
        dropped = [self._flights.pop(number) for number in numbers if number in self._flights]
        for flight in dropped:
            slot = self.slots.get(flight.address, Slot())
            if isinstance(flight.work, LiveRun):
                flight.work.in_flight -= 1
                slot.slices -= 1
            elif isinstance(flight.work, Task):
                slot.tasks -= 1
            else:
                slot.pieces -= 1
            if flight.future is not None:
                flight.future.release()
        return dropped

    def charge(self, flight: Flight, seconds: float, study_share: float) -> None:
        """Book the time that a call took: a piece puts its worker into debt to the live runs, turns pay it off."""
        slot = self.slots.get(flight.address, Slot())
        if isinstance(flight.work, LiveRun):
            slot.owed_s -= seconds
        elif isinstance(flight.work, Study):
            slot.owed_s = seconds * (1 - study_share) / study_share

    def least_busy(self) -> str:
        """Return the worker that has the fewest turns."""
        return min(self.slots, key=lambda address: self.slots[address].slices)

    def open_to_pieces(self) -> list[str]:
        """Return the workers that may begin a piece of long work now.

        Where a worker has nothing to do for live runs, only such workers may; where all have, each may
        once the live runs have had their share since its last piece.
        """
        idle = [address for address, slot in self.slots.items() if not slot.slices]
        paid = [address for address, slot in self.slots.items() if slot.owed_s <= 0]
        return [address for address in idle or paid if not self.slots[address].pieces and not self.slots[address].tasks]
