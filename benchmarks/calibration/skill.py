"""Beats, ties or loses, where network and baseline are equally good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from benchmarks.calibration._worlds import autoregressive, heavy, prices, white
from playground.evaluation.results import LAST_VALUE, BaselineForecast, PartForecasts
from playground.evaluation.seed_verdicts import judge_seeds
from playground.evaluation.verdicts import compare, judge
from playground.records import Floats

TRIES = 1000
NAMES = (LAST_VALUE, "a", "b", "c", "d", "e")
Pair = Callable[[np.random.Generator, int], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Tie:
    """A world in which two forecasters have the same expected squared error.

    Attributes:
        name: What errs how.
        errors: (random, n) -> errors (n, horizon) of both.
        horizon: Steps of each forecast.
        sizes: How many windows there are.
    """

    name: str
    errors: Pair
    horizon: int = 1
    sizes: tuple[int, ...] = (40, 87, 160, 400)


def _common(truth: Callable[[np.random.Generator, int], Floats], own: float = 0.5, kept: float = 0.0) -> Pair:
    def errors(random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        shared = truth(random, n)
        first, second = (shared + own * autoregressive(kept, random, n) for _ in range(2))
        return first[:, np.newaxis], second[:, np.newaxis]

    return errors


def _biased(random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    noise = white(random, n)[:, np.newaxis]
    return noise + 0.3, noise - 0.3


def _seasonal(random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    turn = 2 * np.pi * np.arange(n) / 24 + random.uniform(0, 2 * np.pi)
    first, second = (white(random, n) + np.sin(turn + phase) for phase in (0.0, np.pi / 2))
    return first[:, np.newaxis], second[:, np.newaxis]


def _walk_ahead(horizon: int, random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Forecasts of a random walk from its last value, one a little too high and one as much too low."""
    walk = np.cumsum(white(random, n + horizon))
    ahead = walk[np.arange(n)[:, np.newaxis] + np.arange(1, horizon + 1)] - walk[:n, np.newaxis]
    return ahead + 0.5, ahead - 0.5


def _overlapping(horizon: int, random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Two forecasters whose miss of a step is the same from whichever window it was forecast."""
    shared = white(random, n + horizon - 1)
    steps = np.arange(n)[:, np.newaxis] + np.arange(horizon)
    return (shared + 0.5 * white(random, len(shared)))[steps], (shared + 0.5 * white(random, len(shared)))[steps]


TIES = (
    Tie("errors without memory", _common(white)),
    Tie("errors with memory, AR(1) 0.5", _common(partial(autoregressive, 0.5), kept=0.5)),
    Tie("errors with long memory, AR(1) 0.9", _common(partial(autoregressive, 0.9), kept=0.9)),
    Tie("errors with outliers, Student's t 3", _common(heavy)),
    Tie("errors in clusters, as of prices", _common(prices, own=0.2)),
    Tie("one always too high, one too low", _biased),
    Tie("errors that follow a season of 24", _seasonal, sizes=(87, 160, 400)),
    Tie("horizon 4, errors that overlap", partial(_overlapping, 4), 4),
    Tie("horizon 8, errors that overlap", partial(_overlapping, 8), 8, (87, 160, 400)),
    Tie("horizon 8, a random walk from its last value", partial(_walk_ahead, 8), 8, (87, 160, 400)),
)


def measure(share: float) -> list[Claim]:
    """Return how often a tie is called a win or a loss."""
    tries = max(1, round(TRIES * share))
    claims = [claim for tie in TIES for n in tie.sizes for claim in _ties(tie, n, tries)]
    return [*claims, *_where_better(tries), *_best_of_six(tries), *_five_seeds(tries)]


def _ties(tie: Tie, n: int, tries: int) -> list[Claim]:
    def once(random: np.random.Generator) -> list[str]:
        network, baseline = (np.mean(np.square(errors), axis=1) for errors in tie.errors(random, n))
        word = compare(LAST_VALUE, network, baseline, tie.horizon).word
        return [word, *(["either"] if word in ("beats", "loses") else [])]

    world = f"equally good: {tie.name}; {n} windows"
    said = simulate(world, tries, once)
    return [Claim("Beats or Loses (outside its 95% interval)", world, said["either"], tries, 0.05)]


def _where_better(tries: int) -> list[Claim]:
    claims = []
    for n in (87, 160):
        world = f"the network's error is 20% smaller; {n} windows"

        def once(random: np.random.Generator, n: int = n) -> list[str]:
            network, baseline = 0.8 * white(random, n), white(random, n)
            return [compare(LAST_VALUE, network**2, baseline**2, 1).word]

        claims.append(Claim("Beats", world, simulate(world, tries, once)["beats"], tries, None))
    return claims


def _best_of_six(tries: int) -> list[Claim]:
    claims = []
    for n in (40, 87, 160):
        world = f"the network and six baselines, all equally good; {n} windows"
        said = simulate(world, tries, lambda random, n=n: [_beside_six(random, n, 1.0)])
        claims += [
            Claim("Beats every baseline", world, said["beats"], tries, 0.05),
            Claim("Loses to …, the best baseline", world, said["loses"], tries, 0.05),
        ]
    world = "the network's error is 20% smaller than that of each of six baselines; 160 windows"
    said = simulate(world, tries, lambda random: [_beside_six(random, 160, 0.8)])
    return [*claims, Claim("Beats every baseline", world, said["beats"], tries, None)]


def _beside_six(random: np.random.Generator, n: int, size: float) -> str:
    """Return the word of a network whose error is `size` times that of six baselines, all with a shared part."""
    shared = white(random, n)
    network, *others = ((shared + 0.5 * white(random, n))[:, np.newaxis] for _ in range(7))
    baselines = tuple(BaselineForecast(name, "", one) for name, one in zip(NAMES, others, strict=True))
    truth = np.zeros((n, 1))
    return judge(PartForecasts("one-step", "test", np.arange(n), truth, size * network, baselines)).word


def _five_seeds(tries: int) -> list[Claim]:
    """Seeds differ by 10% in their error, and are as good as every baseline on average."""
    return [claim for count in (1, 6) for claim in _five_seeds_beside(count, tries)]


def _five_seeds_beside(count: int, tries: int) -> list[Claim]:
    beside = "the baseline" if count == 1 else f"each of {count} baselines"
    world = f"as good as {beside} over all seeds, each 10% better or worse; 160 windows"

    def once(random: np.random.Generator) -> list[str]:
        shared = white(random, 160)
        known = [shared + 0.5 * white(random, 160) for _ in range(count)]
        alike = shared + 0.4 * white(random, 160)
        guesses = [(1 - 0.1 * white(random, 1)) * (alike + 0.3 * white(random, 160)) for _ in range(5)]
        truth = np.zeros((160, 1))
        baselines = tuple(
            BaselineForecast(name, "", one[:, np.newaxis]) for name, one in zip(NAMES, known, strict=False)
        )
        parts = [
            PartForecasts("one-step", "test", np.arange(160), truth, guess[:, np.newaxis], baselines)
            for guess in guesses
        ]
        return ["either"] if judge_seeds(range(5), parts).together.word != "ties" else []

    said = simulate(world, tries, once)
    return [Claim("Beats or Loses over 5 seeds", world, said["either"], tries, 0.05)]
