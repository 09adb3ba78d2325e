"""What is said of the network that reads, beside its picture."""

from __future__ import annotations

from playground.config import NetworkChoice

_BLOCK = {"rnn": "", "lstm": " of the candidate g", "gru": " of the candidate n"}


def living_title(epoch: int, trained: bool) -> str:
    """Say which network is seen, and at what."""
    begun = f"The network after epoch {epoch}" if epoch else "The network in its first epoch"
    which = begun if trained else "The untrained network"
    return f"{which} reads a window of the series, one step after the other"


def living_caption(choice: NetworkChoice) -> str:
    """Say how to read the picture."""
    cell = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}[choice.cell]
    return (
        f"Each tile is one {cell} unit: its hidden state h along the window, its colour h at the reading head. "
        f"Lines are weights{_BLOCK[choice.cell]}: orange positive, blue negative, the thicker the larger. "
        "The loop hands each layer its own h one step later, through W_hh. Choose a unit to see what is inside."
    )
