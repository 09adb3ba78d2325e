"""What is said of runs with classic mistakes."""

from __future__ import annotations

from playground.labs.leaks.mistakes import MISTAKES
from playground.labs.leaks.results import Arm, Found, LeakResult


def arm_title(arm: Arm) -> str:
    """Return what the arm is called in a chart."""
    titles = [mistake.title for mistake in MISTAKES.values() if mistake.name in arm.leaks]
    if arm.called or len(titles) < 2:
        return arm.called or (titles or ["Honest"])[0]
    return "Both together" if len(titles) == 2 else f"All {len(titles)} together"


def describe_arm(found: Found) -> str:
    """Say in a sentence or two how much the mistakes mattered in these runs, with the numbers."""
    reported, real, pairs = percent(found.arm.reported_mean), percent(found.arm.real_mean), found.pairs
    honest = (
        f"The honest network reported {percent(found.honest.reported_mean)} and makes "
        f"{percent(found.honest.real_mean)}."
    )
    if found.effect == "no clear effect":
        runs = "one pair of runs" if pairs == 1 else f"{pairs} pairs of runs"
        return (
            f"no effect that {runs} can show. It reported {reported} of the last value's error and makes {real} on "
            f"fresh data. {honest}"
        )
    if found.effect == "belittles":
        return (
            f"the score was not flattered. On average {reported} of the last value's error was reported, and {real} is "
            f"made on fresh data: in each of {pairs} pairs of runs it promised less than the honest run, next to what "
            f"it keeps. {honest}"
        )
    broken = " It promised to beat the last value and does not." if found.arm.breaks_its_promise else ""
    return (
        f"the score was flattered in each of {pairs} pairs of runs. On average {reported} of the last value's error "
        f"was reported, and {real} is made on fresh data.{broken} {honest}"
    )


def describe_honest(honest: Arm) -> str:
    """Say what the honest runs promised and kept, and where a difference comes from."""
    said = (
        f"reported {percent(honest.reported_mean)} of the last value's error, and makes {percent(honest.real_mean)} on "
        "fresh data."
    )
    if honest.differs:
        return f"{said} Nothing leaked: next to the last value, one stretch of a series is simply harder than another."
    return said


def percent(share: float, decimals: int = 0) -> str:
    """Return a share as a percentage, with a decimal where it is small."""
    return f"{100 * share:.{max(decimals, int(share < 0.1))}f}%"


def symptoms(result: LeakResult) -> dict[str, str]:
    """Return what an auditor can measure about a run, in words: name -> value."""
    seen = result.evidence
    correlation = seen.last_input_correlation
    return {
        "Reported error, against the last value's": percent(result.reported_share, 1),
        "Error on fresh data, against the last value's": percent(result.real_share, 1),
        "Error where the epoch was chosen, against the last value's": percent(seen.chosen_by_error, 1),
        "Windows trained on": f"{seen.train_windows:,}",
        "Windows scored": f"{seen.scored_windows:,}",
        "Training targets lie at positions up to": f"{seen.trained_until:,}",
        "Scored targets lie at positions": f"{seen.scored_from:,} to {seen.scored_until:,}",
        "Values read in training: mean": f"{seen.mean:.2f}",
        "Values read in training: deviation": f"{seen.deviation:.2f}",
        "Correlation of a scored window's last input with its last target": (
            "n/a, they do not vary" if correlation is None else f"{correlation:.3f}"
        ),
    }
