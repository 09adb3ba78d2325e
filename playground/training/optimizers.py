"""The optimizer of a network, and its state as plain arrays, so that training can go on anywhere."""

from __future__ import annotations

import torch

from playground.config import TrainingChoice
from playground.records import Floats


def gather_gradients(parameters: list[torch.nn.Parameter]) -> torch.Tensor:
    """Give the parameters one vector to write their gradients in, so that norm and clipping are one operation each."""
    gradient = torch.zeros(sum(parameter.numel() for parameter in parameters))
    start = 0
    for parameter in parameters:
        parameter.grad = gradient[start : start + parameter.numel()].view_as(parameter)
        start += parameter.numel()
    return gradient


def build_optimizer(chosen: TrainingChoice, parameters: dict[str, torch.nn.Parameter]) -> torch.optim.Optimizer:
    """Build the optimizer; `momentum` belongs to SGD."""
    if chosen.optimizer == "adam":
        return torch.optim.Adam(parameters.values(), lr=chosen.learning_rate, fused=True)
    if chosen.optimizer == "sgd":
        return torch.optim.SGD(parameters.values(), lr=chosen.learning_rate, momentum=chosen.momentum, fused=True)
    return torch.optim.RMSprop(parameters.values(), lr=chosen.learning_rate)


def optimizer_arrays(optimizer: torch.optim.Optimizer, parameters: dict[str, torch.nn.Parameter]) -> dict[str, Floats]:
    """Copy the optimizer's state into plain arrays named "<state name>/<parameter name>"."""
    return {
        f"{state}/{name}": value.numpy().copy()
        for name, parameter in parameters.items()
        for state, value in optimizer.state[parameter].items()
        if value is not None
    }


def load_optimizer(
    optimizer: torch.optim.Optimizer, parameters: dict[str, torch.nn.Parameter], arrays: dict[str, Floats]
) -> None:
    """Put plain arrays back as the optimizer's state; the step counter is a scalar, the rest like the parameter."""
    for key, array in arrays.items():
        state, name = key.split("/", 1)
        parameter = parameters[name]
        shape = () if state == "step" else parameter.shape
        optimizer.state[parameter][state] = torch.tensor(array).reshape(shape)
