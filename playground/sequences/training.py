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

from playground.records import Floats, Keyframe
from playground.sequences.models import load_weights, weights_of
from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import SequenceCheckpoint, SequenceEpoch, SequenceRun, planned_keyframes

PIECE_S = 0.4
"""Training time of one piece: short, so that the turns of others are not kept waiting."""

CLIP_EPSILON = 1e-6

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
    """A network in training on an objective, with Adam and gradient clipping."""

    def __init__(
        self,
        recipe: SequenceRecipe,
        network: NetworkType,
        objective: Objective[NetworkType],
        run: SequenceRun | None = None,
    ) -> None:
        self.recipe, self.network, self.objective = recipe, network, objective
        self._parameters = dict(network.named_parameters())
        self._optimizer = torch.optim.Adam(network.parameters(), lr=recipe.learning_rate)
        if run is None:
            run = SequenceRun(recipe.epochs, SequenceCheckpoint(), (), (Keyframe(0, weights_of(network)),))
        else:
            load_weights(network, run.checkpoint.weights)
            self._load_optimizer(run.checkpoint.optimizer)
        self._progress = run.checkpoint
        self._epochs, self._frames = run.epochs, run.keyframes
        self._carried = {name: torch.tensor(array) for name, array in run.checkpoint.carried.items()}
        size = sum(parameter.numel() * 4 for parameter in network.parameters())
        self._grid = frozenset(planned_keyframes(recipe.epochs, size))

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
            optimizer=self._optimizer_arrays() if going_on else {},
            carried={name: tensor.numpy().copy() for name, tensor in self._carried.items()},
        )
        return SequenceRun(self.recipe.epochs, checkpoint, self._epochs, self._frames)

    def _take_step(self) -> None:
        """Take one optimizer step, or end the run where the loss or the gradient is no longer finite."""
        progress = self._progress
        self._optimizer.zero_grad()
        said = self.objective.loss(self.network, progress.epoch + 1, progress.step, self._carried)
        said.loss.backward()
        value = said.loss.item()
        gradients = [parameter.grad for parameter in self.network.parameters() if parameter.grad is not None]
        norm = math.hypot(*(torch.linalg.vector_norm(gradient).item() for gradient in gradients))
        if not (math.isfinite(value) and math.isfinite(norm)):
            self._diverge("the loss" if not math.isfinite(value) else "the gradient")
            return
        if 0 < self.recipe.clip_norm < norm:
            for gradient in gradients:
                gradient.mul_(self.recipe.clip_norm / (norm + CLIP_EPSILON))
        self._optimizer.step()
        self._carried = {name: tensor.detach() for name, tensor in said.carried.items()}
        self._progress = replace(
            progress,
            step=progress.step + 1,
            loss_sum=progress.loss_sum + value * said.count,
            right=progress.right + said.right,
            count=progress.count + said.count,
            asked=progress.asked + (said.count if said.asked is None else said.asked),
        )

    def _end_epoch(self, elapsed: Callable[[], float]) -> None:
        """Measure the held-out loss, keep weights, decide whether to go on."""
        progress, epoch = self._progress, self._progress.epoch + 1
        self._carried = {}
        loss, accuracy = self.objective.validate(self.network)
        if not math.isfinite(loss):
            self._diverge("the validation loss")
            return
        record = SequenceEpoch(
            epoch=epoch,
            train_loss=progress.loss_sum / progress.count,
            validation_loss=loss,
            train_accuracy=progress.right / progress.asked if progress.asked else math.nan,
            validation_accuracy=accuracy,
            elapsed_s=elapsed(),
        )
        self._epochs = (*self._epochs, record)
        best = (epoch, loss) if loss < progress.best_loss else (progress.best_epoch, progress.best_loss)
        kept = [frame for frame in self._frames if frame.epoch in self._grid or frame.epoch == best[0]]
        self._frames = (*kept, Keyframe(epoch, weights_of(self.network)))
        self._progress = replace(
            progress,
            epoch=epoch,
            step=0,
            loss_sum=0.0,
            right=0,
            count=0,
            asked=0,
            best_epoch=best[0],
            best_loss=best[1],
            state="finished" if epoch >= self.recipe.epochs else "training",
        )

    def _diverge(self, what: str) -> None:
        self._progress = replace(
            self._progress,
            state="diverged",
            reason=f"diverged at epoch {self._progress.epoch + 1}: {what} is not finite; "
            f"lower the learning rate (now {self.recipe.learning_rate:g}) or clip_norm (now {self.recipe.clip_norm:g})",
        )

    def _optimizer_arrays(self) -> dict[str, Floats]:
        return {
            f"{state}/{name}": value.numpy().copy()
            for name, parameter in self._parameters.items()
            for state, value in self._optimizer.state[parameter].items()
        }

    def _load_optimizer(self, arrays: dict[str, Floats]) -> None:
        for key, array in arrays.items():
            state, name = key.split("/", 1)
            parameter = self._parameters[name]
            shape = () if state == "step" else parameter.shape
            self._optimizer.state[parameter][state] = torch.tensor(array).reshape(shape)
