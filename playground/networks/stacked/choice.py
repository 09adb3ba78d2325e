"""Which of the two passes trains one network: torch's layer with autograd, or our own over whole windows."""

from __future__ import annotations

from playground.config import Recipe

LARGEST_HIDDEN = {"rnn": 128, "gru": 128, "lstm": 0}
"""Largest hidden size at which our own pass trains one network faster than torch's layer, by cell.

Forward and backward, one thread, torch's time over ours, hidden 2 to 128, window 32 to 128, batch 64,
one to three layers: nn.RNN 1.3 to 3.7, nn.GRU 1.1 to 2.7, nn.LSTM 0.5 to 0.8, whose kernel is fused.
Above 128 units the products decide, and in batches of 8 windows ours are the slower ones.
`python -m benchmarks.stacked` measures it anew.
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
    return chosen.hidden_size <= LARGEST_HIDDEN[chosen.cell]
