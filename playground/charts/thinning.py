"""Fewer points for the screen, without losing a peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler

from playground.records import Floats, Ints

MOST_POINTS = 1000
"""Points that a chart of ordinary width can show."""


def thin(positions: Ints, *ys: Floats, most: int = MOST_POINTS) -> tuple[NDArray, ...]:
    """Return `positions` and every y at the same, at most about `most`, chosen indices.

    Up to `most` points everything is returned unchanged. Beyond, each y is cut into equal bins
    and the lowest and highest point of every bin is kept, so no peak is lost; the first and the
    last point and one NaN of every gap are kept as well, so gaps stay gaps.

    Args:
        positions: (n,) increasing.
        ys: (n,) each; NaN where there is no value.
        most: Largest number of points, shared by all ys; what a short y leaves goes to the others.

    Raises:
        ValueError: if a y is not as long as `positions`.
    """
    for y in ys:
        if len(y) != len(positions):
            raise ValueError(f"every y must have {len(positions)} points like the positions, got {len(y)}; align them")
    if len(positions) <= most:
        return (positions, *ys)
    chosen = {0, len(positions) - 1}
    budget = most
    for turn, y in enumerate(sorted(ys, key=lambda y: int(np.isfinite(y).sum()))):
        kept = _extremes(y, budget // (len(ys) - turn))
        budget -= len(kept)
        chosen.update(kept)
    index = np.array(sorted(chosen))
    return (positions[index], *(y[index] for y in ys))


def _extremes(y: Floats, most: int) -> list[int]:
    """Return the indices of each bin's lowest and highest finite point, and the first NaN of each gap."""
    missing = np.isnan(y)
    opens = np.flatnonzero(missing & ~np.concatenate(([False], missing[:-1])))
    present = np.flatnonzero(~missing)
    points = max(2, most - len(opens)) // 2 * 2
    if len(present) > points:
        kept = MinMaxDownsampler().downsample(np.ascontiguousarray(y[present]), n_out=points)
        present = present[kept.astype(np.int64)]
    return [*present.tolist(), *opens.tolist()]
