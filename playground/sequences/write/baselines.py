"""Baselines for the next symbol: how often symbols, pairs and triples occur in the training part, and nothing else.

Source: Witten and Bell, "The zero-frequency problem", IEEE Transactions on Information Theory 37 (1991),
interpolated: what a longer history has not seen often is filled up from a shorter one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.records import Floats, Ints
from playground.sequences.margin import block_means, clear_gap
from playground.sequences.records import WriterRun
from playground.sequences.write.streams import (
    Stream,
    StreamParts,
    read_before,
    split_stream,
    stream_codes,
    vocabulary_of,
)

TITLES = {0: "Uniform", 1: "Unigram", 2: "Bigram", 3: "Trigram"}


@dataclass(frozen=True)
class StreamScore:
    """How many bits one way of predicting needs for each symbol.

    Attributes:
        title: Who predicted ("Trigram").
        validation_bits, test_bits: Mean of -log2 of the probability of the true next symbol.
        test_blocks: The same in each of some stretches of the test part, see `margin.block_means`.
    """

    title: str
    validation_bits: float
    test_bits: float
    test_blocks: tuple[float, ...] = ()


@dataclass(frozen=True)
class AgainstBest:
    """How a network that needs `bits` stands against the best baseline on the test part, by more than luck."""

    word: Literal["level", "better", "worse"]
    bits: float
    best: StreamScore


def against_best(run: WriterRun | None, baselines: Sequence[StreamScore]) -> AgainstBest | None:
    """Return how a trained network stands against the best of the baselines; None where one of them is missing."""
    if run is None or run.test_bits is None or not baselines:
        return None
    best = min(baselines, key=lambda baseline: baseline.test_bits)
    if not clear_gap(run.test_blocks, best.test_blocks, len(baselines)):
        return AgainstBest("level", run.test_bits, best)
    return AgainstBest("better" if run.test_bits < best.test_bits else "worse", run.test_bits, best)


def best_on_validation(baselines: Sequence[StreamScore]) -> StreamScore | None:
    """Return the baseline that needs the fewest bits on the validation part."""
    return min(baselines, key=lambda baseline: baseline.validation_bits, default=None)


def score_ngrams(stream: Stream, orders: tuple[int, ...] = (0, 1, 2, 3)) -> tuple[StreamScore, ...]:
    """Return how the baselines do on the held-out parts; order 0 takes all symbols for equally likely.

    They know the symbols that a network knows, and like it begin each piece without a history.

    Raises:
        ValueError: if the stream is too short.
    """
    parts = split_stream(stream)
    bits = -np.log2(ngram_probabilities(stream, parts, max(orders)))
    validated, test = (slice(part.start, part.stop) for part in (parts.validated, parts.test))
    return tuple(
        StreamScore(
            TITLES[order],
            float(bits[order, validated].mean()),
            float(bits[order, test].mean()),
            block_means(bits[order, test]),
        )
        for order in orders
    )


def ngram_probabilities(stream: Stream, parts: StreamParts, order: int) -> Floats:
    """Return how likely the counts of the training part make each symbol of the stream, for every order.

    p_k(s | h) = (n(h, s) + t(h) · p_{k-1}(s | h')) / (n(h) + t(h)), where n counts occurrences in the training
    part, t(h) is how many different symbols follow h there, and h' is h without its oldest symbol.

    Returns:
        (order + 1, n): row k knows the k - 1 symbols before.
    """
    vocabulary = vocabulary_of(stream, parts)
    size, codes = len(vocabulary), stream_codes(stream, vocabulary)
    said = np.full((order + 1, len(codes)), 1 / size)
    history: Ints = np.zeros(len(codes), dtype=np.int64)
    before = codes
    for k in range(1, order + 1):
        if k > 1:
            before = read_before(before, stream.starts, size)
            history = history * (size + 1) + before + 1
        counts, followers = _counts(history, codes, size, parts.train)
        met, kinds, both = counts[0], followers, counts[1]
        fresh = met == 0
        share = (both + kinds * said[k - 1]) / np.where(fresh, 1, met + kinds)
        said[k] = np.where(fresh, said[k - 1], share)
    return said


def _counts(history: Ints, codes: Ints, size: int, train: range) -> tuple[tuple[Ints, Ints], Ints]:
    """Return for every place how often its history, and its history with its symbol, occur in the training part.

    Third, how many different symbols follow that history there.
    """
    _, known = np.unique(history, return_inverse=True)
    pairs, pair_of = np.unique(known * size + codes, return_inverse=True)
    inside = slice(train.start, train.stop)
    met = np.bincount(known[inside], minlength=known.max() + 1)
    both = np.bincount(pair_of[inside], minlength=len(pairs))
    kinds = np.bincount(pairs[both > 0] // size, minlength=known.max() + 1)
    return (met[known], both[pair_of]), kinds[known]
