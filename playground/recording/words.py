"""Let espeak-ng speak the words that the page Listen brings along: `make recordings`, where espeak-ng is there.

Two zips: the bundled samples, and samples by other voices at other speeds, which the tests ask a trained
network about.
"""

from __future__ import annotations

import io
import logging
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np

from playground.places import ROOT
from playground.sequences.speech.mel import RATE
from playground.sequences.speech.recordings import BUNDLED, take_recording
from playground.sequences.wav import write_wav

WORDS = ("yes", "no", "left", "right")
VOICES = (
    "en-us+m1", "en-us+m3", "en-gb+m5", "en-us+m7", "en-us+f1", "en-gb+f2", "en-us+f4",
    "en-us+Andy", "en-us+linda", "en-gb-scotland+michel", "en-us+steph", "en-029+zac",
)  # fmt: skip
UNHEARD = ROOT / "tests" / "sequences" / "speech" / "unheard_words.zip"
OTHER_VOICES = (
    "en-us+m2", "en-gb+m4", "en-us+m8", "en-us+f3", "en-gb+f5", "en-us+Alicia", "en-gb-x-gbcwmd+edward", "en-us+victor",
)  # fmt: skip
SPEEDS, PITCHES = (120, 190), (25, 75)
"""Words a minute, and espeak-ng's pitch from 0 to 99: both are drawn anew for every sample."""


def spoken(word: str, voice: str, speed: int, pitch: int) -> bytes:
    """Return espeak-ng's WAV of a word."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", word]
    return subprocess.run(command, capture_output=True, check=True, timeout=30).stdout


def record(path: Path, voices: tuple[str, ...], seed: int) -> None:
    """Let every voice say every word, and write the samples as the page reads them."""
    generator = np.random.default_rng(seed)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for word in WORDS:
            for number, voice in enumerate(voices, 1):
                speed, pitch = (int(generator.integers(low, high)) for low, high in (SPEEDS, PITCHES))
                clip = take_recording(spoken(word, voice, speed, pitch))
                entry = zipfile.ZipInfo(f"{word}/{number:02} {voice}.wav", (2000, 1, 1, 0, 0, 0))
                archive.writestr(entry, write_wav(clip.samples, RATE, cut=True), zipfile.ZIP_DEFLATED, 9)
    path.write_bytes(packed.getvalue())
    logging.info("%s: %.0f kB", path.name, path.stat().st_size / 1024)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if shutil.which("espeak-ng"):
        record(BUNDLED, VOICES, seed=1)
        record(UNHEARD, OTHER_VOICES, seed=2)
    else:
        logging.info("espeak-ng is not installed: the spoken words stay as they are")
