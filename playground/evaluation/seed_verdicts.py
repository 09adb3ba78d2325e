"""Beats, ties or loses over several seeds: the luck of the start and the luck of the stretch together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from playground.evaluation.luck import LEVEL
from playground.evaluation.results import Comparison, PartForecasts
from playground.evaluation.verdicts import (
    ROUNDING,
    baseline_losses,
    best_of,
    compare,
    window_losses,
    word_of,
)
from playground.records import Part
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
        alone: Each network against the best baseline of the part, by the luck of the stretch alone.
        together: The mean skill against it, with an interval that holds the spread of the seeds too; against a
            baseline without error, their mean loss.
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
        """How many networks have a smaller error than the best baseline."""
        return sum(skill > ROUNDING for skill in self.skills)


def judge_seeds(seeds: Sequence[int], forecasts: Sequence[PartForecasts]) -> SeedVerdict:
    """Compare networks of one recipe, together, with the best baseline of one part.

    Two kinds of luck widen the interval of the mean skill: which stretch the part happens to be (the
    interval of the skill of the networks' mean loss) and which seeds happened to be trained (Student's t
    over the seeds). They are independent, so their half widths add like the sides of a right angle. The luck
    of the stretch is wider for the pick of the best of several baselines; the seeds have no part in it.

    Args:
        seeds: Seed of each network.
        forecasts: Of each network, on the same part; the baselines are those of the first.

    Raises:
        ValueError: if there are fewer than `FEWEST` seeds.
    """
    if len(seeds) < FEWEST:
        raise ValueError(f"a verdict over seeds needs at least {FEWEST} of them, got {len(seeds)}; train more")
    part, horizon = forecasts[0].part, forecasts[0].predicted.shape[1]
    truth = forecasts[0].truth
    networks = [window_losses(each.predicted, truth) for each in forecasts]
    baselines = baseline_losses(forecasts[0])
    best, among = best_of(baselines), len(baselines)
    alone = tuple(compare(best, losses, baselines[best], horizon, among) for losses in networks)
    missing = next((each for each in alone if each.word == "n/a"), None)
    together = missing or compare(best, np.mean(networks, axis=0), baselines[best], horizon, among)
    if together.skill is not None:
        together = _with_seeds(together, [each.skill or 0.0 for each in alone])
    return SeedVerdict(part, horizon, tuple(seeds), alone, replace(together, error=None, baseline_error=None))


def _with_seeds(stretch: Comparison, skills: Sequence[float]) -> Comparison:
    """Return the comparison of the networks' mean loss about the mean skill, wider by the spread of the seeds."""
    assert stretch.skill is not None and stretch.low is not None and stretch.high is not None
    mean, spread = float(np.mean(skills)), margin_of_mean(skills, LEVEL)
    low = mean - math.hypot(stretch.skill - stretch.low, spread)
    high = min(1.0, mean + math.hypot(stretch.high - stretch.skill, spread))
    return replace(stretch, word=word_of(low, high), skill=mean, low=low, high=high)
