"""What is said beside the charts of a network in training."""

from __future__ import annotations

from playground.evaluation.metrics import LiveVerdict
from playground.evaluation.observations import LossShown, StatesShown
from playground.sentences.missing import because
from playground.sentences.verdicts import at_epoch, baseline_name, headline_of, part_name
from playground.words import number, percent


def live_headline(found: LiveVerdict) -> str:
    """Say how the network shown stands against the baselines, or its error alone while they are not known."""
    if found.begun and not found.epoch:
        return f"First epoch so far: {_told(found)}"
    return at_epoch(found.epoch, _told(found))


def _told(found: LiveVerdict) -> str:
    score, where = found.score, f"on {part_name(found.score.part)}"
    if found.verdict is not None:
        return headline_of(found.verdict, score.unit)
    error = "" if score.value is None else f"RMSE {number(score.value)} {score.unit}".rstrip()
    if found.reason is not None:
        return f"n/a {where}: {because(found.reason)}{error and f' ({error})'}"
    return f"{error} {where}; the baselines to compare it with are yet to be fitted"


def remark_on_loss(found: LossShown, horizon: int) -> str:
    """Say what the loss curves show. Nothing is said of skill: the lowest of many epochs is lucky."""
    below, epoch, dotted = percent(found.below), found.epoch, baseline_name(found.baseline, horizon)
    return {
        "nothing yet": f"Both curves should fall as the network learns. The dotted line is the loss of {dotted}.",
        "turned up": (
            f"Validation loss turned up after epoch {epoch} while training loss kept falling, as in overfitting. "
            "The weights of the best epoch are kept."
        ),
        "above": f"So far validation loss has stayed above the dotted line: there {dotted} errs less.",
        "level": (
            f"At its lowest, after epoch {epoch}, validation loss is level with the dotted line, {dotted}. The lowest "
            "of many epochs is a little lucky."
        ),
        "below": (
            f"At its lowest, after epoch {epoch}, validation loss is {below} below the dotted line, {dotted}. The "
            "lowest of many epochs is a little lucky."
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
