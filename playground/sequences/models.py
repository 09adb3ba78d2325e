"""The networks that read sequences: the article's cell, written by hand, and torch's recurrent layers."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from playground.networks.network import derived_seed
from playground.sequences.recipe import SequenceRecipe

State = dict[str, Tensor]
"""What a network carries from one stretch of a sequence to the next: "h" (and "c"), (layers, batch, hidden)."""


class SimpleRNN(nn.Module):
    """The recurrent cell of many first articles, built from two linear layers, with two switches.

    As usually written it has no sigma and its output reads the input and the old state; `sigma` puts
    the new state through tanh, and `output_path` "new" lets the output read the new state.
    """

    def __init__(
        self, input_size: int, hidden_size: int, output_size: int, sigma: bool = False, output_path: str = "old"
    ) -> None:
        super().__init__()
        self.hidden_size, self.sigma, self.output_path = hidden_size, sigma, output_path
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear(hidden_size if output_path == "new" else input_size + hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Take one step: (batch, input), (batch, hidden) -> log-probabilities (batch, output), new hidden."""
        combined = torch.cat((input, hidden), 1)
        hidden = self.i2h(combined)
        if self.sigma:
            hidden = torch.tanh(hidden)
        output = self.softmax(self.i2o(hidden if self.output_path == "new" else combined))
        return output, hidden

    def init_hidden(self) -> Tensor:
        """Return the state before the first step, (1, hidden) zeros."""
        return torch.zeros(1, self.hidden_size)


class Reader(nn.Module):
    """Any network that says something after each step of a sequence."""

    def read(self, inputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> tuple[Tensor, State]:
        """Return log-probabilities after every step and the state after the last.

        Args:
            inputs: (batch, steps, inputs).
            lengths: (batch,) how long each sequence is; None where all fill the batch. What is said after a
                sequence's own length means nothing, nor does the state then.
            state: What an earlier stretch carried on; None starts from zeros.

        Returns:
            (batch, steps, outputs), and the state.
        """
        raise NotImplementedError


class HandMade(SimpleRNN, Reader):
    """The article's cell stepped through whole batches."""

    def read(self, inputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> tuple[Tensor, State]:
        """Step the cell through the batch; see `Reader.read`."""
        hidden = state["h"][0] if state else self.init_hidden().expand(len(inputs), -1)
        said: list[Tensor] = []
        for step in inputs.unbind(1):
            output, hidden = self(step, hidden)
            said.append(output)
        return torch.stack(said, dim=1), {"h": hidden.unsqueeze(0)}


class Recurrent(Reader):
    """torch's own recurrent layers with a readout at every step."""

    def __init__(self, recipe: SequenceRecipe, inputs: int, outputs: int) -> None:
        super().__init__()
        layer = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[recipe.network.cell]
        self.recurrent: nn.RNNBase = layer(inputs, recipe.network.hidden_size, recipe.network.layers, batch_first=True)
        self.readout = nn.Linear(recipe.network.hidden_size, outputs)

    def read(self, inputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> tuple[Tensor, State]:
        """Run torch's layers; see `Reader.read`. With `lengths`, the sequences are packed."""
        before: Any = None
        if state:
            before = (state["h"], state["c"]) if "c" in state else state["h"]
        if lengths is None:
            states, after = self.recurrent(inputs, before)
        else:
            packed = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
            states, after = self.recurrent(packed, before)
            states, _ = pad_packed_sequence(states, batch_first=True, total_length=inputs.shape[1])
        named = {"h": after[0], "c": after[1]} if isinstance(after, tuple) else {"h": after}
        return log_softmax(self.readout(states), dim=2), named


def build_sequence_network(recipe: SequenceRecipe, inputs: int, outputs: int) -> Reader:
    """Build the network with initial weights that depend on `recipe.seed` only.

    Weights and biases are uniform in ±1/√hidden_size, those of the hand-made cell in ±1/√(what the linear
    layer reads): torch's own defaults. torch's global generator is not used.
    """
    with torch.device("meta"):
        network: Reader
        if recipe.network.cell == "simple":
            network = HandMade(
                inputs, recipe.network.hidden_size, outputs, recipe.network.sigma, recipe.network.output_path
            )
        else:
            network = Recurrent(recipe, inputs, outputs)
    network.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(derived_seed(recipe.seed, "sequence weights"))
    with torch.no_grad():
        for module in network.modules():
            width = float(getattr(module, "in_features", 0) or getattr(module, "hidden_size", 0))
            for parameter in module.parameters(recurse=False):
                bound = 1 / math.sqrt(width)
                parameter.uniform_(-bound, bound, generator=generator)
    return network
