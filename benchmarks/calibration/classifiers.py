"""What is said of a classifier beside its baselines, and of how far a score of few samples can be trusted."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.sequences.classify.scores import confusion_of, standings
from playground.sequences.records import ClassScore
from playground.sequences.speech.spoken import share_interval

TRIES = 2000
LEVEL = 0.05


def measure(share: float) -> list[Claim]:
    """Return how often a network and a baseline that are equally good are told apart."""
    tries = round(TRIES * share)
    worlds = [
        (classes, count, right, overlap)
        for classes, count, overlap in (
            (2, 12, 0.0),
            (4, 12, 0.0),
            (2, 30, 0.0),
            (2, 60, 0.5),
            (10, 110, 0.0),
            (10, 110, 0.5),
            (10, 270, 0.5),
        )
        for right in (0.5, 0.8, 0.97)
    ]
    claims = [_compared(*world, tries) for world in worlds]
    return claims + [_covered(count, right, tries) for count in (2, 4, 12, 40) for right in (0.5, 0.8, 0.95)]


def _compared(classes: int, count: int, right: float, overlap: float, tries: int) -> Claim:
    """Return how often one of two that are right equally often is called clearly above or below the other."""
    truth = np.arange(count) % classes

    def once(random: np.random.Generator) -> list[str]:
        shared = random.random(count) < overlap
        draws = random.random((2, count))
        draws[1] = np.where(shared, draws[0], draws[1])
        wrong = (truth + random.integers(1, classes, (2, count))) % classes
        both = [
            ClassScore("X", confusion_of(truth, np.where(draw < right, truth, other), classes))
            for draw, other in zip(draws, wrong, strict=True)
        ]
        return ["clearly"] if standings(both[0], both[1:])[0].word != "level" else []

    alike = ", half of the answers alike" if overlap else ""
    world = f"both right on {right:.0%} of sequences, {count} of {classes} classes in the test{alike}"
    return Claim("clearly above or below", world, simulate(world, tries, once)["clearly"], tries, LEVEL)


def _covered(count: int, right: float, tries: int) -> Claim:
    """Return how often the 95% interval of a share does not hold the true share."""

    def once(random: np.random.Generator) -> list[str]:
        low, high = share_interval(int(random.binomial(count, right)), count)
        return [] if low <= right <= high else ["missed"]

    world = f"{count} samples, of which {right:.0%} would be recognised"
    return Claim(
        "the true share may be anything from ... to ... (95%)",
        world,
        simulate(world, tries, once)["missed"],
        tries,
        LEVEL,
    )
