"""What is said of the scores of a classifier; no claim that the numbers do not carry."""

from __future__ import annotations

from collections.abc import Sequence

from playground.sentences.listing import in_sentence
from playground.sequences.classify.scores import Standing
from playground.sequences.records import ClassifierRun, ClassScore
from playground.sequences.speech.spoken import Trust
from playground.words import counted, seconds


def live_sentence(run: ClassifierRun | None, baselines: Sequence[ClassScore], planned: int) -> str:
    """Return the headline above the charts."""
    if run is None or run.validation is None or not run.training.epochs:
        return "Untrained: every class is about as likely as the next."
    if run.test is not None:
        beside = "".join(f", {in_sentence(baseline.title)} {baseline.accuracy:.0%}" for baseline in baselines)
        return f"Trained: {run.test.accuracy:.0%} of the test sequences right{beside}."
    epoch = run.training.newest.epoch
    return f"Epoch {epoch} of {planned}: {run.validation.accuracy:.0%} of the validation sequences right."


def cost_sentence(epoch_s: float, epochs: int) -> str:
    """Say roughly what one epoch and all of them cost on a worker that nobody shares, from the cost of one."""
    return (
        f"An epoch takes about {seconds(epoch_s)} on this server and all {epochs} about {seconds(epochs * epoch_s)}, "
        "longer while others train too."
    )


def comparison_sentence(found: Sequence[Standing], count: int) -> str:
    """Say for each baseline whether the network is clearly above it, in macro accuracy on a test part of so many."""
    if not found:
        return "The baselines are being fitted."
    told = " and ".join(_STANDING[one.word].format(name=in_sentence(one.title)) for one in found)
    return (
        f"In macro accuracy the network is {told}. The test part has {count} sequences: "
        f"one answer more or less is {1 / count:.1%}, so small differences are luck."
    )


_STANDING = {"level": "about level with {name}", "above": "clearly above {name}", "below": "clearly below {name}"}


def trust_sentence(found: Trust) -> str:
    """Say how many held-out samples were recognised, and where that is too small a number to trust."""
    samples = counted(found.count, "held-out sample")
    if found.too_few:
        return f"{found.right} of {samples} recognised: too few to trust"
    return f"{found.right} of {samples} recognised"


def spread_sentence(found: Trust) -> str:
    """Say how far the score may be from what more samples would show."""
    return (
        f"From so many samples alone, the true share may be anything from {found.low:.0%} to {found.high:.0%} "
        "(95% interval)."
    )


def spoken_comparison_sentence(trust: Trust, found: Sequence[Standing]) -> str:
    """Say how the network does beside the baselines, or that so few samples cannot tell."""
    if not trust.too_few:
        return comparison_sentence(found, trust.count)
    return (
        f"The test part has {counted(trust.count, 'sample')}, so one answer more or less is {1 / trust.count:.1%}: "
        "which of these is better cannot be told from so few."
    )
