"""Student's t, exactly: how far luck alone may carry a mean."""

from __future__ import annotations

import functools
import math


@functools.lru_cache(maxsize=1024)
def student_quantile(level: float, degrees: int) -> float:
    """Return the value that |t| of Student's t exceeds with this probability."""
    low, high = 0.0, 1.0
    while _beyond(high, degrees) > level:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _beyond(middle, degrees) > level else (low, middle)
    return high


def _beyond(value: float, degrees: int) -> float:
    """Return how likely |t| of Student's t is beyond a value.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4, which are exact.
    """
    angle = math.atan(value / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term = cosine if odd else 1.0
    total = term if degrees > 1 else 0.0
    for k in range(2 + odd, degrees, 2):
        term *= cosine**2 * (k - 1) / k
        total += term
    inside = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return 1 - inside
