"""Numbers as the sentences of an evaluation say them."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """Return a number with three digits, whole from 1,000 and with a power of ten from a billion on."""
    return f"{value:,.0f}" if 1000 <= value < 1e9 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share as a whole percentage, with a decimal where it would round to a false 100 %."""
    value = 100 * share
    return f"{math.floor(10 * value) / 10:g}%" if 99 <= value < 100 else f"{value:.0f}%"
