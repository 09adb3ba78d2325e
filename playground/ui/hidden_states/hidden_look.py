"""What the page "Hidden states" shows: one network, one stretch, one quantity."""

from __future__ import annotations

from dataclasses import dataclass

from playground.charts.theme import Theme
from playground.ui.watching.moments import Moments


@dataclass(frozen=True, eq=False)
class Look:
    """What is chosen on the page, above the sections.

    Attributes:
        moments: The network.
        epoch: The epoch shown.
        start, steps: The stretch of the series.
        layer: Counted from 1.
        quantity: "h", "c" or a gate.
        order: Name of the order of the units.
        theme: Light or dark.
    """

    moments: Moments
    epoch: int
    start: int
    steps: int
    layer: int
    quantity: str
    order: str
    theme: Theme

    @property
    def reference(self) -> int:
        """The epoch whose order of units is used, so that rows stay in place while the time machine moves.

        While the run trains, they are sorted afresh each time the epochs have doubled.
        """
        moments = self.moments
        if not moments.live:
            return moments.best_epoch or moments.epochs[-1]
        return max((kept for kept in moments.epochs if kept and kept & (kept - 1) == 0), default=self.epoch)

    @property
    def key(self) -> str:
        """Names network, epoch and stretch exactly, to keep answers by."""
        return f"{self.moments.key(self.epoch)} {self.start} {self.steps} {self.layer} {self.quantity}"

    @property
    def revision(self) -> str:
        """Zoom is kept while this stays the same."""
        return f"{self.start} {self.steps} {self.moments.series.name}"

    @property
    def unit_key(self) -> str:
        """Key of the widget that chooses a unit."""
        return f"unit of {self.moments.recipe.network.hidden_size}"

    @property
    def span_key(self) -> str:
        """Key of the widget that chooses a span."""
        return f"span of {self.revision}"
