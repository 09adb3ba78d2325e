"""Where forecasts from the past begin, and what came after each of them."""

from __future__ import annotations

import numpy as np

from playground.config import Recipe, parameter_count
from playground.records import PARTS, Floats, Ints, Part, Prepared

MOST_ORIGINS = 300
FEWEST_ORIGINS = 30

WORK = 2e10
"""Weights x window steps x forward passes that all forecasts from the past may take: some seconds on a slow core."""

CHUNK_WORK = 5e8
"""Of that, what is computed at once."""


def work_of_one(recipe: Recipe, features: int, steps: int) -> float:
    """Return the work of one forecast of `steps` steps."""
    passes = -(-steps // recipe.data.horizon_steps)
    return passes * recipe.data.window_steps * parameter_count(recipe, features)


def origins_of(
    prepared: Prepared, recipe: Recipe, steps: int, test_open: bool, networks: int = 1
) -> tuple[Ints, np.ndarray]:
    """Return positions (m,) to forecast from, evenly spaced over validation and the opened test part, and their parts.

    Every position whose next step lies in the part counts, also where the forecast reaches beyond the part: its
    first steps are known. How many there are depends on the recipe alone, never on the time that a machine takes.

    Args:
        prepared: The series, as it is cut.
        recipe: The recipe, for the work that a forecast takes.
        steps: How far each reaches.
        test_open: Whether the test part has been opened.
        networks: How many networks forecast.
    """
    parts: tuple[Part, ...] = PARTS[1:] if test_open else PARTS[1:2]
    work = networks * work_of_one(recipe, prepared.features.shape[1], steps)
    most = int(np.clip(WORK / work, FEWEST_ORIGINS, MOST_ORIGINS)) * len(parts)
    first = prepared.train.inputs.shape[1] - 1 + (prepared.target != "level")
    possible = [np.arange(max(start - 1, first), stop - 1) for start, stop in map(prepared.split.bounds, parts)]
    together = np.concatenate(possible)
    of = np.repeat([PARTS.index(part) for part in parts], [len(some) for some in possible]).astype(np.uint8)
    stride = -(-len(together) // most)
    # Counted from the newest, so that the last forecast is the one that all but reaches the end of what is known.
    chosen = np.arange(len(together) - 1, -1, -stride)[::-1]
    return together[chosen], of[chosen]


def truth_after(prepared: Prepared, origins: Ints, parts: np.ndarray, steps: int) -> Floats:
    """Return what came after each origin, (m, steps): NaN beyond the end of the part that the origin forecasts."""
    positions = origins[:, np.newaxis] + np.arange(1, steps + 1)
    stops = np.array([prepared.split.bounds(PARTS[part])[1] for part in parts])
    inside = positions < stops[:, np.newaxis]
    return np.where(inside, prepared.values[np.minimum(positions, len(prepared.values) - 1)], np.nan)
