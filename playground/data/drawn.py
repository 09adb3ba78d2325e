"""A curve drawn by hand, as a series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.data.features import LARGEST_VALUE
from playground.records import Series
from playground.words import counted

FEWEST_DRAWN, MOST_DRAWN = 8, 100_000
"""Fewest and most points of a drawing, by different x."""

SHORTEST, LONGEST = 60, 5000
"""Fewest and most steps that a drawing can be turned into."""


def make_drawn(points: Sequence[tuple[float, float]], length: int) -> Series:
    """Return a drawn curve as `length` evenly spaced values, in straight lines between its points.

    The points are put in the order of x; the y of points with one x are averaged.

    Args:
        points: (x, y) as drawn; points that are no numbers are left out.
        length: Number of values.

    Raises:
        ValueError: if there are too few or too many points, or the curve is flat.
    """
    if not SHORTEST <= length <= LONGEST:
        raise ValueError(f"length must be from {SHORTEST} to {LONGEST} steps, got {length}; choose one between")
    if len(points) > MOST_DRAWN:
        raise ValueError(f"a drawing may have {MOST_DRAWN:,} points, got {len(points):,}; draw a shorter line")
    drawn = np.array(points, dtype=np.float64).reshape(-1, 2)
    usable = drawn[(np.abs(drawn) <= LARGEST_VALUE).all(axis=1)]
    x, place = np.unique(usable[:, 0], return_inverse=True)
    if len(x) < FEWEST_DRAWN:
        raise ValueError(f"a drawing needs at least {FEWEST_DRAWN} points, got {len(x)}; draw a longer line")
    y = np.bincount(place, usable[:, 1]) / np.bincount(place)
    values = np.interp(np.linspace(x[0], x[-1], length), x, y)
    if values.min() == values.max():
        raise ValueError(f"nothing to learn: the line is flat at {values[0]:g}; draw one that goes up and down")
    values.flags.writeable = False
    left_out = len(drawn) - len(usable)
    notes = [f"{counted(len(usable), 'drawn point')} made {counted(length, 'step')}, in straight lines between them"]
    notes += [f"{counted(left_out, 'point')} that were no numbers: left out"] if left_out else []
    return Series(
        name="own",
        title="Your drawing",
        unit="",
        values=values,
        times=None,
        step="step",
        source="Drawn by hand",
        licence="Yours; kept on this server for a day",
        notes=tuple(notes),
    )
