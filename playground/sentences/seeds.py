"""What is said of a recipe whose networks differ in their seed alone."""

from __future__ import annotations

from playground.evaluation.seed_verdicts import SeedVerdict
from playground.sentences.verdicts import interval_name, outcome_of, part_name, signed_percent


def seed_headline(verdict: SeedVerdict) -> str:
    """Return how the seeds stand together, on average, against the best baseline."""
    where = f"on {part_name(verdict.part)} over {len(verdict.alone)} seeds"
    return outcome_of(verdict.together, verdict.horizon, where)


def seed_details(verdict: SeedVerdict) -> str:
    """Say how the seeds differ, and how far luck reaches; nothing where there is no skill."""
    together = verdict.together
    if together.skill is None:
        return ""
    lowest, highest = signed_percent(min(verdict.skills)), signed_percent(max(verdict.skills))
    low, high = signed_percent(together.low or 0.0), signed_percent(together.high or 0.0)
    return (
        f"Skills of the seeds run from {lowest} to {highest}, {verdict.better} of {len(verdict.alone)} above 0; their "
        f"mean is {signed_percent(together.skill)}, with the luck of seeds and stretch together {low} to {high} "
        f"({interval_name(together)})."
    )
