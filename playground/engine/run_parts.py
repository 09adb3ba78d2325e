"""What the server holds of a run beside the run itself: what its owner wants, how its turns go, what is on disk."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal

from playground.engine.slices import Position
from playground.engine.snapshot_pace import SnapshotPace
from playground.footprint import footprint
from playground.histories import Checkpoint
from playground.kinds import AnySnapshot

SMALL_CHECKPOINT_BYTES = 2**20
"""A checkpoint up to this size comes back with every turn, a larger one only when it is due."""


@dataclass
class Wish:
    """What the owner of a run asked for.

    Attributes:
        to: Pause or end after the turn under way; empty for neither.
        reason: Why it is to pause where a rule says so.
        until_epoch: The epoch after which it pauses, None for none.
        rate: The learning rate to take from the next epoch that has not begun, None for no change.
        keep_running: Go on while nobody watches.
    """

    to: Literal["", "pause", "end"] = ""
    reason: str = ""
    until_epoch: int | None = None
    rate: float | None = None
    keep_running: bool = False


@dataclass
class Turns:
    """How the turns of a run go.

    Attributes:
        queued_at: Number of its place in the queue.
        worker: Where it trained last, empty for nowhere.
        in_flight: Turns that a worker has now.
        newest: Number of its newest turn among those of all runs.
        count: Turns it has had.
        pace: When pictures are taken.
        checkpoint_asked: When a checkpoint was last asked for, in seconds of the monotonic clock.
        deaths: Workers that died one after the other at `died_at`.
        died_at: The position at which a worker died last.
    """

    queued_at: int = 0
    worker: str = ""
    in_flight: int = 0
    newest: int = 0
    count: int = 0
    pace: SnapshotPace = field(default_factory=SnapshotPace)
    checkpoint_asked: float = 0.0
    deaths: int = 0
    died_at: Position = (-1, -1)

    def count_death(self, position: Position) -> None:
        """Count a worker that died at a position."""
        self.deaths = self.deaths + 1 if position == self.died_at else 1
        self.died_at = position

    def get_past(self, position: Position) -> None:
        """Forget the deaths at a place that the run has passed."""
        if self.deaths and position > self.died_at:
            self.deaths = 0

    def ask_for_checkpoint(self, last: Checkpoint | None, every_s: float) -> bool:
        """Say whether the next turn is to bring its checkpoint: always where the last one was small."""
        now = time.monotonic()
        if footprint(last) > SMALL_CHECKPOINT_BYTES and now - self.checkpoint_asked < every_s:
            return False
        self.checkpoint_asked = now
        return True


@dataclass
class Saved:
    """What of a run is on disk.

    Attributes:
        at: When it was written last, in seconds of the monotonic clock.
        at_rest: Whether it was written since it came to rest.
        version: Which version of it was written.
        checkpoint, snapshot: Those that were written.
        material: Whether what it learns from was written.
    """

    at: float = float("-inf")
    at_rest: bool = False
    version: int = -1
    checkpoint: Checkpoint | None = None
    snapshot: AnySnapshot | None = None
    material: bool = False
