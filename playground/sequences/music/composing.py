"""Let a network play on from a few notes, or follow a tune; runs in a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from playground.records import Floats
from playground.sequences.music.notes import END, REST, Note, note_of, pitch_name
from playground.sequences.recipe import StreamRecipe
from playground.sequences.write.generating import generate, read_symbols
from playground.sequences.write.streams import codes_of

MOST_WRITTEN = 48
"""Most notes that a network plays on."""

LIKELY = 0.03
"""A pitch is shown where it was expected with this probability once."""


@dataclass(frozen=True, eq=False)
class Played:
    """A melody and what a network expected at each of its notes.

    Attributes:
        symbols: The notes, without the end.
        given: How many of them were given to it.
        ended: Whether the network ended the tune by itself.
        rows: Names of pitches from high to low, without gaps, then rest and end.
        expected: (rows, notes + 1) how likely it took each row, of any length, before each note and after the last.
        bits: (notes,) -log2 of how likely it took the note that came.
        epoch: After which its weights were kept.
    """

    symbols: tuple[str, ...]
    given: int
    ended: bool
    rows: tuple[str, ...]
    expected: Floats
    bits: Floats
    epoch: int


def play_on(
    recipe_json: str,
    weights: Mapping[str, Floats],
    epoch: int,
    vocabulary: Sequence[str],
    start: Sequence[str],
    temperature: float,
    seed: int,
) -> Played:
    """Return what a network plays after `start`, up to its own end or `MOST_WRITTEN` notes.

    Args:
        recipe_json: A `MelodyRecipe` as JSON.
        weights: Its network's, as they were after `epoch`.
        epoch: Said again in the answer.
        vocabulary: The symbols it knows.
        start: The notes given to it; may be empty.
        temperature: See `generate`.
        seed: Of the draws.

    Raises:
        ValueError: if the temperature is outside its limits.
    """
    recipe = StreamRecipe.of_json(recipe_json)
    written = generate(recipe, weights, vocabulary, start, MOST_WRITTEN, temperature, seed, END).symbols
    ended = END in written
    kept = written[: written.index(END)] if ended else written
    played = _heard(recipe, weights, vocabulary, (*start, *kept))
    return replace(played, given=len(start), ended=ended, epoch=epoch)


def follow(
    recipe_json: str, weights: Mapping[str, Floats], epoch: int, vocabulary: Sequence[str], symbols: Sequence[str]
) -> Played:
    """Return what a network expects at each note of a given melody; see `play_on`."""
    return replace(_heard(StreamRecipe.of_json(recipe_json), weights, vocabulary, symbols), epoch=epoch)


def _heard(
    recipe: StreamRecipe, weights: Mapping[str, Floats], vocabulary: Sequence[str], symbols: Sequence[str]
) -> Played:
    told = read_symbols(recipe, weights, vocabulary, symbols).log_probabilities
    codes = codes_of(symbols, vocabulary)
    bits = -told[np.arange(len(codes)), codes] / np.log(2)
    names, likely = _by_name(np.exp(told), vocabulary)
    rows = _rows([note_of(symbol) for symbol in symbols], names, likely)
    place = {name: row for row, name in enumerate(names)}
    expected = np.stack([likely[place[row]] if row in place else np.zeros(len(told)) for row in rows])
    return Played(tuple(symbols), len(symbols), False, rows, expected.astype(np.float32), bits.astype(np.float32), 0)


def _by_name(probabilities: Floats, vocabulary: Sequence[str]) -> tuple[list[str], Floats]:
    """Sum probabilities (steps, vocabulary) over all lengths of a pitch; return names and (names, steps)."""
    names = list(dict.fromkeys(symbol.split(" ")[0] for symbol in vocabulary))
    member = np.array([[symbol.split(" ")[0] == name for symbol in vocabulary] for name in names], dtype=np.float64)
    return names, member @ probabilities.T


def _rows(notes: Sequence[Note], names: Sequence[str], likely: Floats) -> tuple[str, ...]:
    """Return the rows to show: all pitches from the lowest to the highest that sounds or was likely."""
    pitches = {note.pitch for note in notes if note.pitch is not None}
    for name, row in zip(names, likely, strict=True):
        if len(name) > 1 and name[-1].isdigit() and row.max() >= LIKELY:
            pitches.add(note_of(f"{name} 1/4").pitch or 0)
    shown = range(min(pitches), max(pitches) + 1) if pitches else range(0)
    return (*(pitch_name(pitch) for pitch in reversed(shown)), REST, END)


def onsets_of(notes: Sequence[Note]) -> Floats:
    """Return where each note begins and where the last one ends, in quarter notes; (notes + 1,)."""
    lengths = [float(4 * note.length) for note in notes]
    return np.concatenate([[0.0], np.cumsum(lengths)])


def own_rows(notes: Sequence[Note]) -> tuple[str, ...]:
    """Return the rows that a melody needs without a network: its own pitches without gaps, rest and end."""
    return _rows(notes, (), np.empty((0, 0)))
