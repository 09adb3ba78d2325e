"""The weights of a stack of networks, a row each, and torch's optimizers over the rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from playground.config import Recipe, TrainingChoice
from playground.histories import Checkpoint
from playground.networks.network import Network
from playground.networks.stacked.choice import build_passes
from playground.networks.stacked.layout import StackShape
from playground.records import Floats

FIRST_DECAY, SECOND_DECAY, SQUARE_DECAY, EPSILON = 0.9, 0.999, 0.99, 1e-8
"""torch's defaults: Adam's two moments, RMSprop's mean square, and what both add to the root."""

STATES = {"adam": ("exp_avg", "exp_avg_sq"), "sgd": ("momentum_buffer",), "rmsprop": ("square_avg",)}
"""What each optimizer remembers of every weight, by torch's names."""


class StackedOptimizer:
    """Adam, SGD with momentum or RMSprop over (networks, weights) values, as torch computes them.

    Attributes:
        states: Name in torch -> (networks, weights); zeros before the first step, which is what torch starts from.
        steps: (networks,) float64, steps taken.
    """

    def __init__(self, choices: list[TrainingChoice], values: Tensor) -> None:
        self.choices, self.values = choices, values
        self.kind = choices[0].optimizer
        self.states = {name: torch.zeros_like(values) for name in STATES[self.kind]}
        self.steps = torch.zeros(len(choices), dtype=torch.float64)
        self._momentum = torch.tensor([[chosen.momentum] for chosen in choices], dtype=values.dtype)

    def step(self, gradients: Tensor, rates: Tensor) -> None:
        """Move the values once.

        Args:
            gradients: (networks, weights).
            rates: (networks,) float64 learning rates.
        """
        self.steps += 1
        if self.kind == "adam":
            self._adam(gradients, rates)
        elif self.kind == "sgd":
            buffer = self.states["momentum_buffer"].mul_(self._momentum).add_(gradients)
            self.values.addcmul_(buffer, self._column(rates), value=-1)
        else:
            square = self.states["square_avg"].mul_(SQUARE_DECAY)
            square.addcmul_(gradients, gradients, value=1 - SQUARE_DECAY)
            self.values.addcdiv_(gradients * self._column(rates), square.sqrt().add_(EPSILON), value=-1)

    def _adam(self, gradients: Tensor, rates: Tensor) -> None:
        """Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR (2015), arXiv:1412.6980."""
        mean, square = self.states["exp_avg"], self.states["exp_avg_sq"]
        mean.lerp_(gradients, 1 - FIRST_DECAY)
        square.mul_(SECOND_DECAY).addcmul_(gradients, gradients, value=1 - SECOND_DECAY)
        size = rates / (1 - FIRST_DECAY**self.steps)
        unbiased = (1 - SECOND_DECAY**self.steps).sqrt()
        root = square.sqrt().div_(self._column(unbiased)).add_(EPSILON)
        self.values.addcdiv_(mean * self._column(size), root, value=-1)

    def _column(self, numbers: Tensor) -> Tensor:
        return numbers.to(self.values.dtype).unsqueeze(1)

    def keep(self, rows: list[int], values: Tensor) -> StackedOptimizer:
        """Return the optimizer of some of the networks, whose values are given."""
        fewer = StackedOptimizer([self.choices[row] for row in rows], values)
        fewer.states = {name: state[rows] for name, state in self.states.items()}
        fewer.steps = self.steps[rows]
        return fewer


class Stack:
    """The weights of networks of one shape, a row each, with their optimizer and whole-window passes.

    Attributes:
        values, gradients: (networks, weights).
    """

    def __init__(self, recipes: Sequence[Recipe], features: int, values: Tensor) -> None:
        self.recipes, self.features, self.values = list(recipes), features, values
        first = self.recipes[0]
        with torch.device("meta"):
            self._shapes = {name: p.shape for name, p in Network(first, features).named_parameters()}
        self.gradients = torch.zeros_like(values)
        self._weights, self._weight_gradients = self._named(values), self._named(self.gradients)
        shape = StackShape.of(
            first.network, features, first.data.horizon_steps, first.data.window_steps, len(self.recipes)
        )
        self.networks = build_passes(shape, values.dtype)
        self.optimizer = StackedOptimizer([recipe.training for recipe in recipes], values)

    def _named(self, rows: Tensor) -> dict[str, Tensor]:
        """Return views of the rows as (networks, ...) tensors by parameter name."""
        sizes = [math.prod(shape) for shape in self._shapes.values()]
        parts = rows.split(sizes, dim=1)
        return {name: part.unflatten(1, shape) for (name, shape), part in zip(self._shapes.items(), parts, strict=True)}

    def weights(self, row: int) -> dict[str, Floats]:
        """Return a copy of one network's weights."""
        return _copied(self._weights, row)

    def optimizer_arrays(self, row: int) -> dict[str, Floats]:
        """Return a copy of what one network's optimizer remembers, named "<state name>/<parameter name>" as alone."""
        if self.optimizer.kind == "sgd" and not self.recipes[row].training.momentum:
            return {}
        arrays: dict[str, Floats] = {}
        for state, rows in self.optimizer.states.items():
            arrays |= {f"{state}/{name}": array for name, array in _copied(self._named(rows), row).items()}
        if self.optimizer.kind != "sgd":
            steps = self.optimizer.steps[row].numpy().astype(np.float32)
            arrays |= {f"step/{name}": steps.copy() for name in self._shapes}
        return arrays

    def load(self, row: int, checkpoint: Checkpoint) -> None:
        """Put one network where a checkpoint stands."""
        for name, array in checkpoint.weights.items():
            self._weights[name][row] = torch.tensor(array)
        states = {state: self._named(rows) for state, rows in self.optimizer.states.items()}
        for key, array in checkpoint.optimizer.items():
            state, name = key.split("/", 1)
            if state == "step":
                self.optimizer.steps[row] = array.item()
            else:
                states[state][name][row] = torch.tensor(array)

    def measure(self, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and gradient norm of each network on its own batch, (networks,) each."""
        self.networks.pack(self._weights)
        losses = self.networks.losses(inputs, targets, self._weight_gradients)
        return losses, torch.linalg.vector_norm(self.gradients, dim=1)

    def predict(self, inputs: Tensor) -> Tensor:
        """Return every network's (networks, m, horizon) outputs for the same windows."""
        self.networks.pack(self._weights)
        return self.networks.predict(inputs)

    def keep(self, rows: list[int]) -> Stack:
        """Return a stack of some of the networks."""
        fewer = Stack([self.recipes[row] for row in rows], self.features, self.values[rows])
        fewer.optimizer = self.optimizer.keep(rows, fewer.values)
        return fewer


def _copied(named: dict[str, Tensor], row: int) -> dict[str, Floats]:
    return {name: rows[row].numpy().copy() for name, rows in named.items()}
