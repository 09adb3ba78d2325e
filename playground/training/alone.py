"""Training on windows of a series, one network alone."""

from __future__ import annotations

import contextlib
import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace

import torch
from torch.nn.functional import mse_loss

from playground.config import Recipe
from playground.histories import Checkpoint, EpochRecord
from playground.networks.network import Network, build_network, derived_seed
from playground.networks.stacked.alone import OwnPass
from playground.networks.stacked.choice import own_pass_wins
from playground.records import Examples, Floats, Prepared, Windows
from playground.training.epochs import epoch_order, shared, squared_error
from playground.training.trainer import StepLoss, Trainer

MEASURE_S = 0.3
"""Time after which measuring the cost of an epoch stops taking further training steps."""


class Forecasting:
    """The objective: after a window, the network says the steps that follow; the loss is the mean squared error.

    Every epoch visits each training window once, in an order drawn from (seed, epoch); dropout is
    drawn from (seed, epoch, step). So the numbers depend on the recipe and the data only, not on
    where training was interrupted.
    """

    def __init__(self, recipe: Recipe, prepared: Examples) -> None:
        self.recipe, self.prepared = recipe, prepared
        self._inputs, self._targets = (shared(a) for a in (prepared.train.inputs, prepared.train.targets))
        self._own_passes: dict[Network, OwnPass | None] = {}
        self._epoch, self._order = 0, torch.empty(0, dtype=torch.int64)

    def steps(self) -> int:
        """Return how many batches the training windows make."""
        return math.ceil(len(self.prepared.train.anchors) / self.recipe.training.batch_size)

    def order(self, epoch: int) -> torch.Tensor:
        """Return the order in which an epoch visits the training windows."""
        if epoch != self._epoch:
            self._epoch, self._order = epoch, epoch_order(self.recipe, epoch, len(self.prepared.train.anchors))
        return self._order

    def loss(self, network: Network, epoch: int, step: int, carried: dict[str, torch.Tensor]) -> StepLoss:
        """Return the loss of one batch; the own pass also puts the gradient in its place."""
        size = self.recipe.training.batch_size
        rows = self.order(epoch)[step * size : (step + 1) * size]
        inputs, targets = self._inputs.index_select(0, rows), self._targets.index_select(0, rows)
        own = self.own_pass(network)
        if own is not None:
            return StepLoss(own.loss(inputs, targets), len(rows), asked=0)
        with _drawing_from(self._dropout_seed(network, epoch, step)):
            return StepLoss(mse_loss(network(inputs), targets), len(rows), asked=0)

    def validate(self, network: Network) -> tuple[float, None]:
        """Return the mean squared error on the validation part; there are no right and wrong answers."""
        validation = self.prepared.validation
        return squared_error(self.predict(network, validation.inputs), validation), None

    def predict(self, network: Network, inputs: Floats) -> Floats:
        """Return the network's (m, horizon) outputs for (m, time, features) inputs."""
        own = self.own_pass(network)
        return network.predict(inputs) if own is None else own.predict(inputs)

    def own_pass(self, network: Network) -> OwnPass | None:
        """Return our own pass of a network whose gradients are in place, None where autograd is quicker."""
        if network not in self._own_passes:
            wins = own_pass_wins(self.recipe)
            self._own_passes[network] = OwnPass(network, self.recipe, self._inputs) if wins else None
        return self._own_passes[network]

    def _dropout_seed(self, network: Network, epoch: int, step: int) -> int | None:
        return derived_seed(self.recipe.seed, "dropout", epoch, step) if network.recurrent.dropout else None


class Training(Trainer[Network]):
    """A network in training on windows of a series."""

    objective: Forecasting

    def __init__(self, recipe: Recipe, prepared: Examples, checkpoint: Checkpoint | None = None) -> None:
        self.recipe, self.prepared = recipe, prepared
        network = build_network(recipe, prepared.train.inputs.shape[2])
        if checkpoint is not None:
            # A checkpoint of an older version does not say how many answers its counters are over.
            seen = min(checkpoint.step * recipe.training.batch_size, len(prepared.train.anchors))
            checkpoint = replace(checkpoint, count=seen)
        super().__init__(network, recipe.training, Forecasting(recipe, prepared), checkpoint)


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
    training.step_s()  # the first step also pays for torch's setting up
    times: list[float] = []
    while sum(times) < MEASURE_S and len(times) < 50:
        times.append(training.step_s())
    inputs = prepared.validation.inputs
    sample = inputs[: training.network.chunk_windows(inputs.shape[1])]
    began = time.perf_counter()
    training.objective.predict(training.network, sample)
    validation_s = (time.perf_counter() - began) * len(inputs) / len(sample)
    return statistics.median(times) * training.objective.steps() + validation_s


def _drawing_from(seed: int | None) -> contextlib.AbstractContextManager[None]:
    """Lend torch's global generator, which dropout draws from, a seed and give it back as it was."""
    return contextlib.nullcontext() if seed is None else _seeded(seed)


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
