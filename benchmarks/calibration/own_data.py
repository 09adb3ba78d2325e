"""What the page Data asks of a table: is this number a code for a missing value, and is this jump a split?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.data.oddities import jumps_of
from playground.data.suspects import code_for_missing

TRIES = 2000
LEVEL = 0.05
JUMP = "the values fall by such a factor and stay there: a split, or another unit?"
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
    claims.append(Claim(SAID, world, found["code"], tries, None))
    return [*claims, *_jumps(tries)]


def _jumps(tries: int) -> list[Claim]:
    """Return how often a round factor is seen where no level changed, where one changed by any factor, and by four."""
    claims = []
    for world, draw, level in (
        ("prices that wander by 1% a day, 250 days", lambda random: _prices(random, 0.01), LEVEL),
        ("prices that wander by 4% a day, tails of Student's t with 3, 250 days", _heavy, LEVEL),
        ("positive values without memory, log-normal 1, 250 values", _wild, LEVEL),
        ("prices whose level changes by a factor between 1.5 and 12 that is not round", _shifted, None),
        ("prices with a split of 4", lambda random: _split(random, 4.0), None),
    ):
        found = simulate(world, tries, lambda random, d=draw: {"jump"} if jumps_of(d(random)) else set())
        asked = "asked, with the factor that was measured" if "not round" in world else "it is true there"
        claims.append(Claim(JUMP, world, found["jump"], tries, level, asked))
    return claims


def _prices(random: np.random.Generator, change: float) -> np.ndarray:
    return 100 * np.exp(np.cumsum(change * random.standard_normal(250)))


def _heavy(random: np.random.Generator) -> np.ndarray:
    return 100 * np.exp(np.cumsum(0.04 / np.sqrt(3) * random.standard_t(3, 250)))


def _wild(random: np.random.Generator) -> np.ndarray:
    return np.exp(random.standard_normal(250))


def _shifted(random: np.random.Generator) -> np.ndarray:
    return _split(random, random.uniform(1.5, 12))


def _split(random: np.random.Generator, factor: float) -> np.ndarray:
    values = _prices(random, 0.015)
    values[125:] /= factor
    return values


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
