"""Tunes as a stream of notes: which are learned from, in which keys, and what in a melody is copied from them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.sequences.music.notes import END, Note, moved, symbols_of
from playground.sequences.music.tunes import Tune, bundled_tunes
from playground.sequences.write.streams import Stream, make_stream

HELD = 5
"""Tunes for validation, and tunes for the test."""

ORDER_SEED = 4
"""Deals the tunes out; the same for every run, so that all are judged by the same tunes."""

OWN = "Your own tune"


@functools.cache
def dealt_tunes() -> tuple[Tune, ...]:
    """Return all tunes, shuffled: first those to learn from, then `HELD` for validation, then `HELD` for the test."""
    tunes = bundled_tunes()
    return tuple(tunes[place] for place in np.random.default_rng(ORDER_SEED).permutation(len(tunes)))


def learned_tunes(own: Sequence[Note] = ()) -> tuple[tuple[str, tuple[Note, ...]], ...]:
    """Return title and notes, in one key, of every tune that is learned from; the own tune last if there is one."""
    learned = tuple((tune.title, tune.in_one_key) for tune in dealt_tunes()[: -2 * HELD])
    return (*learned, (OWN, tuple(own))) if own else learned


def part_of(title: str) -> str:
    """Return what a tune is for: "training", "validation" or "test"."""
    place = [tune.title for tune in dealt_tunes()].index(title)
    left = len(dealt_tunes()) - place
    return "test" if left <= HELD else "validation" if left <= 2 * HELD else "training"


def shifts_of(keys: int) -> tuple[int, ...]:
    """Return by how many semitones the tunes to learn from are moved for so many keys: 0, 1, -1, 2, -2, ..."""
    return tuple((k + 1) // 2 * (1 if k % 2 else -1) for k in range(keys))


def melody_stream(keys: int = 1, own: Sequence[Note] = ()) -> Stream:
    """Return the tunes as one stream: those to learn from in so many keys, the held-out ones in the common key.

    Args:
        keys: In how many keys, neighbours by semitones, each tune is learned; held-out tunes stay in theirs.
        own: A tune of the learner's, learned from as well.
    """
    held = [tune.in_one_key for tune in dealt_tunes()[-2 * HELD :]]
    learned = [moved(notes, shift) for shift in shifts_of(keys) for _, notes in learned_tunes(own)]
    pieces = [(*symbols_of(notes), END) for notes in (*learned, *held)]
    return make_stream(
        "melodies",
        "Melodies",
        pieces,
        end=END,
        held_pieces=HELD,
        asked_title="Next notes right",
        source="Folk songs and works of composers, written out by the project",
        licence="Public domain",
        private=bool(own),
    )


@dataclass(frozen=True)
class Copy:
    """The longest stretch of a melody that stands in a tune.

    Attributes:
        notes: How many notes in a row.
        start: Where the stretch begins in the melody.
        title: The tune; empty if not one note stands in any.
    """

    notes: int
    start: int
    title: str


@functools.lru_cache(maxsize=128)
def longest_copy(melody: tuple[str, ...], keys: int = 1, own: tuple[Note, ...] = ()) -> Copy:
    """Return the longest run of a melody's notes, pitch and length alike, that stands in a tune learned from.

    Args:
        melody: Symbols of its notes.
        keys, own: What was learned; see `melody_stream`.
    """
    titles: list[str] = []
    learned: list[str] = []
    for shift in shifts_of(keys):
        for title, notes in learned_tunes(own):
            tune = (*symbols_of(moved(notes, shift)), END)
            learned += tune
            titles += [title] * len(tune)
    place = {symbol: code for code, symbol in enumerate(dict.fromkeys(learned))}
    there = np.array([place[symbol] for symbol in learned])
    ending = np.zeros(len(there) + 1, dtype=np.int64)
    best = Copy(0, 0, "")
    for step, symbol in enumerate(melody):
        ending[1:] = np.where(there == place.get(symbol, -1), ending[:-1] + 1, 0)
        longest = int(ending.max())
        if longest > best.notes:
            best = Copy(longest, step + 1 - longest, titles[int(ending.argmax()) - 1])
    return best


@functools.cache
def usual_copy() -> int:
    """Return the longest run shared with a tune learned from by the middle one of the held-out tunes."""
    runs = sorted(longest_copy(symbols_of(tune.in_one_key)).notes for tune in dealt_tunes()[-2 * HELD :])
    return runs[len(runs) // 2]
