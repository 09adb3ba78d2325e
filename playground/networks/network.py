"""The network that is trained: torch's recurrent layers (σ: our own) and a linear readout."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from playground.config import GATES, NetworkChoice, Recipe
from playground.networks.sigmoid_rnn import SigmoidRNN
from playground.networks.weights import load_weights, weights_of
from playground.records import Floats

CHUNK_BYTES = 16 * 2**20
"""Most memory that one forward pass outside training may take for its activations."""


class Network(nn.Module):
    """A recurrent stack whose last hidden state is read out as `horizon_steps` values.

    Build it with `build_network`, which also sets the initial weights.
    """

    def __init__(self, recipe: Recipe, features: int = 1) -> None:
        super().__init__()
        self.choice = chosen = recipe.network
        self.recurrent = _build_recurrent(chosen, features)
        self.readout = nn.Linear(chosen.hidden_size, recipe.data.horizon_steps)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the (batch, horizon) outputs for (batch, time, features) inputs, both scaled."""
        return self.readout(self.last_states(inputs))

    def last_states(self, inputs: Tensor) -> Tensor:
        """Return the last layer's h after the last step, (batch, hidden), starting from h = 0."""
        states, _ = self.recurrent(inputs)
        return states[:, -1]

    def predict(self, inputs: Floats) -> Floats:
        """Return (m, horizon) float32 outputs for (m, time, features) arrays: no dropout, bounded memory."""
        return self._in_chunks(self, inputs, self.readout.out_features)

    def read_states(self, inputs: Floats) -> Floats:
        """Return (m, hidden) float32 last states for (m, time, features) arrays: no dropout, bounded memory."""
        return self._in_chunks(self.last_states, inputs, self.readout.in_features)

    def chunk_windows(self, window_steps: int) -> int:
        """Return how many windows one forward pass outside training takes at once."""
        per_step = (GATES[self.recurrent.mode.split("_")[0].lower()] + 2) * self.recurrent.hidden_size * 4
        return max(1, CHUNK_BYTES // (window_steps * per_step))

    def _in_chunks(self, function: Callable[[Tensor], Tensor], inputs: Floats, columns: int) -> Floats:
        outputs = np.empty((len(inputs), columns), dtype=np.float32)
        size = self.chunk_windows(inputs.shape[1])
        was_training = self.training
        self.eval()
        with torch.inference_mode():
            for start in range(0, len(inputs), size):
                outputs[start : start + size] = function(torch.tensor(inputs[start : start + size])).numpy()
        self.train(was_training)
        return outputs

    def weights(self) -> dict[str, Floats]:
        """Return a copy of every parameter by its name."""
        return weights_of(self)

    def load_weights(self, weights: Mapping[str, Floats]) -> None:
        """Copy the weights in.

        Raises:
            ValueError: if a name is missing or unknown, or a shape differs.
        """
        load_weights(self, weights)


def _build_recurrent(chosen: NetworkChoice, features: int) -> nn.RNNBase | SigmoidRNN:
    sizes = (features, chosen.hidden_size, chosen.layers)
    dropout = chosen.dropout if chosen.layers > 1 else 0.0
    if chosen.cell == "rnn" and chosen.nonlinearity == "sigmoid":
        return SigmoidRNN(*sizes, dropout=dropout)
    options: dict[str, Any] = {"nonlinearity": chosen.nonlinearity} if chosen.cell == "rnn" else {}
    layer = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[chosen.cell]
    return layer(*sizes, batch_first=True, dropout=dropout, **options)


def build_network(recipe: Recipe, features: int = 1) -> Network:
    """Build the network with initial weights that depend on `recipe.seed` and `recipe.network` only.

    All weights and biases are uniform in ±1/√hidden_size, which is torch's own default for the
    recurrent layers and for a readout of `hidden_size` inputs. The recipe may then make each gate's
    block of W_hh orthogonal, and scale it to a spectral radius. torch's global generator is not used.
    """
    with torch.device("meta"):
        network = Network(recipe, features)
    network.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(derived_seed(recipe.seed, "weights"))
    bound = 1 / math.sqrt(recipe.network.hidden_size)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
        for layer in range(recipe.network.layers):
            _begin_recurrence(recipe, layer, getattr(network.recurrent, f"weight_hh_l{layer}"))
    return network


def _begin_recurrence(recipe: Recipe, layer: int, matrix: Tensor) -> None:
    """Set the blocks of a layer's W_hh, (gates·hidden, hidden), as the recipe's start says.

    Source of the orthogonal start: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks", ICLR (2014), arXiv:1312.6120.
    """
    chosen = recipe.network
    for gate, block in enumerate(matrix.split(chosen.hidden_size)):
        if chosen.initialisation == "orthogonal":
            rng = np.random.default_rng(derived_seed(recipe.seed, "orthogonal", layer, gate))
            q, r = np.linalg.qr(rng.standard_normal(tuple(block.shape)))
            block.copy_(torch.from_numpy(q * np.sign(np.diag(r))))
        radius = spectral_radius(block.numpy())
        if chosen.spectral_radius and radius:
            block.mul_(chosen.spectral_radius / radius)


def spectral_radius(matrix: Floats) -> float:
    """Return the largest absolute eigenvalue of a square matrix."""
    return float(np.abs(np.linalg.eigvals(matrix.astype(np.float64))).max())


def derived_seed(seed: int, purpose: str, *counters: int) -> int:
    """Return a seed of 63 bits for one purpose, independent of those for other purposes and counters."""
    name = "/".join(map(str, (purpose, seed, *counters)))
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") >> 1
