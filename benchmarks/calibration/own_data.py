"""What the page Data asks of a table: is this number a code for a missing value?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.data.suspects import code_for_missing

TRIES = 2000
LEVEL = 0.05
SAID = "far from all other values: a code for a missing value?"

Draw = Callable[[np.random.Generator], np.ndarray]


def measure(share: float) -> list[Claim]:
    """Return how often a code is seen in values that have none, and in values that have one."""
    tries = round(TRIES * share)
    claims = [
        Claim(SAID, world, simulate(world, tries, lambda random, d=draw: _said(d(random)))["code"], tries, LEVEL)
        for world, draw in _without_codes()
    ]
    world = "temperatures, 300 values, -999 in three of them"
    found = simulate(world, tries, lambda random: _said(_coded(random)))
    return [*claims, Claim(SAID, world, found["code"], tries, None)]


def _without_codes() -> Iterator[tuple[str, Draw]]:
    yield "whole numbers with a long tail (Pareto 1), 300 values", lambda random: np.floor(random.pareto(1, 300) * 10)
    yield "whole numbers with a long tail (Pareto 2), 300 values", lambda random: np.floor(random.pareto(2, 300) * 50)
    yield "counts of events (Poisson 5), 300 values", lambda random: random.poisson(5, 300).astype(np.float64)
    yield "amounts in steps of 9.99, long tail, 300 values", lambda random: 9.99 * np.floor(random.pareto(1.5, 300) * 9)
    yield "degrees to a tenth (normal), 300 values", lambda random: np.round(10 + 9 * random.standard_normal(300), 1)


def _coded(random: np.random.Generator) -> np.ndarray:
    values = np.round(10 + 9 * random.standard_normal(300), 1)
    values[random.choice(300, 3, replace=False)] = -999
    return values


def _said(values: np.ndarray) -> set[str]:
    return set() if code_for_missing(values) is None else {"code"}
