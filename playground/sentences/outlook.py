"""What is said of what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from playground.evaluation.results import NETWORK, Verdict
from playground.outlook.newer import Continued
from playground.outlook.results import Limits, Outlook
from playground.sentences.future import how_times_go_on
from playground.sentences.listing import listed
from playground.sentences.missing import because
from playground.sentences.verdicts import baseline_name
from playground.words import counted, number, percent

LEVEL = 0.8
"""Of the limits that are put into words."""


def remark_on_rows(found: Continued) -> tuple[str, ...]:
    """Say how newer rows go on where the series ended, and what was filled."""
    lines = [f"{counted(found.added, 'new row')} after the last one that the run knew"]
    lines[0] += f"; {counted(found.common, 'row')} in common, all the same." if found.common else "."
    if found.gap:
        lines.append(f"Missing before the first new row: {counted(found.gap, 'step')}; the value before is repeated.")
    if found.missing:
        lines.append(
            f"Without a value among the new rows: {counted(found.missing, 'step')}; the one before is repeated."
        )
    return tuple(lines)


def remark_on_turning_out(outlook: Outlook, level: float = LEVEL) -> str:
    """Say how the forecast from the end of the training series turned out."""
    told = outlook.turned_out
    if told is None:
        return ""
    count, unit = len(told.truth), f" {outlook.unit}" if outlook.unit else ""
    inside, known = told.inside[f"{level}"], told.known[f"{level}"]
    held = (
        f"what came was within its {level:.0%} limits at {inside} of {counted(known, 'step')}"
        if known
        else f"it had no {level:.0%} limits"
    )
    own, best = told.errors[NETWORK], told.best_baseline
    beside = f", {best} was off by {number(told.errors[best])}{unit}" if best else ""
    return (
        f"The forecast made before the new rows came, {counted(count, 'step')} ahead: {held} (RMSE "
        f"{number(own)}{unit}{beside})."
    )


def border_sentence(outlook: Outlook) -> str:
    """Say how far the network sees by itself, and what it is fed after that."""
    if outlook.steps <= outlook.horizon:
        return f"All {counted(outlook.steps, 'step')} are forecast at once, from true values alone."
    first = "first step is" if outlook.horizon == 1 else f"first {outlook.horizon} steps are"
    return f"The {first} forecast from true values; after the mark the network is fed its own forecasts (dashed)."


def limits_sentence(limits: Limits, level: float, test_open: bool) -> str:
    """Say where the limits of a level come from, and how much they held."""
    reach = limits.reach(level)
    if not reach:
        return f"No {level:.0%} limits: {because(limits.reason)}."
    first, last = int(limits.counts[0]), int(limits.counts[reach - 1])
    far = "" if reach == len(limits.counts) else f" (up to {counted(reach, 'step')} ahead)"
    counts = f"{first:,}" if first == last else f"{first:,} (next step) to {last:,} (last step)"
    line = f"The {level:.0%} limits{far} were measured: so far off were {counts} forecasts from the past."
    held = limits.held(level) if test_open else None
    if held is not None:
        return f"{line} Measured on validation alone, they held {percent(held)} of the test set."
    return f"{line} Only the test set can tell whether they hold elsewhere."


def adaptive_sentence(limits: Limits, level: float) -> str:
    """Say how much limits held that widen after a miss and narrow after a hit."""
    held = limits.adaptive_held(level)
    if held is None:
        return ""
    return (
        f"Limits that widen after every miss and narrow after every hit held {percent(held)} on the "
        "way; drawn as dotted lines where they end."
    )


def absence_sentence(outlook: Outlook) -> str:
    """Say why the network has no forecast, nothing where it has one."""
    reason = outlook.reasons.get(NETWORK)
    return "" if reason is None else f"No forecast by the network: {because(reason)}."


def inputs_sentence(outlook: Outlook) -> str:
    """Say what is assumed of further inputs in the steps to come."""
    said = []
    if outlook.moving:
        said.append(f"{listed(outlook.moving)} {_of(outlook.moving, 'moves', 'move')} on with the calendar")
    if outlook.given:
        takes = _of(outlook.given, "takes", "take")
        said.append(
            f"{listed(outlook.given)} {takes} the values that you gave; in forecasts from the past, what they were"
        )
    if outlook.held:
        said.append(f"{listed(outlook.held)} {_of(outlook.held, 'keeps its', 'keep their')} last value")
    return f"Further inputs: {'; '.join(said)}." if said else ""


def _of(names: Sequence[str], one: str, several: str) -> str:
    return one if len(names) == 1 else several


def advice_of(verdict: Verdict) -> tuple[str, str]:
    """Return whose forecast is recommended, "" for nobody's, and why in plain words."""
    best = verdict.against_best
    name = baseline_name(best.baseline, verdict.horizon)
    if best.word == "n/a":
        return "", f"Nothing is recommended ({because(best.reason)}): hold all forecasts against what comes."
    if best.word == "beats":
        return NETWORK, "The network is better than every baseline, luck considered: take its forecast."
    if best.word == "ties":
        return best.baseline, (
            f"Luck considered, the network does no better than {name}, which is simpler: take the baseline's forecast."
        )
    return best.baseline, f"Luck considered, the network does worse than {name}: take the baseline's forecast."


def seeds_sentence(outlook: Outlook) -> str:
    """Say what several seeds are: their spread is no interval."""
    count = len(outlook.members)
    if count < 2:
        return ""
    return (
        f"The forecast is the mean of {count} networks that differ in their seed alone. How far they lie apart tells "
        "how much the start matters, not how far off the mean may be."
    )


def refit_sentence(outlook: Outlook, epochs: int) -> str:
    """Say what a network trained again on all rows is, and what its limits are."""
    if not outlook.refitted:
        return ""
    return (
        f"This network was trained again on all rows, for the {counted(epochs, 'epoch')} that were best. It has not "
        "been judged, because no row is left to judge it by; verdict and limits are those of the network before. The "
        "baselines were fitted again as well."
    )


def remarks_on(outlook: Outlook, step: str, of: str, test_open: bool, epochs: int = 0) -> str:
    """Return all that is said below a picture of what comes next.

    Args:
        outlook: What comes next.
        step: One step of the series in words.
        of: Whose limits are drawn.
        test_open: Whether the test set has been opened.
        epochs: For how many epochs the network was trained again on all rows, where it was.
    """
    limits = outlook.limits[of]
    said = (
        absence_sentence(outlook),
        border_sentence(outlook),
        limits_sentence(limits, LEVEL, test_open),
        adaptive_sentence(limits, LEVEL) if of == NETWORK else "",
        inputs_sentence(outlook),
        seeds_sentence(outlook),
        refit_sentence(outlook, epochs),
        how_times_go_on(step, outlook.future) if outlook.future is not None else "",
    )
    return " ".join(filter(None, said))
