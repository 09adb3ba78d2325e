"""RNN Playground: train a recurrent network on a real time series and watch it learn."""

__version__ = "0.2.0"

NUMBERS_VERSION = 2
"""Raised whenever the same settings begin to give other numbers, so that no finished piece of long work that was kept
by an older app goes on or stands beside new ones; `tests/test_numbers_version.py` notices."""
