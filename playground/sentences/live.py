"""What is said beside the charts of a network in training."""

from __future__ import annotations

from typing import cast

from playground.evaluation.metrics import LiveVerdict
from playground.evaluation.missing import Missing, Why
from playground.evaluation.observations import LossShown, StatesShown
from playground.sentences.missing import because
from playground.sentences.verdicts import last_value_name
from playground.words import number, percent


def live_headline(found: LiveVerdict) -> str:
    """Say whether the network shown beats the last value."""
    score, gain = found.score, found.gain
    part, baseline = "training" if score.part == "train" else score.part, last_value_name(found.horizon)
    if score.value is None or score.baseline is None:
        return f"n/a on {part}: {because(Missing(cast(Why, score.reason), part=score.part))}"
    if gain is None:
        return f"n/a on {part}: {baseline} makes no error there, so nothing can be compared with it"
    unit = f" {score.unit}" if score.unit else ""
    numbers = f"on {part} (RMSE {number(score.value)}{unit} against {number(score.baseline)}{unit})"
    times = number(1 - gain) if gain > -1000 else "more than 1,000"
    return {
        "n/a": f"Too few windows to tell skill from luck against {baseline} {numbers}",
        "ties": f"Ties with {baseline} {numbers}",
        "beats": f"{percent(gain)} better than {baseline} {numbers}",
        "loses": (
            f"{percent(-gain)} worse than {baseline} {numbers}"
            if gain > -1
            else f"Worse: {times} times the error of {baseline} {numbers}"
        ),
    }[found.word]


def remark_on_loss(found: LossShown) -> str:
    """Say what the loss curves show. Nothing is said of skill: the lowest of many epochs is lucky."""
    below, epoch = percent(found.below), found.epoch
    return {
        "nothing yet": (
            "Both curves should fall as the network learns. Below the dotted line it errs less than "
            "'same as the step before'."
        ),
        "turned up": (
            f"Validation loss turned up after epoch {epoch} while training loss kept falling, as in overfitting. "
            "The weights of the best epoch are kept."
        ),
        "above": (
            "So far validation loss has stayed above the dotted line: there, repeating the last value errs less."
        ),
        "level": (
            f"At its lowest, after epoch {epoch}, validation loss is level with the dotted line. The lowest of many "
            "epochs is a little lucky."
        ),
        "below": (
            f"At its lowest, after epoch {epoch}, validation loss is {below} below the dotted line. The lowest of "
            "many epochs is a little lucky."
        ),
    }[found.word]


def remark_on_states(found: StatesShown) -> str:
    """Say how many units follow the series and how many stand at their ceiling."""
    told = [f"{found.following} of {found.units} units follow the series closely (correlation above 0.9 or below -0.9)"]
    if found.still:
        told.append(f"{found.still} never move")
    if found.saturated:
        low, high = found.ends
        told.append(f"{found.saturated} stand near {low} or {high} most of the time (saturated)")
    return f"{'; '.join(told)}."


def remark_on_divergence(reason: str) -> str:
    """Say what a diverged run means."""
    return f"The run {reason}. The curve so far is kept."
