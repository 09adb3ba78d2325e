"""Notes: a pitch and a length each, written as symbols ("C4 1/4", "R 1/8" for a rest)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

LENGTHS = tuple(Fraction(sixteenths, 16) for sixteenths in (1, 2, 3, 4, 6, 8, 12, 16))
"""Lengths that a note may have, as shares of a whole note."""

LOWEST, HIGHEST = 36, 96
"""Pitches that a note may have, as MIDI numbers: C2 to C7."""

MOST_OWN = 128
"""Most notes of a learner's own tune."""

REST = "R"
END = "end"
"""The symbol after the last note of a tune."""

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_PITCH = re.compile(r"([A-G])(#|b)?([0-9])")


@dataclass(frozen=True)
class Note:
    """One note.

    Attributes:
        pitch: MIDI number, 60 = middle C (C4); None for a rest.
        length: Share of a whole note.
    """

    pitch: int | None
    length: Fraction

    @property
    def symbol(self) -> str:
        """How a network reads and writes it."""
        name = REST if self.pitch is None else pitch_name(self.pitch)
        return f"{name} {self.length.numerator}/{self.length.denominator}"


def pitch_name(pitch: int) -> str:
    """Return the name of a MIDI number, written with sharps ("C#4")."""
    return f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"


def pitch_of(name: str) -> int | None:
    """Return the MIDI number of a name with a sharp or a flat, None for a rest.

    Raises:
        ValueError: if it is not a pitch, or too low or high.
    """
    if name == REST:
        return None
    found = _PITCH.fullmatch(name)
    if not found:
        raise ValueError(f"a pitch must be a letter A to G, # or b if need be, and an octave, got {name!r}; write C4")
    step, accidental, octave = found.groups()
    pitch = 12 * (int(octave) + 1) + _STEPS[step] + {"#": 1, "b": -1, None: 0}[accidental]
    if not LOWEST <= pitch <= HIGHEST:
        raise ValueError(
            f"a pitch must lie between {pitch_name(LOWEST)} and {pitch_name(HIGHEST)}, got {name}; move it by octaves"
        )
    return pitch


def length_of(text: str) -> Fraction:
    """Return a length written as a fraction of a whole note.

    Raises:
        ValueError: if it is none of `LENGTHS`.
    """
    allowed = {f"{length.numerator}/{length.denominator}": length for length in LENGTHS}
    if text not in allowed:
        raise ValueError(f"a length must be one of {', '.join(allowed)}, got {text!r}; write 1/4 for a quarter")
    return allowed[text]


def note_of(symbol: str) -> Note:
    """Return the note that a symbol stands for.

    Raises:
        ValueError: if it stands for none.
    """
    name, _, length = symbol.partition(" ")
    return Note(pitch_of(name), length_of(length))


def symbols_of(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return the symbols of notes."""
    return tuple(note.symbol for note in notes)


def notes_of(symbols: Iterable[str]) -> tuple[Note, ...]:
    """Return the notes of symbols, up to the end of the tune if that is among them.

    Raises:
        ValueError: if one stands for no note.
    """
    found = []
    for symbol in symbols:
        if symbol == END:
            break
        found.append(note_of(symbol))
    return tuple(found)


def moved(notes: Iterable[Note], semitones: int) -> tuple[Note, ...]:
    """Return notes transposed by that many semitones."""
    return tuple(Note(None if note.pitch is None else note.pitch + semitones, note.length) for note in notes)


def total_length(notes: Sequence[Note]) -> Fraction:
    """Return how long notes are together, in whole notes."""
    return sum((note.length for note in notes), Fraction(0))


def sixteenths_of(notes: Iterable[Note]) -> tuple[tuple[int, int], ...]:
    """Return notes as pairs: MIDI number, -1 for a rest, and length in sixteenths."""
    return tuple((-1 if note.pitch is None else note.pitch, int(16 * note.length)) for note in notes)


def played_notes(said: Any) -> tuple[Note, ...]:
    """Return the notes that a keyboard sent as such pairs; anything else counts as nothing played."""
    if not isinstance(said, list) or len(said) > MOST_OWN:
        return ()
    found = []
    for pair in said:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(number) in (int, float) for number in pair)):
            return ()
        pitch, sixteenths = pair
        if sixteenths not in [16 * length for length in LENGTHS] or pitch not in (-1, *range(LOWEST, HIGHEST + 1)):
            return ()
        found.append(Note(None if pitch == -1 else int(pitch), Fraction(int(sixteenths), 16)))
    return tuple(found)
