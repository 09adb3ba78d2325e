"""Log-mel frames: sound as the loudness of bands that are spaced as the ear hears, one frame every 10 ms."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from playground.records import Floats

RATE = 16_000
"""Samples a second of everything that is read, in Hz."""

WINDOW = 400
HOP = 160
"""25 ms and 10 ms at `RATE`."""

FFT = 512
BANDS = 32
BAND_EDGES = (60.0, 7600.0)
"""Where the lowest band begins and the highest ends, in Hz."""

FLOOR_DB = -60.0
"""Everything softer, measured from the loudest band of a recording, counts as this."""


def mel_of(hertz: Floats | float) -> Floats:
    """Return 2595 log10(1 + f / 700), the mel scale.

    Source: S. Young et al., The HTK Book, section 5.4.
    """
    return 2595.0 * np.log10(1.0 + np.asarray(hertz, dtype=np.float64) / 700.0)


def hertz_of(mel: Floats | float) -> Floats:
    """Return 700 (10^(m / 2595) - 1), the inverse of `mel_of`."""
    return 700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0)


def band_corners() -> Floats:
    """Return (BANDS + 2,) frequencies in Hz, evenly spaced in mel: band k rises from the k-th to the next and falls
    to the one after."""
    low, high = mel_of(BAND_EDGES[0]), mel_of(BAND_EDGES[1])
    return hertz_of(np.linspace(low, high, BANDS + 2))


@lru_cache(maxsize=1)
def filterbank() -> Floats:
    """Return (BANDS, FFT / 2 + 1) triangular weights of each frequency of the spectrum, 1 at a band's middle."""
    corners = band_corners()
    frequencies = np.fft.rfftfreq(FFT, 1 / RATE)
    left, middle, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising = (frequencies - left) / (middle - left)
    falling = (right - frequencies) / (right - middle)
    return np.maximum(0.0, np.minimum(rising, falling))


def frames_of(samples: Floats) -> Floats:
    """Return (n,) samples cut into (steps, WINDOW) overlapping windows, the last padded with zeros."""
    steps = 1 + max(0, -(-(len(samples) - WINDOW) // HOP))
    padded = np.zeros(WINDOW + (steps - 1) * HOP)
    padded[: len(samples)] = samples
    return np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]


def log_mel(samples: Floats) -> Floats:
    """Return (steps, BANDS) float32 decibels below the loudest band of the recording, `FLOOR_DB` at the lowest.

    How loud the recording is as a whole makes no difference.

    Args:
        samples: (n,) at `RATE`.

    Raises:
        ValueError: if there is nothing but silence.
    """
    spectrum = np.abs(np.fft.rfft(frames_of(samples) * np.hanning(WINDOW + 1)[:-1], FFT)) ** 2
    power = spectrum @ filterbank().T
    loudest = power.max()
    if not loudest > 0:
        raise ValueError("a recording must be louder than silence, got silence; record it again")
    return np.maximum(10.0 * np.log10(np.maximum(power / loudest, 1e-12)), FLOOR_DB).astype(np.float32)


def loudness(samples: Floats) -> Floats:
    """Return (steps,) mean square of each window in decibels of full scale, -120 at the lowest."""
    return 10.0 * np.log10(np.maximum((frames_of(samples) ** 2).mean(axis=1), 1e-12))
