"""What networks made of the memory tasks: one trial, and the climb from easy to hard."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.config import GATES, Recipe
from playground.histories import Checkpoint, EpochRecord
from playground.labs.memory.tasks import TASKS, MemoryTask, task_recipe
from playground.packing import unpack
from playground.places import RECORDED
from playground.records import Floats, Windows

CELLS: tuple[str, ...] = tuple(GATES)
CELL_TITLES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}

BATCH = 64
EPOCH_STEPS = 50
"""Training steps between two points of the learning curve; every one of them sees new sequences."""

Ending = Literal["solved", "steps", "seconds", "diverged"]

SHOWN_SEQUENCES = 60
"""Test sequences that are drawn one by one with the answer of the network."""


@dataclass(frozen=True)
class Effort:
    """The network's size, how it learns, and the budget of one trial: whichever ends first, steps or seconds."""

    hidden_size: int = 32
    learning_rate: float = 0.01
    clip_norm: float = 1.0
    steps: int = 2000
    seconds: int = 120
    seed: int = 1


@dataclass(frozen=True)
class Trial:
    """One cell on one task at one difficulty."""

    task: str
    difficulty: int
    cell: str
    effort: Effort = Effort()

    @property
    def of(self) -> MemoryTask:
        """The task itself."""
        return TASKS[self.task]

    @property
    def recipe(self) -> Recipe:
        """What the network is trained by.

        Raises:
            ValueError: if a value is outside its limits.
        """
        effort = self.effort
        return task_recipe(
            self.of,
            self.difficulty,
            self.cell,
            hidden_size=effort.hidden_size,
            learning_rate=effort.learning_rate,
            clip_norm=effort.clip_norm,
            batch_size=BATCH,
            epochs=max(1, effort.steps // EPOCH_STEPS),
            patience_epochs=0,
            seed=effort.seed,
        )

    @property
    def key(self) -> str:
        """Names the trial exactly."""
        effort = self.effort
        return (
            f"memory {self.task} {self.difficulty} {self.cell} {effort.hidden_size} {effort.learning_rate!r} "
            f"{effort.clip_norm!r} {effort.steps} {effort.seconds} {effort.seed}"
        )

    def shown(self) -> Windows:
        """Return the sequences that are drawn one by one; no network learns from them or is chosen by them.

        First come those that a constant answer misses by most, since they tell most.
        """
        drawn = self.of.draw(self.difficulty, SHOWN_SEQUENCES, self.effort.seed, "test", block=1)
        order = np.argsort(-np.abs(drawn.targets[:, 0] - self.of.constant_answer), kind="stable")
        return Windows(drawn.inputs[order], drawn.targets[order], drawn.anchors)


@dataclass(frozen=True)
class Outcome:
    """How a trial ended.

    Attributes:
        ended: "solved" on the validation sequences, out of "steps" or "seconds", or "diverged".
        error: Mean squared error on the test sequences, with the weights that were best on validation;
            None where there are none.
        constant_error: That of the constant answer on the same sequences.
        right_share: Share of test answers with the right sign, for a binary task.
        solved: Whether `error` is at most `SOLVED_SHARE` of the task's constant error.
    """

    ended: Ending
    error: float | None
    constant_error: float
    right_share: float | None
    solved: bool

    @property
    def learned(self) -> Literal["solved", "hardly", "a little", "on the way"]:
        """How far below the constant answer's error a network came."""
        share = np.inf if self.error is None else self.error / self.constant_error
        return "solved" if self.solved else "hardly" if share > 0.9 else "a little" if share > 0.5 else "on the way"


@dataclass(frozen=True, eq=False)
class MemoryRun:
    """How far a trial is.

    Attributes:
        trial: What was asked for.
        epochs: The learning curve, a point every `EPOCH_STEPS` steps, errors in the task's own units.
        answers: (SHOWN_SEQUENCES,) float32, what the network answers to the shown sequences by now.
        checkpoint: Where training goes on, None once the trial has ended.
        elapsed_s: Training time.
        pieces: How many pieces it took.
        outcome: None until the trial has ended.
    """

    trial: Trial
    epochs: tuple[EpochRecord, ...]
    answers: Floats
    checkpoint: Checkpoint | None
    elapsed_s: float
    pieces: int
    outcome: Outcome | None = None

    @property
    def done(self) -> bool:
        """Whether the trial has ended."""
        return self.outcome is not None

    @property
    def out_of_time(self) -> bool:
        """Whether its seconds ended it, which a server that is less busy would have done later."""
        return self.outcome is not None and self.outcome.ended == "seconds"

    @property
    def verdict(self) -> Literal["training", "solved", "not solved"]:
        """How it stands."""
        return "training" if self.outcome is None else "solved" if self.outcome.solved else "not solved"

    @property
    def steps(self) -> int:
        """Training steps taken."""
        begun = self.checkpoint.step if self.checkpoint is not None else 0
        return EPOCH_STEPS * len(self.epochs) + begun

    @property
    def progress(self) -> float:
        """Share of the budget that is used, 1 once the trial has ended."""
        if self.done:
            return 1.0
        effort = self.trial.effort
        return min(1.0, max(self.steps / effort.steps, self.elapsed_s / effort.seconds))


@dataclass(frozen=True, eq=False)
class MemoryRecordings:
    """Trials that were trained beforehand."""

    runs: tuple[MemoryRun, ...]


RECORDING = RECORDED / "long_memory.safetensors"


@functools.cache
def recorded_runs() -> dict[Trial, MemoryRun]:
    """Return the recorded trials."""
    return {run.trial: run for run in unpack(MemoryRecordings, RECORDING.read_bytes()).runs}


def remaining_s(runs: Sequence[MemoryRun | None], at_once: int) -> float | None:
    """Return about how long these trials take to the end of their budgets, at most; None before anything is known."""
    begun = [run for run in runs if run is not None and run.progress > 0 and run.elapsed_s > 0]
    if not begun:
        return None
    per_share = [run.elapsed_s / run.progress for run in begun if not run.done]
    full_s = sum(per_share) / len(per_share) if per_share else begun[-1].trial.effort.seconds
    left = sum(1.0 if run is None else 1.0 - run.progress for run in runs)
    return full_s * left / max(1, min(at_once, sum(run is None or not run.done for run in runs)))


def top_error(runs: Sequence[MemoryRun | None], task: MemoryTask) -> float:
    """Return the largest error that the charts of these runs have room for: a bad start, but no explosion."""
    epochs = [epoch for run in runs if run is not None for epoch in run.epochs]
    losses = [loss for epoch in epochs for loss in (epoch.train_loss, epoch.validation_loss)]
    return min(max([task.constant_error, *losses]), 4 * task.constant_error)
