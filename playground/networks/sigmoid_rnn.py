"""The plain recurrent network with σ, which torch's nn.RNN lacks, behind nn.RNN's interface."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SigmoidRNN(nn.Module):
    """Layers of h_t = σ(W_xh x_t + b_xh + W_hh h_{t-1} + b_hh), with nn.RNN's parameter names and results.

    Source: Elman, "Finding structure in time", Cognitive Science 14 (1990).
    """

    mode = "RNN_SIGMOID"

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, dropout: float = 0.0) -> None:
        super().__init__()
        self.hidden_size, self.num_layers, self.dropout = hidden_size, num_layers, dropout
        for layer in range(num_layers):
            inputs = hidden_size if layer else input_size
            self.register_parameter(f"weight_ih_l{layer}", nn.Parameter(torch.empty(hidden_size, inputs)))
            self.register_parameter(f"weight_hh_l{layer}", nn.Parameter(torch.empty(hidden_size, hidden_size)))
            self.register_parameter(f"bias_ih_l{layer}", nn.Parameter(torch.empty(hidden_size)))
            self.register_parameter(f"bias_hh_l{layer}", nn.Parameter(torch.empty(hidden_size)))

    def forward(self, inputs: Tensor, first: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Read (batch, time, features) from `first`, (layers, batch, hidden), or from h = 0.

        Returns:
            The last layer's h at every step, (batch, time, hidden), and every layer's last h,
            (layers, batch, hidden). In training, dropout falls on what each layer but the last passes up.
        """
        if first is None:
            first = inputs.new_zeros(self.num_layers, len(inputs), self.hidden_size)
        states, last = inputs, []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                states = nn.functional.dropout(states, self.dropout, self.training)
            w_x, w_h, b_x, b_h = (
                getattr(self, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            )
            h, steps = first[layer], []
            for from_input in nn.functional.linear(states, w_x, b_x).unbind(1):
                h = torch.sigmoid(from_input + nn.functional.linear(h, w_h, b_h))
                steps.append(h)
            states = torch.stack(steps, dim=1)
            last.append(h)
        return states, torch.stack(last)
