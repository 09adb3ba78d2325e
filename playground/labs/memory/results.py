"""What networks made of the memory tasks: one trial, the climb from easy to hard, and both in words."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.config import GATES, Recipe
from playground.histories import Checkpoint, EpochRecord
from playground.labs.memory.tasks import SEQUENCES, TASKS, MemoryTask, task_recipe
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


def describe_run(run: MemoryRun) -> str:
    """Say in a few words how a trial stands."""
    steps = f"{run.steps:,} steps"
    if run.outcome is None:
        return f"{steps} so far"
    if run.outcome.solved:
        return f"solved after {steps}"
    ends = {"seconds": "out of time after", "diverged": "diverged after"}
    return f"{ends.get(run.outcome.ended, 'not solved in')} {steps}"


def say_repeats(runs: Sequence[MemoryRun]) -> str:
    """Say in one sentence whether trials that have ended would end the same again."""
    late = [f"{CELL_TITLES[run.trial.cell]} at {run.trial.difficulty}" for run in runs if run.out_of_time]
    if late:
        return (
            f"Out of seconds: {', '.join(late)}. How far that went depends on how busy the server was; with more "
            "seconds the steps decide"
        )
    return "The same settings give the same numbers on this server, as long as the seconds suffice"


def describe_score(run: MemoryRun) -> str:
    """Say in one sentence what a trial scored, always beside what the constant answer makes."""
    task, outcome = run.trial.of, run.outcome
    if outcome is None:
        reached = run.epochs[-1].validation_loss if run.epochs else None
        seen = "no error measured yet" if reached is None else f"error {reached:.4f} on validation sequences"
        return f"In training: {seen}; always answering {task.constant_answer:g} makes {task.constant_error:.4f}"
    if outcome.error is None:
        return "Its numbers are no longer finite; lower the learning rate or turn on clipping"
    share = outcome.error / outcome.constant_error
    judged = (
        "Hardly better than a constant, or no better"
        if share > 0.9
        else "It has learned a little"
        if share > 0.5
        else "On the way"
    )
    said = "" if outcome.solved else f"{judged}: "
    said += f"error {outcome.error:.4f} on {SEQUENCES['test']:,} test sequences; "
    said += f"always answering {task.constant_answer:g} makes {outcome.constant_error:.4f}"
    if outcome.right_share is not None:
        said += f"; {outcome.right_share:.0%} of the answers have the right sign, guessing makes 50%"
    return said[0].upper() + said[1:]
