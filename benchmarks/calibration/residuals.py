"""What is said of the residuals: a pattern left or none."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.evaluation.remarks import remark_on_pattern
from playground.evaluation.residuals import examine_residuals
from playground.evaluation.results import PartForecasts

TRIES = 1000


def measure(share: float) -> list[Claim]:
    """Return how often a pattern is seen in white noise."""
    tries = round(TRIES * share)
    said = simulate("white noise, 80 residuals", tries, lambda random: _said(random.standard_normal(80)))
    return [Claim("a pattern is left", "white noise, 80 residuals", said["a pattern is left"], tries, 0.05)]


def _said(values: np.ndarray) -> list[str]:
    truth, anchors = values[:, np.newaxis], np.arange(len(values))
    residuals = examine_residuals(PartForecasts("one-step", "validation", anchors, truth, np.zeros_like(truth), ()))
    return [words for words in ("a pattern is left",) if words in remark_on_pattern(residuals)]
