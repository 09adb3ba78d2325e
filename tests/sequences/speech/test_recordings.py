"""From recordings and zips to spoken samples: what is cut, what is told, what is refused."""

import io
import zipfile

import numpy as np
import pytest
from hostile_files import is_own_sentence
from scipy.io import wavfile

from playground.sequences.encoding import MOST_STEPS
from playground.sequences.speech import recordings
from playground.sequences.speech.mel import BANDS, RATE
from playground.sequences.speech.recordings import load_bundled, take_recording, take_zip, words_of, zip_of
from playground.sequences.speech.spoken import MOST_WORDS, SpokenWords, merge
from playground.sequences.wav import write_wav


def spoken(seconds: float = 0.5, hertz: float = 300.0, rate: int = RATE, loud: float = 0.5) -> np.ndarray:
    """Return a tone that swells and fades, between half a second of soft noise on both sides."""
    count, rest = int(seconds * rate), rate // 2
    sound = loud * np.hanning(count) * np.sin(2 * np.pi * hertz * np.arange(count) / rate)
    noise = 1e-4 * np.random.default_rng(int(hertz)).normal(size=count + 2 * rest)
    noise[rest : rest + count] += sound
    return (np.clip(noise, -1, 1) * 32767).astype(np.int16)


def recorded(hertz: float = 300.0, rate: int = RATE, **how: float) -> bytes:
    return write_wav(spoken(hertz=hertz, rate=rate, **how), rate)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_silence_at_both_ends_is_cut_off():
    clip = take_recording(recorded())
    assert 0.35 < clip.seconds < 0.65
    assert clip.frames.shape == (round((clip.seconds - 0.025) / 0.01) + 1, BANDS)
    assert clip.notes == ()


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_every_sampling_rate_gives_the_same_sound(rate):
    usual, other = take_recording(recorded()), take_recording(recorded(rate=rate))
    assert abs(usual.seconds - other.seconds) < 0.05
    loudest = [clip.frames[len(clip.frames) // 2].argmax() for clip in (usual, other)]
    assert loudest[0] == loudest[1]
    assert any("no sound above" in note for note in other.notes) == (rate < RATE)


def test_ten_minutes_are_cut_with_a_note():
    long = np.tile(spoken(), 400)
    clip = take_recording(write_wav(long, RATE))
    assert any("only the first 5 of 10 minutes" in note for note in clip.notes)
    assert len(clip.frames) <= MOST_STEPS
    assert any("only the first 2.5 seconds" in note for note in clip.notes)


def test_clipping_is_told_and_the_sample_stays():
    assert "clipped" in take_recording(recorded(loud=4.0)).notes[0]


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        (np.zeros(RATE, np.int16), "got silence"),
        (np.full(RATE, 9000, np.int16), "got silence"),
        (spoken(loud=0.006), "too quiet"),
        (
            np.r_[np.zeros(8000), [20_000], np.zeros(8000)].astype(np.int16),
            r"0.1 seconds or more, got 0\.0\d;",
        ),
    ],
)
def test_what_nobody_spoke_is_one_sentence(samples, sentence):
    with pytest.raises(ValueError, match=sentence):
        take_recording(write_wav(samples, RATE))


def test_folders_or_file_names_are_words():
    assert words_of(["yes/1.wav", "no/2.wav"]) == ["yes", "no"]
    assert words_of(["all/yes_01.wav", "all/no-2.wav", "all/go (3).wav"]) == ["yes", "no", "go"]
    assert words_of(["a/b/yes/1.wav", "a/b/no/1.wav"]) == ["yes", "no"]
    assert words_of(["שלום/1.wav", "👍/1.wav"]) == ["שלום", "👍"]


def test_a_zip_gives_what_can_be_used_and_names_the_rest():
    files = {"yes/1.wav": recorded(300), "no/1.wav": recorded(500), "no/2.wav": write_wav(np.zeros(RATE), RATE)}
    files |= {"no/3.mp3": b"ID3" + bytes(100), "__MACOSX/no/._1.wav": b"x", "no/more.zip": zipped({"a": b"b"})}
    taken = take_zip(zipped(files))
    assert [name for name, _ in taken.clips] == ["yes", "no"]
    assert "3 files left out" in taken.notes[0]
    for part in ("got silence", "must be a WAV file", "a zip within the zip"):
        assert part in taken.notes[0]


def named(names: list[str], encoding: str) -> bytes:
    """Return a zip whose names stand in it as another system wrote them, unmarked."""
    marks = {f"{k:03}".encode() + b"_" * (len(name.encode(encoding)) - 3): name for k, name in enumerate(names)}
    data = zipped({mark.decode(): recorded(300 + 20 * k) for k, mark in enumerate(marks)})
    for mark, name in marks.items():
        data = data.replace(mark, name.encode(encoding))
    return data


@pytest.mark.parametrize(
    ("encoding", "words", "said"),
    [
        ("gb18030", ("开始", "停止"), "the names in the zip are read as GB18030 (Chinese)"),
        ("cp932", ("はじめ", "おわり"), "the names in the zip are read as Shift_JIS (Japanese)"),
        ("utf-8", ("開始", "été"), None),
    ],
)
def test_names_in_the_encoding_of_another_system_are_read_and_told(encoding, words, said):
    names = [f"{word}/录音{k}.wav" if encoding == "gb18030" else f"{word}/{k}.wav" for word in words for k in range(2)]
    taken = take_zip(named(names, encoding))
    assert [word for word, _ in taken.clips] == [word for word in words for _ in range(2)]
    assert taken.notes == ((said,) if said else ())


def test_names_that_do_not_tell_their_encoding_are_told():
    taken = take_zip(named(["grün/1.wav", "schwarz/1.wav"], "cp850"))
    assert [word for word, _ in taken.clips] == ["grün", "schwarz"]
    assert "do not tell which encoding" in taken.notes[0]


def test_a_name_that_leads_out_is_refused_in_every_encoding():
    with pytest.raises(ValueError, match="leads out of it"):
        take_zip(named(["../开始/录音.wav", "停止/录音.wav"], "gb18030"))


def test_a_file_that_is_cut_off_is_used_and_told():
    clip = take_recording(recorded()[:30_000])
    assert clip.notes == (
        "the file is cut off: it says that it lasts 1.5 seconds and ends after 0.9; what is there was used",
    )


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(recordings, "_beginning", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ValueError, match="packed to a 100th of its size at most"):
        take_zip(zipped({"a/1.wav": bytes(10 * 2**20)}))
    with pytest.raises(ValueError, match="unpack to at most 64 MB, got 70 MB"):
        take_zip(zipped({f"a/{k}.wav": bytes(10 * 2**20) for k in range(7)}))
    with pytest.raises(ValueError, match="at most 250 files, got 300"):
        take_zip(zipped({f"a/{k}.wav": b"" for k in range(300)}, zipfile.ZIP_STORED))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_files_that_could_only_be_unpacked_whole_are_refused(monkeypatch, method):
    monkeypatch.setattr(recordings, "_beginning", lambda *_: pytest.fail("unpacked"))
    size = 10 * 2**20
    lying = zipped({"a/1.wav": bytes(size)}, method).replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(ValueError, match=r"must be packed as usual \(deflate\), got 'a/1.wav' packed in another way"):
        take_zip(lying)


def test_a_file_that_lies_about_its_size_is_not_read_further():
    honest = zipped({"a/1.wav": bytes(10 * 2**20)})
    lying = honest.replace((10 * 2**20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(ValueError):
        take_zip(lying)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no zip", "cannot be read"),
        (recorded(), "must be uploaded in a zip, got WAV by itself"),
        (b"fLaC" + bytes(50), "must be uploaded in a zip, got FLAC by itself"),
        (zipped({"../yes/1.wav": recorded()}), "leads out of it"),
        (zipped({"/etc/1.wav": recorded()}), "leads out of it"),
        (zipped({"yes\\..\\..\\1.wav": recorded()}), "leads out of it"),
        (zipped({}), "at least one WAV file"),
        (zipped({"yes/1.wav": b"nothing"}), "at least one WAV file that can be used, got none: yes/1.wav"),
        (bytes(6 * 2**20), "at most 5 MB, got 6.0 MB"),
    ],
)
def test_what_is_no_zip_of_recordings_is_one_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        take_zip(data)


def test_damaged_files_never_end_in_anything_but_a_sentence():
    generator = np.random.default_rng(5)
    whole = {take_recording: recorded(), take_zip: zipped({"yes/1.wav": recorded(300), "no/1.wav": recorded(500)})}
    refused = 0
    for take, data in list(whole.items()) * 150:
        ends = np.r_[0:60, len(data) - 160 : len(data)]
        damaged = bytearray(data)
        for place in generator.choice(ends, 3):
            damaged[place] = generator.integers(256)
        try:
            take(bytes(damaged[: generator.integers(len(data)) if generator.random() < 0.2 else None]))
        except ValueError as error:
            refused += 1
            assert is_own_sentence(error), repr(error)
    assert refused > 100


def test_floating_point_beyond_full_scale_is_clipped():
    samples = np.frombuffer(recorded()[44:], "<i2") / 3000.0
    file = io.BytesIO()
    wavfile.write(file, RATE, samples)
    assert "clipped" in take_recording(file.getvalue()).notes[0]


def test_a_locked_zip_is_told():
    data = bytearray(zipped({"yes/1.wav": recorded()}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ValueError, match="password"):
        take_zip(bytes(data))


def test_what_is_downloaded_opens_again_unchanged():
    words = SpokenWords()
    for place, name in enumerate(("ναι/όχι", "لا", "👍🏽", "<b>")):
        words = words.named(place, name).with_clip(place, take_recording(recorded(200 + 50 * place)))
    again, notes = merge(SpokenWords(), take_zip(zip_of(words)).clips)
    assert notes == ()
    assert again.names[1:3] == ("لا", "👍🏽") and again.names[0] == "ναι_όχι"
    assert [clips[0].key for clips in again.clips] == [clips[0].key for clips in words.clips]
    assert all(np.array_equal(a[0].frames, b[0].frames) for a, b in zip(again.clips, words.clips, strict=True))


def test_the_bundled_words_need_no_repair():
    words = load_bundled()
    assert words.names == ("yes", "no", "left", "right")
    assert [len(clips) for clips in words.clips] == [12] * MOST_WORDS
    assert all(clip.notes == () and 0.3 < clip.seconds < 1 for clips in words.clips for clip in clips)
    assert recordings.BUNDLED.stat().st_size < 700 * 1024
