"""How often a run shows what its network can do, and how completely, so that training is not held up."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine.slices import LIVE_SNAPSHOT_POINTS, SnapshotKind
from playground.hosting.settings import Settings

QUICK_S = 0.2
"""Longest time that a snapshot may hold up a pause."""


@dataclass(eq=False)
class SnapshotPace:
    """What the last snapshot of a run cost, and how much it has trained since.

    Attributes:
        cost_s: What the last one cost, in seconds.
        since_s: Training time since the last one.
        ordered_at: Epoch at which the units were sorted last.
    """

    cost_s: float = 0.0
    since_s: float = 0.0
    ordered_at: int = 0

    def due(self, settings: Settings) -> bool:
        """Say whether the next turn should take one."""
        if not settings.snapshot_share:
            return False
        return self.since_s >= max(settings.snapshot_every_s, self.cost_s / settings.snapshot_share)

    def give_turn(self, budget_s: float, with_snapshot: bool) -> None:
        """Count the training time of a turn."""
        self.since_s = budget_s if with_snapshot else self.since_s + budget_s

    def take(self, cost_s: float, epoch: int, sorted_afresh: bool) -> None:
        """Count a snapshot that has come."""
        self.cost_s = cost_s
        if sorted_afresh:
            self.ordered_at = max(epoch, 1)

    def keeps_order(self, epoch: int) -> bool:
        """Say whether the units keep their order; they are sorted afresh when the epoch has doubled."""
        return epoch < 2 * self.ordered_at

    def at_rest(self, points: int) -> SnapshotKind:
        """Return which snapshot to take where a run rests: as complete as it can be without a long wait.

        Args:
            points: Length of the series.
        """
        if self.cost_s * max(points / LIVE_SNAPSHOT_POINTS, 1) < QUICK_S:
            return "complete"
        return "live" if self.cost_s < QUICK_S else "no"
