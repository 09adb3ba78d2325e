"""Counting right and wrong answers, class by class."""

from __future__ import annotations

import numpy as np

from playground.records import Ints


def confusion_of(truth: Ints, answers: Ints, classes: int) -> Ints:
    """Return how often each true class (row) was given each answer (column)."""
    return np.bincount(truth * classes + answers, minlength=classes * classes).reshape(classes, classes)
