"""What travels between the server and its workers: one turn of training, asked for and answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from playground.histories import Checkpoint, EpochRecord, Keyframe
from playground.kinds import AnyRecipe, AnySnapshot, Material
from playground.records import Ints

Position = tuple[int, int]
"""(epochs completed, optimizer steps taken inside the epoch in progress)."""

SnapshotKind = Literal["no", "live", "complete"]
"""None, a thinned one, or one of every window."""

LIVE_SNAPSHOT_POINTS = 1500
"""Forecasts in a snapshot taken while training goes on; the last one of a run is complete."""


@dataclass(frozen=True, eq=False)
class SliceRequest:
    """One turn of a run.

    Attributes:
        run_id: Name of the run.
        recipe: The recipe in force.
        material_key: Content hash of what it learns from.
        position: Position already known to the server; the worker answers from there on, and is
            "missing" the run if its own copy is behind it.
        budget_s: Training time, in seconds; 0 trains nothing and only answers.
        until_epoch: Epoch to stop after, None to go on.
        snapshot: Which one to take after the turn; a turn in which the run ends takes a complete one.
        snapshot_at_rest: Which one to take if the turn reaches `until_epoch`.
        order: Order of the units to keep, None to sort them afresh.
        with_checkpoint: Whether to send the checkpoint back; an ending always does.
        best: Show the best weights on validation instead of the latest.
        material: What it learns from, None where the worker should have it.
        checkpoint: Where to go on from, None for the beginning; counts only along with `material`.
        keyframes_after: The newest epoch whose keyframe the server has, -1 for none.
        settled_epoch: The run never goes back to before this epoch, so the worker may forget the
            keyframes up to it; -1 while it may go back to the beginning.
    """

    run_id: str
    recipe: AnyRecipe
    material_key: str
    position: Position
    budget_s: float
    until_epoch: int | None = None
    snapshot: SnapshotKind = "no"
    snapshot_at_rest: SnapshotKind = "complete"
    order: Ints | None = None
    with_checkpoint: bool = True
    best: bool = False
    material: Material | None = None
    checkpoint: Checkpoint | None = None
    keyframes_after: int = -1
    settled_epoch: int = -1


@dataclass(frozen=True, eq=False)
class SliceResult:
    """The answer to a `SliceRequest`.

    Attributes:
        missing: The worker does not hold the run at the asked position; send it whole.
        position: Where the run is now.
        epochs: Records of the epochs finished since the asked position, or a few more.
        state: "training", or why it ended.
        reason: A plain sentence when it ended early.
        best_epoch: Epoch with the lowest validation loss, 0 before the first.
        checkpoint: At `position`, if asked for.
        snapshot: At `position`, if asked for.
        snapshot_s: What the snapshot cost, in seconds.
        keyframes: Those the server does not have; the newest epoch's comes along with a checkpoint.
    """

    missing: bool = False
    position: Position = (0, 0)
    epochs: tuple[EpochRecord, ...] = ()
    state: Literal["training", "finished", "stopped_early", "diverged"] = "training"
    reason: str = ""
    best_epoch: int = 0
    checkpoint: Checkpoint | None = None
    snapshot: AnySnapshot | None = None
    snapshot_s: float = 0.0
    keyframes: tuple[Keyframe, ...] = ()


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a call in a worker gave: a value, or the reason why there is none.

    Errors travel as text, so that no class of a worker's library is ever loaded by the server.

    Attributes:
        value: The returned value.
        problem: Why there is none, empty if there is one.
        trace: The traceback of an error that was not a ValueError, empty otherwise.
        worker: Address of the worker that ran the call.
        seconds: How long the call took there.
    """

    value: Any = None
    problem: str = ""
    trace: str = ""
    worker: str = ""
    seconds: float = 0.0
