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
from playground.records import Examples

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


class BareTraining:
    """A careful loop around a `Bare` network: the app's batches, loss, clipping and optimiser, by torch's own means."""

    def __init__(
        self, recipe: Recipe, prepared: Examples, network: nn.Module | None = None, fused: bool = True
    ) -> None:
        self.chosen = recipe.training
        self.inputs, self.targets = torch.tensor(prepared.train.inputs), torch.tensor(prepared.train.targets)
        self.held_out, self.truth = torch.tensor(prepared.validation.inputs), torch.tensor(prepared.validation.targets)
        self.network = network or Bare(recipe)
        # Without `fused` torch takes its default, a loop over the parameters.
        self.optimizer = torch.optim.Adam(self.network.parameters(), self.chosen.learning_rate, fused=fused or None)
        self.order = torch.Generator().manual_seed(recipe.seed)
        self.steps = 0

    def epoch(self) -> float:
        """Visit each window once, then measure the validation loss; return the mean training loss."""
        total = torch.zeros(())
        for rows in torch.randperm(len(self.inputs), generator=self.order).split(self.chosen.batch_size):
            self.optimizer.zero_grad(set_to_none=True)
            loss = nn.functional.mse_loss(self.network(self.inputs[rows]), self.targets[rows])
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), self.chosen.clip_norm)
            self.optimizer.step()
            total += loss.detach() * len(rows)
            self.steps += 1
        with torch.inference_mode():
            nn.functional.mse_loss(self.network(self.held_out), self.truth).item()
        return total.item() / len(self.inputs)


def epochs_per_second(recipe: Recipe, duration_s: float) -> float:
    """Train for `duration_s` after a warm-up epoch; return epochs per second, validation included."""
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    training = BareTraining(recipe, prepare(load_series(recipe.data), recipe.data))
    training.epoch()
    epochs, began = 0, time.perf_counter()
    while epochs < 1 or time.perf_counter() - began < duration_s:
        training.epoch()
        epochs += 1
    return epochs / (time.perf_counter() - began)


if __name__ == "__main__":
    print(epochs_per_second(Recipe.model_validate_json(sys.argv[1]), float(sys.argv[2])))
