"""WAV recordings of every kind that is read, and those that are not."""

import io
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hostile_files import is_own_sentence
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import wavfile

from playground.sequences.wav import MOST_BYTES, MOST_SECONDS, read_wav, write_wav

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


CASES = Path(__file__).parent / "cases"


def piped(form: bytes, body: bytes, size: int, head: bytes = b"RIFF", before: bytes = b"") -> bytes:
    """Return a WAV file with this format and sound that says `size` of both its sizes."""
    chunks = before + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size) + body
    return head + struct.pack("<I", size) + b"WAVE" + chunks


def form_of(tag: int = 1, channels: int = 1, rate: int = RATE, bits: int = 16) -> bytes:
    frame = max(channels * bits // 8, 1) & 0xFFFF
    return struct.pack("<HHIIHH", tag, channels, rate, rate * frame & 0xFFFFFFFF, frame, bits)


BODY = (TONE * 32767).astype("<i2").tobytes()


@pytest.mark.parametrize(
    ("tag", "said"),
    [(2, "ADPCM"), (0x11, "IMA ADPCM"), (0x55, "MP3"), (0x31, "GSM 6.10"), (0x9999, "kind 39321"), (3, "numbers")],
)
def test_a_compressed_kind_is_named(tag, said):
    data = bytearray(written(KINDS["int16"][0]))
    struct.pack_into("<H", data, data.index(b"fmt ") + 8, tag)
    with pytest.raises(ValueError, match=f"got {said} with 16 bits; open it in Audacity"):
        read_wav(bytes(data))


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"ID3\x03\0\0\0\0\0\x05.....\xff\xfb\x90\x64", "MP3"),
        (b"ID3\x04\0\0\0\0\x10\0" + bytes(2048) + b"fLaC", "FLAC"),
        (b"ID3\x04\0\0\x7f\x7f\x7f\x7f", "MP3"),
        (b"\xff\xfb\x90\x64", "MP3"),
        (b"\0\0\xff\xf3\x84\xc4", "MP3"),
        (b"\xff\xfd\x84\xc4", "MPEG audio"),
        (b"\xff\xf1\x50\x80", "AAC"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "WebM"),
        (b"\x1aE\xdf\xa3\xa3B\x82\x88matroska", "Matroska"),
        (b"\0\0\0\x1cftypM4A \0\0\0\0", "M4A"),
        (b"\0\0\0\x18ftypmp42", "MP4"),
        (b"\0\0\0\x183gp".replace(b"3gp", b"ftyp3gp4"), "3GP"),
        (b"OggS\0\x02" + bytes(22) + b"OpusHead", "Ogg Opus"),
        (b"OggS\0\x02" + bytes(22) + b"\x01vorbis", "Ogg Vorbis"),
        (b"fLaC\0\0\0\x22", "FLAC"),
        (b"FORM\0\0\0\x22AIFF", "AIFF"),
        (b"#!AMR\n", "AMR"),
    ],
)
def test_another_kind_of_sound_is_named_by_its_content_with_a_way_to_a_wav(start, said):
    with pytest.raises(ValueError, match=f"got {said}, whatever its name says; .*Audacity.*: ffmpeg -i in"):
        read_wav(start + bytes(500))


def test_a_renamed_mp3_is_named():
    with pytest.raises(ValueError, match="got MP3"):
        read_wav((CASES / "86-mp3-renamed.wav").read_bytes())


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFF000, 0x80000000])
@pytest.mark.parametrize("head", [b"RIFF", b"RF64", b"BW64"])
def test_a_file_written_to_a_pipe_is_read_to_its_end(size, head):
    found = read_wav(piped(form_of(), BODY, size, head))
    assert (found.seconds, found.torn_s) == (0.25, None)
    assert np.array_equal(found.samples * 2**15, np.frombuffer(BODY, "<i2"))


def test_a_long_file_written_to_a_pipe_does_not_say_how_long_it_is():
    found = read_wav(piped(form_of(rate=8000), bytes(MOST_BYTES), 0xFFFFFFFF)[:MOST_BYTES])
    assert found.seconds == np.inf and len(found.samples) == MOST_SECONDS * 8000


def test_an_empty_file_is_not_one_written_to_a_pipe():
    note = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    with pytest.raises(ValueError, match="must hold sound"):
        read_wav(piped(form_of(), note, 0))


def test_the_wide_form_says_its_size_apart():
    wide = b"ds64" + struct.pack("<IQQQI", 28, 0, len(BODY), len(BODY) // 2, 0)
    found = read_wav(piped(form_of(), BODY + b"LIST" + bytes(100), 0xFFFFFFFF, b"RF64", wide))
    assert (found.seconds, len(found.samples)) == (0.25, len(TONE))
    absurd = wide[:16] + struct.pack("<Q", 2**64 - 1) + wide[24:]
    assert read_wav(piped(form_of(), BODY, 0xFFFFFFFF, b"BW64", absurd)).seconds == 0.25


def test_a_file_cut_in_the_middle_is_used_and_known_to_be_cut():
    found = read_wav((CASES / "92-cut-in-the-middle.wav").read_bytes())
    assert found.torn_s == 1.2 and found.seconds == pytest.approx(9978 / RATE, abs=1 / RATE)
    whole = read_wav(written(KINDS["int16"][0]))
    assert whole.torn_s is None
    first = written(np.zeros(8000 * 600, np.int16), 8000)[:MOST_BYTES]
    assert read_wav(first).torn_s is None, "its beginning is all that was asked for"


def test_a_law_and_mu_law_are_what_the_standard_says():
    """Against the standard's own words: the decision values and steps of its tables 1a and 2a (ITU-T G.711)."""
    a_law = [(2 * k + 1) * 8 for k in range(16)]  # segment 1 continues into the first of 7 that double
    mu_law = [8 * k for k in range(16)]
    for power in range(7):
        a_law += [(256 + 16 * k + 8) << power for k in range(16)]
        mu_law += [((132 + 8 * k) << (power + 1)) - 132 for k in range(16)]
    for tag, sizes, mask, positive in ((6, a_law, 0x55, 128), (7, mu_law, 0xFF, 0)):
        codes = np.arange(128) | positive
        found = read_wav(piped(form_of(tag, rate=8000, bits=8), bytes(codes.astype(np.uint8) ^ mask), 128))
        assert np.array_equal(found.samples * 2**15, sizes)
        found = read_wav(piped(form_of(tag, rate=8000, bits=8), bytes((codes ^ 128).astype(np.uint8) ^ mask), 128))
        assert np.array_equal(found.samples * 2**15, -np.array(sizes))


def test_a_recording_of_a_telephone_sounds_as_loud_as_another():
    found = read_wav((CASES / "85-a-law-phone.wav").read_bytes())
    assert (found.rate, found.seconds) == (8000, 1.2) and 0.1 < np.abs(found.samples).max() < 1


def test_24_bits_in_the_extensible_form_at_48_khz_in_stereo():
    numbers = np.repeat((TONE * (2**23 - 1)).astype("<i4"), 2)
    body = numbers.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    guid = bytes.fromhex("0100000000001000800000aa00389b71")
    form = form_of(0xFFFE, 2, 48_000, 24) + struct.pack("<HHI", 22, 24, 3) + guid
    found = read_wav(piped(form, body, len(body)))
    assert found.rate == 48_000 and np.allclose(found.samples, TONE, atol=1e-6)


HOSTILE = {
    "no channels": form_of(channels=0),
    "65535 channels": form_of(channels=65535),
    "no rate": form_of(rate=0),
    "absurd rate": form_of(rate=2**32 - 1),
    "no bits": form_of(bits=0),
    "65535 bits": form_of(bits=65535),
    "short extensible": form_of(0xFFFE),
    "no companding in 16 bits": form_of(6),
}


@pytest.mark.parametrize("form", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("size", [0, 2, 10_000, 0xFFFFFFFF])
def test_hostile_heads_are_a_sentence(form, size):
    with pytest.raises(ValueError) as problem:
        read_wav(piped(form, BODY, size))
    assert is_own_sentence(problem.value), repr(problem.value)


@given(st.binary(max_size=80), st.sampled_from([b"RIFF", b"RF64", b"BW64"]), st.integers(0, 2**32 - 1))
def test_whatever_stands_in_a_head_gives_sound_or_a_sentence(noise, head, size):
    data = bytearray(piped(form_of(), BODY[:200], size, head, b"ds64" + struct.pack("<I", 28) + bytes(28)))
    for place, byte in zip(noise[::2], noise[1::2], strict=False):
        data[12 + place % 84] = byte
    try:
        assert 0 < len(read_wav(bytes(data)).samples) <= MOST_SECONDS * 96_000
    except ValueError as error:
        assert is_own_sentence(error), repr(error)
