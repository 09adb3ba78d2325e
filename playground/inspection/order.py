"""In which order hidden units are shown, so that like ones stand side by side."""

from __future__ import annotations

import numpy as np

from playground.records import Floats, Ints


def order_by_similarity(states: Floats) -> Ints:
    """Return the order of the units that puts like ones side by side, given their (time, units) states.

    The units, each centred and of length 1, are projected on the two directions in which they vary
    most; walking round the circle there passes from each unit to those that do nearly the same at
    nearly the same time. The circle is cut at its widest gap; units that do not move come last.
    On trained networks neighbours correlate nearly as well as in an optimal leaf ordering.
    """
    centred = states - states.mean(axis=0, dtype=np.float64)
    length = np.linalg.norm(centred, axis=0)
    moving = np.flatnonzero(np.isfinite(length) & (length > 1e-6 * np.sqrt(len(states))))
    still = np.setdiff1d(np.arange(states.shape[1]), moving)
    if len(moving) < 3:
        return np.concatenate([moving, still])
    _, strength, directions = np.linalg.svd(centred[:, moving] / length[moving], full_matrices=False)
    across, up = (
        (strength[:2, np.newaxis] * directions[:2]) if len(strength) > 1 else (directions[0], 0 * directions[0])
    )
    angle = np.arctan2(up, across)
    circle = np.argsort(angle, kind="stable")
    gaps = np.diff(angle[circle], append=angle[circle[0]] + 2 * np.pi)
    return np.concatenate([moving[np.roll(circle, -1 - int(np.argmax(gaps)))], still])
