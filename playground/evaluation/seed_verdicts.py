"""Beats, ties or loses over several seeds: the luck of the start and the luck of the stretch together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.evaluation.baselines import LAST_VALUE, baseline_name
from playground.evaluation.luck import LEVEL
from playground.evaluation.results import Comparison, PartForecasts
from playground.evaluation.verdicts import (
    ROUNDING,
    compare,
    signed_percent,
    skill_interval,
    skill_of,
    window_losses,
    word_of,
)
from playground.records import Floats, Part
from playground.students_t import margin_of_mean
from playground.words import percent

FEWEST = 5
"""With fewer seeds their spread says too little."""


@dataclass(frozen=True)
class SeedVerdict:
    """What to say of a recipe on one part, from networks that differ in their seed alone.

    Attributes:
        part: The part.
        seeds: The seeds, in order.
        alone: Each network against the last value, by the luck of the stretch alone.
        together: The mean skill, with an interval that holds the spread of the seeds too.
        sentence: All of it in plain words.
    """

    part: Part
    seeds: tuple[int, ...]
    alone: tuple[Comparison, ...]
    together: Comparison
    sentence: str


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
    return SeedVerdict(part, tuple(seeds), alone, together, _sentence(part, horizon, alone, together))


def _together(skills: Sequence[float], losses: Floats, baseline: Floats, horizon: int) -> Comparison:
    mean, middle = float(np.mean(skills)), skill_of(losses, baseline)
    below, above = skill_interval(losses, baseline, horizon)
    spread = margin_of_mean(skills, LEVEL)
    low = mean - math.hypot(middle - below, spread)
    high = min(1.0, mean + math.hypot(above - middle, spread))
    return Comparison(LAST_VALUE, word_of(low, high), mean, low, high)


def _sentence(part: Part, horizon: int, alone: Sequence[Comparison], together: Comparison) -> str:
    where = "training (seen while learning)" if part == "train" else part
    name, count = f"“{baseline_name(horizon)}”", len(alone)
    if together.word == "n/a" or together.skill is None:
        return f"n/a over {count} seeds on {where}: {together.reason}."
    skills = [each.skill or 0.0 for each in alone]
    size = percent(abs(together.skill))
    how = {
        "beats": f"Beats {name} on {where} over {count} seeds: {size} better on average",
        "loses": f"Loses to {name} on {where} over {count} seeds: {size} worse on average",
        "ties": f"Ties with {name} on {where} over {count} seeds",
    }[together.word]
    ends = f"from {signed_percent(min(skills))} to {signed_percent(max(skills))}"
    interval = f"{signed_percent(together.low or 0.0)} to {signed_percent(together.high or 0.0)}"
    better = sum(skill > ROUNDING for skill in skills)
    return (
        f"{how}. Skills of the seeds run {ends}, {better} of {count} above 0; with the luck of seeds and stretch "
        f"together, 95% interval {interval}."
    )
