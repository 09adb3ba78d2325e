"""One network trained by our own pass: a stack of one on the network's own weights."""

from __future__ import annotations

import torch
from torch import Tensor

from playground.config import Recipe
from playground.networks.network import Network
from playground.networks.stacked.choice import build_passes
from playground.networks.stacked.kernel import KernelLSTMs
from playground.networks.stacked.layout import StackShape
from playground.records import Floats


class OwnPass:
    """Loss, gradient and outputs of one network, read from and written to its own parameters.

    Every parameter must have its `grad` in place; it is written to and never replaced.
    """

    def __init__(self, network: Network, recipe: Recipe, windows: Tensor) -> None:
        """Fit the buffers to (windows, time, features) training inputs."""
        _, window_steps, features = windows.shape
        horizon = network.readout.out_features
        self._network = network
        self._networks = build_passes(StackShape.of(recipe.network, features, horizon, window_steps, 1))
        named = dict(network.named_parameters())
        self._weights = {name: parameter.detach().unsqueeze(0) for name, parameter in named.items()}
        self._gradients = {name: p.grad.unsqueeze(0) for name, p in named.items() if p.grad is not None}

    def loss(self, inputs: Tensor, targets: Tensor) -> float:
        """Return the mean squared error of (batch, time, features) inputs, and leave its gradient in the parameters."""
        self._networks.pack(self._weights)
        return self._networks.losses(inputs.unsqueeze(0), targets.unsqueeze(0), self._gradients).item()

    def predict(self, inputs: Floats) -> Floats:
        """Return (m, horizon) float32 outputs for (m, time, features) arrays.

        An LSTM's are torch's own layer's, which is as quick here: one way to predict, whichever way it is trained.
        """
        if isinstance(self._networks, KernelLSTMs):
            return self._network.predict(inputs)
        self._networks.pack(self._weights)
        return self._networks.predict(torch.tensor(inputs))[0].numpy()
