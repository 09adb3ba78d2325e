"""Looking at a network that writes: what it goes on with, what it expects at each letter, which unit counts brackets.

Everything is numpy and runs in a worker.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.records import Floats, Ints
from playground.sequences.recipe import StreamRecipe
from playground.sequences.write.generating import generate, read_symbols
from playground.sequences.write.grammars import depth_of
from playground.sequences.write.streams import Stream, split_stream, stream_codes, vocabulary_of

TOP = 5
MOST_WRITTEN = 500
MOST_READ = 480
DEPTH_SYMBOLS = 4000
"""On so many symbols of the test part the units are compared with the depth."""


@dataclass(frozen=True, eq=False)
class TextReading:
    """A text as a network read it.

    Attributes:
        symbols: The n symbols read.
        states: (n, hidden) float32, the last layer's state after each symbol.
        top: (n + 1, 5) the likeliest symbols before each symbol and after the last.
        shares: (n + 1, 5) float32, how likely each of them is.
        bits: (n,) float32, -log2 of how likely each symbol of the text was.
    """

    symbols: tuple[str, ...]
    states: Floats
    top: tuple[tuple[str, ...], ...]
    shares: Floats
    bits: Floats


@dataclass(frozen=True, eq=False)
class DepthUnit:
    """Which unit goes with the depth of the brackets.

    Attributes:
        unit: The one with the largest correlation, positive or negative, counted from 0.
        correlations: (hidden,) Pearson's correlation of each unit with the depth, 0 for a unit that never moves.
        symbols: On how many test symbols it was computed.
    """

    unit: int
    correlations: Floats
    symbols: int

    @property
    def correlation(self) -> float:
        """That of the unit itself."""
        return float(self.correlations[self.unit])

    @property
    def strength(self) -> Literal["closely", "follows", "hardly"]:
        """How well it follows the depth."""
        size = abs(self.correlation)
        return "closely" if size > 0.9 else "follows" if size > 0.6 else "hardly"


def write_on(
    recipe_json: str,
    weights: Mapping[str, Floats],
    vocabulary: Sequence[str],
    start: Sequence[str],
    temperature: float,
    seed: int,
    end: str = "",
) -> tuple[str, ...]:
    """Return the `MOST_WRITTEN` symbols that a network writes after `start`; see `generate`."""
    recipe = StreamRecipe.of_json(recipe_json)
    return generate(recipe, weights, vocabulary, start, MOST_WRITTEN, temperature, seed, end).symbols


def read_text(
    recipe_json: str, weights: Mapping[str, Floats], vocabulary: Sequence[str], symbols: Sequence[str], end: str = ""
) -> TextReading:
    """Return states, expectations and surprises of a network along a text, from the beginning of a piece."""
    recipe = StreamRecipe.of_json(recipe_json)
    read = read_symbols(recipe, weights, vocabulary, symbols, end)
    order = np.argsort(-read.log_probabilities, axis=1, kind="stable")[:, :TOP]
    shares = np.exp(np.take_along_axis(read.log_probabilities, order, axis=1))
    place = {symbol: code for code, symbol in enumerate(vocabulary)}
    codes = np.array([place.get(symbol, len(vocabulary) - 1) for symbol in symbols], dtype=np.int64)
    bits = -read.log_probabilities[np.arange(len(codes)), codes] / np.log(2)
    top = tuple(tuple(vocabulary[code] for code in row) for row in order)
    states = read.states[1:].astype(np.float32)
    return TextReading(tuple(symbols), states, top, shares.astype(np.float32), bits.astype(np.float32))


def find_depth_unit(
    recipe_json: str, weights: Mapping[str, Floats], vocabulary: Sequence[str], stream: Stream
) -> DepthUnit:
    """Return which unit's state correlates best with how many brackets are open, on the test part."""
    recipe = StreamRecipe.of_json(recipe_json)
    part = split_stream(stream).test
    symbols = stream.symbols(range(part.start, min(part.stop, part.start + DEPTH_SYMBOLS)))
    states = read_symbols(recipe, weights, vocabulary, symbols, stream.end).states[1:]
    found = correlations(states, depth_of("".join(symbols)).astype(np.float64))
    return DepthUnit(int(np.abs(found).argmax()), found, len(symbols))


def correlations(states: Floats, quantity: Floats) -> Floats:
    """Return Pearson's correlation of every column of (n, hidden) with (n,), 0 for a column that never moves."""
    moved, wanted = states - states.mean(axis=0), quantity - quantity.mean()
    scale = np.sqrt((moved**2).sum(axis=0) * (wanted**2).sum())
    found: Floats = np.where(scale > 0, wanted @ moved / np.where(scale > 0, scale, 1.0), 0.0)
    return found


def usual_answers(stream: Stream) -> float | None:
    """Return how often the most frequent symbol after the same two is right on the test part; None if none is asked.

    Counted on the training part, among the symbols that compete there and at the places that are asked, as for a
    network. After two symbols that were never met together it answers with the most frequent of all.

    Raises:
        ValueError: if the stream is too short.
    """
    parts = split_stream(stream)
    vocabulary = vocabulary_of(stream, parts)
    codes = stream_codes(stream, vocabulary)
    asked = stream.asked.astype(bool) if len(stream.asked) else np.ones(stream.length, dtype=bool)
    chosen = {code for code, symbol in enumerate(vocabulary) if not stream.choices or symbol in stream.choices}
    histories = _histories(codes, stream.starts, len(vocabulary))
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for place in parts.train:
        if int(codes[place]) in chosen:
            counts[int(histories[place])][int(codes[place])] += 1
    whole = sum(counts.values(), Counter[int]())
    answers = {history: max(sorted(seen), key=seen.__getitem__) for history, seen in counts.items()}
    usual = max(sorted(whole), key=whole.__getitem__)
    places = [place for place in parts.test if asked[place]]
    right = sum(answers.get(int(histories[place]), usual) == codes[place] for place in places)
    return float(right / len(places)) if places else None


def _histories(codes: Ints, starts: Ints, size: int) -> Ints:
    """Return one number for the two symbols before each place, none of them from before its piece."""
    last = np.concatenate([[size], codes[:-1]])
    last[starts] = size
    second = np.concatenate([[size], last[:-1]])
    second[starts] = size
    found: Ints = second * (size + 1) + last
    return found
