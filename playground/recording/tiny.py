"""Train the networks that fit on a slide: `python -m playground.recording.tiny` writes their bundled weights."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import orjson
import torch

from playground.cells.tiny import DECIMALS, TINY_WEIGHTS, tiny_recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.training.alone import Training

CELLS: tuple[Literal["rnn", "lstm", "gru"], ...] = ("rnn", "lstm", "gru")


def record_tiny(cell: Literal["rnn", "lstm", "gru"]) -> dict[str, list]:
    """Train the tiny network with this cell to its end and return its best weights, rounded."""
    recipe = tiny_recipe(cell)
    training = Training(recipe, prepare(load_series(recipe.data), recipe.data))
    training.advance(math.inf)
    best = training.checkpoint().best_weights
    return {name: np.round(array.astype(np.float64), DECIMALS).tolist() for name, array in best.items()}


def main() -> None:
    """Write the weights of all three cells."""
    torch.set_num_threads(1)
    TINY_WEIGHTS.write_bytes(orjson.dumps({cell: record_tiny(cell) for cell in CELLS}, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
