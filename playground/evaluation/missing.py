"""Why a number does not exist: no failure, but something to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Why = Literal[
    "network not finite",
    "network not finite or too large",
    "baseline not finite",
    "baseline too large",
    "errors too large",
    "part errors too large",
    "only some forecast",
    "another version",
    "none forecast",
    "too few windows",
    "too few for levels",
    "too few to move",
    "too few or all the same",
    "does not vary",
    "constant truth",
    "pairs of zeros",
    "no sides",
    "pairs without a side",
    "season longer than training",
    "season longer than known",
    "training repeats itself",
    "no season",
    "no pretrained model",
    "too many windows",
    "no settings",
    "no settings, another library says",
]


@dataclass(frozen=True)
class Missing:
    """Why a number does not exist, or what was left out of it.

    Attributes:
        why: What is in the way.
        count, of: How many there are, and of how many or how many it takes.
        part: The part that it is about.
        levels: The levels of intervals that it is about.
        detail: What another library said of it.
    """

    why: Why
    count: int = 0
    of: int = 0
    part: str = ""
    levels: tuple[float, ...] = ()
    detail: str = ""


class NotAvailable(ValueError):
    """Something cannot be computed for this series; the reason says why."""

    def __init__(self, reason: Missing) -> None:
        super().__init__(reason.why)
        self.reason = reason
