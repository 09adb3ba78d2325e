"""WAV recordings of every kind that is read, and those that are not."""

import io
import struct
import wave

import numpy as np
import pytest
from scipy.io import wavfile

from playground.sequences.wav import MOST_SECONDS, read_wav, write_wav

RATE = 16_000
TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE // 4) / RATE)
KINDS = {
    "uint8": ((TONE * 127 + 128).astype(np.uint8), 1 / 64),
    "int16": ((TONE * 32767).astype(np.int16), 1e-4),
    "int32": ((TONE * (2**31 - 1)).astype(np.int32), 1e-6),
    "float32": (TONE.astype(np.float32), 1e-6),
    "float64": (TONE, 1e-12),
}


def written(samples, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    wavfile.write(file, rate, samples)
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_usual_kind_reads_the_same(kind, channels):
    samples, tolerance = KINDS[kind]
    found = read_wav(written(np.stack([samples] * channels, axis=1) if channels == 2 else samples))
    assert (found.rate, found.seconds, found.cut) == (RATE, 0.25, False)
    assert np.allclose(found.samples, TONE, atol=tolerance)


def test_24_bits_and_the_mean_of_two_channels():
    numbers = (TONE * (2**23 - 1)).astype("<i4")
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(3)
        sound.setframerate(44_100)
        frames = [number.tobytes()[:3] + b"\0\0\0" for number in numbers]
        sound.writeframes(b"".join(frames))
    found = read_wav(file.getvalue())
    assert found.rate == 44_100
    assert np.allclose(found.samples, TONE / 2, atol=1e-6)


def test_the_extensible_format_and_unknown_chunks_are_read():
    plain = written(KINDS["int16"][0])
    form = struct.pack("<HHIIHHHHIH14s", 0xFFFE, 1, RATE, 2 * RATE, 2, 16, 22, 16, 4, 1, bytes(14))
    body = plain[plain.index(b"data") :]
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", len(form)) + form + body
    found = read_wav(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    assert np.allclose(found.samples, TONE, atol=1e-4)


def test_what_is_written_is_read_by_others_and_by_us():
    samples = (TONE * 20_000).astype(np.int16)
    data = write_wav(samples, RATE, cut=True)
    rate, others = wavfile.read(io.BytesIO(write_wav(samples, RATE)))
    assert rate == RATE and np.array_equal(others, samples)
    with wave.open(io.BytesIO(data)) as sound:
        assert (sound.getnframes(), sound.getframerate(), sound.getnchannels()) == (len(samples), RATE, 1)
    assert read_wav(data).cut
    assert np.array_equal(read_wav(data).samples * 2**15, samples)


def test_ten_minutes_are_not_read_to_the_end():
    found = read_wav(written(np.zeros(8000 * 600, np.int16), 8000))
    assert found.seconds == 600
    assert len(found.samples) == MOST_SECONDS * 8000


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "must be a WAV file"),
        (b"OggS" + bytes(100), "must be a WAV file"),
        (written(TONE)[:30], "must be whole"),
        (written(np.zeros(0, np.int16)), "must hold sound"),
        (written(KINDS["int16"][0], 4000), "between 8 and 96 kHz, got 4 kHz"),
        (written(KINDS["int16"][0], 192_000), "between 8 and 96 kHz, got 192 kHz"),
        (written(np.zeros((100, 6), np.int16)), "one or two channels, got 6"),
        (written(np.full(1000, np.nan, np.float32)), "finite"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_wav(data)


def test_a_compressed_kind_is_named():
    data = bytearray(written(KINDS["int16"][0]))
    data[data.index(b"fmt ") + 8] = 2
    with pytest.raises(ValueError, match="got kind 2 with 16 bits"):
        read_wav(bytes(data))
