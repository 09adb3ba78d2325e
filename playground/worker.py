"""What runs inside a worker process: turns of training, previews.

A worker keeps the networks it trained last, so that a turn begins at once where the previous one
ended; what it does not have, it builds from the checkpoint in the request.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import torch

import playground.inspection.snapshot as snapshots
from playground.config import DataChoice, Recipe
from playground.data.prepare import prepare
from playground.engine.slices import LIVE_SNAPSHOT_POINTS, Position, SliceRequest, SliceResult, SnapshotKind
from playground.histories import ENDED, Checkpoint, EpochRecord, Keyframe
from playground.keyframes import keyframe_epochs, most_keyframes
from playground.kinds import CLASSIFY, FORECAST, TUNES, WORDS, WRITE, AnyRecipe, Material, kind_of
from playground.networks.network import Network, build_network
from playground.networks.stacked.kernel import kernel_works
from playground.networks.weights import weights_of
from playground.recent import Recent
from playground.records import Ints, Prepared, Preview, Series, Snapshot
from playground.sequences.classify.work import ClassifierBench
from playground.sequences.write.work import WriterBench
from playground.training.alone import Training
from playground.training.trainer import Trainer

KEPT_RUNS = 12
KEPT_SERIES = 12


class Bench(Protocol):
    """A run on the bench of a worker: the network in training, and what it can do.

    Built from (recipe, material, material key, checkpoint); a checkpoint of None begins anew.
    """

    @property
    def trainer(self) -> Trainer[Any]:
        """The network in training."""
        ...

    def take_snapshot(self, newest: Keyframe | None, order: Ints | None, complete: bool, best: bool) -> Any:
        """Return what the network can do, None where that cannot be said.

        Args:
            newest: The weights after the last finished epoch, None where they are not known.
            order: Order of the units to keep, None to sort them afresh.
            complete: Whether to show all, or only as much as is quickly drawn.
            best: Whether to show the best weights on validation.
        """
        ...


class ForecastBench:
    """A network that forecasts a series; see `Bench`."""

    def __init__(self, recipe: Recipe, series: Series, key: str, checkpoint: Checkpoint | None) -> None:
        self.recipe, self.unit = recipe, series.unit
        self.prepared = _prepare(series, key, recipe.data)
        self.trainer = Training(recipe, self.prepared, checkpoint)

    def take_snapshot(self, newest: Keyframe | None, order: Ints | None, complete: bool, best: bool) -> Snapshot | None:
        """Show the network that the moment calls for; None if all its weights have been lost to divergence."""
        chosen = self._chosen_network(best)
        if chosen is None:
            return None
        network, epoch, why = chosen
        most = None if complete else LIVE_SNAPSHOT_POINTS
        return snapshots.take_snapshot(network, self.prepared, self.unit, epoch, why, order=order, most=most)

    def _chosen_network(self, best: bool) -> tuple[Network, int, Literal["latest", "best on validation"]] | None:
        network, progress = self.trainer.network, self.trainer.progress
        finite = all(bool(torch.isfinite(weight).all()) for weight in network.parameters())
        if not (best or progress.state in ("finished", "stopped_early") or not finite):
            return network, progress.epoch, "latest"
        if progress.best_epoch:
            network = build_network(self.recipe, self.prepared.train.inputs.shape[2])
            network.load_weights(progress.best_weights)
            return network, progress.best_epoch, "best on validation"
        return (network, progress.epoch, "latest") if finite else None


BENCHES: dict[str, Callable[..., Bench]] = {
    FORECAST.name: ForecastBench,
    CLASSIFY.name: ClassifierBench,
    WORDS.name: ClassifierBench,
    WRITE.name: WriterBench,
    TUNES.name: WriterBench,
}
"""Name of a kind of run -> what trains it."""


@dataclass(eq=False)
class Held:
    """A run this worker trains: its bench, the records and the keyframes since it was built here."""

    bench: Bench
    recipe: AnyRecipe
    material: Material
    records: list[EpochRecord] = field(default_factory=list)
    keyframes: list[Keyframe] = field(default_factory=list)
    newest: Keyframe | None = None

    def __post_init__(self) -> None:
        size = sum(parameter.nbytes for parameter in self.bench.trainer.network.parameters())
        self._kept_epochs = frozenset(keyframe_epochs(self.recipe.training.epochs, most_keyframes(size)))
        self.built_at = self.position[0]
        if self.position == (0, 0):
            self.keep_weights()

    @property
    def position(self) -> Position:
        """Epochs completed and steps taken inside the epoch in progress."""
        progress = self.bench.trainer.progress
        return progress.epoch, progress.step

    def since(self, epoch: int) -> tuple[EpochRecord, ...]:
        """Return the records of the epochs after `epoch`."""
        return tuple(record for record in self.records if record.epoch > epoch)

    def keep_weights(self) -> None:
        """Keep the weights as they are now, in place of the newest if that was only passing."""
        if self.keyframes and self.keyframes[-1].passing:
            self.keyframes.pop()
        epoch = self.position[0]
        self.newest = Keyframe(epoch, weights_of(self.bench.trainer.network), epoch not in self._kept_epochs)
        self.keyframes.append(self.newest)

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


def preview(recipe: Recipe, series: Series, material_key: str) -> Preview:
    """Return the untrained network on the series, and what training will cost.

    Raises:
        ValueError: if the series cannot be cut as the recipe says.
    """
    return snapshots.preview(recipe, _prepare(series, material_key, recipe.data), series.unit)


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
        held.records += held.bench.trainer.advance(request.budget_s, request.until_epoch, held.keep_weights)
    held.keyframes = [kept for kept in held.keyframes if kept.epoch > request.settled_epoch]
    progress = held.bench.trainer.progress
    kind = _snapshot_kind(request, progress)
    rests = progress.state in ENDED or _reached(request, progress)
    checkpoint = held.bench.trainer.checkpoint() if request.with_checkpoint or rests else None
    began = time.perf_counter()
    snapshot = None
    if kind != "no":
        snapshot = held.bench.take_snapshot(held.newest, request.order, kind == "complete", request.best)
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
            held.bench = _build(request, held.material, held.bench.trainer.checkpoint())
            held.recipe = request.recipe
        return held
    if request.material is None:
        return None
    bench = _build(request, request.material, request.checkpoint)
    return _runs.keep(request.run_id, Held(bench, request.recipe, request.material))


def _build(request: SliceRequest, material: Material, checkpoint: Checkpoint | None) -> Bench:
    return BENCHES[kind_of(request.recipe).name](request.recipe, material, request.material_key, checkpoint)


def _serves(held: Held, request: SliceRequest) -> bool:
    """Say whether a held run can answer: not behind the server, and under a new recipe not ahead of it."""
    if held.recipe != request.recipe:
        return held.position == request.position
    return held.built_at <= request.position[0] and held.position >= request.position


def _prepare(series: Series, material_key: str, choice: DataChoice) -> Prepared:
    key = f"{material_key} {choice.model_dump_json()}"
    kept = _prepared.use(key)
    return kept if kept is not None else _prepared.keep(key, prepare(series, choice))
