"""Training in slices: stop anywhere, go on from a checkpoint, and get the same numbers, bit for bit on one machine.

What is learned is an `Objective`: it says how many steps an epoch has, what each step's loss is, and how the
network does on what it did not learn from. Order and numbers depend on the seed and the position alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from playground.config import TrainingChoice
from playground.histories import Checkpoint, EpochRecord
from playground.networks.weights import load_weights, weights_of
from playground.training.epochs import CLIP_EPSILON, close_epoch, diverged
from playground.training.optimizers import build_optimizer, gather_gradients, load_optimizer, optimizer_arrays

NetworkType = TypeVar("NetworkType", bound=nn.Module)
NetworkSeen = TypeVar("NetworkSeen", bound=nn.Module, contravariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class StepLoss:
    """One step of an objective.

    Attributes:
        loss: Mean over `count` answers: a tensor that is still to be differentiated, or a number where the
            objective has put the gradient into the parameters by itself.
        count: How many answers.
        right: How many of them are right, where an answer can be.
        carried: What the next step in the same epoch goes on with.
        asked: How many of the answers may be right, None for all.
    """

    loss: Tensor | float
    count: int
    right: int = 0
    carried: dict[str, Tensor] = field(default_factory=dict)
    asked: int | None = None


class Objective(Protocol[NetworkSeen]):
    """What a network learns."""

    def steps(self) -> int:
        """Return how many optimizer steps an epoch has."""
        ...

    def loss(self, network: NetworkSeen, epoch: int, step: int, carried: dict[str, Tensor]) -> StepLoss:
        """Return the loss of one step; epochs count from 1, steps from 0.

        `carried` is what the step before in the same epoch carried on, detached; empty at the first.
        """
        ...

    def validate(self, network: NetworkSeen) -> tuple[float, float | None]:
        """Return mean loss and share of right answers on the validation part, None where answers are numbers."""
        ...


class Trainer(Generic[NetworkType]):
    """A network in training on an objective.

    Args:
        network: What learns; it takes on the checkpoint's weights.
        chosen: How it learns.
        objective: What it learns.
        checkpoint: Where to go on from, None for the beginning.
    """

    def __init__(
        self,
        network: NetworkType,
        chosen: TrainingChoice,
        objective: Objective[NetworkType],
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self.network, self.chosen, self.objective = network, chosen, objective
        self._parameters = dict(network.named_parameters())
        self._gradient = gather_gradients(list(self._parameters.values()))
        self._optimizer = build_optimizer(chosen, self._parameters)
        self._steps = objective.steps()
        self._carried: dict[str, Tensor] = {}
        # The counters live in a Checkpoint too; its weights and optimizer stay empty until one is asked for.
        self._progress = Checkpoint()
        if checkpoint is not None:
            load_weights(network, checkpoint.weights)
            load_optimizer(self._optimizer, self._parameters, checkpoint.optimizer)
            self._carried = {name: torch.tensor(array) for name, array in checkpoint.carried.items()}
            self._progress = replace(checkpoint, weights={}, optimizer={}, carried={})
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
            if self._progress.step >= self._steps and self._progress.state == "training":
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
            weights=weights_of(self.network),
            optimizer=optimizer_arrays(self._optimizer, self._parameters),
            carried={name: tensor.numpy().copy() for name, tensor in self._carried.items()},
        )

    def step_s(self) -> float:
        """Return what the first step of the epoch costs, in seconds; a throwaway network only, as it is taken."""
        start = self._progress
        began = time.perf_counter()
        self._take_step()
        taken_s = time.perf_counter() - began
        self._progress, self._carried = start, {}
        return taken_s

    def _begin_epoch(self) -> None:
        self._optimizer.param_groups[0]["lr"] = self.chosen.learning_rate_at(self._progress.epoch + 1)

    def _take_step(self) -> None:
        """Take one optimizer step, or end the run where the loss or the gradient is no longer finite.

        The weights then stay finite too: a float32 norm that is finite means that no element is
        above 2e19, and no run is long enough for such steps to add up to infinity.
        """
        progress, clip_norm = self._progress, self.chosen.clip_norm
        said = self.objective.loss(self.network, progress.epoch + 1, progress.step, self._carried)
        value = self._differentiate(said.loss) if isinstance(said.loss, Tensor) else said.loss
        norm = torch.linalg.vector_norm(self._gradient).item()
        if 0 < clip_norm < norm:
            self._gradient.mul_(clip_norm / (norm + CLIP_EPSILON))
        if not (math.isfinite(value) and math.isfinite(norm)):
            self._diverge("the loss" if not math.isfinite(value) else "the gradient")
            return
        self._optimizer.step()
        if said.carried or self._carried:
            self._carried = {name: tensor.detach() for name, tensor in said.carried.items()}
        self._progress = replace(
            progress,
            step=progress.step + 1,
            loss_sum=progress.loss_sum + value * said.count,
            norm_sum=progress.norm_sum + norm,
            clipped=progress.clipped + (0 < clip_norm < norm),
            right=progress.right + said.right,
            count=progress.count + said.count,
            asked=progress.asked + (said.count if said.asked is None else said.asked),
        )

    def _differentiate(self, loss: Tensor) -> float:
        self._gradient.zero_()
        loss.backward()
        return loss.item()

    def _end_epoch(self, clock_offset_s: float) -> tuple[EpochRecord, ...]:
        """Measure the validation loss, keep the best weights, decide whether to go on."""
        self._carried = {}
        loss, accuracy = self.objective.validate(self.network)
        if not math.isfinite(loss):
            self._diverge("the validation loss")
            return ()
        elapsed_s = time.perf_counter() + clock_offset_s
        self._progress, record = close_epoch(
            self._progress, self.chosen, loss, accuracy, elapsed_s, lambda: weights_of(self.network)
        )
        self._begin_epoch()
        return (record,)

    def _diverge(self, what: str) -> None:
        self._progress = diverged(self._progress, self.chosen, what)
