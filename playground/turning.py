"""Whether a curve of losses turned up again after its best epoch, by more than epochs jump."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def around_and_last(values: Sequence[float], best_epoch: int) -> tuple[float, float] | None:
    """Return the medians of a curve round its best epoch and over as many last epochs; None where the two overlap.

    Single epochs jump, and the lowest of many that jump lies below all others without any turn.

    Args:
        values: One for each epoch.
        best_epoch: Counted from 1; 0 where there is none.
    """
    width = max(len(values) // 6, 3)
    start = max(best_epoch - 1 - width // 2, 0)
    if not best_epoch or start + width > len(values) - width:
        return None
    return float(np.median(values[start : start + width])), float(np.median(values[-width:]))
