"""What runs with classic mistakes promised and what they kept, and what that shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.histories import Checkpoint, EpochRecord
from playground.students_t import margin_of_mean

LEVEL = 0.05
"""How often luck of the seeds alone is taken for an effect."""

LEAST_EFFECT = 0.05
"""A mistake that flatters the score by less than this share of the baseline's error is not called an effect."""


Effect = Literal["flatters", "no clear effect", "belittles"]


@dataclass(frozen=True)
class Evidence:
    """What can be measured about a run without knowing how its data were prepared.

    Attributes:
        train_windows, scored_windows: How many windows were trained on and scored.
        trained_until: Last position that a training target lies at.
        scored_from, scored_until: First and last position of the targets that were scored.
        mean, deviation: Of the target quantity as the network read it in training.
        last_input_correlation: Of each scored window's last input with its last target, None where one
            does not vary.
        chosen_by_error: RMSE on the windows that the epoch was chosen by, as a share of the baseline's.
    """

    train_windows: int
    scored_windows: int
    trained_until: int
    scored_from: int
    scored_until: int
    mean: float
    deviation: float
    last_input_correlation: float | None
    chosen_by_error: float


@dataclass(frozen=True)
class LeakResult:
    """What one run with some mistakes promised, and what it kept.

    `reported` is the RMSE that a careless person would report, `real` the one of the same network on
    fresh data, each beside the RMSE of the baseline "same as the last known value" on the same windows,
    all in the series' own units. `best_epoch` is the epoch that was kept.
    """

    leaks: frozenset[str]
    reported: float
    reported_baseline: float
    real: float
    real_baseline: float
    best_epoch: int
    validation_baseline_loss: float
    evidence: Evidence

    @property
    def reported_share(self) -> float:
        """Reported error as a share of the baseline's: 1 is no better than repeating the last value."""
        return self.reported / self.reported_baseline

    @property
    def real_share(self) -> float:
        """Error on fresh data as a share of the baseline's."""
        return self.real / self.real_baseline


@dataclass(frozen=True, eq=False)
class LeakRun:
    """A run of the lab, as far as it is; `result` is there once it is done."""

    planned_epochs: int
    checkpoint: Checkpoint
    epochs: tuple[EpochRecord, ...]
    pieces: int
    result: LeakResult | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.result is not None

    @property
    def progress(self) -> float:
        """Share of the epochs that are trained."""
        return min(len(self.epochs) / self.planned_epochs, 1.0)


@dataclass(frozen=True)
class Arm:
    """All finished runs that made the same mistakes, one for each seed.

    Attributes:
        leaks: The mistakes, none for the honest runs.
        results: One for each seed, in the same order in every arm.
        called: What the arm is called where its mistakes must not be named.
    """

    leaks: frozenset[str]
    results: tuple[LeakResult, ...]
    called: str = ""

    @property
    def reported(self) -> tuple[float, ...]:
        """Reported error of each run, as a share of the baseline's."""
        return tuple(result.reported_share for result in self.results)

    @property
    def real(self) -> tuple[float, ...]:
        """Error of each run on fresh data, as a share of the baseline's."""
        return tuple(result.real_share for result in self.results)

    @property
    def reported_mean(self) -> float:
        """Mean of `reported`."""
        return float(np.mean(self.reported))

    @property
    def real_mean(self) -> float:
        """Mean of `real`."""
        return float(np.mean(self.real))

    @property
    def breaks_its_promise(self) -> bool:
        """Whether it promised to beat the baseline and does not."""
        return self.reported_mean < 1 <= self.real_mean

    @property
    def differs(self) -> bool:
        """Whether it promised another error than it makes."""
        return abs(self.real_mean - self.reported_mean) >= LEAST_EFFECT


@dataclass(frozen=True)
class Found:
    """What mistakes did: their arm beside the honest one, and over how many pairs of runs."""

    effect: Effect
    arm: Arm
    honest: Arm
    pairs: int


def flattery(arm: Arm, honest: Arm) -> tuple[float, ...]:
    """Return for each seed by how much the report is too good, beyond what it is for the honest run.

    Too good means (real - reported) in shares of the baseline's error. What the honest run has of it
    comes from the fresh data being easier or harder than the test part, not from a mistake.
    """
    pairs = zip(arm.results, honest.results, strict=False)
    return tuple((a.real_share - a.reported_share) - (h.real_share - h.reported_share) for a, h in pairs)


def effect_of(arm: Arm, honest: Arm) -> Effect:
    """Return whether the mistakes changed the report, by more than the luck of the seeds.

    Student's t over the pairs of runs; that all of three agree on a sign alone happens in one of four.
    """
    extra = flattery(arm, honest)
    mean = float(np.mean(extra))
    if len(extra) < 2 or abs(mean) < LEAST_EFFECT or abs(mean) <= margin_of_mean(extra, LEVEL):
        return "no clear effect"
    return "flatters" if mean > 0 else "belittles"


def compare_arms(arm: Arm, honest: Arm) -> Found:
    """Return how much the mistakes mattered in these runs."""
    return Found(effect_of(arm, honest), arm, honest, min(len(arm.results), len(honest.results)))
