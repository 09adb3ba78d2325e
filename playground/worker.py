"""What runs inside a worker process: turns of training, previews.

A worker keeps the networks it trained last, so that a turn begins at once where the previous one
ended; what it does not have, it builds from the checkpoint in the request.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch

import playground.inspection.snapshot as snapshots
from playground.config import DataChoice, Recipe
from playground.data.prepare import prepare
from playground.engine.slices import LIVE_SNAPSHOT_POINTS, Position, SliceRequest, SliceResult, SnapshotKind
from playground.histories import ENDED, Checkpoint, EpochRecord, Keyframe
from playground.keyframes import keyframe_epochs, most_keyframes
from playground.networks.network import Network, build_network
from playground.networks.stacked.kernel import kernel_works
from playground.recent import Recent
from playground.records import Prepared, Preview, Series, Snapshot
from playground.training.alone import Training

KEPT_RUNS = 12
KEPT_SERIES = 12


@dataclass(eq=False)
class Held:
    """A run this worker trains: the live network, the records and the keyframes since it was built here."""

    training: Training
    prepared: Prepared
    recipe: Recipe
    unit: str
    built_at: int
    records: list[EpochRecord] = field(default_factory=list)
    keyframes: list[Keyframe] = field(default_factory=list)
    keyframe_epochs: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        size = sum(parameter.nbytes for parameter in self.training.network.parameters())
        self.keyframe_epochs = frozenset(keyframe_epochs(self.recipe.training.epochs, most_keyframes(size)))
        if self.position == (0, 0):
            self.keep_weights()

    @property
    def position(self) -> Position:
        """Epochs completed and steps taken inside the epoch in progress."""
        return self.training.progress.epoch, self.training.progress.step

    def since(self, epoch: int) -> tuple[EpochRecord, ...]:
        """Return the records of the epochs after `epoch`."""
        return tuple(record for record in self.records if record.epoch > epoch)

    def keep_weights(self) -> None:
        """Keep the weights as they are now, in place of the newest if that was only passing."""
        if self.keyframes and self.keyframes[-1].passing:
            self.keyframes.pop()
        epoch = self.position[0]
        self.keyframes.append(Keyframe(epoch, self.training.network.weights(), epoch not in self.keyframe_epochs))

    def keyframes_since(self, epoch: int, with_newest: bool) -> tuple[Keyframe, ...]:
        """Return the keyframes after `epoch`, the passing newest one only if it is wanted."""
        return tuple(kept for kept in self.keyframes if kept.epoch > epoch and (with_newest or not kept.passing))


_runs: Recent[str, Held] = Recent(KEPT_RUNS)
_prepared: Recent[str, Prepared] = Recent(KEPT_SERIES)


def warm_up() -> None:
    """Pay for the first use of torch, and try its LSTM kernel, before anyone waits for it."""
    torch.set_num_threads(1)
    kernel_works()
    recipe = Recipe().replaced(hidden_size=2, window_steps=8)
    wave = Series("", "", "", np.sin(np.arange(300.0)), None, "sample")
    snapshots.preview(recipe, prepare(wave, recipe.data), "")


def preview(recipe: Recipe, series: Series, series_key: str) -> Preview:
    """Return the untrained network on the series, and what training will cost.

    Raises:
        ValueError: if the series cannot be cut as the recipe says.
    """
    return snapshots.preview(recipe, _prepare(series, series_key, recipe.data), series.unit)


def advance_slice(request: SliceRequest) -> SliceResult:
    """Train a run for one turn.

    Asking twice does no harm: training is deterministic, so a run that is already further along
    answers with the records the server does not have yet.

    Raises:
        ValueError: if the series cannot be cut as the recipe says.
    """
    held = _held(request)
    if held is None:
        return SliceResult(missing=True)
    if request.budget_s > 0:
        held.records += held.training.advance(request.budget_s, request.until_epoch, held.keep_weights)
    held.keyframes = [kept for kept in held.keyframes if kept.epoch > request.settled_epoch]
    progress = held.training.progress
    kind = _snapshot_kind(request, progress)
    rests = progress.state in ENDED or _reached(request, progress)
    checkpoint = held.training.checkpoint() if request.with_checkpoint or rests else None
    began = time.perf_counter()
    snapshot = None if kind == "no" else _take_snapshot(held, request, kind == "complete")
    return SliceResult(
        position=held.position,
        epochs=held.since(request.position[0]),
        state=progress.state,
        reason=progress.reason,
        best_epoch=progress.best_epoch,
        checkpoint=checkpoint,
        snapshot=snapshot,
        snapshot_s=time.perf_counter() - began,
        keyframes=held.keyframes_since(request.keyframes_after, with_newest=checkpoint is not None),
    )


def _reached(request: SliceRequest, progress: Checkpoint) -> bool:
    return request.until_epoch is not None and progress.epoch >= request.until_epoch


def _snapshot_kind(request: SliceRequest, progress: Checkpoint) -> SnapshotKind:
    if progress.state in ENDED:
        return "complete"
    return request.snapshot_at_rest if _reached(request, progress) else request.snapshot


def _held(request: SliceRequest) -> Held | None:
    """Return the run at the asked position or later, built anew if the request carries what that takes."""
    held = _runs.use(request.run_id)
    if held is not None and _serves(held, request):
        if held.recipe != request.recipe:
            # The learning rate changed: the same network goes on under the new recipe.
            held.training = Training(request.recipe, held.prepared, held.training.checkpoint())
            held.recipe = request.recipe
        return held
    if request.series is None:
        return None
    prepared = _prepare(request.series, request.series_key, request.recipe.data)
    training = Training(request.recipe, prepared, request.checkpoint)
    built = Held(training, prepared, request.recipe, request.series.unit, training.progress.epoch)
    return _runs.keep(request.run_id, built)


def _serves(held: Held, request: SliceRequest) -> bool:
    """Say whether a held run can answer: not behind the server, and under a new recipe not ahead of it."""
    if held.recipe != request.recipe:
        return held.position == request.position
    return held.built_at <= request.position[0] and held.position >= request.position


def _prepare(series: Series, series_key: str, choice: DataChoice) -> Prepared:
    key = f"{series_key} {choice.model_dump_json()}"
    kept = _prepared.use(key)
    return kept if kept is not None else _prepared.keep(key, prepare(series, choice))


def _take_snapshot(held: Held, request: SliceRequest, complete: bool) -> Snapshot | None:
    """Show the network that the moment calls for; None if all its weights have been lost to divergence."""
    chosen = _chosen_network(held, request)
    if chosen is None:
        return None
    network, epoch, why = chosen
    return snapshots.take_snapshot(
        network,
        held.prepared,
        held.unit,
        epoch,
        why,
        order=request.order,
        most=None if complete else LIVE_SNAPSHOT_POINTS,
    )


def _chosen_network(
    held: Held, request: SliceRequest
) -> tuple[Network, int, Literal["latest", "best on validation"]] | None:
    training, progress = held.training, held.training.progress
    finite = all(bool(torch.isfinite(weight).all()) for weight in training.network.parameters())
    best = request.best or progress.state in ("finished", "stopped_early") or not finite
    if not best:
        return training.network, progress.epoch, "latest"
    if progress.best_epoch:
        network = build_network(held.recipe, held.prepared.train.inputs.shape[2])
        network.load_weights(progress.best_weights)
        return network, progress.best_epoch, "best on validation"
    return (training.network, progress.epoch, "latest") if finite else None
