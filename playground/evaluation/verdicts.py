"""Beats, ties or loses: the network against the baselines, with the luck of the draw taken into account."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from playground.evaluation.baselines import LAST_VALUE, baseline_name
from playground.evaluation.results import Comparison, PartForecasts, Verdict, VerdictWord
from playground.evaluation.words import number, percent
from playground.records import Floats, Part

DRAWS = 1000
SEED = 1989
"""Seed of the draws: the same forecasts always get the same verdict."""

ROUNDING = 1e-4
"""A smaller skill than this comes from rounding in single precision."""

NORMAL_QUANTILE = 1.959964
"""97.5% quantile of the normal distribution."""

FEWEST_BLOCKS = 5
"""With fewer blocks than this the draws say nothing about luck."""

LEAST_SEASONS = 10
"""A block is as long as a season only where the part has this many seasons of forecasts."""


def judge(forecasts: PartForecasts, season_steps: int) -> Verdict:
    """Compare the network with the last value and with the best baseline of the part."""
    part, horizon = forecasts.part, forecasts.predicted.shape[1]
    windows = len(forecasts.anchors)
    block = block_windows(windows, horizon, season_steps)
    network = window_losses(forecasts.predicted, forecasts.truth)
    losses = {
        b.name: window_losses(b.predicted, forecasts.truth) for b in forecasts.baselines if b.predicted is not None
    }
    against_last = compare(LAST_VALUE, network, losses[LAST_VALUE], block)
    best = min(losses, key=lambda name: float(np.mean(losses[name])))
    against_best = against_last if best == LAST_VALUE else compare(best, network, losses[best], block)
    ran = against_last.word != "n/a" or against_best.word != "n/a"
    return Verdict(
        part=part,
        against_last_value=against_last,
        best_baseline=best,
        against_best=against_best,
        block_windows=block if ran else 0,
        sentence=_sentence(part, horizon, against_last, against_best),
    )


def block_windows(windows: int, horizon: int, season_steps: int) -> int:
    """Return how many neighbouring windows the bootstrap keeps together.

    It is the cube root of their number, rounded up, and at least the horizon, because forecasts that
    overlap err alike; where there are `LEAST_SEASONS` of a season, it is at least a season too.
    """
    season = season_steps if windows >= LEAST_SEASONS * season_steps else 0
    return max(math.ceil(windows ** (1 / 3) - 1e-9), horizon, season)


def bootstrap_skill(network: Floats, baseline: Floats, block: int, draws: int = DRAWS) -> Floats:
    """Return the skill (draws,) of the network on series of neighbouring windows drawn again and again.

    Each draw puts together n / block blocks of `block` windows in a row, chosen at random with
    replacement; both losses are taken from the same windows.
    Source: Künsch, Annals of Statistics 17 (1989), 1217-1241.

    Args:
        network, baseline: (n,) mean squared error of each window.
        block: Windows in a block, at most n.
        draws: How many draws.
    """
    starts = np.random.default_rng(SEED).integers(0, len(network) - block + 1, (draws, -(-len(network) // block)))
    sums = [sliding_window_view(losses, block).sum(axis=1)[starts].sum(axis=1) for losses in (network, baseline)]
    return _skill(*sums)


def skill_interval(skill: float, drawn: Floats, blocks: float) -> tuple[float, float]:
    """Return the 95% interval of a skill from drawn skills (draws,).

    It is the interval between the 2.5% and 97.5% quantiles, made wider because a few blocks vary less
    among each other than what they come from: by the ratio of Student's to the normal quantile, and
    by sqrt(blocks / (blocks - 1)). Source: Hesterberg, The American Statistician 69 (2015), 371-386.

    Args:
        skill: The skill on all windows.
        drawn: The skills of the draws.
        blocks: Blocks in a draw, above 1.
    """
    wider = student_quantile(blocks - 1) / NORMAL_QUANTILE * math.sqrt(blocks / (blocks - 1))
    low, high = np.quantile(drawn, (0.025, 0.975), method="nearest")
    return skill - wider * (skill - float(low)), min(1.0, skill + wider * (float(high) - skill))


def student_quantile(degrees: float) -> float:
    """Return the 97.5% quantile of Student's t, right to 1% from 4 degrees of freedom on.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    z = NORMAL_QUANTILE
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3


def _skill(network: Floats, baseline: Floats) -> Floats:
    """Return 1 - sqrt(network / baseline); against no error at all 0 for none either, else minus infinity."""
    with np.errstate(divide="ignore", invalid="ignore"):
        skill = 1 - np.sqrt(network / baseline)
    return np.where(baseline > 0, skill, np.where(network > 0, -np.inf, 0.0))


def window_losses(predicted: Floats, truth: Floats) -> Floats:
    """Return the mean squared error (m,) of each forecast."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.mean(np.square(predicted - truth), axis=1)


def compare(name: str, network: Floats, baseline: Floats, block: int) -> Comparison:
    """Compare window losses (m,) of the network with those of the baseline of that name."""
    reason = _why_not(network, baseline, block)
    if reason:
        return Comparison(name, "n/a", None, None, None, reason)
    skill = float(_skill(np.sum(network, keepdims=True), np.sum(baseline, keepdims=True))[0])
    low, high = skill_interval(skill, bootstrap_skill(network, baseline, block), len(network) / block)
    word: VerdictWord = "beats" if low > ROUNDING else "loses" if high < -ROUNDING else "ties"
    return Comparison(name, word, skill, low, high)


def _why_not(network: Floats, baseline: Floats, block: int) -> str:
    if not np.isfinite(network).all():
        return "the network's forecasts are not all finite, or too large to be squared"
    if not np.isfinite(baseline).all():
        return "the baseline's errors are too large to be squared"
    if not baseline.any():
        return "the baseline makes no error there, so nothing can be compared with it"
    if len(network) < FEWEST_BLOCKS * block:
        return (
            f"{len(network)} windows are too few to tell skill from luck: at least {FEWEST_BLOCKS * block} are needed, "
            f"{FEWEST_BLOCKS} blocks of {block} neighbours that err alike; shorten the horizon or give the part more "
            "points"
        )
    return ""


def _sentence(part: Part, horizon: int, against_last: Comparison, against_best: Comparison) -> str:
    where = "training (seen while learning)" if part == "train" else part
    name = f"“{baseline_name(horizon)}”"
    if against_last.word == "n/a":
        return f"n/a on {where}: {against_last.reason}."
    first = f"{_outcome(against_last, name)} on {where} {_interval(against_last)}."
    if against_best.baseline == against_last.baseline:
        return f"{first} No other baseline is better than that one."
    if against_best.word == "n/a":
        return f"{first} The best baseline, {against_best.baseline}, cannot be compared: {against_best.reason}."
    second = f"{_against_best(against_best)} {_interval(against_best)}"
    return f"{first} The best baseline is {against_best.baseline}: {second}."


def _outcome(found: Comparison, name: str) -> str:
    if found.word == "ties":
        return f"Ties with {name}"
    return f"{_how_much(found)} than {name}" if _in_percent(found) else f"Loses: {_how_much(found)} {name}"


def _against_best(found: Comparison) -> str:
    if found.word == "ties":
        return "the network ties with it"
    return (
        f"the network is {_how_much(found)} than it" if _in_percent(found) else f"the network has {_how_much(found)} it"
    )


def _in_percent(found: Comparison) -> bool:
    return found.skill is not None and found.skill > -1


def _how_much(found: Comparison) -> str:
    skill = found.skill or 0.0
    if skill > -1:
        return f"{percent(abs(skill))} {'better' if skill > 0 else 'worse'}"
    return f"{number(1 - skill)} times the error of"


def _interval(found: Comparison) -> str:
    low, high = found.low or 0.0, found.high or 0.0
    zero = ", which contains 0" if low <= 0 <= high else ""
    return f"(95% interval of the skill {signed_percent(low)} to {signed_percent(high)}{zero})"


def signed_percent(skill: float) -> str:
    """Return a skill as a percentage with its sign."""
    if skill < -10:
        return "below -1,000%"
    size = percent(abs(skill)) if abs(skill) >= 0.01 else f"{100 * abs(skill):.1g}%"
    return "0%" if abs(skill) < ROUNDING else f"-{size}" if skill < 0 else size
