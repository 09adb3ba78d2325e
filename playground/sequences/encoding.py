"""From sequences to numbers: parts, tokens, one-hot inputs; whatever is fitted is fitted on the training part."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np

from playground.records import Floats, Ints
from playground.sequences.records import Encoding, Parts, Sequences, Unit

SHARES = (0.7, 0.15, 0.15)
"""Training, validation and test."""

SPLIT_SEED = 7
"""The same for every run, so that all runs of a task are judged by the same sequences."""

FEWEST_TO_DEAL = 4
"""Two of a class to learn from, one to choose the epoch by and one to be judged by."""

FEWEST_PER_CLASS = 10
"""Fewest texts of a class in a learner's own table."""

MOST_TOKENS = 2000
"""Most different letters or words that a network reads; the rarest beyond them count as never seen."""

MOST_STEPS = 250
"""Longest sequence that is read; the rest of a longer one is left out."""

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def split_sequences(labels: Ints, seed: int = SPLIT_SEED) -> Parts:
    """Deal every class out to training, validation and test by the same shares.

    Raises:
        ValueError: if a class has too few sequences.
    """
    counts = np.bincount(labels)
    if counts.min() < FEWEST_TO_DEAL:
        raise ValueError(f"every class needs at least {FEWEST_TO_DEAL} sequences, got {counts.min()}; add some")
    generator = np.random.default_rng(seed)
    dealt: list[list[Ints]] = [[], [], []]
    for label in range(len(counts)):
        members = generator.permutation(np.flatnonzero(labels == label))
        held = [max(round(share * len(members)), 1) for share in SHARES[1:]]
        cuts = np.cumsum([len(members) - sum(held), held[0]])
        for part, chosen in zip(dealt, np.split(members, cuts), strict=True):
            part.append(chosen)
    return Parts(*(np.sort(np.concatenate(part)) for part in dealt))


def tokens_of(text: str, unit: Unit) -> tuple[str, ...]:
    """Return what a network reads of a text, step by step: small letters, or words and signs; at most `MOST_STEPS`."""
    plain = unicodedata.normalize("NFC", text).lower()
    found = _WORD.findall(plain) if unit == "words" else list(" ".join(plain.split()))
    return tuple(found[:MOST_STEPS])


def fit_encoding(sequences: Sequences, train: Ints, unit: Unit = "letters") -> Encoding:
    """Return the encoding of the training part: its tokens, or the mean and deviation of its numbers."""
    if sequences.texts:
        seen = Counter(token for index in train for token in tokens_of(sequences.texts[index], unit))
        usual = sorted(seen, key=lambda token: (-seen[token], token))[:MOST_TOKENS]
        return Encoding(unit, tuple(sorted(usual)))
    rows = np.concatenate([sequences.rows(index) for index in train]).astype(np.float64)
    deviation = rows.std(axis=0)
    deviation[deviation == 0] = 1.0
    return Encoding(mean=rows.mean(axis=0).astype(np.float32), deviation=deviation.astype(np.float32))


def encode_text(encoding: Encoding, text: str) -> Floats:
    """Return a text one-hot, (steps, inputs) float32; a token that training never met is a row of zeros."""
    return encode_tokens(encoding, tokens_of(text, encoding.unit))


def encode_tokens(encoding: Encoding, tokens: tuple[str, ...]) -> Floats:
    """Return tokens one-hot, (steps, inputs) float32; one that training never met is a row of zeros."""
    return one_hot(token_places(encoding, tokens), len(encoding.tokens))


def token_places(encoding: Encoding, tokens: tuple[str, ...]) -> Ints:
    """Return the place of each token among the inputs, (steps,) int64; -1 for one that training never met."""
    place = encoding.places
    return np.array([place.get(token, -1) for token in tokens], dtype=np.int64)


def one_hot(places: Ints, inputs: int) -> Floats:
    """Return places one-hot, (steps, inputs) float32; -1 is a row of zeros."""
    rows = np.zeros((len(places), inputs), dtype=np.float32)
    known = np.flatnonzero(places >= 0)
    rows[known, places[known]] = 1.0
    return rows


def encode_rows(encoding: Encoding, rows: Floats) -> Floats:
    """Return rows of numbers scaled by the training part's mean and deviation, (steps, inputs) float32."""
    scaled: Floats = ((rows[:MOST_STEPS] - encoding.mean) / encoding.deviation).astype(np.float32)
    return scaled


def unseen(encoding: Encoding, text: str) -> tuple[str, ...]:
    """Return the tokens of a text that training never met, each once."""
    known = set(encoding.tokens)
    return tuple(dict.fromkeys(token for token in tokens_of(text, encoding.unit) if token not in known))
