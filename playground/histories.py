"""What training leaves behind, as frozen numpy records: epochs, checkpoints, weights of some epochs, whole runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.records import Floats, Snapshot

RunState = Literal["queued", "training", "paused", "finished", "stopped_early", "diverged", "failed", "interrupted"]
ENDED: frozenset[str] = frozenset({"finished", "stopped_early", "diverged", "failed"})
"""States that a run does not leave."""


@dataclass(frozen=True)
class EpochRecord:
    """One finished epoch.

    Losses are mean squared errors in scaled units (1 = the variance of the training target).
    `train_loss` is the mean over the epoch's batches while the weights moved; `gradient_norm` the
    mean L2 norm before clipping; `clipped_fraction` the share of steps that were clipped;
    `elapsed_s` the training time since the run began, pauses not counted.
    """

    epoch: int
    train_loss: float
    validation_loss: float
    gradient_norm: float
    clipped_fraction: float
    learning_rate: float
    elapsed_s: float


@dataclass(frozen=True)
class SequenceEpoch(EpochRecord):
    """One finished epoch: losses are mean negative log-likelihoods (nats), and the shares of right answers.

    The training values are means over the epoch's steps, while the weights moved.
    """

    train_accuracy: float = math.nan
    validation_accuracy: float = math.nan


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that training needs to go on, bit for bit, as plain arrays.

    Attributes:
        epoch: Epochs completed.
        step: Optimizer steps taken inside the epoch in progress.
        weights: Parameter name -> array.
        optimizer: "<state name>/<parameter name>" -> array.
        loss_sum: Sum of loss x answers over the epoch in progress (float64).
        norm_sum: Sum of gradient norms over the epoch in progress.
        clipped: Clipped steps in the epoch in progress.
        best_epoch: Epoch with the lowest validation loss, 0 before the first.
        best_loss: That loss, infinity before the first.
        best_weights: The weights after that epoch.
        elapsed_s: Training time so far, in seconds.
        state: "training", or why it ended.
        reason: A plain sentence when it ended early.
        carried: What is carried from one step to the next inside an epoch, by name.
        right, count: Over the answers of the epoch in progress: how many were right, how many.
        asked: How many of these answers may be right; differs from `count` where only some are asked for, or none.
    """

    epoch: int = 0
    step: int = 0
    weights: dict[str, Floats] = field(default_factory=dict)
    optimizer: dict[str, Floats] = field(default_factory=dict)
    loss_sum: float = 0.0
    norm_sum: float = 0.0
    clipped: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    best_weights: dict[str, Floats] = field(default_factory=dict)
    elapsed_s: float = 0.0
    state: Literal["training", "finished", "stopped_early", "diverged"] = "training"
    reason: str = ""
    carried: dict[str, Floats] = field(default_factory=dict)
    right: int = 0
    count: int = 0
    asked: int = 0


@dataclass(frozen=True, eq=False)
class Keyframe:
    """The weights after an epoch (0 = untrained), kept to look at that moment again.

    `passing` ones are kept only as long as they are the newest.
    """

    epoch: int
    weights: dict[str, Floats]
    passing: bool = False


@dataclass(frozen=True, eq=False)
class Keyframes:
    """The weights that a finished run kept, by epoch."""

    frames: tuple[Keyframe, ...]


BEGAN_TRAINED = "began with the weights of an earlier run"
"""The first event of a run whose weights were not drawn: its seed alone does not make it again."""


@dataclass(frozen=True)
class RunEvent:
    """Something worth telling about a run ("resumed after a worker died"). `at` is Unix time in seconds."""

    at: float
    text: str


@dataclass(frozen=True, eq=False)
class RunView:
    """A run as its viewers see it now.

    Attributes:
        run_id: Unguessable name of the run.
        recipe_json: The recipe in force, learning-rate changes included.
        state: See RunState.
        reason: A plain sentence for paused-by-rule, diverged, stopped early and failed runs.
        epochs: All finished epochs.
        snapshot: The latest computed snapshot of its kind (`playground/kinds.py`), None before the first.
        checkpoint_epoch: Epochs completed at the last checkpoint.
        best_epoch: Epoch with the lowest validation loss, 0 before the first.
        queue_position: 1 = next, 0 when not queued.
        queue_wait_s: Rough wait in seconds, None when unknown.
        remaining_s: Rough training time left in seconds, None when unknown.
        events: What happened to the run.
        version: Grows by one with every change.
        peeks: How often its test set was opened.
        kind: What is trained, see `playground/kinds.py`.
        material_key: Content hash of what it learns from.
    """

    run_id: str
    recipe_json: str
    state: RunState
    reason: str
    epochs: tuple[EpochRecord, ...]
    snapshot: Snapshot | Any | None
    checkpoint_epoch: int = 0
    best_epoch: int = 0
    queue_position: int = 0
    queue_wait_s: float | None = None
    remaining_s: float | None = None
    events: tuple[RunEvent, ...] = ()
    version: int = 0
    peeks: int = 0
    kind: str = "forecast"
    material_key: str = ""

    @property
    def began_trained(self) -> bool:
        """Whether it started from the weights of an earlier run."""
        return any(event.text == BEGAN_TRAINED for event in self.events)
