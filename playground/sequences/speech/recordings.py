"""From recordings to spoken samples: one WAV, or a zip of them; every problem is one sentence. Runs in a worker."""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np

from playground.data.encodings import encoding_of, text_in, told
from playground.places import DATA
from playground.records import Floats
from playground.sequences.encoding import MOST_STEPS
from playground.sequences.sound_kinds import sound_kind
from playground.sequences.speech.mel import HOP, RATE, WINDOW, log_mel, loudness
from playground.sequences.speech.spoken import MOST_SAMPLES, MOST_WORDS, Clip, SpokenWords, cleaned_name, merge
from playground.sequences.wav import MOST_BYTES, MOST_SECONDS, Wave, read_wav, write_wav
from playground.words import counted

BUNDLED = DATA / "spoken_words.zip"

SILENT_DB, QUIET_DB = -54.0, -40.0
"""A recording whose loudest sample is below these, in decibels of full scale, is silence, or too quiet."""

FULL_SCALE = 0.999
CLIPPED_SHARE = 0.002

SPEECH_DB = 40.0
"""What is this much softer than the loudest moment is silence,"""
ABOVE_NOISE_DB = 6.0
"""and so is what is hardly louder than the background,"""
SURE_DB = 15.0
"""but nothing that is nearly as loud as the loudest moment."""

MARGIN = 4
"""Frames that are kept before and after what is heard."""

FEWEST_STEPS = 10 + 2 * MARGIN

ZIP_BYTES = 5 * 2**20
MOST_FILES = 250
MOST_UNPACKED = 64 * 2**20
MOST_RATIO = 100
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError,
    UnicodeDecodeError, IndexError,
)  # fmt: skip
"""What Python's zipfile raises at a damaged or unusual zip."""

_IN_UTF8 = 0x800
"""The bit of an entry that says that its name is UTF-8."""

SMALL = 64 * 2**10
"""A file below this size is never called a bomb for its ratio."""


@dataclass(frozen=True, eq=False)
class Taken:
    """What a zip of recordings holds: named samples, and what was left out or is doubtful, as sentences."""

    clips: tuple[tuple[str, Clip], ...]
    notes: tuple[str, ...] = ()


def take_recording(data: bytes) -> Clip:
    """Return the spoken sample in a WAV recording: 16 kHz, one channel, without the silence around it.

    Raises:
        ValueError: if it is no WAV recording that can be read, silent, too quiet or too short.
    """
    wave = read_wav(data)
    _check_level(wave.samples)
    notes = []
    if wave.seconds > MOST_SECONDS:
        told = f"{wave.seconds / 60:.0f} minutes" if wave.seconds >= 120 else f"{wave.seconds:.0f} seconds"
        of = f"of {told}" if math.isfinite(wave.seconds) else "seconds"
        notes.append(f"only the first {MOST_SECONDS:g} {of} were used")
    if wave.torn_s is not None:
        notes.append(
            f"the file is cut off: it says that it lasts {wave.torn_s:.1f} seconds and ends after {wave.seconds:.1f}; "
            "what is there was used"
        )
    if np.mean(np.abs(wave.samples) >= FULL_SCALE) > CLIPPED_SHARE:
        notes.append("it is too loud and clipped: speak softer or farther from the microphone")
    if wave.rate < RATE:
        notes.append(f"it was recorded at {wave.rate / 1000:g} kHz, so it has no sound above {wave.rate / 2000:g} kHz")
    sound = _resampled(wave) if wave.cut else _trimmed(_resampled(wave))
    longest = WINDOW + (MOST_STEPS - 1) * HOP
    if len(sound) > longest:
        notes.append(f"only the first {longest / RATE:.1f} seconds of what was spoken are read")
        sound = sound[:longest]
    samples = np.clip(np.round(sound * 2**15), -(2**15), 2**15 - 1).astype(np.int16)
    return Clip(samples, log_mel(samples / 2**15), tuple(notes))


def _check_level(samples: Floats) -> None:
    peak = float(np.abs(samples - samples.mean()).max())
    level = 20 * math.log10(max(peak, 1e-6))
    if level < SILENT_DB:
        raise ValueError(
            "a recording must be louder than silence, got silence; check the microphone and speak once it records"
        )
    if level < QUIET_DB:
        raise ValueError(
            f"a recording must reach {QUIET_DB:g} decibels of full scale, got {level:.0f}: too quiet; "
            "speak louder or closer to the microphone"
        )


def _resampled(wave: Wave) -> Floats:
    """Return the samples at `RATE`, without the constant part; those that are cut already stay as they are."""
    samples = wave.samples if wave.cut else wave.samples - wave.samples.mean()
    if wave.rate == RATE:
        return samples
    from scipy.signal import resample_poly

    shared = math.gcd(wave.rate, RATE)
    resampled: Floats = resample_poly(samples, RATE // shared, wave.rate // shared)
    return resampled


def _trimmed(samples: Floats) -> Floats:
    """Return the samples without the silence at both ends.

    Raises:
        ValueError: if hardly anything is left.
    """
    levels = loudness(samples)
    loudest, background = levels.max(), np.percentile(levels, 10)
    heard = np.flatnonzero(levels > max(loudest - SPEECH_DB, min(background + ABOVE_NOISE_DB, loudest - SURE_DB)))
    first, last = max(heard[0] - MARGIN, 0), min(heard[-1] + MARGIN, len(levels) - 1)
    if heard[-1] - heard[0] + 1 + 2 * MARGIN < FEWEST_STEPS:
        raise ValueError(
            f"a spoken sample must last 0.1 seconds or more, got {(heard[-1] - heard[0] + 1) * HOP / RATE:.2f}; "
            "speak the whole word while it records"
        )
    return samples[first * HOP : last * HOP + WINDOW]


def take_zip(data: bytes) -> Taken:
    """Return the named samples in a zip of WAV recordings: `yes/1.wav`, or `yes_1.wav`, is a sample of "yes".

    Nothing is unpacked to the disk, and of every file no more than the beginning is read.

    Raises:
        ValueError: if it is no such zip, would unpack to too much, or holds no usable recording.
    """
    if len(data) > ZIP_BYTES:
        raise ValueError(
            f"a zip of recordings must be at most {ZIP_BYTES >> 20} MB, got {len(data) / 2**20:.1f} MB; leave some out"
        )
    if sound := "WAV" if data[:4] == b"RIFF" else sound_kind(data)[0]:
        raise ValueError(f"recordings must be uploaded in a zip, got {sound} by itself; put WAV files into a zip")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            notes = _read_names(entries)
            entries = [entry for entry in entries if not entry.filename.endswith("/")]
            _check_entries(entries)
            taken = _taken(archive, [entry for entry in entries if not _hidden(entry.filename)])
            return replace(taken, notes=(*notes, *taken.notes))
    except DAMAGED as error:
        raise ValueError(f"the zip of recordings cannot be read ({str(error)[:80]}); make it again") from None


def _read_names(entries: Sequence[zipfile.ZipInfo]) -> tuple[str, ...]:
    """Give the files their names in the encoding that these tell of, and say which.

    Only names marked as UTF-8 are certain; the others stand as the system that made the zip wrote them.
    """
    written = [entry for entry in entries if not entry.flag_bits & _IN_UTF8 and not entry.orig_filename.isascii()]
    if not written:
        return ()
    names = [entry.orig_filename.encode("cp437") for entry in written]
    try:
        encoding = encoding_of(b"\n".join(names[:MOST_FILES]))
        read = [text_in(name, encoding) for name in names]
        strange = [sign for sign in "".join(read) if not sign.isascii()]
        if 2 * sum(map(str.isalpha, strange)) <= len(strange):
            raise ValueError("words are made of letters")
    except ValueError:
        return ("the names in the zip do not tell which encoding they are in; check the words",)
    for entry, name in zip(written, read, strict=True):
        entry.filename = name.partition("\0")[0]
    return told(encoding, "the names in the zip are")


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Check what a zip says about itself before anything in it is unpacked."""
    if len(entries) > MOST_FILES:
        raise ValueError(f"a zip of recordings may hold at most {MOST_FILES} files, got {len(entries)}; leave some out")
    whole = sum(entry.file_size for entry in entries)
    if whole > MOST_UNPACKED:
        raise ValueError(
            f"a zip of recordings may unpack to at most {MOST_UNPACKED >> 20} MB, got {whole / 2**20:.0f} MB; "
            "leave out long recordings"
        )
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * entry.compress_size:
            raise ValueError(
                f"a file in a zip may be packed to a {MOST_RATIO}th of its size at most, {_shown(entry)!r} unpacks to "
                f"{entry.file_size / max(entry.compress_size, 1):.0f} times: that is no recording; leave it out"
            )
        path = entry.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path:
            raise ValueError(
                f"files in a zip must have plain names, got {_shown(entry)!r}, which leads out of it; make the zip anew"
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Python's zipfile unpacks the other kinds whole, however little of them is asked for.
            raise ValueError(
                f"files in a zip must be packed as usual (deflate), got {_shown(entry)!r} packed in another way; "
                "make the zip anew"
            )
        if entry.flag_bits & 1:
            raise ValueError("a zip of recordings must not be locked with a password, got one; make it without")


def _taken(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> Taken:
    found: list[tuple[str, Clip]] = []
    left_out: list[str] = []
    doubtful: list[str] = []
    for entry in entries:
        try:
            clip = take_recording(_beginning(archive, entry))
        except ValueError as error:
            left_out.append(f"{_shown(entry)}: {error}")
            continue
        found.append((entry.filename, clip))
        doubtful += [f"{_shown(entry)}: {note}" for note in clip.notes]
    if not found:
        why = f": {left_out[0]}" if left_out else "; name them like yes/1.wav or yes_1.wav"
        raise ValueError(f"a zip of recordings must hold at least one WAV file that can be used, got none{why}")
    notes = [f"{counted(len(left_out), 'file')} left out ({'; '.join(left_out[:3])})"] if left_out else []
    names = words_of([path for path, _ in found])
    return Taken(tuple(zip(names, (clip for _, clip in found), strict=True)), (*notes, *doubtful[:3]))


def _beginning(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        data = file.read(MOST_BYTES)
    if data[:4] == b"PK\x03\x04":
        raise ValueError("a zip within the zip is not opened; put its recordings into the outer one")
    return data


def words_of(paths: Sequence[str]) -> list[str]:
    """Return the words that recordings' paths name: their folders, or the file names up to the number.

    Where all lie in one folder, the file names decide.
    """
    pure = [PurePosixPath(path.replace("\\", "/")) for path in paths]
    by_folder = len({one.parent.name for one in pure}) > 1
    return [cleaned_name(one.parent.name if by_folder and one.parent.name else _prefix(one.stem)) for one in pure]


def _prefix(stem: str) -> str:
    return re.sub(r"[\s_.-]*\(?\d+\)?$", "", stem).split("_")[0] or stem


def _hidden(path: str) -> bool:
    """Say whether a file is what a system puts beside the learner's own."""
    return any(part.startswith((".", "__MACOSX")) or part == "Thumbs.db" for part in path.split("/"))


def _shown(entry: zipfile.ZipInfo) -> str:
    return entry.filename[-60:]


def load_bundled() -> SpokenWords:
    """Return the words that the project brings along."""
    words, _ = merge(SpokenWords(), take_zip(BUNDLED.read_bytes()).clips)
    return words


def zip_of(words: SpokenWords) -> bytes:
    """Return all samples as a zip of WAV files, a folder for each word, as `take_zip` reads it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in words.used:
            folder = re.sub(r'[\\/:*?"<>|.\x00-\x1f]', "_", words.title(place)).strip() or f"word {place + 1}"
            for number, clip in enumerate(words.clips[place], 1):
                entry = zipfile.ZipInfo(f"{folder}/{number:02}.wav", (2000, 1, 1, 0, 0, 0))
                archive.writestr(entry, write_wav(clip.samples, RATE, cut=True), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


LIMITS = (
    f"WAV files in a zip up to {ZIP_BYTES >> 20} MB, at most {MOST_WORDS} words and {MOST_SAMPLES} samples of each. "
    "A folder is a word (yes/1.wav), or the beginning of the file name (yes_1.wav)."
)
