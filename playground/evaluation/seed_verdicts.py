"""Beats, ties or loses over several seeds: the luck of the start and the luck of the stretch together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.evaluation.baselines import LAST_VALUE, baseline_name
from playground.evaluation.results import Comparison, PartForecasts, VerdictWord
from playground.evaluation.verdicts import (
    ROUNDING,
    block_windows,
    bootstrap_skill,
    compare,
    signed_percent,
    skill_interval,
    student_quantile,
    window_losses,
)
from playground.evaluation.words import percent
from playground.records import Part

FEWEST = 5
"""With fewer seeds their spread says too little."""


@dataclass(frozen=True)
class SeedVerdict:
    """What to say of a recipe on one part, from networks that differ in their seed alone.

    Attributes:
        part: The part.
        seeds: The seeds, in order.
        alone: Each network against the last value, by the block bootstrap alone.
        together: The mean skill, with an interval that holds the spread of the seeds too.
        sentence: All of it in plain words.
    """

    part: Part
    seeds: tuple[int, ...]
    alone: tuple[Comparison, ...]
    together: Comparison
    sentence: str


def judge_seeds(seeds: Sequence[int], forecasts: Sequence[PartForecasts], season_steps: int) -> SeedVerdict:
    """Compare networks of one recipe, together, with the last value on one part.

    Two kinds of luck widen the interval of the mean skill: which windows the part happens to have (the
    moving-block bootstrap, the same draws for every network) and which seeds happened to be trained
    (Student's t over the seeds). They are independent, so their half widths add like the sides of a right angle.

    Args:
        seeds: Seed of each network.
        forecasts: Of each network, on the same part.
        season_steps: See `block_windows`.

    Raises:
        ValueError: if there are fewer than `FEWEST` seeds.
    """
    if len(seeds) < FEWEST:
        raise ValueError(f"a verdict over seeds needs at least {FEWEST} of them, got {len(seeds)}; train more")
    part, horizon = forecasts[0].part, forecasts[0].predicted.shape[1]
    windows = len(forecasts[0].anchors)
    block = block_windows(windows, horizon, season_steps)
    truth = forecasts[0].truth
    networks = [window_losses(each.predicted, truth) for each in forecasts]
    known = next(b.predicted for b in forecasts[0].baselines if b.name == LAST_VALUE)
    assert known is not None
    baseline = window_losses(known, truth)
    alone = tuple(compare(LAST_VALUE, losses, baseline, block) for losses in networks)
    missing = next((each for each in alone if each.skill is None), None)
    if missing is not None:
        together = Comparison(LAST_VALUE, "n/a", None, None, None, missing.reason)
    else:
        drawn = np.mean([bootstrap_skill(losses, baseline, block) for losses in networks], axis=0)
        together = _together([each.skill or 0.0 for each in alone], drawn, windows / block)
    return SeedVerdict(part, tuple(seeds), alone, together, _sentence(part, horizon, alone, together))


def _together(skills: Sequence[float], drawn: np.ndarray, blocks: float) -> Comparison:
    mean, count = float(np.mean(skills)), len(skills)
    low, high = skill_interval(mean, drawn, blocks)
    spread = student_quantile(count - 1) * float(np.std(skills, ddof=1)) / math.sqrt(count)
    low = mean - math.hypot(mean - low, spread)
    high = min(1.0, mean + math.hypot(high - mean, spread))
    word: VerdictWord = "beats" if low > ROUNDING else "loses" if high < -ROUNDING else "ties"
    return Comparison(LAST_VALUE, word, mean, low, high)


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
