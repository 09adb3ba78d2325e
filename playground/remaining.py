"""How long the rest of some work takes, from what is done of it."""

from __future__ import annotations

from collections.abc import Sequence


def remaining_s(begun: Sequence[tuple[float, float]], pieces: int, at_once: int) -> float | None:
    """Return roughly how long the rest takes in seconds, None before anything is known.

    Every piece is taken to cost what a whole one of those begun costs.

    Args:
        begun: For each piece that has begun the share that is done, 0 to 1, and the seconds it took so far.
        pieces: How many there are in all.
        at_once: How many are done side by side.
    """
    share = sum(done for done, _ in begun)
    if share == 0:
        return None
    return sum(spent_s for _, spent_s in begun) / share * (pieces - share) / max(at_once, 1)
