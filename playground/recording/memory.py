"""Record the memory tasks: `python -m playground.recording.memory` trains every cell on every rung of every ladder."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from playground.histories import EpochRecord
from playground.labs.memory.results import CELLS, RECORDING, MemoryRecordings, MemoryRun, Trial
from playground.labs.memory.tasks import TASKS
from playground.labs.memory.work import train_memory_run
from playground.packing import pack

NO_LIMIT_S = 10**6

DIGITS = 5
"""Significant digits of the learning curves that are kept."""


def trials() -> tuple[Trial, ...]:
    """Return all trials that are recorded, with the usual effort."""
    return tuple(Trial(task.name, rung, cell) for task in TASKS.values() for rung in task.ladder for cell in CELLS)


def record(trial: Trial) -> MemoryRun:
    """Train a trial to its end, limited by its steps alone, so that a busy computer records the same.

    The learning curve keeps `DIGITS` digits.
    """
    unhurried = replace(trial, effort=replace(trial.effort, seconds=NO_LIMIT_S))
    run = replace(train_memory_run(unhurried), trial=trial)
    return replace(run, epochs=tuple(replace(epoch, **_rounded(epoch)) for epoch in run.epochs))


def _rounded(epoch: EpochRecord) -> dict[str, Any]:
    return {name: float(f"{value:.{DIGITS}g}") for name, value in vars(epoch).items() if name != "epoch"}


def main() -> None:
    """Write the recording."""
    torch.set_num_threads(1)
    RECORDING.write_bytes(pack(MemoryRecordings(tuple(map(record, trials())))))


if __name__ == "__main__":
    main()
