"""Adaptive conformal intervals: a level that is corrected after every miss and every hit, as the stream goes on.

Source: Gibbs and Candes, Adaptive conformal inference under distribution shift, NeurIPS 34 (2021), equation 2:
alpha(t + 1) = alpha(t) + rate * (alpha - missed(t)). A forecast `lead` steps ahead is known to have hit or missed
only `lead` steps later, and is learnt from only then.
"""

from __future__ import annotations

import bisect
import math

import numpy as np

from playground.records import Floats, Ints

RATE = 0.02
"""How much of a miss moves the level; the paper's experiments take 0.005 to 0.05."""

FIRST = 20
"""Errors that are known before the first interval is drawn."""


def adaptive_limits(sizes: Floats, origins: Ints, levels: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return half widths at the end of the stream, and the share of the stream held on the way: (levels, steps) each.

    NaN where fewer than `FIRST` errors are known before the first interval could be judged, and as a half width
    where after many misses no error so far is large enough.

    Args:
        sizes: (m, steps) absolute errors, NaN where the truth is not known.
        origins: (m,) positions that the forecasts were made at, ascending.
        levels: Share of truths that each interval should hold.
    """
    shape = len(levels), sizes.shape[1]
    widths, held = np.full(shape, np.nan), np.full(shape, np.nan)
    for lead, column in enumerate(sizes.T, start=1):
        known = np.flatnonzero(~np.isnan(column))
        for row, level in enumerate(levels):
            widths[row, lead - 1], held[row, lead - 1] = follow(column[known], origins[known], lead, level)
    return np.where(np.isinf(widths), np.nan, widths), held


def follow(sizes: Floats, origins: Ints, lead: int, level: float) -> tuple[float, float]:
    """Return the half width after the last error (n,), and the share held so far; see `adaptive_limits`."""
    asked = level
    errors: list[float] = []
    drawn: list[float] = []
    held, judged, learnt = 0, 0, 0
    for origin in origins:
        while learnt < len(drawn) and origins[learnt] + lead <= origin:
            asked, held, judged = _learnt(asked, drawn[learnt], sizes[learnt], level, held, judged)
            bisect.insort(errors, float(sizes[learnt]))
            learnt += 1
        drawn.append(_half_width(errors, asked) if len(errors) >= FIRST else math.nan)
    for width, size in zip(drawn[learnt:], sizes[learnt:], strict=True):
        asked, held, judged = _learnt(asked, width, size, level, held, judged)
        bisect.insort(errors, float(size))
    if not judged:
        return math.nan, math.nan
    return _half_width(errors, asked), held / judged


def _learnt(asked: float, width: float, size: float, level: float, held: int, judged: int) -> tuple[float, int, int]:
    """Return the level to ask for next, and the counts, after an interval was judged; NaN was never drawn."""
    if math.isnan(width):
        return asked, held, judged
    inside = size <= width
    # alpha is 1 - asked: a miss lowers alpha, so it raises what is asked for.
    return asked + RATE * (level - inside), held + inside, judged + 1


def _half_width(errors: list[float], asked: float) -> float:
    """Return the error of rank (n + 1) asked among those known, in order; 0 or infinite beyond the first and last."""
    rank = math.ceil((len(errors) + 1) * asked - 1e-9)
    return 0.0 if rank < 1 else math.inf if rank > len(errors) else errors[rank - 1]
