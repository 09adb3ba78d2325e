"""A network that fits on a slide: two hidden units, three steps, numbers of two decimals.

Its weights were trained like any run's, rounded to two decimals and bundled
(`python -m playground.recording.tiny` makes them anew); its inputs are rounded in the same way.
"""

from __future__ import annotations

import functools
from typing import Literal

import numpy as np
import orjson

from playground.config import Recipe
from playground.places import RECORDED
from playground.records import Floats

TINY_WEIGHTS = RECORDED / "tiny.json"
DECIMALS = 2


def tiny_recipe(cell: Literal["rnn", "lstm", "gru"]) -> Recipe:
    """Return the recipe of the tiny network with this cell, on a sine without noise."""
    return Recipe().replaced(
        series="sine",
        noise=0.0,
        length_steps=300,
        period_steps=12.0,
        window_steps=3,
        cell=cell,
        hidden_size=2,
        learning_rate=0.02,
        batch_size=16,
        epochs=300,
        patience_epochs=0,
    )


@functools.cache
def _recorded() -> dict[str, dict[str, list]]:
    return orjson.loads(TINY_WEIGHTS.read_bytes())


def tiny_weights(cell: str) -> dict[str, Floats]:
    """Return the bundled weights of the tiny network, each of two decimals."""
    return {name: np.array(values, dtype=np.float32) for name, values in _recorded()[cell].items()}


def rounded(values: Floats) -> Floats:
    """Return the values to two decimals, as the tiny network reads and keeps them."""
    return np.round(values.astype(np.float64), DECIMALS).astype(np.float32)
