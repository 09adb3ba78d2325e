"""Which kind of sound a file holds, by its content and never by its name, and how a WAV is made of it."""

from __future__ import annotations

import re
from typing import NoReturn

LOOKED_AT = 2000
"""Bytes at the beginning of a file that tell its kind."""

HOW = "open it in Audacity and export it as WAV, or run: ffmpeg -i in.{ending} out.wav"

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (rb"OggS.{0,200}?OpusHead", "Ogg Opus", "opus"),
    (rb"OggS.{0,200}?\x01vorbis", "Ogg Vorbis", "ogg"),
    (rb"OggS", "Ogg", "ogg"),
    (rb"fLaC", "FLAC", "flac"),
    (rb"\x1aE\xdf\xa3.{0,200}?webm", "WebM", "webm"),
    (rb"\x1aE\xdf\xa3", "Matroska", "mkv"),
    (rb".{4}ftypM4[AB]", "M4A", "m4a"),
    (rb".{4}ftyp3g", "3GP", "3gp"),
    (rb".{4}(ftypqt|moov|mdat|wide)", "QuickTime", "mov"),
    (rb".{4}ftyp", "MP4", "mp4"),
    (rb"\xff[\xf0\xf1\xf8\xf9]", "AAC", "aac"),
    (rb"ADIF", "AAC", "aac"),
    (rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\xf0-\xff]", "MP3", "mp3"),
    (rb"\xff[\xf4-\xf7\xfc\xfd][^\xf0-\xff]", "MPEG audio", "mp2"),
    (rb"FORM.{4}AIF[FC]", "AIFF", "aiff"),
    (rb"\.snd", "AU", "au"),
    (rb"caff", "CAF", "caf"),
    (rb"#!AMR", "AMR", "amr"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA", "wma"),
    (rb"riff\x2e\x91\xcf\x11", "Wave64", "w64"),
    (rb"RIFX.{4}WAVE", "RIFX, a WAV with the big end first", "wav"),
    (rb"RIFF.{4}AVI ", "AVI", "avi"),
    (rb"wvpk", "WavPack", "wv"),
    (rb"MAC ", "Monkey's Audio", "ape"),
)
"""How a file of each kind begins, what it is called, and how its name usually ends."""

_CODINGS = {
    0x02: "ADPCM", 0x11: "IMA ADPCM", 0x14: "G.723 ADPCM", 0x17: "OKI ADPCM", 0x20: "Yamaha ADPCM", 0x22: "TrueSpeech",
    0x31: "GSM 6.10", 0x40: "G.721 ADPCM", 0x42: "G.723.1", 0x45: "G.726 ADPCM", 0x50: "MPEG audio", 0x55: "MP3",
    0x64: "G.726 ADPCM", 0x65: "G.722", 0x69: "IMA ADPCM", 0x83: "G.729", 0xFF: "AAC", 0x160: "WMA", 0x161: "WMA",
    0x162: "WMA", 0x28F: "G.722", 0x1600: "AAC", 0x674F: "Ogg Vorbis", 0x6750: "Ogg Vorbis", 0x704F: "Opus",
    0xA109: "Speex", 0xF1AC: "FLAC",
}  # fmt: skip
"""What is in a WAV file of this format tag."""


def sound_kind(data: bytes) -> tuple[str, str]:
    """Return what a sound that is no WAV is called and how its name usually ends, two empty words where unknown."""
    tag = data[:3] == b"ID3" and len(data) >= 10
    start = (
        10 + sum((byte & 127) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True)) if tag else 0
    )
    begins = data[start : start + LOOKED_AT]
    for text in (begins, begins.lstrip(b"\0")):
        for pattern, name, ending in _STARTS:
            if re.match(pattern, text, re.DOTALL):
                return name, ending
    return ("MP3", "mp3") if tag else ("", "")


def refuse_kind(data: bytes) -> NoReturn:
    """Say what a file that is no WAV is, and how a WAV is made of it.

    Raises:
        ValueError: always.
    """
    name, ending = sound_kind(data)
    if name:
        raise ValueError(
            f"a recording must be a WAV file, got {name}, whatever its name says; {HOW.format(ending=ending)}"
        )
    raise ValueError("a recording must be a WAV file, got something else; export it as WAV")


def refuse_coding(tag: int, bits: int) -> NoReturn:
    """Say in which form, which is not read, the sound of a WAV file is.

    Raises:
        ValueError: always.
    """
    name = _CODINGS.get(tag, f"kind {tag}" if tag not in (1, 3, 6, 7) else "numbers")
    raise ValueError(
        "a WAV file must hold 8, 16, 24 or 32 bits, floating point, A-law or mu-law, "
        f"got {name} with {bits} bits; {HOW.format(ending='wav')}"
    )
