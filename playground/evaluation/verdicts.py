"""Beats, ties or loses: the network against the baselines, with the luck of the stretch taken into account."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from playground.evaluation.luck import LEVEL, count_waves, fewest_values, slow_waves
from playground.evaluation.missing import Missing
from playground.evaluation.results import LAST_VALUE, PRETRAINED, Comparison, PartForecasts, Verdict, VerdictWord
from playground.records import Floats, Part
from playground.students_t import student_quantile

ROUNDING = 1e-4
"""A smaller skill than this comes from rounding in single precision."""

EXACT = 1e-13
"""A miss below this share of the largest truth comes from rounding in double precision, and counts as none."""


def judge(forecasts: PartForecasts) -> Verdict:
    """Compare the network with the best baseline of the part, which decides the word, and with the last value."""
    network = window_losses(forecasts.predicted, forecasts.truth)
    return judge_losses(forecasts.part, forecasts.truth.shape[1], network, baseline_losses(forecasts))


def baseline_losses(forecasts: PartForecasts) -> dict[str, Floats]:
    """Return the window losses (m,) of every baseline that can be computed, by name.

    A pretrained forecaster, where there is one, is no baseline: nobody here knows what it was trained on.
    """
    return {
        b.name: window_losses(b.predicted, forecasts.truth)
        for b in forecasts.baselines
        if b.predicted is not None and b.name != PRETRAINED
    }


def judge_losses(part: Part, horizon: int, network: Floats, baselines: Mapping[str, Floats]) -> Verdict:
    """Judge by window losses (m,) of the network and of every baseline, the last value among them; see `judge`.

    The best of several is a little lucky, so its interval is as much wider as their number asks for.
    """
    best = best_of(baselines)
    return Verdict(
        part=part,
        horizon=horizon,
        against_best=compare(best, network, baselines[best], horizon, among=len(baselines)),
        against_last_value=compare(LAST_VALUE, network, baselines[LAST_VALUE], horizon),
    )


def best_of(baselines: Mapping[str, Floats]) -> str:
    """Return the name of the baseline whose window losses (m,) have the lowest mean; of equal ones the first."""
    return min(baselines, key=lambda name: float(np.mean(baselines[name])))


def skill_interval(network: Floats, baseline: Floats, horizon: int, among: int = 1) -> tuple[float, float]:
    """Return the 95% interval of the skill 1 - sqrt(mean network loss / mean baseline loss).

    It holds every ratio R at which the mean of network - R baseline is within Student's t of 0. The
    variance of that mean is read off the slowest waves in the losses, so it holds how long windows err
    alike; forecasts `horizon` steps ahead overlap, so of them fewer waves are read, and the interval is
    made wider. Where the baseline's own mean is too uncertain the interval has no lower end.

    Sources: Fieller, J. R. Stat. Soc. B 16 (1954), 175-185 (ratio of means); Harvey, Leybourne and Newbold,
    Int. J. Forecasting 13 (1997), 281-291 (overlapping forecasts); `luck.slow_waves`.

    Args:
        network, baseline: (n,) squared error of each window, in order, at least `fewest_values`; the
            baseline's not all 0.
        horizon: Steps of each forecast.
        among: Of how many baselines this one was picked for its error on the same windows.
    """
    n = len(network)
    waves = count_waves(n, horizon)
    scale = float(np.mean(baseline))
    network, baseline = network / scale, baseline / scale
    ours, theirs = slow_waves(network, waves), slow_waves(baseline, waves)
    wide = _width(n, waves, horizon, among)
    ratio = float(np.mean(network))
    square = n - wide * float(theirs @ theirs)
    middle = n * ratio - wide * float(ours @ theirs)
    rest = n * ratio**2 - wide * float(ours @ ours)
    low, high = _ratios(ratio, square, middle, rest)
    return 1 - math.sqrt(high), 1 - math.sqrt(low)


def _width(n: int, waves: int, horizon: int, among: int) -> float:
    """Return how many times the squares of the slow waves n times the square of a mean is beyond luck."""
    overlap = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    # Dividing by how many were looked at (Bonferroni) makes up for picking the one that stands out.
    return student_quantile(LEVEL / among, waves) ** 2 / waves / overlap


def _errs(losses: Floats, horizon: int, among: int) -> bool:
    """Say whether the mean of losses (n,) is above that of a baseline without error, luck considered."""
    n, waves = len(losses), count_waves(len(losses), horizon)
    slow = slow_waves(losses, waves)
    return n * float(np.mean(losses)) ** 2 > _width(n, waves, horizon, among) * float(slow @ slow)


def _ratios(ratio: float, square: float, middle: float, rest: float) -> tuple[float, float]:
    """Return the ends of the ratios around `ratio`, from 0 on, where square R^2 - 2 middle R + rest is at most 0."""
    inside = middle**2 - square * rest
    if abs(inside) <= 1e-12 * middle**2:
        inside = 0.0
    if inside < 0:
        return 0.0, math.inf
    ends = sorted((middle + sign * math.sqrt(inside)) / square if square else math.inf for sign in (-1, 1))
    if square > 0:
        return max(0.0, min(ends[0], ratio)), max(ends[1], ratio)
    return (0.0, max(ends[0], ratio)) if abs(ratio - ends[0]) <= abs(ratio - ends[1]) else (max(0.0, ends[1]), math.inf)


def window_losses(predicted: Floats, truth: Floats) -> Floats:
    """Return the mean squared error (m,) of each forecast (m, steps); a miss that is only rounding is none."""
    with np.errstate(over="ignore", invalid="ignore"):
        misses = predicted - truth
        rounding = np.abs(misses) <= EXACT * np.max(np.abs(truth), initial=0.0)
        return np.mean(np.square(np.where(rounding, 0.0, misses)), axis=1)


def skill_of(network: Floats, baseline: Floats) -> float:
    """Return 1 - sqrt(mean network loss / mean baseline loss); the baseline's losses are not all 0."""
    return 1 - math.sqrt(float(np.mean(network)) / float(np.mean(baseline)))


def compare(name: str, network: Floats, baseline: Floats, horizon: int, among: int = 1) -> Comparison:
    """Compare window losses (m,) of the network with those of the baseline of that name; see `skill_interval`.

    Against a baseline that makes no error there is no skill: a network that errs loses to it, luck considered.
    """
    errors = _rmse(network), _rmse(baseline)
    reason = _why_not(network, baseline, horizon)
    if reason is not None:
        return Comparison(name, "n/a", None, None, None, reason, among, *errors)
    if not baseline.any():
        word: VerdictWord = "loses" if _errs(network, horizon, among) else "ties"
        return Comparison(name, word, None, None, None, None, among, *errors)
    low, high = skill_interval(network, baseline, horizon, among)
    return Comparison(name, word_of(low, high), skill_of(network, baseline), low, high, None, among, *errors)


def _rmse(losses: Floats) -> float | None:
    with np.errstate(over="ignore", invalid="ignore"):
        found = math.sqrt(np.mean(losses)) if len(losses) else math.nan
    return found if math.isfinite(found) else None


def word_of(low: float, high: float) -> VerdictWord:
    """Return the word for the interval of a skill."""
    return "beats" if low > ROUNDING else "loses" if high < -ROUNDING else "ties"


def _why_not(network: Floats, baseline: Floats, horizon: int) -> Missing | None:
    if not np.isfinite(network).all():
        return Missing("network not finite or too large")
    if not np.isfinite(baseline).all():
        return Missing("baseline too large")
    if len(network) < fewest_values(horizon):
        return Missing("too few windows", len(network), fewest_values(horizon))
    return None
