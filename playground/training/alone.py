"""Training in slices: stop anywhere, go on from a checkpoint, and get the same numbers, bit for bit on one machine."""

from __future__ import annotations

import contextlib
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch.nn.functional import mse_loss

from playground.config import Recipe
from playground.networks.network import Network, build_network, derived_seed
from playground.networks.stacked.alone import OwnPass
from playground.networks.stacked.choice import own_pass_wins
from playground.records import Checkpoint, EpochRecord, Examples, Floats, Prepared, Windows
from playground.training.epochs import CLIP_EPSILON, close_epoch, diverged, epoch_order, shared, squared_error
from playground.training.optimizers import build_optimizer, gather_gradients, load_optimizer, optimizer_arrays

MEASURE_S = 0.3
"""Time after which measuring the cost of an epoch stops taking further training steps."""


class Training:
    """A network in training.

    Every epoch visits each training window once, in an order drawn from (seed, epoch); dropout is
    drawn from (seed, epoch, step). So the numbers depend on the recipe and the data only, not on
    where training was interrupted.
    """

    def __init__(self, recipe: Recipe, prepared: Examples, checkpoint: Checkpoint | None = None) -> None:
        self.recipe = recipe
        self.prepared = prepared
        self.network = build_network(recipe, prepared.train.inputs.shape[2])
        self._inputs, self._targets = (shared(a) for a in (prepared.train.inputs, prepared.train.targets))
        self._parameters = dict(self.network.named_parameters())
        self._gradient = gather_gradients(list(self._parameters.values()))
        self._optimizer = build_optimizer(recipe.training, self._parameters)
        self._own_pass = OwnPass(self.network, recipe, self._inputs) if own_pass_wins(recipe) else None
        # The counters live in a Checkpoint too; its weights and optimizer stay empty until one is asked for.
        self._progress = Checkpoint(epoch=0, step=0, weights={}, optimizer={})
        if checkpoint is not None:
            self.network.load_weights(checkpoint.weights)
            load_optimizer(self._optimizer, self._parameters, checkpoint.optimizer)
            self._progress = replace(checkpoint, weights={}, optimizer={})
        self._begin_epoch()

    @property
    def progress(self) -> Checkpoint:
        """How far training is: a checkpoint without the current weights and the optimizer's arrays."""
        return self._progress

    def advance(
        self, budget_s: float, until_epoch: int | None = None, after_epoch: Callable[[], None] | None = None
    ) -> tuple[EpochRecord, ...]:
        """Train until `budget_s` is used, `until_epoch` epochs are completed, or the run has ended.

        `after_epoch` is called at the end of every completed epoch, with the epoch's weights in place.

        The budget is checked after every optimizer step, so at least one step is taken; measuring
        the validation loss at the end of an epoch belongs to the epoch's last step.
        """
        began, before = time.perf_counter(), self._progress.elapsed_s
        records: list[EpochRecord] = []
        while self._progress.state == "training" and (until_epoch is None or self._progress.epoch < until_epoch):
            self._take_step()
            if self._progress.step * self.recipe.training.batch_size >= len(self._order):
                ended = self._end_epoch(before - began)
                records += ended
                if ended and after_epoch is not None:
                    after_epoch()
            if time.perf_counter() - began >= budget_s:
                break
        self._progress = replace(self._progress, elapsed_s=before + time.perf_counter() - began)
        return tuple(records)

    def checkpoint(self) -> Checkpoint:
        """Return all that training needs to go on from here, as copies."""
        return replace(
            self._progress,
            weights=self.network.weights(),
            optimizer=optimizer_arrays(self._optimizer, self._parameters),
        )

    def _begin_epoch(self) -> None:
        epoch = self._progress.epoch + 1
        self._order = epoch_order(self.recipe, epoch, len(self.prepared.train.anchors))
        self._optimizer.param_groups[0]["lr"] = self.recipe.training.learning_rate_at(epoch)

    def _take_step(self) -> None:
        """Take one optimizer step, or end the run where the loss or the gradient is no longer finite.

        The weights then stay finite too: a float32 norm that is finite means that no element is
        above 2e19, and no run is long enough for such steps to add up to infinity.
        """
        progress, chosen = self._progress, self.recipe.training
        rows = self._order[progress.step * chosen.batch_size : (progress.step + 1) * chosen.batch_size]
        inputs, targets = self._inputs.index_select(0, rows), self._targets.index_select(0, rows)
        value = self._own_pass.loss(inputs, targets) if self._own_pass else self._loss_by_autograd(inputs, targets)
        norm = torch.linalg.vector_norm(self._gradient).item()
        if 0 < chosen.clip_norm < norm:
            self._gradient.mul_(chosen.clip_norm / (norm + CLIP_EPSILON))
        if not (math.isfinite(value) and math.isfinite(norm)):
            self._diverge("the loss" if not math.isfinite(value) else "the gradient")
            return
        self._optimizer.step()
        self._progress = replace(
            progress,
            step=progress.step + 1,
            loss_sum=progress.loss_sum + value * len(rows),
            norm_sum=progress.norm_sum + norm,
            clipped=progress.clipped + (0 < chosen.clip_norm < norm),
        )

    def _loss_by_autograd(self, inputs: torch.Tensor, targets: torch.Tensor) -> float:
        self._gradient.zero_()
        with _drawing_from(self._dropout_seed()):
            loss = mse_loss(self.network(inputs), targets)
        loss.backward()
        return loss.item()

    def _dropout_seed(self) -> int | None:
        if not self.network.recurrent.dropout:
            return None
        return derived_seed(self.recipe.seed, "dropout", self._progress.epoch + 1, self._progress.step)

    def _end_epoch(self, clock_offset_s: float) -> tuple[EpochRecord, ...]:
        """Measure the validation loss, keep the best weights, decide whether to go on."""
        validation_loss = squared_error(self._predict(self.prepared.validation.inputs), self.prepared.validation)
        if not math.isfinite(validation_loss):
            self._diverge("the validation loss")
            return ()
        elapsed_s = time.perf_counter() + clock_offset_s
        self._progress, record = close_epoch(
            self._progress, self.recipe.training, len(self._order), validation_loss, elapsed_s, self.network.weights
        )
        self._begin_epoch()
        return (record,)

    def _predict(self, inputs: Floats) -> Floats:
        return self._own_pass.predict(inputs) if self._own_pass else self.network.predict(inputs)

    def _diverge(self, what: str) -> None:
        self._progress = diverged(self._progress, self.recipe.training, what)


def advance(
    recipe: Recipe,
    prepared: Prepared,
    checkpoint: Checkpoint | None,
    budget_s: float,
    until_epoch: int | None = None,
) -> tuple[Checkpoint, tuple[EpochRecord, ...]]:
    """Train on from a checkpoint (None starts anew) for one slice; see `Training.advance`."""
    training = Training(recipe, prepared, checkpoint)
    records = training.advance(budget_s, until_epoch)
    return training.checkpoint(), records


def mean_squared_error(network: Network, windows: Windows) -> float:
    """Return the network's mean squared error over all windows, in scaled units, without dropout."""
    return squared_error(network.predict(windows.inputs), windows)


def measure_epoch_s(recipe: Recipe, prepared: Prepared) -> float:
    """Return what one epoch costs here, in seconds, from a few real steps on a throwaway copy."""
    training = Training(recipe, prepared)
    start = training._progress
    training._take_step()  # the first step also pays for torch's setting up
    times: list[float] = []
    while sum(times) < MEASURE_S and len(times) < 50:
        training._progress = start
        began = time.perf_counter()
        training._take_step()
        times.append(time.perf_counter() - began)
    inputs = prepared.validation.inputs
    sample = inputs[: training.network.chunk_windows(inputs.shape[1])]
    began = time.perf_counter()
    training._predict(sample)
    validation_s = (time.perf_counter() - began) * len(inputs) / len(sample)
    steps = math.ceil(len(prepared.train.anchors) / recipe.training.batch_size)
    return statistics.median(times) * steps + validation_s


def _drawing_from(seed: int | None) -> contextlib.AbstractContextManager[None]:
    """Lend torch's global generator, which dropout draws from, a seed and give it back as it was."""
    return contextlib.nullcontext() if seed is None else _seeded(seed)


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
