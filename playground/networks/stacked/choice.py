"""Which pass trains a network: torch's layer with autograd, ours by batched products, or the fused kernel alone."""

from __future__ import annotations

import torch

from playground.config import Recipe
from playground.networks.stacked.kernel import KernelLSTMs, kernel_works
from playground.networks.stacked.layout import StackShape
from playground.networks.stacked.whole import StackedNetworks

LARGEST_HIDDEN = {"rnn": 128, "gru": 128, "lstm": 0}
"""Largest hidden size at which batched products train one network faster than torch's layer, by cell.

Forward and backward, one thread, torch's time over ours, hidden 2 to 128, window 32 to 128, batch 64,
one to three layers: nn.RNN 1.3 to 3.7, nn.GRU 1.1 to 2.7, nn.LSTM 0.5 to 0.8, whose kernel is fused.
Above 128 units the products decide, and in batches of 8 windows ours are the slower ones.
`python -m benchmarks.stacked` measures it anew.
"""

LARGEST_BATCHED_LSTM = 16
"""Largest hidden size at which batched products train a stack of LSTMs faster than the fused kernel does.

Training steps, one thread, window 32, batch 64, time by the kernel over time by products, stacks of 3
and 8: 1.4 and 2.5 at hidden 4, 0.9 and 1.2 at 16, 1.0 and 1.1 at 24, 0.8 at 32, 0.6 at 64. For one
LSTM the kernel is the faster one at every size, also than torch's layer around it: 1.1 to 1.4.
"""


def own_pass_wins(recipe: Recipe) -> bool:
    """Say whether our own pass should train one network of this recipe; it has no dropout between layers.

    torch has no plain network with σ at all, so ours trains it at every size.
    """
    chosen = recipe.network
    if chosen.layers > 1 and chosen.dropout:
        return False
    if chosen.cell == "rnn" and chosen.nonlinearity == "sigmoid":
        return True
    if chosen.cell == "lstm" and kernel_works():
        return True
    return chosen.hidden_size <= LARGEST_HIDDEN[chosen.cell]


def build_passes(shape: StackShape, dtype: torch.dtype = torch.float32) -> StackedNetworks | KernelLSTMs:
    """Return the faster passes over whole windows for a stack of this shape."""
    products = shape.stack > 1 and shape.hidden <= LARGEST_BATCHED_LSTM
    if shape.cell == "lstm" and dtype == torch.float32 and not products and kernel_works():
        return KernelLSTMs(shape)
    return StackedNetworks(shape, dtype)
