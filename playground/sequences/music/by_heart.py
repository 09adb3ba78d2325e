"""Whether a network learned melodies by heart: a rise past its best epoch, and what it copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playground.sequences.music.melodies import Copy
from playground.sequences.records import WriterRun
from playground.turning import around_and_last

LEAST_RISE = 0.1
"""A rise of the validation bits by less than this, in bits a note, is not worth a word."""


@dataclass(frozen=True)
class Rise:
    """A training that went on past its best epoch, with the bits a note on validation then and in the end."""

    best_epoch: int
    last_epoch: int
    best: float
    last: float


@dataclass(frozen=True)
class Copied:
    """How much of what a network wrote is copied: the longest run of notes, from which tune.

    `usual` is the run that the middle one of the held-out tunes shares with a tune learned from.
    """

    word: Literal["nothing written", "nothing", "single notes", "by heart", "by chance"]
    notes: int
    title: str
    usual: int


def rise_of(run: WriterRun) -> Rise | None:
    """Return how far the validation bits of a finished training rose for good after its best epoch, if they did."""
    epochs, best = run.training.epochs, run.training.checkpoint.best_epoch
    if not run.done or not best:
        return None
    bits = [run.bits_after(epoch) for epoch in range(1, len(epochs) + 1)]
    ends = around_and_last(bits, best)
    if ends is None or min(bits[-1] - bits[best - 1], ends[1] - ends[0]) < LEAST_RISE:
        return None
    return Rise(best, epochs[-1].epoch, bits[best - 1], bits[-1])


def copied(copy: Copy, written: int, usual: int) -> Copied:
    """Return how much of so many notes that a network wrote is copied, and whether that may be chance."""
    if not written:
        return Copied("nothing written", 0, "", usual)
    word: Literal["nothing", "single notes", "by heart", "by chance"]
    if copy.notes < 2:
        word = "single notes" if copy.notes else "nothing"
    else:
        word = "by heart" if copy.notes > 2 * usual else "by chance"
    return Copied(word, copy.notes, copy.title, usual)
