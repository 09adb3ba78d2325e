"""What is said of how a network stands against the baselines: on every page in the same words."""

from __future__ import annotations

import math

from playground.evaluation.results import LAST_VALUE, Comparison, Verdict
from playground.records import Part
from playground.sentences.missing import because
from playground.words import number, percent

HOW_VERDICTS_COME_ABOUT = (
    "The word is decided against the baseline that errs least on the part. The best of several is a little lucky, so "
    "the interval of the skill is wider than against one baseline alone.",
    "The verdict weighs luck: how far the mean difference of the errors would move on another stretch of the same "
    "kind, errors that last included. Where the interval contains 0 it is a tie. The line beside a run in training is "
    "decided the same way.",
    "Where the epoch was chosen by its validation loss, scores on validation flatter the network a little.",
)


def last_value_name(horizon: int) -> str:
    """Return what the last value is called for forecasts of `horizon` steps."""
    return "“same as the step before”" if horizon == 1 else "“same as the last known value”"


def baseline_name(name: str, horizon: int) -> str:
    """Return what a baseline is called in a sentence."""
    return {LAST_VALUE: last_value_name(horizon), "mean": "the training mean"}.get(name, name)


def part_name(part: Part) -> str:
    """Return a part with what is to be known of a score there."""
    return "training (seen while learning)" if part == "train" else part


def at_epoch(epoch: int, told: str) -> str:
    """Return what is told of a network with the epoch that it is told of; 0 is before the first."""
    return f"Epoch {epoch}: {told}" if epoch else f"Untrained: {told}"


def headline_of(verdict: Verdict, unit: str = "") -> str:
    """Return the verdict in one line, its word first."""
    return outcome_of(verdict.against_best, verdict.horizon, f"on {part_name(verdict.part)}", unit)


def outcome_of(found: Comparison, horizon: int, where: str, unit: str = "") -> str:
    """Return in one line how the network stands against the best baseline.

    Args:
        found: The comparison.
        horizon: Steps of each forecast.
        where: Where it was made: "on test".
        unit: Unit of the errors.
    """
    best = baseline_name(found.baseline, horizon)
    if found.word == "n/a":
        return f"n/a {where}: {because(found.reason)}{_errors(found, unit, f' of {best}, the best baseline')}"
    told = {
        "beats": f"Beats every baseline {where}: {_size(found)} than {best}, the best of them",
        "ties": f"Ties with {best}, the best baseline, {where}",
        "loses": f"Loses to {best}, the best baseline, {where}: {_size(found)}",
    }[found.word]
    return told + _errors(found, unit)


def _size(found: Comparison) -> str:
    if found.skill is None:
        return "that makes no error there"
    if found.skill < -1000:
        return "more than 1,000 times its error"
    if found.skill <= -1:
        return f"{number(1 - found.skill)} times its error"
    return f"{signed_percent(abs(found.skill))} {'better' if found.skill > 0 else 'worse'}"


def _errors(found: Comparison, unit: str, whose: str = "") -> str:
    if found.error is None or found.baseline_error is None:
        return ""
    ours, its = (f"{number(error)} {unit}".rstrip() for error in (found.error, found.baseline_error))
    return f" (RMSE {ours} against {its}{whose})"


def verdict_sentence(verdict: Verdict, unit: str = "") -> str:
    """Return all of a verdict."""
    return f"{headline_of(verdict, unit)}. {verdict_details(verdict)}".strip()


def verdict_details(verdict: Verdict) -> str:
    """Say how far luck reaches, and how the network stands against the last value where another baseline is best."""
    return f"{remark_on_luck(verdict.against_best)} {remark_on_last_value(verdict)}".strip()


def remark_on_luck(comparison: Comparison) -> str:
    """Say what the interval of the skill means; nothing where there is none."""
    if comparison.low is None or comparison.high is None:
        return ""
    low, high = _worse_or_better(comparison.low), _worse_or_better(comparison.high)
    between = f"Luck considered, the network is between {low} and {high} ({interval_name(comparison)})"
    return {
        "ties": f"{between}: the difference could be luck, so it is called a tie.",
        "beats": f"{between}: even at the low end it is better.",
        "loses": f"{between}: even at the high end it is worse.",
    }[comparison.word]


def interval_name(comparison: Comparison) -> str:
    """Return what kind of interval a comparison has."""
    wider = f", wider for the pick of the best of {comparison.among} baselines" if comparison.among > 1 else ""
    return f"95% interval{wider}"


def remark_on_last_value(verdict: Verdict) -> str:
    """Say how the network stands against the last value alone, where another baseline is best."""
    found, name = verdict.against_last_value, last_value_name(verdict.horizon)
    if verdict.against_best.baseline == LAST_VALUE or found.skill is None:
        return ""
    return {
        "beats": f"Against {name} alone it is {_size(found)}, beyond luck.",
        "ties": f"With {name} alone it ties.",
        "loses": f"Against {name} too it loses: {_size(found)}.",
    }[found.word]


def _worse_or_better(skill: float) -> str:
    if skill == -math.inf:
        return "any amount worse"
    if skill < -1:
        return f"{number(1 - skill)} times as wrong"
    return f"{percent(skill)} better" if skill >= 0 else f"{percent(-skill)} worse"


def signed_percent(skill: float) -> str:
    """Return a skill as a percentage with its sign."""
    if skill < -10:
        return "below -1,000%"
    size = percent(abs(skill)) if abs(skill) >= 0.01 else f"{100 * abs(skill):.1g}%"
    return "0%" if abs(skill) < 1e-4 else f"-{size}" if skill < 0 else size
