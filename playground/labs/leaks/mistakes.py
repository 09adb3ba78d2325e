"""The six classic mistakes in words, and which of them a challenge hides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from playground.config import Recipe

Leak = Literal["scaling", "shuffle", "gap", "target", "train_score", "test_epoch"]


@dataclass(frozen=True)
class Mistake:
    """A classic mistake in words.

    Attributes:
        name: Its name in a set of leaks.
        title: What is switched on.
        does: What is done wrong, in one sentence.
        path: How information gets where it should not be, for the drawing.
        cure: What the honest run does instead.
        sign: How it shows in what can be measured about a run.
    """

    name: Leak
    title: str
    does: str
    path: str
    cure: str
    sign: str


MISTAKES: dict[str, Mistake] = {
    mistake.name: mistake
    for mistake in (
        Mistake(
            "scaling",
            "Scale on everything",
            "The mean and the deviation for scaling are taken from all values, test included.",
            "mean and deviation of later values",
            "Scaling is fitted on the training part alone.",
            "The values read in training do not have mean 0 and deviation 1, as they have after scaling on the "
            "training part alone.",
        ),
        Mistake(
            "shuffle",
            "Shuffle before the split",
            "All windows are shuffled first and only then dealt out to training, validation and test.",
            "windows from later times",
            "The split is by time: training first, then validation, then test.",
            "The scored targets begin long before the last training target: the windows of both lie among each other.",
        ),
        Mistake(
            "gap",
            "No gap",
            "The parts touch, and windows and their targets may reach across the borders.",
            "training reaches into what follows",
            "Steps are left out between the parts, and every window and its targets lie inside one part.",
            "Training runs on to where validation begins, and the scored targets begin right at the start of the test "
            "part, while an honest run leaves a gap and keeps whole windows on either side.",
        ),
        Mistake(
            "target",
            "Target inside the window",
            "Every window is cut too late, so its last input is the value to forecast.",
            "the answer is the window's last input",
            "A window ends before its target begins.",
            "The last input and the last target have a correlation of 1: they are the same number. On fresh data, "
            "where the answer is not among the inputs, the forecasts fall apart.",
        ),
        Mistake(
            "train_score",
            "Score on train",
            "The score is taken on the windows that the network was trained on.",
            "training windows stand in for the test",
            "The score is taken on windows that training never used.",
            "As many windows were scored as were trained on, and their targets end where training ends.",
        ),
        Mistake(
            "test_epoch",
            "Choose the epoch by test",
            "The epoch that is kept is the one with the lowest test error.",
            "the test error picks the epoch",
            "The epoch is chosen by validation; the test part is looked at once.",
            "The error where the epoch was chosen is the reported error, to the last digit: both come from the same "
            "windows.",
        ),
    )
}

CHALLENGE = Recipe().replaced(
    series="trend_and_season",
    trend=1.5,
    period_steps=12,
    noise=0.5,
    length_steps=600,
    window_steps=24,
    horizon_steps=4,
    hidden_size=32,
)
"""Data and network of every challenge: small enough to overfit, and with a trend that scaling can give away."""


def challenge_recipe(number: int) -> Recipe:
    """Return what a challenge of this number trains: every number has a series of its own."""
    return CHALLENGE.replaced(data_seed=number % (Recipe.limits("data_seed")[1] + 1), seed=number)


def hidden_leak(challenge: int) -> Leak:
    """Return the one mistake that a challenge of this number hides."""
    names = list(MISTAKES.values())
    return names[hashlib.sha256(f"leak {challenge}".encode()).digest()[0] % len(names)].name
