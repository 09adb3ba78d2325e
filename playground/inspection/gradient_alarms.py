"""What is wrong with a network's gradients, with the cause and the remedy in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.config import NetworkChoice
from playground.inspection.gradient_records import GradientMoment, GradientRun, power

VANISHED_RATIO = 1e-6
EXPLODED_RATIO = 1e3
LATEST_EPOCHS = 5
OFTEN_EPOCHS = 3
"""Of the latest five epochs, in how many something must happen to be said to happen again and again."""

STUCK_SHARE = 0.5
"""A unit is called saturated when it is so in more than this share of the steps."""

SATURATED_UNITS = 0.25
"""Share of the units of a layer from which on saturation is an alarm."""


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong: what is seen, why, and what to do."""

    kind: Literal["vanished", "exploding", "clipped", "dead", "saturated"]
    seen: str
    cause: str
    remedy: str


def alarms_of(run: GradientRun, epoch: int | None = None) -> tuple[Alarm, ...]:
    """Return all that is wrong with a run at an epoch; None means now."""
    moment = run.at(epoch)
    found = (_vanished(run, moment), _exploding(run, moment), *_stuck(run, moment))
    return tuple(alarm for alarm in found if alarm is not None)


def _vanished(run: GradientRun, moment: GradientMoment) -> Alarm | None:
    ratio, back = moment.ratio(), moment.norms.shape[1] - 1
    if ratio is None:
        return None
    if ratio >= VANISHED_RATIO:
        return None
    share = f"{power(ratio)} of what it was" if ratio else "nothing"
    cause, remedy = _why_vanished(run.recipe.network)
    return Alarm("vanished", f"The gradient has vanished: {back} steps back, {share} is left", cause, remedy)


def _why_vanished(network: NetworkChoice) -> tuple[str, str]:
    """Return cause and remedy for a network of this kind."""
    if network.cell != "rnn":
        return (
            "the gates let too little through: every step back multiplies the gradient by them",
            "train on, so that the gate that keeps the memory opens, or shorten the window",
        )
    sigmoid = network.nonlinearity == "sigmoid"
    slope = "the slope of the sigmoid, which is at most a quarter" if sigmoid else "the slope of the activation"
    other = "take tanh, " if sigmoid else ""
    return (
        f"every step back multiplies the gradient by W_hh and by {slope}; together they shrink it",
        f"{other}begin with an orthogonal W_hh or a larger spectral radius, or take an LSTM or a GRU, which carry "
        "their memory forward by adding",
    )


def _exploding(run: GradientRun, moment: GradientMoment) -> Alarm | None:
    seen = _exploding_words(run, moment)
    if not seen:
        return None
    ratio, clip = moment.ratio(), run.recipe.training.clip_norm
    diverged = run.checkpoint.state == "diverged" and moment is run.moments[-1]
    if ratio is not None and ratio <= 1 and not diverged:
        cause = "the weights' gradient as a whole is large, though it does not grow on its way back: usual early on"
        remedy = "nothing as long as the loss falls; where it lasts, raise the clip or lower the learning rate"
        return Alarm("clipped", seen, cause, remedy)
    radius = max(moment.radii().values())
    cause = (
        "the weights took steps so large that the numbers left every range"
        if ratio is not None and ratio <= 1
        else f"on its way back the gradient grows from step to step; W_hh has spectral radius {radius:.2g}"
    )
    remedy = (
        "a lower learning rate or a smaller spectral radius at the start removes the cause, which clipping only holds"
        if clip
        else "switch clipping on, start with a smaller spectral radius, or lower the learning rate"
    )
    return Alarm("exploding", seen, cause, remedy)


def _exploding_words(run: GradientRun, moment: GradientMoment) -> str:
    """Return how an explosion shows, empty where there is none."""
    if run.checkpoint.state == "diverged" and moment is run.moments[-1]:
        return f"The gradient has exploded: training {run.checkpoint.reason.split(';')[0]}"
    clip = run.recipe.training.clip_norm
    latest = [record for record in run.epochs if record.epoch <= moment.epoch][-LATEST_EPOCHS:]
    clipped = [record for record in latest if record.clipped_fraction > 0.5]
    if clip and len(clipped) >= OFTEN_EPOCHS:
        largest = max(record.gradient_norm for record in clipped)
        return (
            f"The gradient's norm is above the clip of {clip:g} again and again: up to {largest:.2g}, in most "
            f"steps of {len(clipped)} of the last {len(latest)} epochs"
        )
    ratio = moment.ratio()
    if not np.isfinite(moment.norms).all() or (ratio is not None and ratio > EXPLODED_RATIO):
        times = f"{power(ratio)} times as large" if ratio is not None else "too large to be a number"
        return f"The gradient explodes: {moment.norms.shape[1] - 1} steps back it is {times}"
    return ""


def _stuck(run: GradientRun, moment: GradientMoment) -> Iterator[Alarm]:
    """Yield what holds units fast: dead ReLU units, saturated tanh and sigmoid units of a plain RNN."""
    if run.recipe.network.cell != "rnn":
        return
    kind = run.recipe.network.nonlinearity
    for layer, found in enumerate(moment.saturation, 1):
        where = f" of layer {layer}" if len(moment.saturation) > 1 else ""
        dead = int(np.sum(found.dead == 1))
        if dead:
            yield Alarm(
                "dead",
                f"{dead} of {len(found.dead)} ReLU units{where} are dead: off in every step of every window looked at",
                "an update pushed what they add up below 0 for all inputs; ReLU is flat there, so no gradient ever "
                "brings them back",
                "lower the learning rate, switch clipping on, or take tanh",
            )
        for shares in found.saturated.values():
            stuck = int(np.sum(shares > STUCK_SHARE))
            if stuck >= max(1, SATURATED_UNITS * len(shares)):
                yield Alarm(
                    "saturated",
                    f"{stuck} of {len(shares)} {kind} units{where} are saturated: at the flat end of {kind} most of "
                    "the time",
                    "what they add up is so large that the activation stands still, and its slope, which every "
                    "gradient is multiplied by, is below 6 % of the largest",
                    "start with a smaller spectral radius, lower the learning rate, or switch clipping on",
                )
