"""Beats, ties or loses over several seeds: the luck of the start and the luck of the stretch together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.evaluation.luck import LEVEL
from playground.evaluation.results import LAST_VALUE, Comparison, PartForecasts
from playground.evaluation.verdicts import (
    ROUNDING,
    compare,
    skill_interval,
    skill_of,
    window_losses,
    word_of,
)
from playground.records import Floats, Part
from playground.students_t import margin_of_mean

FEWEST = 5
"""With fewer seeds their spread says too little."""


@dataclass(frozen=True)
class SeedVerdict:
    """How a recipe does on one part, from networks that differ in their seed alone.

    Attributes:
        part: The part.
        horizon: Steps of each forecast.
        seeds: The seeds, in order.
        alone: Each network against the last value, by the luck of the stretch alone.
        together: The mean skill, with an interval that holds the spread of the seeds too.
    """

    part: Part
    horizon: int
    seeds: tuple[int, ...]
    alone: tuple[Comparison, ...]
    together: Comparison

    @property
    def skills(self) -> tuple[float, ...]:
        """The skill of each network that has one."""
        return tuple(each.skill for each in self.alone if each.skill is not None)

    @property
    def better(self) -> int:
        """How many networks have a smaller error than the last value."""
        return sum(skill > ROUNDING for skill in self.skills)


def judge_seeds(seeds: Sequence[int], forecasts: Sequence[PartForecasts]) -> SeedVerdict:
    """Compare networks of one recipe, together, with the last value on one part.

    Two kinds of luck widen the interval of the mean skill: which stretch the part happens to be (the
    interval of the skill of the networks' mean loss) and which seeds happened to be trained (Student's t
    over the seeds). They are independent, so their half widths add like the sides of a right angle.

    Args:
        seeds: Seed of each network.
        forecasts: Of each network, on the same part.

    Raises:
        ValueError: if there are fewer than `FEWEST` seeds.
    """
    if len(seeds) < FEWEST:
        raise ValueError(f"a verdict over seeds needs at least {FEWEST} of them, got {len(seeds)}; train more")
    part, horizon = forecasts[0].part, forecasts[0].predicted.shape[1]
    truth = forecasts[0].truth
    networks = [window_losses(each.predicted, truth) for each in forecasts]
    known = next(b.predicted for b in forecasts[0].baselines if b.name == LAST_VALUE)
    assert known is not None
    baseline = window_losses(known, truth)
    alone = tuple(compare(LAST_VALUE, losses, baseline, horizon) for losses in networks)
    missing = next((each for each in alone if each.skill is None), None)
    if missing is not None:
        together = Comparison(LAST_VALUE, "n/a", None, None, None, missing.reason)
    else:
        together = _together([each.skill or 0.0 for each in alone], np.mean(networks, axis=0), baseline, horizon)
    return SeedVerdict(part, horizon, tuple(seeds), alone, together)


def _together(skills: Sequence[float], losses: Floats, baseline: Floats, horizon: int) -> Comparison:
    mean, middle = float(np.mean(skills)), skill_of(losses, baseline)
    below, above = skill_interval(losses, baseline, horizon)
    spread = margin_of_mean(skills, LEVEL)
    low = mean - math.hypot(middle - below, spread)
    high = min(1.0, mean + math.hypot(above - middle, spread))
    return Comparison(LAST_VALUE, word_of(low, high), mean, low, high)
