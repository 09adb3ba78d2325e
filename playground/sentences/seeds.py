"""What is said of a recipe whose networks differ in their seed alone."""

from __future__ import annotations

from playground.evaluation.seed_verdicts import SeedVerdict
from playground.sentences.missing import because
from playground.sentences.verdicts import last_value_name, part_name, signed_percent
from playground.words import percent


def seed_headline(verdict: SeedVerdict) -> str:
    """Return how the seeds stand together against the last value."""
    together, part = verdict.together, part_name(verdict.part)
    baseline, count = last_value_name(verdict.horizon), len(verdict.alone)
    size = percent(abs(together.skill or 0.0))
    return {
        "n/a": f"n/a over {count} seeds on {part}: {because(together.reason)}",
        "beats": f"Beats {baseline} on {part} over {count} seeds: {size} better on average",
        "loses": f"Loses to {baseline} on {part} over {count} seeds: {size} worse on average",
        "ties": f"Ties with {baseline} on {part} over {count} seeds",
    }[together.word]


def seed_details(verdict: SeedVerdict) -> str:
    """Say how the seeds differ, and how far luck reaches; nothing where there is no verdict."""
    together = verdict.together
    if together.word == "n/a":
        return ""
    lowest, highest = signed_percent(min(verdict.skills)), signed_percent(max(verdict.skills))
    low, high = signed_percent(together.low or 0.0), signed_percent(together.high or 0.0)
    return (
        f"Skills of the seeds run from {lowest} to {highest}, {verdict.better} of {len(verdict.alone)} above 0; with "
        f"the luck of seeds and stretch together, 95% interval {low} to {high}."
    )
