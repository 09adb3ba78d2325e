"""How much the earlier symbols of a text move the prediction at one place; runs in a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from playground.networks.weights import load_weights
from playground.records import Floats
from playground.sequences.models import build_sequence_network
from playground.sequences.recipe import StreamRecipe
from playground.sequences.write.streams import codes_of


def influence_on(
    recipe_json: str,
    weights: Mapping[str, Floats],
    vocabulary: Sequence[str],
    symbols: Sequence[str],
    place: int,
    end: str = "",
) -> Floats:
    """Return how strongly each symbol before `place` moves the prediction there.

    That is the norm of the gradient of log p(symbol at `place` | those before) with respect to the input numbers
    of each earlier symbol. Symbols of an earlier piece have none, because everything begins anew after `end`.

    Args:
        recipe_json: A `StreamRecipe` as JSON.
        weights: Its network's.
        vocabulary: The symbols it knows.
        symbols: The text.
        place: Which symbol's prediction is asked about, counted from 0.
        end: The symbol after which a piece begins anew; empty for none.

    Returns:
        (place,) float64.

    Raises:
        ValueError: if there is no such place.
    """
    if not 0 <= place < len(symbols):
        raise ValueError(f"place must be between 0 and {len(symbols) - 1}, got {place}; choose a letter of the text")
    recipe, size = StreamRecipe.of_json(recipe_json), len(vocabulary)
    begin = max((k + 1 for k in range(place) if end and symbols[k] == end), default=0)
    network = build_sequence_network(recipe, size, size)
    load_weights(network, weights)
    network.double()
    codes = codes_of(symbols, vocabulary)
    inputs = torch.zeros(1, place - begin + 1, size, dtype=torch.float64)
    inputs[0, torch.arange(1, place - begin + 1), torch.from_numpy(codes[begin:place])] = 1.0
    inputs.requires_grad_(True)
    said, _ = network.read(inputs)
    said[0, -1, int(codes[place])].backward()
    assert inputs.grad is not None
    found: Floats = np.zeros(place)
    found[begin:] = torch.linalg.vector_norm(inputs.grad[0, 1:], dim=1).numpy()
    return found
