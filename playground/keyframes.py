"""Which weights of a run are kept, so that it can be looked at again as it was in the middle of training."""

from __future__ import annotations

import numpy as np

MOST_KEYFRAMES = 40
KEYFRAME_BYTES = 32 * 2**20
"""Most that the kept weights of one run may take; a large network is kept less often."""


def keyframe_epochs(total: int, most: int = MOST_KEYFRAMES) -> tuple[int, ...]:
    """Return the epochs after which a run of `total` epochs keeps its weights: dense at first, where most happens.

    Epochs 0 (untrained) to 8, then four in every doubling (10, 12, 14, 16, 20, 24, ...), and the last.
    Where that is too many, `most` of them, evenly along that grid. A run keeps its best and its
    newest epoch as well.

    Raises:
        ValueError: if `total` is below 1 or `most` below 2.
    """
    if total < 1 or most < 2:
        raise ValueError(f"a run has at least 1 epoch and keeps at least 2, got {total} and {most}; raise them")
    grid = [*range(9)]
    while grid[-1] < total:
        grid += [grid[-1] * quarter // 4 for quarter in (5, 6, 7, 8)]
    grid = [epoch for epoch in grid if epoch < total] + [total]
    if len(grid) <= most:
        return tuple(grid)
    return tuple(grid[round(place)] for place in np.linspace(0, len(grid) - 1, most))


def most_keyframes(weight_bytes: int) -> int:
    """Return how many epochs of a network of this size may be kept beside its best and its newest."""
    return min(max(KEYFRAME_BYTES // max(weight_bytes, 1) - 2, 2), MOST_KEYFRAMES)
