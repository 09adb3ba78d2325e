"""A learner's words and the samples spoken of each: collected, checked, and turned into labelled sequences."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from playground.records import Floats
from playground.sequences.encoding import FEWEST_TO_DEAL
from playground.sequences.records import ClassScore, Sequences
from playground.sequences.speech.mel import RATE
from playground.sequences.wav import Samples

MOST_WORDS = 4
FEWEST_WORDS = 2
FEWEST_SAMPLES = FEWEST_TO_DEAL

MOST_SAMPLES = 30
LONGEST_NAME = 24
FEW = 12
"""With fewer held-out samples than this an accuracy is called too small a number to trust."""

MISSED = 0.05
"""How often an interval of a share may miss it."""


@dataclass(frozen=True, eq=False)
class Clip:
    """One spoken sample, ready to be read.

    Attributes:
        samples: (n,) int16 at 16 kHz, the silence at both ends cut off.
        frames: (steps, bands) log-mel of it, in decibels below its loudest band.
        notes: Plain sentences on what was cut or is doubtful.
    """

    samples: Samples
    frames: Floats
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names the sound exactly."""
        return hashlib.sha256(self.samples.tobytes()).hexdigest()[:16]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / RATE


@dataclass(frozen=True, eq=False)
class SpokenWords:
    """Places for up to four words: the name of each ("" where none was typed) and its samples."""

    names: tuple[str, ...] = ("",) * MOST_WORDS
    clips: tuple[tuple[Clip, ...], ...] = field(default=((),) * MOST_WORDS)

    @property
    def used(self) -> tuple[int, ...]:
        """The places that have a name or samples."""
        return tuple(k for k in range(MOST_WORDS) if self.names[k] or self.clips[k])

    def title(self, place: int) -> str:
        """Return what a place is called."""
        return self.names[place] or f"word {place + 1}"

    def count(self) -> int:
        """Return how many samples there are in all."""
        return sum(map(len, self.clips))

    def named(self, place: int, name: str) -> SpokenWords:
        """Return the words with one of them named anew; its samples stay with it."""
        return replace(self, names=_with(self.names, place, cleaned_name(name)))

    def with_clip(self, place: int, clip: Clip) -> SpokenWords:
        """Return the words with one more sample.

        Raises:
            ValueError: if the sample is there already, or its word has as many as it may have.
        """
        for other in self.used:
            if any(clip.key == known.key for known in self.clips[other]):
                raise ValueError(
                    f"every sample may be there once only, this one is a sample of {self.title(other)!r} already; "
                    "speak again"
                )
        if len(self.clips[place]) >= MOST_SAMPLES:
            raise ValueError(
                f"a word may have at most {MOST_SAMPLES} samples, {self.title(place)!r} has them; delete one first"
            )
        return replace(self, clips=_with(self.clips, place, (*self.clips[place], clip)))

    def without(self, place: int, key: str) -> SpokenWords:
        """Return the words without one sample."""
        return replace(
            self, clips=_with(self.clips, place, tuple(clip for clip in self.clips[place] if clip.key != key))
        )


def _with(values: tuple, place: int, value: object) -> tuple:
    return (*values[:place], value, *values[place + 1 :])


def cleaned_name(name: str) -> str:
    """Return the name of a word without invisible signs and needless spaces, as long as a word may be."""
    return " ".join("".join(letter for letter in name if letter.isprintable()).split())[:LONGEST_NAME].strip()


def merge(words: SpokenWords, found: tuple[tuple[str, Clip], ...]) -> tuple[SpokenWords, tuple[str, ...]]:
    """Return the words with these named samples added, and what was left out, as sentences.

    A new word takes the first place without samples.

    Raises:
        ValueError: if there would be more words than places; nothing is added then.
    """
    names: dict[str, str] = {}
    for name, _ in found:
        names.setdefault(name.casefold(), name)
    places = {words.title(k).casefold(): k for k in words.used if words.clips[k] or words.title(k).casefold() in names}
    free = [place for place in range(MOST_WORDS) if place not in places.values()]
    new = [name for name in names if name not in places]
    if len(new) > len(free):
        raise ValueError(
            f"there may be at most {MOST_WORDS} words, with the new ones there would be {len(places) + len(new)} "
            f"({', '.join(names[name] for name in new[:8])}); leave some out"
        )
    for name, place in zip(new, free, strict=False):
        places[name] = place
        words = words.named(place, names[name])
    notes: list[str] = []
    for name, clip in found:
        try:
            words = words.with_clip(places[name.casefold()], clip)
        except ValueError as error:
            notes.append(f"{error}")
    return words, _summed(notes)


def _summed(notes: list[str]) -> tuple[str, ...]:
    """Return at most three of the notes, and how many there were."""
    return tuple(notes[:3]) + ((f"and {len(notes) - 3} more like this",) if len(notes) > 3 else ())


def check_enough(words: SpokenWords) -> None:
    """Do nothing where a network can learn these words.

    Raises:
        ValueError: if there are too few words or samples, or two words have the same name.
    """
    if len(words.used) < FEWEST_WORDS:
        raise ValueError(f"Name at least {FEWEST_WORDS} words and speak each {FEWEST_SAMPLES} times or more.")
    titles = [words.title(place).casefold() for place in words.used]
    if len(set(titles)) < len(titles):
        raise ValueError("Two words have the same name: give each its own.")
    short = [(words.title(place), FEWEST_SAMPLES - len(words.clips[place])) for place in words.used]
    if told := " and ".join(f"{lacking} more of “{title}”" for title, lacking in short if lacking > 0):
        raise ValueError(f"Every word needs {FEWEST_SAMPLES} samples or more: speak {told}.")


def to_sequences(words: SpokenWords, *, private: bool = True) -> Sequences:
    """Return the samples of all words in use as labelled sequences of log-mel frames.

    They are private but for words that everybody has, the bundled ones.

    Raises:
        ValueError: if there are too few words or samples.
    """
    check_enough(words)
    clips = [clip for place in words.used for clip in words.clips[place]]
    labels = np.repeat(np.arange(len(words.used)), [len(words.clips[place]) for place in words.used])
    starts = np.concatenate([[0], np.cumsum([len(clip.frames) for clip in clips])]).astype(np.int64)
    values = np.concatenate([clip.frames for clip in clips])
    titles = tuple(words.title(place) for place in words.used)
    name = f"speech {_digest(words)}"
    return Sequences(name, "Spoken words", titles, labels, values=values, starts=starts, private=private)


def clip_at(words: SpokenWords, row: int) -> Clip:
    """Return the sample that is this row of `to_sequences`."""
    return [clip for place in words.used for clip in words.clips[place]][row]


def _digest(words: SpokenWords) -> str:
    content = "\0".join(f"{words.title(place)}\1{' '.join(c.key for c in words.clips[place])}" for place in words.used)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Trust:
    """How many of the held-out samples were recognised, between which shares the true one lies, and if that is too few.

    `low` and `high` are the ends of the 95% interval.
    """

    right: int
    count: int
    low: float
    high: float
    too_few: bool


def share_interval(right: int, count: int) -> tuple[float, float]:
    """Return the 95% interval of a share of which `right` of `count` were seen; it misses in 5 of 100 cases at most.

    Source: C. J. Clopper and E. S. Pearson (1934), Biometrika 26, 404-413.
    """
    low = _share_where(lambda share: _at_least(right, count, share)) if right else 0.0
    high = 1 - _share_where(lambda share: _at_least(count - right, count, share)) if right < count else 1.0
    return low, high


def _share_where(tail: Callable[[float], float]) -> float:
    """Return the share at which a rising tail probability reaches half of what the interval leaves out."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) < MISSED / 2 else (low, middle)
    return low


def _at_least(right: int, count: int, share: float) -> float:
    """Return how likely at least so many of `count` are right where each is with this probability."""
    return sum(math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(right, count + 1))


def trust_of(score: ClassScore) -> Trust:
    """Return how far a score of few samples can be trusted."""
    right, count = int(np.trace(score.confusion)), score.count
    return Trust(right, count, *share_interval(right, count), too_few=count < FEW)
