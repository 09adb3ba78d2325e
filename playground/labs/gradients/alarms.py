"""What is wrong with a network's gradients, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from playground.config import NetworkChoice
from playground.labs.gradients.results import GradientMoment, GradientRun

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
    """One thing that is wrong.

    Attributes:
        kind: What it is called.
        shown: How it shows.
        cause: Why it is so, which says what helps.
        layer: The layer that it is about, counted from 1; None where there is only one, or all are meant.
        steps_back: Steps from the end of the window to its first step.
        size: How many times its size the gradient has there, or, where it is clipped, the largest norm.
        count, of: Units, epochs, or layers: those that it is about, and all.
        has_cell_state: Whether the gradient has two ways back.
        clip: Norm that gradients are clipped to, 0 for none.
        radius: Spectral radius of the layer's W_hh.
        activation: What the units are.
        reason: How training ended.
    """

    kind: Literal["vanished", "exploding", "clipped", "dead", "saturated"]
    shown: Literal["vanished", "diverged", "clipped", "grown", "dead", "saturated"]
    cause: Literal[
        "gates", "slope of the sigmoid", "slope", "large as a whole", "steps too large", "grows", "below 0", "flat end"
    ]
    layer: int | None = None
    steps_back: int = 0
    size: float = 0.0
    count: int = 0
    of: int = 0
    has_cell_state: bool = False
    clip: float = 0.0
    radius: float = 0.0
    activation: str = ""
    reason: str = ""


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
    return Alarm(
        "vanished",
        "vanished",
        _why_vanished(run.recipe.network),
        steps_back=back,
        size=share,
        of=len(moment.norms),
        has_cell_state=moment.cell_norms is not None,
    )


def _why_vanished(network: NetworkChoice) -> Literal["gates", "slope of the sigmoid", "slope"]:
    if network.cell != "rnn":
        return "gates"
    return "slope of the sigmoid" if network.nonlinearity == "sigmoid" else "slope"


def _exploding(run: GradientRun, moment: GradientMoment) -> Alarm | None:
    shown = _explosion(run, moment)
    if shown is None:
        return None
    layer, grown = _growth(moment)
    shown = replace(shown, clip=run.recipe.training.clip_norm, radius=max(moment.radii(layer).values()))
    if grown < GROWN_RATIO and shown.shown != "diverged":
        return replace(shown, kind="clipped", cause="large as a whole")
    if grown < GROWN_RATIO:
        return replace(shown, cause="steps too large")
    return replace(shown, layer=layer + 1 if len(moment.norms) > 1 else None)


def _growth(moment: GradientMoment) -> tuple[int, float]:
    """Return the layer whose gradient grows most on its way to the first step, from 0, and to how many times its size.

    A gradient that is no longer a number has grown without limit.
    """
    lost = np.flatnonzero(~np.isfinite(moment.strongest).all(axis=1))
    return (int(lost[0]), np.inf) if lost.size else moment.most_left() or (0, 0.0)


def _diverged(run: GradientRun, moment: GradientMoment) -> bool:
    return run.checkpoint.state == "diverged" and moment is run.moments[-1]


def _explosion(run: GradientRun, moment: GradientMoment) -> Alarm | None:
    """Return how an explosion shows, None where there is none."""
    if _diverged(run, moment):
        return Alarm("exploding", "diverged", "grows", reason=run.checkpoint.reason.split(";")[0])
    latest = [record for record in run.epochs if record.epoch <= moment.epoch][-LATEST_EPOCHS:]
    clipped = [record for record in latest if record.clipped_fraction > 0.5]
    if run.recipe.training.clip_norm and len(clipped) >= OFTEN_EPOCHS:
        largest = max(record.gradient_norm for record in clipped)
        return Alarm("exploding", "clipped", "grows", size=largest, count=len(clipped), of=len(latest))
    grown = _growth(moment)[1]
    if grown > EXPLODED_RATIO:
        return Alarm("exploding", "grown", "grows", steps_back=moment.norms.shape[1] - 1, size=grown)
    return None


def _stuck(run: GradientRun, moment: GradientMoment) -> Iterator[Alarm]:
    """Yield what holds units fast: dead ReLU units, saturated tanh and sigmoid units of a plain RNN."""
    if run.recipe.network.cell != "rnn":
        return
    kind = run.recipe.network.nonlinearity
    for layer, found in enumerate(moment.saturation, 1):
        named = layer if len(moment.saturation) > 1 else None
        dead = int(np.sum(found.dead == 1))
        if dead:
            yield Alarm("dead", "dead", "below 0", named, count=dead, of=len(found.dead))
        for shares in found.saturated.values():
            stuck = int(np.sum(shares > STUCK_SHARE))
            if stuck >= max(1, SATURATED_UNITS * len(shares)):
                yield Alarm("saturated", "saturated", "flat end", named, count=stuck, of=len(shares), activation=kind)
