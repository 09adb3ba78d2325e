"""What is wrong with a network's gradients, with the cause and the remedy in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.config import NetworkChoice
from playground.labs.gradients.results import GradientMoment, GradientRun, power

VANISHED_RATIO = 1e-6
EXPLODED_RATIO = 1e3
GROWN_RATIO = 10
"""From here on a gradient that is clipped again and again is said to explode; below, it is only large."""

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
    """Return the alarm where no layer carries a gradient back, an LSTM's neither by h nor by c."""
    most = moment.most_left()
    if most is None or not np.isfinite(moment.strongest).all():
        return None
    share, back = most[1], moment.norms.shape[1] - 1
    if share >= VANISHED_RATIO:
        return None
    left = f"{power(share)} of what it was" if share else "nothing"
    where = " in any layer" if len(moment.norms) > 1 else ""
    by = ", by h and by c alike" if moment.cell_norms is not None else ""
    cause, remedy = _why_vanished(run.recipe.network)
    return Alarm("vanished", f"The gradient has vanished: {back} steps back, {left} is left{where}{by}", cause, remedy)


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
    clip, layer, grown = run.recipe.training.clip_norm, *_growth(moment)
    diverged = _diverged(run, moment)
    if grown < GROWN_RATIO and not diverged:
        cause = (
            "the weights' gradient as a whole is large, though it does not grow tenfold on its way back: usual early on"
        )
        remedy = "nothing as long as the loss falls; where it lasts, raise the clip or lower the learning rate"
        return Alarm("clipped", seen, cause, remedy)
    radius = max(moment.radii(layer).values())
    where = f" in layer {layer + 1}" if len(moment.norms) > 1 else ""
    cause = (
        "the weights took steps so large that the numbers left every range"
        if grown < GROWN_RATIO
        else f"on its way back to the first step the gradient grows{where}; W_hh has spectral radius {radius:.2g}"
    )
    remedy = (
        "a lower learning rate or a smaller spectral radius at the start removes the cause, which clipping only holds"
        if clip
        else "switch clipping on, start with a smaller spectral radius, or lower the learning rate"
    )
    return Alarm("exploding", seen, cause, remedy)


def _growth(moment: GradientMoment) -> tuple[int, float]:
    """Return the layer whose gradient grows most on its way to the first step, from 0, and to how many times its size.

    A gradient that is no longer a number has grown without limit.
    """
    lost = np.flatnonzero(~np.isfinite(moment.strongest).all(axis=1))
    return (int(lost[0]), np.inf) if lost.size else moment.most_left() or (0, 0.0)


def _diverged(run: GradientRun, moment: GradientMoment) -> bool:
    return run.checkpoint.state == "diverged" and moment is run.moments[-1]


def _exploding_words(run: GradientRun, moment: GradientMoment) -> str:
    """Return how an explosion shows, empty where there is none."""
    if _diverged(run, moment):
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
    _, grown = _growth(moment)
    if grown > EXPLODED_RATIO:
        times = f"{power(grown)} times as large" if np.isfinite(grown) else "too large to be a number"
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
                "what they add up is below 0 for all these inputs; ReLU is flat there, so none of these windows sends "
                "them a gradient, and only other inputs or changes in the units they read can wake them",
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
