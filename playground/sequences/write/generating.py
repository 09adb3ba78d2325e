"""Writing symbol by symbol with given weights, in plain numpy and double precision.

Tests tie each step to torch's forward pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from playground.cells.equations import gru_step, layer_weights, lstm_step, rnn_step
from playground.histories import Keyframe
from playground.records import Floats
from playground.sequences.equations import log_softmax, read_sequence, simple_step
from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import Generated, Reading
from playground.sequences.write.streams import FEWEST_PIECES, UNSEEN, Stream, codes_of, split_stream

LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.1, 2.0

SAMPLE_SYMBOLS = 200
SAMPLE_TEMPERATURE = 0.7
SAMPLE_START = 32
"""What a sample continues, where the stream has no pieces to begin: the end of the training part."""


class Sampler:
    """A network that takes one symbol at a time and keeps its state."""

    def __init__(self, recipe: SequenceRecipe, weights: Mapping[str, Floats], symbols: int) -> None:
        self.recipe, self.symbols = recipe, symbols
        self._weights = {name: array.astype(np.float64) for name, array in weights.items()}
        self._layers = (
            [layer_weights(self._weights, k) for k in range(recipe.network.layers)]
            if recipe.network.cell != "simple"
            else []
        )
        self.begin()

    def begin(self) -> None:
        """Forget everything: a piece begins."""
        self._h: list[Floats] = [
            np.zeros((1, self.recipe.network.hidden_size)) for _ in range(self.recipe.network.layers)
        ]
        self._c: list[Floats] = [
            np.zeros((1, self.recipe.network.hidden_size)) for _ in range(self.recipe.network.layers)
        ]

    @property
    def state(self) -> Floats:
        """(hidden,) the last layer's hidden state."""
        return self._h[-1][0]

    def read(self, code: int | None) -> Floats:
        """Read one symbol, None for nothing yet; return the log-probabilities of the next, (vocabulary,)."""
        x_t: Floats = np.zeros((1, self.symbols))
        if code is not None:
            x_t[0, code] = 1.0
        if self.recipe.network.cell == "simple":
            step = simple_step(
                x_t[0], self._h[0][0], self._weights, self.recipe.network.sigma, self.recipe.network.output_path
            )
            self._h[0] = step.h[np.newaxis]
            return step.log_probabilities
        for k, layer in enumerate(self._layers):
            if self.recipe.network.cell == "lstm":
                after = lstm_step(x_t, self._h[k], self._c[k], layer)
                self._h[k], self._c[k] = after.h, after.c
            else:
                step_of = gru_step if self.recipe.network.cell == "gru" else rnn_step
                self._h[k] = step_of(x_t, self._h[k], layer).h
            x_t = self._h[k]
        return log_softmax(x_t[0] @ self._weights["readout.weight"].T + self._weights["readout.bias"])


def generate(
    recipe: SequenceRecipe,
    weights: Mapping[str, Floats],
    vocabulary: Sequence[str],
    start: Sequence[str],
    count: int,
    temperature: float,
    seed: int,
    end: str = "",
) -> Generated:
    """Write `count` symbols after `start`, each drawn from the prediction sharpened or flattened by the temperature.

    The logarithms of the probabilities are divided by the temperature before a symbol is drawn; `UNSEEN` is
    never drawn. A symbol of `start` that is not in the vocabulary is read as `UNSEEN`.

    Args:
        recipe: The network's.
        weights: Its parameters, by name.
        vocabulary: The symbols it knows.
        start: What it reads first; may be empty.
        count: How many symbols to write.
        temperature: 0.1 (nearly always the likeliest) to 2 (nearly anything).
        seed: Of the draws.
        end: The symbol after which a piece begins anew from zeros; empty for none.

    Raises:
        ValueError: if the temperature is outside its limits.
    """
    if not LOWEST_TEMPERATURE <= temperature <= HIGHEST_TEMPERATURE:
        raise ValueError(
            f"temperature must be between {LOWEST_TEMPERATURE:g} and {HIGHEST_TEMPERATURE:g}, got {temperature:g}"
        )
    sampler, chance = Sampler(recipe, weights, len(vocabulary)), np.random.default_rng(seed)
    said = sampler.read(None)
    for symbol, code in zip(start, codes_of(start, vocabulary).tolist(), strict=True):
        said = _read_on(sampler, symbol, code, end)
    told, states, symbols = np.empty((count, len(vocabulary))), np.empty((count, recipe.network.hidden_size)), []
    for place in range(count):
        told[place], states[place] = said, sampler.state
        code = draw(said, vocabulary, temperature, float(chance.random()))
        symbols.append(vocabulary[code])
        said = _read_on(sampler, vocabulary[code], code, end)
    return Generated(tuple(symbols), told, states)


def sample_start(stream: Stream) -> tuple[str, ...]:
    """Return what samples begin with: nothing in a stream of pieces, else the end of the training part."""
    end = split_stream(stream).train.stop
    return () if stream.pieces >= FEWEST_PIECES else stream.symbols(range(max(end - SAMPLE_START, 0), end))


def write_sample(
    recipe: SequenceRecipe, frame: Keyframe, vocabulary: Sequence[str], start: Sequence[str], end: str
) -> tuple[str, ...]:
    """Return what the weights of an epoch write after `start`; the draws depend on seed and epoch only."""
    seed = 1000 * recipe.seed + frame.epoch
    return generate(recipe, frame.weights, vocabulary, start, SAMPLE_SYMBOLS, SAMPLE_TEMPERATURE, seed, end).symbols


def _read_on(sampler: Sampler, symbol: str, code: int, end: str) -> Floats:
    if symbol != end:
        return sampler.read(code)
    sampler.begin()
    return sampler.read(None)


def draw(log_probabilities: Floats, vocabulary: Sequence[str], temperature: float, chance: float) -> int:
    """Return the symbol at the place `chance` (0 to 1) of the cumulated probabilities at this temperature."""
    allowed = np.array([symbol != UNSEEN for symbol in vocabulary])
    scaled = np.where(allowed, log_probabilities / temperature, -np.inf)
    cumulated = np.cumsum(np.exp(log_softmax(scaled)))
    return int(min(np.searchsorted(cumulated, chance * cumulated[-1], side="right"), np.flatnonzero(allowed)[-1]))


def read_symbols(
    recipe: SequenceRecipe,
    weights: Mapping[str, Floats],
    vocabulary: Sequence[str],
    symbols: Sequence[str],
    end: str = "",
) -> Reading:
    """Return what a network says before each of these symbols and after the last, from the beginning of a piece.

    Args:
        recipe: The network's.
        weights: Its parameters, by name.
        vocabulary: The symbols it knows.
        symbols: What it reads.
        end: The symbol after which a piece begins anew from zeros; empty for none.

    Returns:
        States (n + 1, hidden) and log-probabilities (n + 1, vocabulary): row t is what it knows and
        predicts after t symbols.
    """
    breaks = [place + 1 for place, symbol in enumerate(symbols) if end and symbol == end]
    codes, read = codes_of(symbols, vocabulary), list[Reading]()
    for start, stop in pairwise([0, *breaks, len(symbols)]):
        inputs: Floats = np.zeros((stop - start + 1, len(vocabulary)))
        inputs[np.arange(1, stop - start + 1), codes[start:stop]] = 1.0
        read.append(read_sequence(recipe, weights, inputs))
    rows = [slice(None, -1)] * len(breaks) + [slice(None)]  # after an end, what is said at the next beginning counts
    return Reading(
        np.concatenate([one.states[row] for one, row in zip(read, rows, strict=True)]),
        np.concatenate([one.log_probabilities[row] for one, row in zip(read, rows, strict=True)]),
    )
