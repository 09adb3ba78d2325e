"""The climb from easy to hard: how far up the ladder of a memory task each cell comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.labs.memory.results import Effort, MemoryRun, Trial
from playground.labs.memory.tasks import MemoryTask

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
