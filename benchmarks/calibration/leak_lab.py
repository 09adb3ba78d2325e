"""What the leak lab says of a mistake: the score was flattered, was not, or no effect can be shown."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.labs.leaks.results import LEVEL, Arm, Evidence, LeakResult, effect_of

TRIES = 2000
NOTHING_SEEN = Evidence(1, 1, 1, 1, 1, 0.0, 1.0, None, 1.0)


def measure(share: float) -> list[Claim]:
    """Return how often a mistake that changes nothing is said to have an effect."""
    tries = round(TRIES * share)
    return [claim for spread in (0.02, 0.1, 0.3) for pairs in (2, 3, 5) for claim in _arms(spread, pairs, tries)]


def _arms(spread: float, pairs: int, tries: int) -> list[Claim]:
    def once(random: np.random.Generator) -> list[str]:
        arms = [_arm(leaks, np.exp(spread * random.standard_normal((pairs, 2)))) for leaks in ({"shuffle"}, set())]
        return [effect_of(*arms)]

    world = f"no effect, {pairs} pairs of runs whose errors vary by {spread:.0%}"
    said = simulate(world, tries, once)
    return [Claim("the score was flattered, or was not", world, said["flatters"] + said["belittles"], tries, LEVEL)]


def _arm(leaks: set[str], shares: np.ndarray) -> Arm:
    results = (LeakResult(frozenset(leaks), *(a, 1.0, b, 1.0), 1, 1.0, NOTHING_SEEN) for a, b in shares.tolist())
    return Arm(frozenset(leaks), tuple(results))
