"""One turn of a run on a worker: when it may be given, what becomes of the run when it comes back or is lost."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from playground.engine.flights import Flights, Slot, Work
from playground.engine.live_run import LiveRun
from playground.engine.slices import Outcome, SliceRequest
from playground.runs import UNDER_WAY

log = logging.getLogger(__name__)

SLICES_AHEAD = 2
"""Turns given to a worker at a time: the second begins the moment the first ends."""


@dataclass(eq=False)
class Turn(Work):
    """A turn, among those on their way; a run whose worker died more than `most_deaths` times in one place fails."""

    run: LiveRun
    address: str
    request: SliceRequest
    flights: Flights
    most_deaths: int

    def count(self, slot: Slot, by: int) -> None:
        slot.slices += by
        slot.last_was_task = slot.last_was_task and by < 0
        self.run.turns.in_flight += by

    def charge(self, slot: Slot, seconds: float) -> None:
        slot.owed_s -= seconds

    def take(self, outcome: Outcome) -> None:
        run = self.run
        if outcome.trace:
            log.error("Run %s failed:\n%s", run.run_id, outcome.trace)
        if outcome.worker != self.address and run.turns.worker == self.address:
            run.note(f"a worker died at epoch {run.position[0] + 1}; training went on from the last checkpoint")
            run.turns.worker = outcome.worker
        if run.ended:
            return
        if outcome.problem:
            run.become("failed", outcome.problem)
        elif outcome.value.missing:
            run.miss_worker()
        else:
            run.take(outcome.value, self.request)
        if run.state not in UNDER_WAY:
            self.flights.drop(self.flights.numbers(run))

    def lose(self) -> None:
        self.flights.drop(self.flights.numbers(self.run))
        if not self.run.ended and self.run.turns.worker == self.address:
            self.run.lose_worker(self.most_deaths)


def may_run_on(run: LiveRun, address: str, twice: bool) -> bool:
    """Say whether the run may have a turn on this worker now, even `twice` in a row."""
    if run.wish.to or run.wish.rate is not None:
        return False
    if run.turns.in_flight:
        return (
            twice
            and run.turns.worker == address
            and run.turns.in_flight < SLICES_AHEAD
            and run.wish.until_epoch is None
        )
    return run.turns.worker == address or run.movable
