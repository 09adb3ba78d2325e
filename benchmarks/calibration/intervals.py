"""Whether the test set held as much as an interval promises, where errors go on as they were."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import autoregressive, heavy, prices, white
from playground.evaluation.intervals import LEVELS, conformal_intervals
from playground.evaluation.results import PartForecasts
from playground.records import Floats, Part

TRIES = 400
Errors = Callable[[np.random.Generator, int], Floats]


def _overlapping(horizon: int, random: np.random.Generator, n: int) -> Floats:
    shared = white(random, n + horizon - 1)
    return shared[np.arange(n)[:, np.newaxis] + np.arange(horizon)]


WORLDS: tuple[tuple[str, Errors], ...] = (
    ("errors without memory", white),
    ("errors with outliers, Student's t 3", heavy),
    ("errors with memory, AR(1) 0.5", partial(autoregressive, 0.5)),
    ("horizon 4, errors that overlap", partial(_overlapping, 4)),
)


def measure(share: float) -> list[Claim]:
    """Return how often a promise that is kept is said to be broken, on either side, and one that is broken."""
    tries = max(1, round(TRIES * share))
    kept = [
        claim
        for name, errors in WORLDS
        for n in (40, 160)
        for claim in _kept(f"{name}; {n} and {n} forecasts", errors, n, tries)
    ]
    changing = _kept(
        "errors in clusters, as of prices, whose size really changes; 160 and 160 forecasts", prices, 160, tries, None
    )
    return kept + changing + [claim for n in (87, 160) for claim in _broken(n, tries)]


def _kept(world: str, errors: Errors, n: int, tries: int, at_most: float | None = 0.05) -> list[Claim]:
    said = simulate(world, tries, lambda random: _said(np.split(errors(random, 2 * n), 2)))
    return [
        Claim(
            f"fewer or more than errors like validation's bring, {level:.0%}", world, said[f"{level}"], tries, at_most
        )
        for level in LEVELS
        if said[f"told {level}"]
    ]


def _broken(n: int, tries: int) -> list[Claim]:
    """Errors twice as large on test hold 50% intervals to about 26%."""
    world = f"errors twice as large on test; {n} and {n} forecasts"
    said = simulate(world, tries, lambda random: _said([white(random, n), 2 * white(random, n)]))
    return [
        Claim(f"fewer than errors like validation's bring, {level:.0%}", world, said[f"{level}"], tries, None)
        for level in (0.5, 0.9)
    ]


def _said(parts: list[Floats]) -> list[str]:
    names: tuple[Part, Part] = ("validation", "test")
    forecasts = tuple(
        PartForecasts(
            "direct",
            part,
            np.arange(len(errors)),
            np.zeros((len(errors), errors[:1].size)),
            errors.reshape(len(errors), -1),
            (),
        )
        for part, errors in zip(names, parts, strict=True)
    )
    found = conformal_intervals(forecasts)
    words = {c.level: c.word for c in found.coverage if c.part == "test"}
    said = [f"{level}" for level, word in words.items() if word in ("fewer", "more")]
    return said + [f"told {level}" for level, word in words.items() if word in ("fewer", "more", "within")]
