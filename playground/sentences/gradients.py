"""What is said of a network's gradients and memory: what is wrong, with the cause and the remedy."""

from __future__ import annotations

import math

from playground.labs.gradients.alarms import Alarm
from playground.labs.gradients.results import MemoryRuler, Saturation

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def alarm_seen(alarm: Alarm) -> str:
    """Say what is seen."""
    layer = "" if alarm.layer is None else f" of layer {alarm.layer}"
    size = power(alarm.size) if math.isfinite(alarm.size) else ""
    return {
        "vanished": _vanished(alarm, size),
        "diverged": f"The gradient has exploded: training {alarm.reason}",
        "clipped": (
            f"The gradient's norm is above the clip of {alarm.clip:g} again and again: up to {alarm.size:.2g}, in most "
            f"steps of {alarm.count} of the last {alarm.of} epochs"
        ),
        "grown": (
            f"The gradient explodes: {alarm.steps_back} steps back it is {size} times as large"
            if size
            else f"The gradient explodes: {alarm.steps_back} steps back it is too large to be a number"
        ),
        "dead": (
            f"{alarm.count} of {alarm.of} ReLU units{layer} are dead: off in every step of every window looked at"
        ),
        "saturated": (
            f"{alarm.count} of {alarm.of} {alarm.activation} units{layer} are saturated: at the flat end of "
            f"{alarm.activation} most of the time"
        ),
    }[alarm.shown]


def _vanished(alarm: Alarm, size: str) -> str:
    left = f"{size} of what it was" if alarm.size else "nothing"
    layers = " in any layer" if alarm.of > 1 else ""
    ways = ", by h and by c alike" if alarm.has_cell_state else ""
    return f"The gradient has vanished: {alarm.steps_back} steps back, {left} is left{layers}{ways}"


def alarm_cause(alarm: Alarm) -> str:
    """Say why it is so."""
    grows = f"on its way back to the first step the gradient grows; W_hh has spectral radius {alarm.radius:.2g}"
    if alarm.layer is not None:
        grows = (
            f"on its way back to the first step the gradient grows in layer {alarm.layer}; W_hh has spectral radius "
            f"{alarm.radius:.2g}"
        )
    return {
        "gates": "the gates let too little through: every step back multiplies the gradient by them",
        "slope of the sigmoid": (
            "every step back multiplies the gradient by W_hh and by the slope of the sigmoid, which is at most a "
            "quarter; together they shrink it"
        ),
        "slope": (
            "every step back multiplies the gradient by W_hh and by the slope of the activation; together they shrink "
            "it"
        ),
        "large as a whole": (
            "the weights' gradient as a whole is large, though it does not grow tenfold on its way back: usual early on"
        ),
        "steps too large": "the weights took steps so large that the numbers left every range",
        "grows": grows,
        "below 0": (
            "what they add up is below 0 for all these inputs; ReLU is flat there, so none of these windows sends "
            "them a gradient, and only other inputs or changes in the units they read can wake them"
        ),
        "flat end": (
            "what they add up is so large that the activation stands still, and its slope, which every "
            "gradient is multiplied by, is below 6 % of the largest"
        ),
    }[alarm.cause]


def alarm_remedy(alarm: Alarm) -> str:
    """Say what helps."""
    smaller = (
        "a lower learning rate or a smaller spectral radius at the start removes the cause, which clipping only holds"
        if alarm.clip
        else "switch clipping on, start with a smaller spectral radius, or lower the learning rate"
    )
    return {
        "gates": "train on, so that the gate that keeps the memory opens, or shorten the window",
        "slope of the sigmoid": (
            "take tanh, begin with an orthogonal W_hh or a larger spectral radius, or take an LSTM or a GRU, which "
            "carry their memory forward by adding"
        ),
        "slope": (
            "begin with an orthogonal W_hh or a larger spectral radius, or take an LSTM or a GRU, which carry "
            "their memory forward by adding"
        ),
        "large as a whole": (
            "nothing as long as the loss falls; where it lasts, raise the clip or lower the learning rate"
        ),
        "steps too large": smaller,
        "grows": smaller,
        "below 0": "lower the learning rate, switch clipping on, or take tanh",
        "flat end": "start with a smaller spectral radius, lower the learning rate, or switch clipping on",
    }[alarm.cause]


def ruler_words(ruler: MemoryRuler) -> str:
    """Return what the ruler reads: "remembers about 12 steps", or "n/a" and why."""
    steps, reason = ruler.reach()
    if steps is None:
        return {
            "too large": "memory n/a: the influence is too large to be a number",
            "nothing": "memory n/a: no input moves the forecast",
            "all alike": ("memory n/a: every input of the window counts alike, so its window is too short to tell"),
        }[reason]
    if steps == 0:
        return "goes by the last input alone"
    if steps == len(ruler.gradient) - 1:
        return f"remembers its whole window of {len(ruler.gradient)} steps"
    return "remembers about 1 step" if steps == 1 else f"remembers about {steps} steps"


def saturation_words(found: Saturation) -> str:
    """Return the mean over the units: "saturated: i 0 %, f 12 %, ..." (of the time), or how often ReLU is off."""
    if found.dead.size:
        return f"ReLU off {100 * found.dead.mean():.0f} % of the time"
    shares = ", ".join(
        f"{'units' if name == 'h' else name} {100 * shares.mean():.0f} %" for name, shares in found.saturated.items()
    )
    return f"saturated: {shares}"


def power(number: float | None) -> str:
    """Return a number for people: "0.25", "4 × 10⁻¹¹", "n/a"."""
    if number is None:
        return "n/a"
    if number == 0 or 1e-3 <= abs(number) < 1e4:
        return f"{number:.2g}" if abs(number) < 100 else f"{number:.0f}"
    mantissa, exponent = f"{number:.0e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"
