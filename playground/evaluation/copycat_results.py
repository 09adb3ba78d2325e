"""What the copycat test found, as a frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playground.evaluation.missing import Missing
from playground.records import Floats, Ints, Part

CopycatWord = Literal[
    "n/a", "no copy", "another shift", "leans", "is the last value", "copies", "close, better", "close, as good",
    "close, too few to tell",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Copycat:
    """Whether the forecasts repeat the past: their error against the truth moved by some steps.

    The forecasts for the last horizon step are held against the truth `shift` steps before the step
    they are for: shift 0 is the truth they should meet, shift = horizon the value known at the anchor.

    Attributes:
        part: The part.
        horizon: Steps ahead of the forecasts.
        shifts: (4 horizon + 1,) from -2 horizon to 2 horizon.
        errors: (4 horizon + 1,) RMSE at each shift, all over the same forecasts; empty where none.
        best_shift: The shift with the lowest error, None when there is none.
        word: What was found; of the last value they match far better than the truth, "close" says how good they are.
        reason: Why nothing was; None otherwise.
    """

    part: Part
    horizon: int
    shifts: Ints
    errors: Floats
    best_shift: int | None
    word: CopycatWord
    reason: Missing | None = None

    @property
    def copies(self) -> bool:
        """Whether the badge is up: best shift = horizon, by a clear margin, and no better than the last value."""
        return self.word in ("is the last value", "copies")

    def at(self, shift: int) -> float:
        """Return the error at a shift."""
        return float(self.errors[self.shifts == shift][0])
