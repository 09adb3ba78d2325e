"""A recurrent layer as a plain loop over time in torch operations, its input projected per step or all at once."""

from __future__ import annotations

import torch
from torch import Tensor

from benchmarks.bare_loop import Bare
from playground.config import Recipe


class StepByStep(Bare):
    """The bare network, one layer, stepping in Python; with `ahead` the inputs' products are one product."""

    def __init__(self, recipe: Recipe, ahead: bool = False) -> None:
        super().__init__(recipe)
        self.ahead, self.cell = ahead, recipe.network.cell

    def forward(self, inputs: Tensor) -> Tensor:
        """Return (batch, horizon) forecasts."""
        layer = self.layer
        state = torch.zeros(len(inputs), layer.hidden_size)
        memory = torch.zeros_like(state)

        def project(values: Tensor) -> Tensor:
            return torch.nn.functional.linear(values, layer.weight_ih_l0, layer.bias_ih_l0)

        projected = project(inputs).unbind(1) if self.ahead else None
        for step, values in enumerate(inputs.unbind(1)):
            from_input = projected[step] if projected else project(values)
            from_state = torch.nn.functional.linear(state, layer.weight_hh_l0, layer.bias_hh_l0)
            state, memory = next_state(self.cell, from_input, from_state, state, memory)
        return self.readout(state)


def next_state(
    cell: str, from_input: Tensor, from_state: Tensor, state: Tensor, memory: Tensor
) -> tuple[Tensor, Tensor]:
    """Return h and c after a step; gates are stacked as torch stacks them: LSTM i, f, g, o; GRU r, z, n."""
    if cell == "rnn":
        return torch.tanh(from_input + from_state), memory
    if cell == "gru":
        (r, z, n), (r_state, z_state, n_state) = from_input.chunk(3, 1), from_state.chunk(3, 1)
        update = torch.sigmoid(z + z_state)
        candidate = torch.tanh(n + torch.sigmoid(r + r_state) * n_state)
        return candidate + update * (state - candidate), memory
    i, f, g, o = (from_input + from_state).chunk(4, 1)
    memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(memory), memory
