"""Why the suggested settings suit a series."""

from __future__ import annotations

from playground.data.suggesting import Reason, Suggestion, TooShort
from playground.words import counted, percent


def reasons_in_words(suggestion: Suggestion) -> tuple[str, ...]:
    """Return the reasons for what is suggested, two to five, in the order of the settings."""
    said: list[str] = []
    for reason in suggestion.reasons:
        sentence = _said(reason, suggestion.fields.get("target", ""))
        if reason.why == "moves grow":
            said[-1] += f" {sentence}"
        else:
            said.append(sentence)
    return tuple(said)


def remark_on_length(found: TooShort) -> str:
    """Say by how much the series is too short for the settings in force, and which window fits."""
    fitting = (
        f"With everything else as it is, the largest window that fits is {found.largest} steps."
        if found.largest
        else "With the gap, the horizon and the shares as they are, no window fits."
    )
    return (
        f"Too short for the settings in force: each of the three parts must hold a window of {found.window} and a "
        f"horizon of {found.horizon}, {counted(found.window + found.horizon, 'step')} together, and two gaps of "
        f"{found.gap} lie between them. With these shares that takes {found.needed:,} points; there are "
        f"{found.length:,}. {fitting}"
    )


def _said(reason: Reason, target: str) -> str:
    why, count, of = reason.why, reason.count, reason.of
    match why:
        case "too short":
            return "The series is too short for any settings: give the smallest part more of it, or take a longer one."
        case "season of the series":
            return f"Season {count:,} steps: it comes with the series."
        case "season unproven":
            return (
                f"Season {count:,} steps: it comes with the series, but does not stand out from chance in the training "
                f"part of {of:,} points, so the settings do not go by it."
            )
        case "season found":
            return f"Season {count:,} steps: the training part of {of:,} points repeats after so many."
        case "no season":
            return f"No season: no repetition in the training part of {of:,} points stands out from chance."
        case "whole seasons":
            return f"Window {count} steps: {counted(of, 'whole season')}, so every place in the season is seen."
        case "season too long":
            return (
                f"Window {count} steps and horizon 1: a season of {of:,} steps is too long to be read in one window, "
                "so the network goes by the last steps alone."
            )
        case "window as parts allow":
            return f"Window {count} steps: the shortest part has {of}, and forecasts must be left to judge by."
        case "window without season":
            return f"Window {count} steps and horizon 1: without a season, what lies further back tells little more."
        case "one season ahead":
            return f"Horizon {count} steps: one season ahead, with at least {of} forecasts in every part to judge by."
        case "next step":
            return "Horizon 1: a whole season ahead would leave too few forecasts to tell skill from luck."
        case "level stays":
            return "Target level: the last third of the training part stays in the range before it, but for few values."
        case "mostly zero":
            return f"Target level: {percent(reason.share)} of the training part is 0, and so are most changes."
        case "level leaves":
            return (
                f"Target {_TARGETS[target]}: {percent(reason.share)} of the last third of the training part lies "
                "outside the range before it, and what comes later may lie further out."
            )
        case "last value is near":
            return (
                f"Target {_TARGETS[target]}: each value is near the one before (autocorrelation {reason.share:.2f}), "
                "so the last value is the better place to start from."
            )
        case "walk":
            return (
                "The training part cannot be told from a random walk: there nothing beats the last value, so expect a "
                f"tie. Target {_TARGETS[target]}, because only the steps could hold anything to learn."
            )
        case "moves grow":
            return f"From higher levels the steps are {reason.share:.1f} times as large, so they are taken as shares."
        case _:
            return (
                f"Adam, rate {reason.share:g}, batches of {reason.batch}: {count:,} training windows and at most "
                f"{counted(reason.epochs, 'epoch')} are meant for about half a minute."
            )


_TARGETS = {"level": "level", "change": "change", "log_return": "log return"}
