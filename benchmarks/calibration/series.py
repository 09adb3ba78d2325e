"""What the page Data says of a series: its season, how strong trend and season are, what leaves the training range,
and whether it can be told from a random walk.
"""

from __future__ import annotations

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import prices
from playground.config import DataChoice, Recipe
from playground.data.description import is_far_beyond
from playground.data.prepare import prepare
from playground.data.season import find_season
from playground.data.suggesting import suggest
from playground.data.summary import summarise
from playground.records import Series

TRIES = 300
LEVEL = 0.05


def measure(share: float) -> list[Claim]:
    """Return how often a season is found in noise with a memory, and how often noise is called seasonal."""
    tries = round(TRIES * share)
    claims = [
        Claim("repeats after ... steps", world, simulate(world, tries, once)["season"], tries, LEVEL)
        for world, once in _without_a_season()
    ]
    wave = "a wave of period 20 in as much noise, 200 values"
    found = simulate(
        wave, tries, lambda random: _found(np.sin(np.arange(200) * np.pi / 10) * 2**0.5 + random.standard_normal(200))
    )
    claims.append(Claim("repeats after ... steps", wave, found["season"], tries, None))
    for season, length in ((7, 60), (12, 100), (24, 100), (24, 400)):
        world = f"white noise, {length} values, a season of {season} steps given"
        said = simulate(world, tries, lambda random, s=season, n=length: _strength(random.standard_normal(n), s))
        claims.append(Claim("some or much seasonal movement", world, said["season"], tries, LEVEL))
    world = "white noise, 300 values"
    said = simulate(world, tries, lambda random: _far(random.standard_normal(300)))
    claims += [
        Claim("cannot be told from a random walk", world, simulate(f"walk? {world}", tries, once)["walk"], tries, most)
        for world, once, most in _walks()
    ]
    return [*claims, Claim("a warning: values outside the training range", world, said["far"], tries, LEVEL)]


def _without_a_season():
    for length in (60, 200, 1000):
        yield f"white noise, {length} values", lambda random, n=length: _found(random.standard_normal(n))
        for memory in (0.5, 0.9, 0.99, 1.0):
            name = "a random walk" if memory == 1 else f"AR(1) {memory:g}"
            yield f"{name}, {length} values", lambda random, n=length, a=memory: _found(_red(random, n, a))
        yield (
            f"a straight line in noise, {length} values",
            lambda random, n=length: _found(np.linspace(0, 5, n) + random.standard_normal(n)),
        )
        yield (
            f"a random walk with drift, {length} values",
            lambda random, n=length: _found(np.cumsum(0.2 + random.standard_normal(n))),
        )


def _walks():
    for memory, length, most in ((0.0, 200, LEVEL), (0.5, 200, LEVEL), (0.9, 1000, LEVEL), (1.0, 200, None)):
        yield (
            "a random walk, 200 values" if memory == 1 else f"AR(1) {memory:g}, {length:,} values",
            lambda random, n=length, a=memory: _walk(_red(random, n, a)),
            most,
        )
    yield (
        "the sum of AR(1) 0.4, 1,000 values",
        lambda random: _walk(np.cumsum(_red(random, 1000, 0.4))),
        LEVEL,
    )
    wave = np.sin(np.arange(400) * np.pi / 20)
    yield "a wave of period 40 in noise, 400 values", lambda random: _walk(wave + random.standard_normal(400)), LEVEL
    yield (
        "a random walk of clustered steps, as of prices, 1,000 values",
        lambda random: _walk(np.cumsum(prices(random, 1000))),
        None,
    )


def _walk(values: np.ndarray) -> list[str]:
    found = suggest(Series("x", "X", "", values, None, "step", 0), Recipe())
    return [reason.why for reason in found.reasons if reason.why == "walk"]


def _red(random: np.random.Generator, length: int, memory: float) -> np.ndarray:
    from scipy.signal import lfilter

    return lfilter([1.0], [1.0, -memory], random.standard_normal(length + 200))[200:]


def _found(values: np.ndarray) -> list[str]:
    return ["season"] if find_season(values) else []


def _strength(values: np.ndarray, season: int) -> list[str]:
    series = Series("x", "X", "", np.concatenate([values, values[: len(values) // 2]]), None, "step", season)
    found = summarise(series, prepare(series, CHOICE)).strength
    return ["season"] if found is not None and found.season_word in ("some", "much") else []


CHOICE = DataChoice(window_steps=2, gap_steps=0, train_fraction=0.667, validation_fraction=0.2)


def _far(values: np.ndarray) -> list[str]:
    series = Series("x", "X", "", values, None, "step", 0)
    return ["far"] if is_far_beyond(summarise(series, prepare(series, DataChoice(window_steps=2)))) else []
