"""WAV recordings: read any usual kind into one channel of numbers, and write 16-bit ones."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.records import Floats

MOST_SECONDS = 5.0
"""Only the beginning of a longer recording is read."""

RATES = (8_000, 96_000)
"""Lowest and highest sampling rate that is read, in Hz."""

HEADER_BYTES = 64 * 1024
MOST_BYTES = int(MOST_SECONDS * RATES[1]) * 2 * 8 + HEADER_BYTES
"""The beginning of a file that is enough to read it: two channels of 64-bit numbers at the highest rate."""

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_CUT = b"cut \0\0\0\0"
"""An empty chunk of our own, which other programs skip."""

_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}

Samples = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Wave:
    """A recording as numbers.

    Attributes:
        samples: (n,) float64, full scale is -1 to 1, both channels of a stereo recording averaged.
        rate: Samples a second, in Hz.
        seconds: How long the whole recording is; `samples` holds `MOST_SECONDS` of it at most.
        cut: Whether `write_wav` marked it as cut to what was spoken.
    """

    samples: Floats
    rate: int
    seconds: float
    cut: bool = False


@dataclass(frozen=True)
class _Format:
    kind: int
    channels: int
    rate: int
    bits: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def read_wav(data: bytes) -> Wave:
    """Return the beginning of a WAV recording: 8, 16, 24 or 32 bits or floating point, mono or stereo.

    Raises:
        ValueError: if it is no such recording.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("a recording must be a WAV file, got something else; export it as WAV")
    form, body, declared = _chunks(data)
    _check_format(form)
    length = min(int(MOST_SECONDS * form.rate), len(body) // form.frame_bytes)
    if not length:
        raise ValueError("a recording must hold sound, got a WAV file without any; record it again")
    sound = _numbers(body[: length * form.frame_bytes], form)
    if not np.isfinite(sound).all():
        raise ValueError("all samples of a recording must be finite numbers, got others; export it again")
    seconds = declared / form.frame_bytes / form.rate
    return Wave(sound.reshape(length, form.channels).mean(axis=1), form.rate, seconds, _CUT in data[:HEADER_BYTES])


def write_wav(samples: Samples, rate: int, cut: bool = False) -> bytes:
    """Return (n,) 16-bit samples as a mono WAV file; `cut` marks it as cut to what was spoken."""
    body = samples.astype("<i2").tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, _PCM, 1, rate, 2 * rate, 2, 16)
    chunks = form + (_CUT if cut else b"") + struct.pack("<4sI", b"data", len(body)) + body
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks


def _chunks(data: bytes) -> tuple[_Format, bytes, int]:
    """Return the format, the sound that is there, and how many bytes of sound the file says it has."""
    form, at = None, 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            form = _format(body)
        elif name == b"data" and form is not None:
            return form, body, len(body) if size == 0xFFFFFFFF else size
        at += 8 + size + size % 2
    missing = "a format" if form is None else "any sound"
    raise ValueError(f"a WAV file must be whole, got one without {missing}; export it again")


def _format(body: bytes) -> _Format:
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if kind == _EXTENSIBLE and len(body) >= 26:
        kind = struct.unpack_from("<H", body, 24)[0]
    return _Format(kind, channels, rate, bits)


def _check_format(form: _Format) -> None:
    if form.bits not in _BITS.get(form.kind, ()):
        raise ValueError(
            "a WAV file must hold 8, 16, 24 or 32 bits or floating point without compression, "
            f"got kind {form.kind} with {form.bits} bits; export it as 16-bit WAV"
        )
    if form.channels not in (1, 2):
        raise ValueError(f"a recording must have one or two channels, got {form.channels}; export it as mono")
    low, high = RATES
    if not low <= form.rate <= high:
        raise ValueError(
            f"the sampling rate must be between {low // 1000} and {high // 1000} kHz, "
            f"got {form.rate / 1000:g} kHz; export it at 16 kHz"
        )


def _numbers(body: bytes, form: _Format) -> Floats:
    """Return all samples, channel by channel in turn, full scale -1 to 1; numbers beyond it are clipped."""
    if form.kind == _FLOAT:
        return np.clip(np.frombuffer(body, dtype=f"<f{form.bits // 8}").astype(np.float64), -1, 1)
    if form.bits == 8:
        return (np.frombuffer(body, dtype=np.uint8) - 128.0) / 128.0
    if form.bits == 24:
        wide = np.zeros((len(body) // 3, 4), dtype=np.uint8)
        wide[:, 1:] = np.frombuffer(body, dtype=np.uint8).reshape(-1, 3)
        return wide.view("<i4").ravel() / 2.0**31
    return np.frombuffer(body, dtype=f"<i{form.bits // 8}") / 2.0 ** (form.bits - 1)
