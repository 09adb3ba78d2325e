"""Beats, ties or loses: the network against the baselines, with the luck of the stretch taken into account."""

from __future__ import annotations

import math

import numpy as np

from playground.evaluation.luck import LEVEL, count_waves, fewest_values, slow_waves
from playground.evaluation.missing import Missing
from playground.evaluation.results import LAST_VALUE, Comparison, PartForecasts, Verdict, VerdictWord
from playground.records import Floats
from playground.students_t import student_quantile

ROUNDING = 1e-4
"""A smaller skill than this comes from rounding in single precision."""


def judge(forecasts: PartForecasts) -> Verdict:
    """Compare the network with the last value and with the best baseline of the part.

    The best of several is a little lucky, so its interval is as much wider as their number asks for.
    """
    part, horizon = forecasts.part, forecasts.predicted.shape[1]
    network = window_losses(forecasts.predicted, forecasts.truth)
    losses = {
        b.name: window_losses(b.predicted, forecasts.truth) for b in forecasts.baselines if b.predicted is not None
    }
    against_last = compare(LAST_VALUE, network, losses[LAST_VALUE], horizon)
    best = min(losses, key=lambda name: float(np.mean(losses[name])))
    against_best = (
        against_last if best == LAST_VALUE else compare(best, network, losses[best], horizon, among=len(losses))
    )
    return Verdict(
        part=part,
        horizon=horizon,
        against_last_value=against_last,
        best_baseline=best,
        against_best=against_best,
    )


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
    overlap = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    # Dividing by how many were looked at (Bonferroni) makes up for picking the one that stands out.
    wide = student_quantile(LEVEL / among, waves) ** 2 / waves / overlap
    ratio = float(np.mean(network))
    square = n - wide * float(theirs @ theirs)
    middle = n * ratio - wide * float(ours @ theirs)
    rest = n * ratio**2 - wide * float(ours @ ours)
    low, high = _ratios(ratio, square, middle, rest)
    return 1 - math.sqrt(high), 1 - math.sqrt(low)


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
    """Return the mean squared error (m,) of each forecast."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.mean(np.square(predicted - truth), axis=1)


def skill_of(network: Floats, baseline: Floats) -> float:
    """Return 1 - sqrt(mean network loss / mean baseline loss); the baseline's losses are not all 0."""
    return 1 - math.sqrt(float(np.mean(network)) / float(np.mean(baseline)))


def compare(name: str, network: Floats, baseline: Floats, horizon: int, among: int = 1) -> Comparison:
    """Compare window losses (m,) of the network with those of the baseline of that name; see `skill_interval`."""
    reason = _why_not(network, baseline, horizon)
    if reason is not None:
        return Comparison(name, "n/a", None, None, None, reason)
    low, high = skill_interval(network, baseline, horizon, among)
    return Comparison(name, word_of(low, high), skill_of(network, baseline), low, high)


def word_of(low: float, high: float) -> VerdictWord:
    """Return the word for the interval of a skill."""
    return "beats" if low > ROUNDING else "loses" if high < -ROUNDING else "ties"


def _why_not(network: Floats, baseline: Floats, horizon: int) -> Missing | None:
    if not np.isfinite(network).all():
        return Missing("network not finite or too large")
    if not np.isfinite(baseline).all():
        return Missing("baseline too large")
    if not baseline.any():
        return Missing("baseline makes no error")
    if len(network) < fewest_values(horizon):
        return Missing("too few windows", len(network), fewest_values(horizon))
    return None
