"""Log-mel frames against formulas worked out on their own."""

import math

import numpy as np
import pytest

from playground.sequences.speech.mel import (
    BANDS,
    FFT,
    FLOOR_DB,
    HOP,
    RATE,
    WINDOW,
    band_corners,
    filterbank,
    frames_of,
    hertz_of,
    log_mel,
    loudness,
    mel_of,
)


def tone(hertz: float, seconds: float = 0.3) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)


def test_the_mel_scale_is_the_usual_one():
    assert math.isclose(mel_of(1000.0), 2595 * math.log10(1 + 1000 / 700), rel_tol=1e-12)
    assert math.isclose(mel_of(1000.0), 999.9855, abs_tol=1e-3)
    assert np.allclose(hertz_of(mel_of(np.array([60.0, 440.0, 7600.0]))), [60, 440, 7600])


def test_filterbank_equals_triangles_drawn_by_hand():
    low, high = 2595 * math.log10(1 + 60 / 700), 2595 * math.log10(1 + 7600 / 700)
    corners = [700 * (10 ** ((low + k * (high - low) / (BANDS + 1)) / 2595) - 1) for k in range(BANDS + 2)]
    found = filterbank()
    assert found.shape == (BANDS, FFT // 2 + 1)
    for band in range(BANDS):
        left, middle, right = corners[band : band + 3]
        for place in range(FFT // 2 + 1):
            hertz = place * RATE / FFT
            if left < hertz <= middle:
                by_hand = (hertz - left) / (middle - left)
            elif middle < hertz < right:
                by_hand = (right - hertz) / (right - middle)
            else:
                by_hand = 0.0
            assert found[band, place] == pytest.approx(by_hand, abs=1e-9)


def test_every_band_hears_something():
    assert (filterbank().sum(axis=1) > 0).all()


def test_frames_are_cut_every_ten_milliseconds():
    samples = np.arange(1000.0)
    frames = frames_of(samples)
    assert frames.shape == (1 + math.ceil((1000 - WINDOW) / HOP), WINDOW)
    assert np.array_equal(frames[2], samples[2 * HOP : 2 * HOP + WINDOW])
    assert frames[-1, -1] == 0


@pytest.mark.parametrize("band", [3, 12, 20, 29])
def test_a_pure_tone_lands_in_its_band(band):
    found = log_mel(tone(band_corners()[band + 1]))
    assert (found.argmax(axis=1) == band).all()
    assert found.max() == 0


def test_one_frame_equals_the_sum_over_the_spectrum():
    samples = np.random.default_rng(1).normal(size=WINDOW)
    window = [0.5 - 0.5 * math.cos(2 * math.pi * k / WINDOW) for k in range(WINDOW)]
    power = np.abs(np.fft.fft(samples * window, FFT)[: FFT // 2 + 1]) ** 2
    bands = filterbank() @ power
    assert np.allclose(log_mel(samples)[0], 10 * np.log10(bands / bands.max()), atol=1e-4)


def test_how_loud_a_recording_is_makes_no_difference():
    samples = tone(500) * np.hanning(4800) + 0.01 * np.random.default_rng(2).normal(size=4800)
    assert np.allclose(log_mel(samples), log_mel(0.01 * samples), atol=1e-3)


def test_soft_parts_end_at_the_floor_and_silence_is_refused():
    assert log_mel(np.concatenate([tone(500), np.zeros(1600)])).min() == FLOOR_DB
    with pytest.raises(ValueError, match="louder than silence"):
        log_mel(np.zeros(800))


def test_loudness_of_a_full_scale_sine_is_minus_three_decibels():
    assert loudness(tone(400))[3] == pytest.approx(10 * math.log10(0.5), abs=0.01)
