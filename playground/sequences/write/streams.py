"""One long sequence of symbols (letters, notes), how it is parted, and which symbols a network knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from playground.records import Ints

UNSEEN = "\N{REPLACEMENT CHARACTER}"
"""Stands for every symbol that is not in the vocabulary; it is read and predicted, but never written."""

MOST_SYMBOLS = 200
"""Most symbols in a vocabulary, `UNSEEN` included; the rarest beyond them count as unseen."""

HELD_SHARE = 0.1
"""Share of the validation part, and of the test part."""

FEWEST_PIECES = 10
"""From this many pieces on, the parts are cut at their borders."""

FEWEST_SYMBOLS = 200

HELD_LONGEST = 1000
"""A network reads held-out pieces that are longer in sections of at most so many symbols, each from an empty state."""

HELD_LANES, HELD_STEPS = 64, 128
"""Sections of held-out symbols are read so many side by side, so many steps at a time."""

MOST_VALIDATION = 20_000
"""At most so many symbols of the validation part are read after every epoch."""


@dataclass(frozen=True, eq=False)
class Stream:
    """A sequence of symbols, in pieces that never run over into one another.

    Attributes:
        name, title: Name of the stream, and its heading.
        alphabet: The different symbols.
        codes: (n,) index into `alphabet`, one for each place of the sequence.
        starts: (pieces,) int64, where each piece begins, rising from 0; the network begins each from zeros.
        end: The symbol that ends every piece, so that writing begins anew after it; empty if there is none.
        held_pieces: How many pieces validation and test have each; 0 for a tenth of all.
        asked: (n,) uint8, 1 where a next symbol counts for the share that is right; empty = everywhere.
        choices: The symbols that compete where right answers are counted; empty = all.
        asked_title: What the share of right answers is called.
        source, licence: Where it comes from and on which terms, in one line each.
        notes: Plain sentences on what was changed.
        private: Whether a visitor brought some of it: nothing that tells of it is written to disk.
    """

    name: str
    title: str
    alphabet: tuple[str, ...]
    codes: Ints
    starts: Ints
    end: str = ""
    held_pieces: int = 0
    asked: Ints = field(default_factory=lambda: np.empty(0, dtype=np.uint8))
    choices: tuple[str, ...] = ()
    asked_title: str = "Next symbols right"
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()
    private: bool = False

    @property
    def length(self) -> int:
        """How many symbols it has."""
        return len(self.codes)

    @property
    def pieces(self) -> int:
        """How many pieces it has."""
        return len(self.starts)

    @property
    def read_in_sections(self) -> bool:
        """Whether a held-out piece is longer than what a network reads of it in one go."""
        parts = split_stream(self)
        return any(
            np.diff(sections_of(self, part, self.length), axis=1).max() > HELD_LONGEST
            for part in (parts.validation, parts.test)
        )

    def symbols(self, part: range | None = None) -> tuple[str, ...]:
        """Return the symbols of a stretch, of all without one."""
        chosen = self.codes if part is None else self.codes[part.start : part.stop]
        return tuple(self.alphabet[code] for code in chosen)

    def piece(self, index: int) -> range:
        """Return where a piece lies."""
        stop = self.starts[index + 1] if index + 1 < self.pieces else self.length
        return range(int(self.starts[index]), int(stop))


@dataclass(frozen=True)
class StreamParts:
    """What the network learns from, is chosen by and is judged by, in order."""

    train: range
    validation: range
    test: range

    @property
    def validated(self) -> range:
        """What is read of the validation part: all of it, or its first `MOST_VALIDATION` symbols."""
        return self.validation[:MOST_VALIDATION]


def make_stream(name: str, title: str, pieces: Iterable[Sequence[str]], **more: object) -> Stream:
    """Return the stream of these pieces, each a sequence of symbols (a text is one of its letters).

    Args:
        name, title: See `Stream`.
        pieces: What it consists of; empty ones are left out.
        more: Further fields of `Stream`.

    Raises:
        ValueError: if there is nothing in it.
    """
    kept = [piece for piece in pieces if len(piece)]
    if not kept:
        raise ValueError("a stream must have at least one symbol, got none; add some")
    alphabet = tuple(sorted({symbol for piece in kept for symbol in piece}))
    place = {symbol: code for code, symbol in enumerate(alphabet)}
    kind = np.min_scalar_type(len(alphabet) - 1)  # small, because a stream travels with every piece of work
    codes = np.concatenate([np.fromiter((place[symbol] for symbol in piece), kind, len(piece)) for piece in kept])
    starts = np.concatenate([[0], np.cumsum([len(piece) for piece in kept])[:-1]]).astype(np.int64)
    return Stream(name, title, alphabet, codes, starts, **more)  # type: ignore[arg-type]


def split_stream(stream: Stream) -> StreamParts:
    """Part a stream in order: the last tenth is the test, the tenth before it validation, the rest training.

    Where there are at least `FEWEST_PIECES` pieces, whole pieces are dealt out, as many as the stream says.

    Raises:
        ValueError: if it is too short.
    """
    if stream.length < FEWEST_SYMBOLS:
        raise ValueError(
            f"there must be at least {FEWEST_SYMBOLS} symbols to learn from, got {stream.length}; add some"
        )
    whole = stream.pieces >= FEWEST_PIECES
    number = stream.pieces if whole else stream.length
    held = (stream.held_pieces if whole else 0) or max(round(HELD_SHARE * number), 1)
    cuts = [number - 2 * held, number - held]
    first, second = (int(stream.starts[cut]) if whole else cut for cut in cuts)
    return StreamParts(range(first), range(first, second), range(second, stream.length))


def vocabulary_of(stream: Stream, parts: StreamParts) -> tuple[str, ...]:
    """Return the symbols that the training part holds, the most frequent ones if there are too many; last `UNSEEN`."""
    counts = np.bincount(stream.codes[parts.train.start : parts.train.stop], minlength=len(stream.alphabet))
    usual = [code for code in np.argsort(-counts, kind="stable") if counts[code] and stream.alphabet[code] != UNSEEN]
    return (*(stream.alphabet[code] for code in sorted(usual[: MOST_SYMBOLS - 1])), UNSEEN)


def codes_of(symbols: Iterable[str], vocabulary: Sequence[str]) -> Ints:
    """Return the place of each symbol in the vocabulary, that of `UNSEEN` for the rest; (n,) int64."""
    place = {symbol: code for code, symbol in enumerate(vocabulary)}
    return np.array([place.get(symbol, len(vocabulary) - 1) for symbol in symbols], dtype=np.int64)


def stream_codes(stream: Stream, vocabulary: Sequence[str]) -> Ints:
    """Return the whole stream as places in the vocabulary, (n,) int64."""
    found: Ints = codes_of(stream.alphabet, vocabulary)[stream.codes]
    return found


def read_before(codes: Ints, starts: Ints, nothing: int) -> Ints:
    """Return what is read before each symbol is predicted: the symbol before it, `nothing` where a piece begins."""
    before = np.concatenate([[nothing], codes[:-1]])
    before[starts] = nothing
    return before


def sections_of(stream: Stream, part: range, longest: int) -> Ints:
    """Cut a part into sections that lie within one piece and are at most `longest`; (sections, 2) begin and end."""
    edges = np.unique(
        [part.start, *stream.starts[(stream.starts > part.start) & (stream.starts < part.stop)], part.stop]
    )
    found = []
    for begin, end in pairwise(edges):
        cuts = np.linspace(begin, end, -(-(end - begin) // longest) + 1).round().astype(np.int64)
        found.append(np.stack([cuts[:-1], cuts[1:]], axis=1))
    return np.concatenate(found)
