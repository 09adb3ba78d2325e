"""Student's t: how far luck alone may carry a mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from playground.records import Floats


def student_quantile(level: float, degrees: int) -> float:
    """Return the value that |t| of Student's t exceeds with this probability."""
    return -float(stdtrit(degrees, level / 2))


def margin_of_mean(values: Floats | Sequence[float], level: float) -> float:
    """Return how far the mean of independent values (n,), at least two, may be from the true one.

    With probability `level` it is farther.
    """
    return student_quantile(level, len(values) - 1) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
