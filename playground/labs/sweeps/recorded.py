"""The recorded sweep that the page shows before the learner's own: `python -m playground.recording.sweep`."""

from __future__ import annotations

from dataclasses import dataclass

from playground.config import Recipe
from playground.labs.sweeps.plan import AXES, SweepPlan
from playground.labs.sweeps.results import Point
from playground.packing import unpack
from playground.places import RECORDED

RECORDED_PLAN = SweepPlan(Recipe().replaced(learning_rate=0.003), (("hidden_size", AXES["hidden_size"].usual),))
"""Six sizes on the default series."""

RECORDED_PATH = RECORDED / "hidden_size.safetensors"


@dataclass(frozen=True)
class RecordedSweep:
    """The points of a finished sweep."""

    points: tuple[Point, ...]


def recorded_points() -> tuple[Point, ...]:
    """Load the points of the recorded sweep."""
    return unpack(RecordedSweep, RECORDED_PATH.read_bytes()).points
