"""The tunes that the project brings along: read, checked bar by bar, and moved to one key."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from playground.places import DATA
from playground.sequences.music.notes import Note, length_of, moved, pitch_of, total_length

FILE = DATA / "tunes.txt"

FIELDS = ("title", "origin", "year", "key", "metre")

_TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "Bb": 10, "Eb": 3, "F#": 6}
_HOMES = {"major": 0, "minor": 9, "dorian": 2}
"""Where the tonic of each mode lies when a tune needs no black keys: C major, A minor, D dorian."""

LAST = range(55, 67)
"""The octave, G3 to F#4, in which a tune's last note lies once it is moved: all tunes come home to the same notes."""


@dataclass(frozen=True)
class Tune:
    """A tune as it is written in the file.

    Attributes:
        title, origin, year: What it is and where it comes from.
        key: Tonic and mode ("G major").
        metre: How long a bar is, in whole notes.
        upbeat: How long the first, incomplete bar is; 0 without one.
        bars: The notes of each bar.
    """

    title: str
    origin: str
    year: int
    key: str
    metre: Fraction
    upbeat: Fraction
    bars: tuple[tuple[Note, ...], ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes as written."""
        return tuple(note for bar in self.bars for note in bar)

    @property
    def in_one_key(self) -> tuple[Note, ...]:
        """All notes, moved to C major (A minor, D dorian), in the octave that puts the last one into `LAST`."""
        tonic, _, mode = self.key.partition(" ")
        shift = _HOMES[mode] - _TONICS[tonic]
        last = next(note.pitch for note in reversed(self.notes) if note.pitch is not None) + shift
        return moved(self.notes, shift + (LAST.start - last + 11) // 12 * 12)


@functools.cache
def bundled_tunes() -> tuple[Tune, ...]:
    """Return the tunes of the project."""
    return read_tunes(FILE.read_text(encoding="utf-8"))


def read_tunes(text: str) -> tuple[Tune, ...]:
    """Return the tunes in a text; the head of `assets/data/tunes.txt` says how they are written.

    Raises:
        ValueError: naming tune and bar, if something is missing, unknown or does not add up.
    """
    tunes = tuple(_tune(fields, music) for fields, music in _blocks(text))
    titles = [tune.title for tune in tunes]
    for title in titles:
        if titles.count(title) > 1:
            raise ValueError(f"every tune must have a title of its own, got {title!r} twice; rename one")
    return tunes


def _blocks(text: str) -> Iterator[tuple[dict[str, str], str]]:
    """Return the named lines and the music of each tune."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for block in "\n".join(lines).split("\n\n"):
        if not block.strip():
            continue
        named, music = {}, []
        for line in block.strip().splitlines():
            name, colon, value = line.partition(": ")
            if colon and name in (*FIELDS, "upbeat"):
                named[name] = value.strip()
            else:
                music.append(line)
        yield named, " ".join(music)


def _tune(named: dict[str, str], music: str) -> Tune:
    title = named.get("title", "")
    missing = [name for name in FIELDS if not named.get(name)]
    if missing:
        raise ValueError(f"tune {title!r} must say its {', '.join(FIELDS)}, {missing[0]} is missing; add that line")
    tonic, _, mode = named["key"].partition(" ")
    if tonic not in _TONICS or mode not in _HOMES:
        raise ValueError(
            f"tune {title!r}: the key must be a tonic and one of {', '.join(_HOMES)}, got {named['key']!r}; "
            "write C major"
        )
    try:
        year, metre, upbeat = int(named["year"]), Fraction(named["metre"]), Fraction(named.get("upbeat", "0"))
        bars = _bars(music)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"tune {title!r}: {error}") from None
    _check_bars(title, metre, upbeat, bars)
    return Tune(title, named["origin"], year, named["key"], metre, upbeat, bars)


def _bars(music: str) -> tuple[tuple[Note, ...], ...]:
    """Return the notes of every bar; a note without a length has that of the note before it."""
    length: Fraction | None = None
    bars: list[tuple[Note, ...]] = []
    for text in music.split("|"):
        bar = []
        for word in text.split():
            name, _, said = word.partition(":")
            length = length_of(said) if said else length
            if length is None:
                raise ValueError(f"the first note must say its length, got {word!r}; write {word}:1/4")
            bar.append(Note(pitch_of(name), length))
        if bar:
            bars.append(tuple(bar))
    return tuple(bars)


def _check_bars(title: str, metre: Fraction, upbeat: Fraction, bars: tuple[tuple[Note, ...], ...]) -> None:
    if not bars:
        raise ValueError(f"tune {title!r} must have at least one bar, got none; write its notes")
    for number, bar in enumerate(bars):
        allowed = [upbeat] if upbeat and number == 0 else [metre]
        if number == len(bars) - 1:
            allowed.append(metre - upbeat)
        if total_length(bar) not in allowed:
            raise ValueError(
                f"tune {title!r}: bar {number + 1} must add up to {allowed[0]} of a whole note, "
                f"got {total_length(bar)}; mend its lengths"
            )
