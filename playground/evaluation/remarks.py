"""What to notice in an evaluation: one plain sentence for each thing that is shown, read off the records."""

from __future__ import annotations

import math

import numpy as np

from playground.evaluation.backtest_results import BacktestResult
from playground.evaluation.baselines import LAST_VALUE
from playground.evaluation.luck import halves_differ, is_beyond_luck
from playground.evaluation.residuals import FEWEST_VALUES
from playground.evaluation.results import NETWORK, Comparison, Intervals, Residuals, StepScores, Verdict
from playground.records import Part
from playground.words import number, percent

UNBIASED = 0.1
"""A mean residual below this share of their deviation is no bias to speak of."""

STEADY = 1.5
"""Misses whose typical size changes by less than this factor from the first half to the second stay about the same."""

CHANCE = 0.05
"""What is said of the errors is said by chance at most this often."""


VERDICT_ICONS = {"beats": "thumb_up", "ties": "drag_handle", "loses": "thumb_down", "n/a": "help"}
"""The sign beside each word of a verdict."""


def headline_of(verdict: Verdict) -> str:
    """Return the verdict in one line, its word first."""
    line = verdict.sentence.partition(" (95%")[0].rstrip(".")
    word = {"beats": "Beats", "loses": "Loses"}.get(verdict.against_last_value.word, "")
    return line if not word or line.startswith(word) else f"{word}: {line}"


def remark_on_luck(comparison: Comparison) -> str:
    """Say what the interval of the skill means; nothing where there is none."""
    if comparison.low is None or comparison.high is None:
        return ""
    low, high = _worse_or_better(comparison.low), _worse_or_better(comparison.high)
    verdict = {
        "ties": "the difference could be luck, so it is called a tie",
        "beats": "even at the low end it is better",
        "loses": "even at the high end it is worse",
    }.get(comparison.word, "")
    return f"Luck considered, the network is between {low} and {high} (95% interval): {verdict}."


def remark_on_best(verdict: Verdict) -> str:
    """Say how the network stands against the best baseline, where that is not the last value."""
    best = verdict.against_best
    if best is None or best.baseline == verdict.against_last_value.baseline:
        return "No other baseline does better than that one." if verdict.best_baseline else ""
    if best.word == "n/a" or best.skill is None:
        return f"The best baseline, {best.baseline}, cannot be compared: {best.reason}."
    outcome = {"beats": "the network beats it too", "ties": "the network ties with it"}.get(best.word)
    outcome = outcome or f"the network loses to it, {_worse_or_better(best.skill)}"
    return f"The best baseline is {best.baseline}: {outcome}."


def remark_on_coverage(intervals: Intervals, level: float, part: Part) -> str:
    """Say how much of a part the intervals of one level really held."""
    if part == "train":
        return (
            "Intervals come from validation errors; on training, which the network has learnt from, they say nothing."
        )
    found = next(c for c in intervals.coverage if (c.level, c.part) == (level, part))
    if found.share is None:
        return f"No {level:.0%} interval: {intervals.reason}."
    held = f"The {level:.0%} interval held {percent(found.share)} of the true values on {part}"
    if part == "validation":
        return (
            f"{held}, as it must: its width was measured there. Only the test set can tell whether it holds elsewhere."
        )
    if found.low is None or found.high is None:
        return f"{held}. The forecasts are too few to tell that from luck."
    expected = f"{percent(found.low)} to {percent(found.high)} that errors like those on validation would bring"
    if found.share < found.low:
        return f"{held}: fewer than the {expected}."
    if found.share > found.high:
        return f"{held}: more than the {expected}."
    return f"{held}: within the {expected}."


def remark_on_misses(residuals: Residuals, unit: str) -> str:
    """Say whether the typical size of the residuals changes from the first half of the part to the second."""
    if residuals.deviation is None:
        return f"n/a: {residuals.reason}."
    sizes = np.abs(residuals.values)
    first, second = (float(np.median(half)) for half in np.array_split(sizes, 2))
    told = (
        f"half of them are within {_with_unit(first, unit)} in the first half, {_with_unit(second, unit)} in the second"
    )
    if first <= STEADY * second and second <= STEADY * first:
        return f"The misses stay about the same size ({told})."
    if len(sizes) < FEWEST_VALUES or not halves_differ(sizes):
        return f"The size of the misses changes no more than by chance ({told})."
    return f"The misses are {'larger' if second > first else 'smaller'} in the second half of the part ({told})."


def remark_on_bias(residuals: Residuals, unit: str) -> str:
    """Say whether the forecasts are too low or too high on average."""
    if residuals.mean is None or residuals.deviation is None:
        return f"n/a: {residuals.reason}."
    side = "low" if residuals.mean > 0 else "high"
    found = (
        f"on average the forecasts are {_with_unit(abs(residuals.mean), unit)} too {side} on this part "
        f"(typical miss {_with_unit(residuals.deviation, unit)})"
    )
    if abs(residuals.mean) <= UNBIASED * residuals.deviation:
        return f"No bias to speak of: {found}."
    if len(residuals.values) < FEWEST_VALUES or not is_beyond_luck(residuals.values):
        return f"No bias beyond chance: {found}."
    return f"Biased: {found}."


def remark_on_pattern(residuals: Residuals) -> str:
    """Say whether the residuals have more of a pattern than noise shows by chance; none found is no proof of none."""
    if not len(residuals.autocorrelation):
        return f"n/a: {residuals.reason}."
    if residuals.chance < CHANCE:
        tallest = int(residuals.lags[np.argmax(np.abs(residuals.autocorrelation))])
        return (
            "A pattern is left that the network has not learnt: noise without memory shows as much in "
            f"{chance_words(residuals.chance)} cases. The tallest bar is at lag {tallest}."
        )
    return (
        "No pattern stands out from what noise shows by chance. One too weak for "
        f"{len(residuals.values):,} residuals may be left."
    )


def remark_on_lead_times(scores: StepScores) -> str:
    """Say up to which lead time the network is better than every baseline."""
    if not np.isfinite(scores.values).any() or not scores.baselines:
        return f"{scores.metric} cannot be computed here."
    sign = 1 if scores.better == "lower" else -1
    others = np.array([sign * values for values in scores.baselines.values()])
    ahead = sign * scores.values < np.min(np.where(np.isnan(others), np.inf, others), axis=0)
    steps = len(ahead)
    if ahead.all():
        return f"The {NETWORK} is better than every baseline at all {steps} lead times."
    if not ahead.any():
        return f"At every lead time some baseline is at least as good as the {NETWORK}."
    return f"The {NETWORK} is better than every baseline at {int(ahead.sum())} of {steps} lead times."


def remark_on_origins(result: BacktestResult) -> str:
    """Say from how many origins the network was better than the last value, over all steps."""
    errors = next(reversed(result.by_origin.values()))
    network, naive = errors[NETWORK], errors[LAST_VALUE]
    known = np.isfinite(network) & np.isfinite(naive)
    if not known.any():
        return "The errors cannot be computed here."
    better = int(np.sum(network[known] < naive[known]))
    count = int(known.sum())
    line = f"The network was better than the {LAST_VALUE} from {better} of {count} origins"
    if better == count:
        return f"{line}, each of them."
    return f"{line}: {'more often than not' if 2 * better > count else 'the baseline wins as often or more'}."


def _worse_or_better(skill: float) -> str:
    if skill == -math.inf:
        return "any amount worse"
    if skill < -1:
        return f"{number(1 - skill)} times as wrong"
    return f"{percent(abs(skill))} {'better' if skill >= 0 else 'worse'}"


def _with_unit(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".rstrip()


def chance_words(chance: float) -> str:
    """Return a small chance in words: "3 of 1,000", "fewer than 1 of 1,000"."""
    return "fewer than 1 of 1,000" if chance < 0.001 else f"{math.ceil(1000 * chance)} of 1,000"
