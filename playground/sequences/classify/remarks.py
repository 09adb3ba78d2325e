"""What the scores of a classifier say, in plain words; no claim that the numbers do not carry."""

from __future__ import annotations

import math
from collections.abc import Sequence

from playground.sequences.records import ClassifierRun, ClassScore

CLEARLY = 0.05
"""Least difference in macro accuracy that is called clear; it must also exceed two standard errors."""


def live_sentence(run: ClassifierRun | None, baselines: Sequence[ClassScore], planned: int) -> str:
    """Return the headline above the charts."""
    if run is None or run.validation is None or not run.training.epochs:
        return "Untrained: every class is about as likely as the next."
    if run.test is not None:
        return f"Trained: {run.test.accuracy:.0%} of the test sequences right{_beside(baselines)}."
    epoch = run.training.newest.epoch
    return f"Epoch {epoch} of {planned}: {run.validation.accuracy:.0%} of the validation sequences right."


def comparison_sentence(test: ClassScore, baselines: Sequence[ClassScore]) -> str:
    """Say for each baseline whether the network is clearly above it, in macro accuracy on the test part."""
    if not baselines:
        return "The baselines are being fitted."
    told = [f"{_how(test, baseline)} {_name(baseline)}" for baseline in baselines]
    size = int(test.confusion.sum())
    return (
        f"In macro accuracy the network is {' and '.join(told)}. The test part has {size} sequences: "
        f"one answer more or less is {1 / size:.1%}, so small differences are luck."
    )


def _beside(baselines: Sequence[ClassScore]) -> str:
    return "".join(f", {_name(baseline)} {baseline.accuracy:.0%}" for baseline in baselines)


def _name(baseline: ClassScore) -> str:
    return baseline.title[0].lower() + baseline.title[1:]


def _how(test: ClassScore, baseline: ClassScore) -> str:
    difference = test.macro_accuracy - baseline.macro_accuracy
    if abs(difference) < max(CLEARLY, 2 * math.hypot(test.standard_error, baseline.standard_error)):
        return "about level with"
    return "clearly above" if difference > 0 else "clearly below"
