"""What a sweep found, as frozen records; errors are mean squared errors in scaled units, as in every loss chart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.config import Recipe, parameter_count
from playground.histories import Checkpoint, EpochRecord
from playground.labs.sweeps.plan import SweepPlan, Value, epoch_cost, label_of
from playground.turning import around_and_last

Cell = tuple[Value, ...]

REBOUND = 1.1
"""A validation error that ends this many times above what it was round its best epoch has turned up."""


@dataclass(frozen=True, eq=False)
class GroupRun:
    """Networks that are alike in all but their seed, as far as they are trained.

    Attributes:
        planned_epochs: How long each is trained at most.
        checkpoints: One for each network, in order.
        epochs: The finished epochs of each.
        pieces: How often the work went on.
        baseline_error: Of the last value on the validation windows that count.
        validation_errors: Of each network's best epoch, on the same windows; empty until all are trained,
            infinite where a network diverged before its first epoch ended.
    """

    planned_epochs: int
    checkpoints: tuple[Checkpoint, ...]
    epochs: tuple[tuple[EpochRecord, ...], ...]
    pieces: int
    baseline_error: float
    validation_errors: tuple[float, ...] = ()

    @property
    def done(self) -> bool:
        """Whether every network is trained and scored."""
        return bool(self.validation_errors)

    @property
    def progress(self) -> float:
        """Share of the epochs that are trained; a network that ended early counts as trained."""
        shares = [
            1.0 if checkpoint.state != "training" else min(checkpoint.epoch / self.planned_epochs, 1.0)
            for checkpoint in self.checkpoints
        ]
        return float(np.mean(shares))

    @property
    def elapsed_s(self) -> float:
        """Training time of all its networks together."""
        return sum(checkpoint.elapsed_s for checkpoint in self.checkpoints)


@dataclass(frozen=True)
class NetworkResult:
    """One trained network of a sweep.

    Attributes:
        seed: Its seed.
        train_error: Training error in its best epoch, None where it has none.
        validation_error: Validation error after its best epoch, None where it has none.
        turned_up: Whether its validation error turned up again for good while its training error fell on.
        best_epoch: The epoch with the lowest validation error, 0 where it has none.
        epochs: Epochs completed.
        epoch_s: Seconds an epoch took, its share of the group's time.
        diverged: Whether it ended because a number was no longer finite.
    """

    seed: int
    train_error: float | None
    validation_error: float | None
    best_epoch: int
    epochs: int
    epoch_s: float
    turned_up: bool = False
    diverged: bool = False


@dataclass(frozen=True)
class Point:
    """All networks at one point of a sweep.

    Attributes:
        cell: The values of the axes.
        label: The same in words.
        networks: One for each seed.
        parameters: Trainable numbers of one network.
        baseline_error: Of the last value on the same validation windows.
    """

    cell: Cell
    label: str
    networks: tuple[NetworkResult, ...]
    parameters: int
    baseline_error: float

    @property
    def diverged(self) -> int:
        """How many of its networks diverged."""
        return sum(network.diverged for network in self.networks)

    @property
    def comparable(self) -> bool:
        """Whether it has a mean and a standard error: no network diverged, and there are at least two."""
        return len(self.networks) > 1 and not self.diverged and self.validation_error is not None

    @property
    def validation_error(self) -> float | None:
        """Mean validation error over the seeds, None where a network has none."""
        return _mean([network.validation_error for network in self.networks])

    @property
    def validation_spread(self) -> float | None:
        """Standard error of that mean: the deviation of the seeds over the root of their number."""
        return _standard_error([network.validation_error for network in self.networks])

    @property
    def train_error(self) -> float | None:
        """Mean training error over the seeds."""
        return _mean([network.train_error for network in self.networks])

    @property
    def train_spread(self) -> float | None:
        """Standard error of the mean training error."""
        return _standard_error([network.train_error for network in self.networks])

    @property
    def epoch_s(self) -> float:
        """Mean seconds an epoch of one network."""
        return float(np.mean([network.epoch_s for network in self.networks]))


def point_of(plan: SweepPlan, cell: Cell, group: GroupRun, features: int = 1) -> Point:
    """Return what a finished group found.

    Args:
        plan: The sweep.
        cell: The values of its axes.
        group: Its networks, trained.
        features: Columns that the networks read.
    """
    recipes = plan.recipes_at(cell)
    networks = tuple(
        _network_result(*each)
        for each in zip(recipes, group.checkpoints, group.epochs, group.validation_errors, strict=True)
    )
    return Point(cell, label_of(plan, cell), networks, parameter_count(recipes[0], features), group.baseline_error)


def points_of(plan: SweepPlan, groups: Mapping[Cell, GroupRun | None], features: int = 1) -> tuple[Point, ...]:
    """Return the points whose groups are done, in the order of the plan."""
    reached = [(cell, groups.get(cell)) for cell in plan.cells]
    return tuple(point_of(plan, cell, group, features) for cell, group in reached if group is not None and group.done)


def remaining_s(groups: Sequence[tuple[Recipe, int, GroupRun | None]], at_once: int) -> float | None:
    """Return roughly how long the rest takes, None before anything is known.

    What is not trained yet is taken to cost as much next to what is as `epoch_cost` says.

    Args:
        groups: For each group a recipe, how many networks it has, and how far it is.
        at_once: How many workers train side by side.
    """
    costs = [(epoch_cost(recipe) * count, run) for recipe, count, run in groups]
    trained = sum(cost * run.progress for cost, run in costs if run is not None)
    if not trained:
        return None
    spent_s = sum(run.elapsed_s for _, run in costs if run is not None)
    left = [cost * (1 - (run.progress if run is not None else 0)) for cost, run in costs]
    return spent_s / trained * max(sum(left) / max(at_once, 1), max(left))


def turned_up(epochs: Sequence[EpochRecord], best_epoch: int) -> bool:
    """Say whether the validation error turned up again for good while the training error fell on."""
    validation = around_and_last([record.validation_loss for record in epochs], best_epoch)
    train = around_and_last([record.train_loss for record in epochs], best_epoch)
    if validation is None or train is None:
        return False
    return validation[1] > REBOUND * validation[0] and train[1] < train[0]


def _network_result(
    recipe: Recipe, checkpoint: Checkpoint, epochs: tuple[EpochRecord, ...], validation_error: float
) -> NetworkResult:
    best = next((record for record in epochs if record.epoch == checkpoint.best_epoch), None)
    return NetworkResult(
        seed=recipe.seed,
        train_error=best.train_loss if best else None,
        validation_error=validation_error if math.isfinite(validation_error) else None,
        best_epoch=checkpoint.best_epoch,
        epochs=checkpoint.epoch,
        epoch_s=checkpoint.elapsed_s / max(checkpoint.epoch, 1),
        turned_up=turned_up(epochs, checkpoint.best_epoch),
        diverged=checkpoint.state == "diverged",
    )


def _mean(errors: Sequence[float | None]) -> float | None:
    known = [error for error in errors if error is not None]
    return float(np.mean(known)) if known and len(known) == len(errors) else None


def _standard_error(errors: Sequence[float | None]) -> float | None:
    known = [error for error in errors if error is not None]
    if len(known) < 2 or len(known) < len(errors):
        return None
    return float(np.std(known, ddof=1) / math.sqrt(len(known)))
