"""Numbers that may not mean what they say: codes that stand for a missing value."""

from __future__ import annotations

import numpy as np

from playground.records import Floats

CODES = (
    -32768.0, -9999.9, -9999.0, -999.9, -999.0, -200.0, -99.9, -99.0, -9.0, 99.9, 99.99, 999.0, 999.9, 999.99, 9999.0,
    9999.9, 32767.0, 99999.0, 999999.0,
)  # fmt: skip
"""What loggers, weather services and surveys write where they have no value."""

FEWEST_TIMES = 2
"""How often a code must stand in a column."""

APART = 0.5
"""How far it must be from all other values, as a share of their range."""


def code_for_missing(numbers: Floats) -> float | None:
    """Return the number in a column that is likely a code for "no value", None where there is none.

    It stands there more than once, and apart from all other values by more than half of their range.
    """
    known = numbers[np.isfinite(numbers)]
    for code in CODES:
        rest = known[known != code]
        if len(known) - len(rest) < FEWEST_TIMES or len(rest) < FEWEST_TIMES:
            continue
        spread = float(rest.max() - rest.min())
        if spread > 0 and float(np.abs(rest - code).min()) > APART * spread:
            return code
    return None
