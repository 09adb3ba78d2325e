"""Melodies as sound: as long as they should be, as high as they should be, without clicks."""

import io
import wave
from fractions import Fraction

import numpy as np
import pytest

from playground.sequences.music.notes import Note
from playground.sequences.music.synthesis import RATE, frequency, melody_samples, melody_wav, tone

QUARTER = Fraction(1, 4)


@pytest.mark.parametrize("pitch", [48, 60, 69, 76, 84])
def test_the_fundamental_is_what_equal_temperament_says(pitch):
    sound = tone(pitch, 4 * RATE)
    strength = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    found = np.fft.rfftfreq(len(sound), 1 / RATE)[strength.argmax()]
    assert abs(found - 440 * 2 ** ((pitch - 69) / 12)) < 1
    assert frequency(69) == 440


def test_length_in_samples_follows_the_notes_and_the_tempo():
    notes = [Note(60, QUARTER), Note(None, Fraction(1, 8)), Note(64, Fraction(3, 8))]
    assert len(melody_samples(notes, 120)) == round(1.5 * RATE)
    assert len(melody_samples(notes, 60)) == 3 * RATE
    # At a tempo where no note is a whole number of samples, rounding does not add up.
    assert len(melody_samples([Note(60, Fraction(1, 16))] * 160, 113)) == round(160 * 0.25 * 60 / 113 * RATE)


def test_peak_stays_below_full_scale_and_rests_are_silent():
    sound = melody_samples([Note(57, QUARTER), Note(None, QUARTER), Note(81, QUARTER)]) / 32768
    assert 0.1 < np.abs(sound).max() < 1
    rest = sound[round(0.5 * RATE) : round(1.0 * RATE)]
    assert not rest.any()


def test_no_clicks_where_notes_meet():
    """Between two samples the sound never jumps further than its own tones can."""
    sound = melody_samples([Note(60, QUARTER), Note(67, QUARTER), Note(67, QUARTER), Note(72, QUARTER)]) / 32768
    inside = np.abs(np.diff(sound[1000:10000])).max()
    border = round(0.5 * RATE)
    for k in (1, 2, 3):
        meeting = sound[k * border - 3 : k * border + 4]
        assert np.abs(np.diff(meeting)).max() < inside
        assert np.abs(meeting).max() < 0.02
    assert sound[0] == 0 and sound[-1] == 0


def test_the_wav_file_is_one_channel_of_16_bits():
    data = melody_wav([Note(69, QUARTER)])
    with wave.open(io.BytesIO(data)) as sheet:
        assert (sheet.getnchannels(), sheet.getsampwidth(), sheet.getframerate()) == (1, 2, 22050)
        assert sheet.getnframes() == round(0.5 * RATE)


def test_nothing_to_play_and_impossible_tempos_are_sentences():
    with pytest.raises(ValueError, match="at least one note"):
        melody_samples([])
    with pytest.raises(ValueError, match="between 40 and 240"):
        melody_samples([Note(60, QUARTER)], 500)
