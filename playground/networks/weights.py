"""The weights of a network as plain arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from playground.records import Floats


def weights_of(network: nn.Module) -> dict[str, Floats]:
    """Return a copy of every parameter by its name."""
    return {name: parameter.detach().numpy().copy() for name, parameter in network.named_parameters()}


def load_weights(network: nn.Module, weights: Mapping[str, Floats]) -> None:
    """Copy the weights in.

    Raises:
        ValueError: if a name is missing or unknown, or a shape differs.
    """
    own = dict(network.named_parameters())
    if own.keys() != weights.keys():
        raise ValueError(
            f"the weights must be named {', '.join(own)}, got {', '.join(weights)}; load them into their own recipe"
        )
    for name, parameter in own.items():
        if tuple(parameter.shape) != weights[name].shape:
            raise ValueError(
                f"{name} must have shape {tuple(parameter.shape)}, got {weights[name].shape}; "
                "load the weights into their own recipe"
            )
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(torch.tensor(weights[name]))
