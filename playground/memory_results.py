"""What networks made of the memory tasks: one trial, the climb from easy to hard, and both in words."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from playground.config import GATES, Recipe
from playground.memory_tasks import TASKS, MemoryTask, task_recipe
from playground.packing import unpack
from playground.presets import RECORDED
from playground.records import Checkpoint, EpochRecord, Floats, Windows

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
    seconds: int = 60
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
        """Return the sequences that are drawn one by one; no network learns from them or is chosen by them."""
        return self.of.draw(self.difficulty, SHOWN_SEQUENCES, self.effort.seed, "test", block=1)


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


Look = Callable[[Trial], MemoryRun | None]
"""How far a trial is, None before it has begun."""


@dataclass(frozen=True, eq=False)
class Climb:
    """How far up the ladder of difficulties one cell has come.

    Attributes:
        task: The task.
        cell: The cell.
        runs: The trials so far, from the lowest rung on; the last may be under way.
        current: The trial that is next or under way, None when the climb is over.
    """

    task: MemoryTask
    cell: str
    runs: tuple[MemoryRun, ...]
    current: Trial | None

    @property
    def ladder(self) -> tuple[int, ...]:
        """All rungs."""
        return self.task.ladder

    @property
    def highest(self) -> int | None:
        """The highest rung below which nothing was missed, None where the first was."""
        solved = [run.trial.difficulty for run in self.runs if run.outcome is not None and run.outcome.solved]
        return max(solved, default=None)

    @property
    def missed(self) -> int | None:
        """The rung where the climb ended, None if it has not or if there is none left."""
        last = self.runs[-1] if self.runs else None
        ended = last is not None and last.outcome is not None and not last.outcome.solved
        return last.trial.difficulty if last is not None and ended else None

    @property
    def progress(self) -> float:
        """Share of the ladder that is decided."""
        return 1.0 if self.current is None else sum(run.progress for run in self.runs) / len(self.ladder)


def climb(task: MemoryTask, cell: str, effort: Effort, look: Look) -> Climb:
    """Return how far a cell has come: rung after rung, until it misses one or there is none left."""
    runs: list[MemoryRun] = []
    for rung in task.ladder:
        trial = Trial(task.name, rung, cell, effort)
        run = look(trial)
        if run is not None:
            runs.append(run)
        if run is None or run.outcome is None:
            return Climb(task, cell, tuple(runs), trial)
        if not run.outcome.solved:
            break
    return Climb(task, cell, tuple(runs), None)


def remaining_s(runs: Sequence[MemoryRun | None], at_once: int) -> float | None:
    """Return about how long these trials take to the end of their budgets, at most; None before anything is known."""
    begun = [run for run in runs if run is not None and run.progress > 0 and run.elapsed_s > 0]
    if not begun:
        return None
    per_share = [run.elapsed_s / run.progress for run in begun if not run.done]
    full_s = sum(per_share) / len(per_share) if per_share else begun[-1].trial.effort.seconds
    left = sum(1.0 if run is None else 1.0 - run.progress for run in runs)
    return full_s * left / max(1, min(at_once, sum(run is None or not run.done for run in runs)))


def climbing_s(climbs: Sequence[Climb], at_once: int) -> float | None:
    """Return how long the climbs take at most, if every rung left needs its whole budget; None while unknown.

    The cost of a step grows with the length of the sequences.
    """
    per_cell: list[float] = []
    for one in climbs:
        if one.current is None:
            continue
        timed = next((run for run in reversed(one.runs) if run.steps and run.elapsed_s), None)
        if timed is None:
            return None
        task, effort = one.task, one.current.effort
        step_s = timed.elapsed_s / timed.steps / task.window_steps(timed.trial.difficulty)
        rungs = [rung for rung in one.ladder if rung >= one.current.difficulty]
        costs = [min(effort.seconds, effort.steps * step_s * task.window_steps(rung)) for rung in rungs]
        begun = one.runs[-1].progress if one.runs[-1].trial == one.current else 0.0
        per_cell.append(sum(costs) - begun * costs[0])
    return max([sum(per_cell) / max(at_once, 1), *per_cell, 0.0])


def top_error(runs: Sequence[MemoryRun | None], task: MemoryTask) -> float:
    """Return the largest error that the charts of these runs have room for: a bad start, but no explosion."""
    losses = [epoch.validation_loss for run in runs if run is not None for epoch in run.epochs]
    return min(max([task.constant_error, *losses]), 4 * task.constant_error)


def describe_run(run: MemoryRun) -> str:
    """Say in one sentence how a trial went, always beside what the constant answer makes."""
    task, title = run.trial.of, CELL_TITLES[run.trial.cell]
    outcome = run.outcome
    if outcome is None:
        reached = f", validation error {run.epochs[-1].validation_loss:.4f}" if run.epochs else ""
        return f"{title}: training, {run.steps:,} steps{reached}"
    if outcome.error is None:
        return f"{title}: diverged after {run.steps:,} steps, its numbers are no longer finite"
    share = outcome.error / outcome.constant_error
    score = f"error {outcome.error:.4f} on test sequences, always answering {task.constant_answer:g} gives "
    score += f"{outcome.constant_error:.4f}"
    if outcome.right_share is not None:
        score += f"; {outcome.right_share:.0%} of the answers are right, guessing gives 50%"
    if outcome.solved:
        return f"{title}: solved after {run.steps:,} steps; {score}"
    end = {"seconds": f"out of time after {run.steps:,} steps", "diverged": f"diverged after {run.steps:,} steps"}
    reason = end.get(outcome.ended, f"not solved in {run.steps:,} steps")
    judged = "no better than a constant" if share > 0.9 else "on the way" if share < 0.5 else "it has learned a little"
    return f"{title}: {reason}, {judged}; {score}"


def describe_climb(one: Climb) -> str:
    """Say in one sentence how far a cell has come."""
    title = CELL_TITLES[one.cell]
    task = one.task
    if one.current is not None:
        done = "" if one.highest is None else f"solved up to {one.highest} {task.unit}, "
        return f"{title}: {done}now at {one.current.difficulty}"
    if one.highest is None:
        return f"{title}: did not solve even {one.missed} {task.unit}"
    if one.missed is None:
        return f"{title}: solved {one.highest} {task.unit}, the top of the ladder"
    return f"{title}: solved {one.highest} {task.unit}, missed {one.missed}"
