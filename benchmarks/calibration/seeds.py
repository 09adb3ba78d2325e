"""What is said of recipes and of values of a sweep by their seeds: better, the best, underfits, overfits."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.config import Recipe
from playground.evaluation.rank_test import LEVEL
from playground.histories import EpochRecord
from playground.labs.comparison.verdict import Contender, judge_recipes
from playground.labs.sweeps.plan import SweepPlan, Value, label_of
from playground.labs.sweeps.results import NetworkResult, Point, turned_up
from playground.labs.sweeps.verdict import fit_of, judge_sweep

TRIES = 1000
SPREAD = 0.3
"""Standard deviation of the logarithm of an error over seeds: a third more or less is usual."""

SIZES: tuple[Value, ...] = (2, 4, 8, 16, 32, 64)
EPOCHS = 60


def measure(share: float) -> list[Claim]:
    """Return how often equal recipes and equal values are told apart."""
    tries = round(TRIES * share)
    claims = []
    for recipes, seeds in ((2, 4), (2, 5), (2, 10), (3, 5), (5, 5), (5, 10)):
        claims += _compared(f"{recipes} equal recipes, {seeds} seeds each", recipes, 0, seeds, tries)
    claims += _compared("2 equal recipes and 3 far behind, 5 seeds each", 2, 3, 5, tries)
    claims += _compared("2 equal recipes and 3 far behind, 10 seeds each", 2, 3, 10, tries)
    for values, seeds in ((2, 3), (2, 5), (2, 10), (4, 5), (6, 3), (6, 5), (6, 10)):
        claims += _swept(values, seeds, tries)
    return claims + _turned(tries)


def _compared(world: str, equal: int, behind: int, seeds: int, tries: int) -> list[Claim]:
    def once(random: np.random.Generator) -> list[str]:
        errors = np.exp(SPREAD * random.standard_normal((equal + behind, seeds)))
        errors[equal:] *= 100
        verdict = judge_recipes([Contender(str(place), tuple(row)) for place, row in enumerate(errors)])
        return [verdict.word, *(["It is better than"] if verdict.beaten else [])]

    said = simulate(f"compare {world}", tries, once)
    better = Claim("better than all others", world, said["better"], tries, LEVEL)
    return (
        [better]
        if behind or equal == 2
        else [better, Claim("a tie, but better than some", world, said["It is better than"], tries, LEVEL)]
    )


def _swept(values: int, seeds: int, tries: int) -> list[Claim]:
    plan = SweepPlan(Recipe(), (("hidden_size", SIZES[:values]),), seeds)

    def once(random: np.random.Generator) -> list[str]:
        validation = random.standard_normal((values, seeds))
        train = 0.7 * validation + np.sqrt(1 - 0.7**2) * random.standard_normal((values, seeds))
        errors = np.exp(SPREAD * np.stack([train, validation], 2))
        points = [_point(plan, cell, both) for cell, both in zip(plan.cells, errors, strict=True)]
        best = judge_sweep(plan, points).winner is not None
        return [*(["best"] if best else []), *(fit_of(point, points) for point in points)]

    world = f"sweep over {values} equal values, {seeds} seeds each"
    said = simulate(world, tries, once)
    words = (("best", "is the best"), ("underfits", "underfits"), ("overfits", "overfits, by heart"))
    return [Claim(title, world, said[word], tries, LEVEL) for word, title in words]


def _point(plan: SweepPlan, cell: tuple[Value, ...], errors: np.ndarray) -> Point:
    networks = tuple(
        NetworkResult(seed, train, validation, 9, 9, 0.1) for seed, (train, validation) in enumerate(errors.tolist())
    )
    return Point(cell, label_of(plan, cell), networks, 10, 1.0)


def _turned(tries: int) -> list[Claim]:
    """Return how often a validation error that falls and then jumps about its level is said to have turned up."""
    return [
        Claim(
            "overfits: turned up with every seed",
            f"falls to a level and jumps by {jump:.0%} about it, {seeds} seeds",
            simulate(f"plateau {jump} {seeds}", tries, lambda random, j=jump, n=seeds: _plateau(random, j, n))[
                "turned"
            ],
            tries,
            LEVEL,
        )
        for jump, seeds in ((0.1, 3), (0.2, 3), (0.2, 5))
    ]


def _plateau(random: np.random.Generator, jump: float, seeds: int) -> list[str]:
    train = np.exp(-np.arange(EPOCHS) / 30)
    level = 0.5 + np.exp(-np.arange(EPOCHS) / 5)
    curves = level * np.exp(jump * random.standard_normal((seeds, EPOCHS)))
    return ["turned"] if all(turned_up(_epochs(curve, train), int(curve.argmin()) + 1) for curve in curves) else []


def _epochs(validation: np.ndarray, train: np.ndarray) -> list[EpochRecord]:
    pairs = zip(train.tolist(), validation.tolist(), strict=True)
    return [EpochRecord(place + 1, low, high, 1.0, 0.0, 0.01, 0.1) for place, (low, high) in enumerate(pairs)]
