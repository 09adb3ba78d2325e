"""Melodies as sound: a few harmonics under an envelope without clicks, as a WAV file.

A note of pitch m sounds at 440 · 2^((m - 69) / 12) Hz, equal temperament with A4 = 440 Hz.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.records import Floats
from playground.sequences.music.notes import Note
from playground.sequences.wav import Samples, write_wav

RATE = 22_050
"""Samples a second."""

QUARTERS_A_MINUTE = 120
SLOWEST, FASTEST = 40, 240

HARMONICS = (1.0, 0.45, 0.22, 0.12, 0.06)
"""Strengths of the fundamental and the tones at whole multiples of it."""

LOUDNESS = 0.8
"""The highest peak, as a share of full scale."""

ATTACK_S, RELEASE_S, DECAY_S = 0.012, 0.03, 0.9
"""How long a note swells, how long it dies away at its end, and in what time it falls to a third between."""


def frequency(pitch: int) -> float:
    """Return the frequency of a MIDI number, in Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def tone(pitch: int, samples: int) -> Floats:
    """Return one note, (samples,), between -1 and 1: it begins and ends at 0."""
    at = np.arange(samples) / RATE
    base = frequency(pitch)
    kept = [(k, strength) for k, strength in enumerate(HARMONICS, 1) if k * base < RATE / 2]
    sound = sum(strength * np.sin(2 * np.pi * k * base * at) for k, strength in kept)
    swell = np.minimum(at / ATTACK_S, 1.0)
    end = np.clip((samples - 1 - np.arange(samples)) / (RELEASE_S * RATE), 0.0, 1.0)
    shaped: Floats = sound * swell * end * np.exp(-at / DECAY_S) / sum(HARMONICS)
    return shaped


def melody_samples(notes: Sequence[Note], quarters_a_minute: float = QUARTERS_A_MINUTE) -> Samples:
    """Return a melody as 16-bit samples; rests are silence.

    Every note begins at the sample nearest to its time, so that rounding never adds up.

    Raises:
        ValueError: if there is no note, or the tempo is outside its limits.
    """
    if not notes:
        raise ValueError("a melody must have at least one note to be heard, got none; add one")
    if not SLOWEST <= quarters_a_minute <= FASTEST:
        raise ValueError(
            f"the tempo must be between {SLOWEST} and {FASTEST} quarter notes a minute, got {quarters_a_minute:g}"
        )
    whole_s = 4 * 60 / quarters_a_minute
    ends = np.cumsum([float(note.length) for note in notes]) * whole_s
    places = np.concatenate([[0], np.round(ends * RATE)]).astype(np.int64)
    sound = np.zeros(places[-1])
    for note, begin, end in zip(notes, places[:-1], places[1:], strict=True):
        if note.pitch is not None:
            sound[begin:end] = tone(note.pitch, int(end - begin))
    return np.round(LOUDNESS * 32767 * sound).astype(np.int16)


def melody_wav(notes: Sequence[Note], quarters_a_minute: float = QUARTERS_A_MINUTE) -> bytes:
    """Return a melody as a WAV file, 16 bits, mono; see `melody_samples`."""
    return write_wav(melody_samples(notes, quarters_a_minute), RATE)
