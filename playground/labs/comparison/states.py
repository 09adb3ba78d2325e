"""What the hidden states of a network are like, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.records import Floats, Trace

SATURATED = 0.95
"""A unit of a bounded cell beyond this, to either side, hardly reacts any more."""

STILL = 0.01
"""A unit whose standard deviation stays below this tells the readout nothing."""


@dataclass(frozen=True)
class StateStatistics:
    """Statistics of the hidden states over the traced stretch.

    Attributes:
        units: How many there are.
        size: Mean |h|.
        saturated: Share of values with |h| above `SATURATED`, None for unbounded states.
        still: Share of units that hardly move.
        dimensions: Participation ratio (sum l)^2 / sum l^2 of the covariance's eigenvalues l: in how many
            directions the state really moves, from 1 to `units`; None where nothing moves.
        memory: Mean over the moving units of the correlation of h with itself one step earlier; None where
            nothing moves.
    """

    units: int
    size: float
    saturated: float | None
    still: float
    dimensions: float | None
    memory: float | None


def describe_states(trace: Trace, *, bounded: bool = True) -> StateStatistics:
    """Return statistics of the states of a trace.

    Raises:
        ValueError: if there are fewer than 3 moments, or states that are not finite.
    """
    states = np.asarray(trace.states, dtype=np.float64)
    if len(states) < 3 or not np.isfinite(states).all():
        raise ValueError(f"the states of at least 3 moments must be finite, got {len(states)} moments; train again")
    moving = states.std(axis=0) >= STILL
    return StateStatistics(
        units=states.shape[1],
        size=float(np.mean(np.abs(states))),
        saturated=float(np.mean(np.abs(states) > SATURATED)) if bounded else None,
        still=float(np.mean(~moving)),
        dimensions=_dimensions(states) if moving.any() else None,
        memory=_memory(states[:, moving]) if moving.any() else None,
    )


def _dimensions(states: Floats) -> float:
    covariance = np.atleast_2d(np.cov(states, rowvar=False))
    return float(np.trace(covariance) ** 2 / np.sum(np.square(covariance)))


def _memory(states: Floats) -> float | None:
    now, before = states[1:], states[:-1]
    spread = now.std(axis=0) * before.std(axis=0)
    known = spread > 0
    if not known.any():
        return None
    together = np.mean((now - now.mean(axis=0)) * (before - before.mean(axis=0)), axis=0)
    return float(np.mean(together[known] / spread[known]))
