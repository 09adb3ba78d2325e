"""What has been given to workers and has not come back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from distributed import Future as WorkerFuture

from playground.engine.live_run import LiveRun
from playground.engine.slices import Outcome


@dataclass(eq=False)
class Slot:
    """How much a worker has been given."""

    slices: int = 0
    tasks: int = 0
    pieces: int = 0
    last_was_task: bool = False
    owed_s: float = 0.0
    """Time that live runs have to get here before long work may have its next piece."""


class Work:
    """What a worker can be given: a turn of a run, a task, or a piece of a study. Each says what is its own way."""

    run: LiveRun | None
    """The run whose turn it is, None for all else."""

    def count(self, slot: Slot, by: int) -> None:
        """Count it among what its worker has been given: 1 where it is given, -1 where it has come back or is lost."""

    def charge(self, slot: Slot, seconds: float) -> None:
        """Book the time that it took: a piece puts its worker into debt to the live runs, turns pay it off."""

    def take(self, outcome: Outcome) -> None:
        """Take in what it gave."""

    def lose(self) -> None:
        """Try again, or give up, because its worker died."""

    def abandon(self) -> None:
        """Leave nobody waiting, because the server stops."""


@dataclass(eq=False)
class Flight:
    """One call on its way."""

    address: str
    work: Work
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
        flight.work.count(self.slot_of(flight), 1)

    def get(self, number: int) -> Flight | None:
        """Return a call on its way, None if it has been answered or forgotten."""
        return self._flights.get(number)

    def numbers(self, run: LiveRun | None = None) -> list[int]:
        """Return the numbers of all calls, or of one run's turns, in order."""
        return sorted(number for number, flight in self._flights.items() if run is None or flight.work.run is run)

    def drop(self, numbers: Iterable[int]) -> list[Flight]:
        """Forget calls, whether or not they have been answered; return those that were not forgotten before."""
        dropped = [self._flights.pop(number) for number in numbers if number in self._flights]
        for flight in dropped:
            flight.work.count(self.slot_of(flight), -1)
            if flight.future is not None:
                flight.future.release()
        return dropped

    def slot_of(self, flight: Flight) -> Slot:
        """Return how much a call's worker has been given, an empty one where it is gone."""
        return self.slots.get(flight.address, Slot())

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
