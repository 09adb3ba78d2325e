"""WAV recordings: read any usual kind into one channel of numbers, and write 16-bit ones."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.records import Floats
from playground.sequences.sound_kinds import refuse_coding, refuse_kind

MOST_SECONDS = 5.0
"""Only the beginning of a longer recording is read."""

RATES = (8_000, 96_000)
"""Lowest and highest sampling rate that is read, in Hz."""

HEADER_BYTES = 64 * 1024
MOST_BYTES = int(MOST_SECONDS * RATES[1]) * 2 * 8 + HEADER_BYTES
"""The beginning of a file that is enough to read it: two channels of 64-bit numbers at the highest rate."""

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_CUT = b"cut \0\0\0\0"
"""An empty chunk of our own, which other programs skip."""

_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), _A_LAW: (8,), _MU_LAW: (8,)}

_UNTOLD = 0x7FFF0000
"""Sizes from here on, and 0, stand where a program wrote the head before it knew the size."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Wave:
    """A recording as numbers.

    Attributes:
        samples: (n,) float64, full scale is -1 to 1, both channels of a stereo recording averaged.
        rate: Samples a second, in Hz.
        seconds: How long the whole recording is, inf for "longer than was looked at"; `samples` holds `MOST_SECONDS`
            of it at most.
        cut: Whether `write_wav` marked it as cut to what was spoken.
        torn_s: How many seconds the file says it has where it ends before them, None where it is whole.
    """

    samples: Floats
    rate: int
    seconds: float
    cut: bool = False
    torn_s: float | None = None


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
    """Return the beginning of a WAV recording: 8 to 32 bits, floating point, A-law or mu-law, mono or stereo.

    A file that was written to a pipe, whose sizes nobody filled in, is read to its end.

    Args:
        data: The file, or its first `MOST_BYTES`.

    Raises:
        ValueError: if it is no such recording; its kind is named where that is known.
    """
    if data[:4] not in (b"RIFF", b"RF64", b"BW64") or data[8:12] != b"WAVE":
        refuse_kind(data)
    form, body, declared = _chunks(data)
    _check_format(form)
    length = min(int(MOST_SECONDS * form.rate), len(body) // form.frame_bytes)
    if not length:
        raise ValueError("a recording must hold sound, got a WAV file without any; record it again")
    sound = _numbers(body[: length * form.frame_bytes], form)
    if not np.isfinite(sound).all():
        raise ValueError("all samples of a recording must be finite numbers, got others; export it again")
    told_s, there_s = (size / form.frame_bytes / form.rate for size in (declared, len(body)))
    more = len(data) == MOST_BYTES  # the file may go on
    torn = there_s < told_s < math.inf and not more
    seconds = told_s if more else min(told_s, there_s)
    mono = sound.reshape(length, form.channels).mean(axis=1)
    return Wave(mono, form.rate, seconds, _CUT in data[:HEADER_BYTES], told_s if torn else None)


def write_wav(samples: Samples, rate: int, cut: bool = False) -> bytes:
    """Return (n,) 16-bit samples as a mono WAV file; `cut` marks it as cut to what was spoken."""
    body = samples.astype("<i2").tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, _PCM, 1, rate, 2 * rate, 2, 16)
    chunks = form + (_CUT if cut else b"") + struct.pack("<4sI", b"data", len(body)) + body
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks


def _chunks(data: bytes) -> tuple[_Format, bytes, float]:
    """Return the format, the sound that is there, and how many bytes of sound the file says it has, inf for untold."""
    form, wide, at = None, 0, 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        start = at + 8
        if name == b"fmt " and start + 16 <= min(start + size, len(data)):
            form = _format(data[start : start + size])
        elif name == b"ds64" and start + 16 <= len(data):
            wide = struct.unpack_from("<Q", data, start + 8)[0]
        elif name == b"data" and form is not None:
            size = wide if size == 0xFFFFFFFF else size
            untold = size >= _UNTOLD or not (size or _are_chunks(data, start))
            body = data[start:] if untold else data[start : start + size]
            return form, body, math.inf if untold else size
        at = start + size + size % 2
    missing = "a format" if form is None else "any sound"
    raise ValueError(f"a WAV file must be whole, got one without {missing}; export it again")


def _are_chunks(data: bytes, at: int) -> bool:
    """Say whether nothing but chunks stands from here to the end of a file, each with a name in letters."""
    while at + 8 <= len(data) and data[at : at + 4].decode("latin-1").isprintable():
        at += 8 + struct.unpack_from("<I", data, at + 4)[0]
        at += at % 2
    return at >= len(data)


def _format(body: bytes) -> _Format:
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if kind == _EXTENSIBLE and len(body) >= 26:
        kind = struct.unpack_from("<H", body, 24)[0]
    bits = -(-bits // 8) * 8 if kind == _PCM else bits  # 12 or 20 bits stand at the upper end of whole bytes
    return _Format(kind, channels, rate, bits)


def _check_format(form: _Format) -> None:
    if form.bits not in _BITS.get(form.kind, ()):
        refuse_coding(form.kind, form.bits)
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
    if form.kind in (_A_LAW, _MU_LAW):
        return _companded(form.kind)[np.frombuffer(body, dtype=np.uint8)]
    if form.bits == 8:
        return (np.frombuffer(body, dtype=np.uint8) - 128.0) / 128.0
    if form.bits == 24:
        wide = np.zeros((len(body) // 3, 4), dtype=np.uint8)
        wide[:, 1:] = np.frombuffer(body, dtype=np.uint8).reshape(-1, 3)
        return wide.view("<i4").ravel() / 2.0**31
    return np.frombuffer(body, dtype=f"<i{form.bits // 8}") / 2.0 ** (form.bits - 1)


def _companded(kind: int) -> Floats:
    """Return (256,) what each byte of A-law or mu-law stands for (ITU-T G.711), full scale -1 to 1."""
    byte = np.arange(256) ^ (0x55 if kind == _A_LAW else 0xFF)
    step, power = byte & 15, byte >> 4 & 7
    if kind == _A_LAW:
        size = np.where(power > 0, (16 * step + 264) << np.maximum(power - 1, 0), 16 * step + 8)
        return np.where(byte & 128, size, -size) / 2.0**15
    size = ((8 * step + 132) << power) - 132
    return np.where(byte & 128, -size, size) / 2.0**15
