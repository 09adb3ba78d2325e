"""The limit of the library: a bare, careful torch loop that takes the same steps as the app.

`python -m benchmarks.bare_loop '<recipe JSON>' SECONDS` prints its epochs per second.
"""

from __future__ import annotations

import sys
import time

import torch
from torch import nn

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare

LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class Bare(nn.Module):
    """The layer and a readout of its last hidden state, nothing else."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        network = recipe.network
        self.layer = LAYERS[network.cell](1, network.hidden_size, network.layers, batch_first=True)
        self.readout = nn.Linear(network.hidden_size, recipe.data.horizon_steps)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return (batch, horizon) forecasts."""
        return self.readout(self.layer(inputs)[0][:, -1])


def epochs_per_second(recipe: Recipe, duration_s: float) -> float:
    """Train for `duration_s` after a warm-up epoch; return epochs per second, validation included."""
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    prepared = prepare(load_series(recipe.data), recipe.data)
    inputs, targets = torch.tensor(prepared.train.inputs), torch.tensor(prepared.train.targets)
    held_out, truth = torch.tensor(prepared.validation.inputs), torch.tensor(prepared.validation.targets)
    network, training = Bare(recipe), recipe.training
    optimizer = torch.optim.Adam(network.parameters(), training.learning_rate, fused=True)
    epochs, began = -1, time.perf_counter()
    while epochs < 1 or time.perf_counter() - began < duration_s:
        for rows in torch.randperm(len(inputs)).split(training.batch_size):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.mse_loss(network(inputs[rows]), targets[rows]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), training.clip_norm)
            optimizer.step()
        with torch.inference_mode():
            nn.functional.mse_loss(network(held_out), truth).item()
        epochs += 1
        if epochs == 0:
            began = time.perf_counter()
    return epochs / (time.perf_counter() - began)


if __name__ == "__main__":
    print(epochs_per_second(Recipe.model_validate_json(sys.argv[1]), float(sys.argv[2])))
