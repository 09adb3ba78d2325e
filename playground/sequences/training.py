"""Training on sequences, in pieces: stop anywhere, go on from what the piece before returned, bit for bit the same.

What is learned is an `Objective`: it says how many steps an epoch has, what each step's loss is, and how
the network does on held-out sequences. Order and numbers depend on the seed and the position alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from playground.records import Keyframe
from playground.sequences.models import load_weights, weights_of
from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import SequenceCheckpoint, SequenceEpoch, SequenceRun, planned_keyframes
from playground.training.epochs import CLIP_EPSILON, close_epoch, diverged
from playground.training.optimizers import build_optimizer, gather_gradients, load_optimizer, optimizer_arrays

PIECE_S = 0.4
"""Training time of one piece: short, so that the turns of others are not kept waiting."""

NetworkType = TypeVar("NetworkType", bound=nn.Module)
NetworkSeen = TypeVar("NetworkSeen", bound=nn.Module, contravariant=True)


@dataclass(frozen=True, eq=False)
class StepLoss:
    """One step of an objective: the mean loss over `count` answers, `right` of them right, and what is carried on.

    `asked` is how many of the answers may be right, None for all.
    """

    loss: Tensor
    right: int
    count: int
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

    def validate(self, network: NetworkSeen) -> tuple[float, float]:
        """Return mean loss and accuracy on the validation part."""
        ...


class Trainer(Generic[NetworkType]):
    """A network in training on an objective."""

    def __init__(
        self,
        recipe: SequenceRecipe,
        network: NetworkType,
        objective: Objective[NetworkType],
        run: SequenceRun | None = None,
    ) -> None:
        self.recipe, self.network, self.objective = recipe, network, objective
        self._parameters = dict(network.named_parameters())
        self._gradient = gather_gradients(list(self._parameters.values()))
        self._optimizer = build_optimizer(recipe.training, self._parameters)
        if run is None:
            run = SequenceRun(recipe.training.epochs, SequenceCheckpoint(), (), (Keyframe(0, weights_of(network)),))
        else:
            load_weights(network, run.checkpoint.weights)
            load_optimizer(self._optimizer, self._parameters, run.checkpoint.optimizer)
        self._progress = run.checkpoint
        self._epochs, self._frames = run.epochs, run.keyframes
        self._carried = {name: torch.tensor(array) for name, array in run.checkpoint.carried.items()}
        size = sum(parameter.numel() * 4 for parameter in network.parameters())
        self._grid = frozenset(planned_keyframes(recipe.training.epochs, size))

    def advance(self, budget_s: float = PIECE_S, until_epoch: int | None = None) -> SequenceRun:
        """Train until the budget is used, `until_epoch` is completed or the run has ended; return where it stands."""
        began, before = time.perf_counter(), self._progress.elapsed_s
        while self._progress.state == "training" and (until_epoch is None or self._progress.epoch < until_epoch):
            self._take_step()
            if self._progress.state == "training" and self._progress.step >= self.objective.steps():
                self._end_epoch(lambda: before + time.perf_counter() - began)
            if time.perf_counter() - began >= budget_s:
                break
        self._progress = replace(self._progress, elapsed_s=before + time.perf_counter() - began)
        return self._run()

    def _run(self) -> SequenceRun:
        going_on = self._progress.state == "training"
        checkpoint = replace(
            self._progress,
            weights=weights_of(self.network) if going_on else {},
            optimizer=optimizer_arrays(self._optimizer, self._parameters) if going_on else {},
            carried={name: tensor.numpy().copy() for name, tensor in self._carried.items()},
        )
        return SequenceRun(self.recipe.training.epochs, checkpoint, self._epochs, self._frames)

    def _take_step(self) -> None:
        """Take one optimizer step, or end the run where the loss or the gradient is no longer finite."""
        progress, chosen = self._progress, self.recipe.training
        self._gradient.zero_()
        self._optimizer.param_groups[0]["lr"] = chosen.learning_rate_at(progress.epoch + 1)
        said = self.objective.loss(self.network, progress.epoch + 1, progress.step, self._carried)
        said.loss.backward()
        value, norm = said.loss.item(), torch.linalg.vector_norm(self._gradient).item()
        if not (math.isfinite(value) and math.isfinite(norm)):
            self._diverge("the loss" if not math.isfinite(value) else "the gradient")
            return
        if 0 < chosen.clip_norm < norm:
            self._gradient.mul_(chosen.clip_norm / (norm + CLIP_EPSILON))
        self._optimizer.step()
        self._carried = {name: tensor.detach() for name, tensor in said.carried.items()}
        self._progress = replace(
            progress,
            step=progress.step + 1,
            loss_sum=progress.loss_sum + value * said.count,
            norm_sum=progress.norm_sum + norm,
            clipped=progress.clipped + (0 < chosen.clip_norm < norm),
            right=progress.right + said.right,
            count=progress.count + said.count,
            asked=progress.asked + (said.count if said.asked is None else said.asked),
        )

    def _end_epoch(self, elapsed: Callable[[], float]) -> None:
        """Measure the held-out loss, keep weights, decide whether to go on."""
        progress = self._progress
        self._carried = {}
        loss, accuracy = self.objective.validate(self.network)
        if not math.isfinite(loss):
            self._diverge("the validation loss")
            return
        ended, record = close_epoch(progress, self.recipe.training, progress.count, loss, elapsed(), dict)
        right = progress.right / progress.asked if progress.asked else math.nan
        self._epochs = (
            *self._epochs,
            SequenceEpoch(**vars(record), train_accuracy=right, validation_accuracy=accuracy),
        )
        kept = [frame for frame in self._frames if frame.epoch in self._grid or frame.epoch == ended.best_epoch]
        self._frames = (*kept, Keyframe(ended.epoch, weights_of(self.network)))
        self._progress = replace(ended, right=0, count=0, asked=0)

    def _diverge(self, what: str) -> None:
        self._progress = diverged(self._progress, self.recipe.training, what)
