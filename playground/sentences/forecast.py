"""What is said of how good the forecasts of a trained network are."""

from __future__ import annotations

import math

from playground.evaluation.backtest_results import Wins
from playground.evaluation.copycat_results import Copycat
from playground.evaluation.residuals import Bias, Misses, Pattern
from playground.evaluation.results import NETWORK, Evaluation, Intervals
from playground.evaluation.score_table import Note
from playground.records import Part
from playground.sentences.missing import because
from playground.sentences.verdicts import HOW_VERDICTS_COME_ABOUT, baseline_name
from playground.words import number, percent


def remark_on_coverage(intervals: Intervals, level: float, part: Part) -> str:
    """Say how much of a part the intervals of one level really held."""
    found = intervals.held(level, part)
    if found is None:
        return (
            "Intervals come from validation errors; on training, which the network has learnt from, they say nothing."
        )
    if found.word == "n/a":
        return f"No {level:.0%} interval: {because(intervals.reason)}."
    held = f"The {level:.0%} interval held {percent(found.share or 0.0)} of the true values on {part}"
    expected = f"{percent(found.low or 0.0)} to {percent(found.high or 0.0)}"
    return {
        "by construction": (
            f"{held}, as it must: its width was measured there. Only the test set can tell whether it holds elsewhere."
        ),
        "too few": f"{held}. The forecasts are too few to tell that from luck.",
        "fewer": f"{held}: fewer than the {expected} that errors like those on validation would bring.",
        "more": f"{held}: more than the {expected} that errors like those on validation would bring.",
        "within": f"{held}: within the {expected} that errors like those on validation would bring.",
    }[found.word]


def remark_on_misses(found: Misses, unit: str) -> str:
    """Say whether the typical size of the residuals changes from the first half of the part to the second."""
    if found.word == "n/a":
        return f"n/a: {because(found.reason)}."
    first, second = _with_unit(found.first, unit), _with_unit(found.second, unit)
    told = f"(half of them are within {first} in the first half, {second} in the second)"
    return {
        "steady": f"The misses stay about the same size {told}.",
        "by chance": f"The size of the misses changes no more than by chance {told}.",
        "larger": f"The misses are larger in the second half of the part {told}.",
        "smaller": f"The misses are smaller in the second half of the part {told}.",
    }[found.word]


def remark_on_bias(bias: Bias, unit: str) -> str:
    """Say whether the forecasts are too low or too high on average."""
    if bias.word == "n/a":
        return f"n/a: {because(bias.reason)}."
    size, typical = _with_unit(abs(bias.mean), unit), _with_unit(bias.deviation, unit)
    found = (
        f"on average the forecasts are {size} too low on this part (typical miss {typical})"
        if bias.mean > 0
        else f"on average the forecasts are {size} too high on this part (typical miss {typical})"
    )
    return {
        "none": f"No bias to speak of: {found}.",
        "by chance": f"No bias beyond chance: {found}.",
        "biased": f"Biased: {found}.",
    }[bias.word]


def remark_on_pattern(found: Pattern) -> str:
    """Say whether the residuals have more of a pattern than noise shows by chance."""
    if found.word == "n/a":
        return f"n/a: {because(found.reason)}."
    if found.word == "left":
        return (
            "A pattern is left that the network has not learnt: noise without memory shows as much in "
            f"{chance_words(found.chance)} cases. The tallest bar is at lag {found.tallest}."
        )
    return (
        "No pattern stands out from what noise shows by chance. One too weak for "
        f"{found.count:,} residuals may be left."
    )


def chance_words(chance: float) -> str:
    """Return a small chance in words: "3 of 1,000", "fewer than 1 of 1,000"."""
    return "fewer than 1 of 1,000" if chance < 0.001 else f"{math.ceil(1000 * chance)} of 1,000"


def remark_on_lead_times(metric: str, wins: Wins) -> str:
    """Say up to which lead time the network is better than every baseline."""
    if not wins.of:
        return f"{metric} cannot be computed here."
    if wins.better == wins.of:
        return f"The {NETWORK} is better than every baseline at all {wins.of} lead times."
    if not wins.better:
        return f"At every lead time some baseline is at least as good as the {NETWORK}."
    return f"The {NETWORK} is better than every baseline at {wins.better} of {wins.of} lead times."


def remark_on_origins(wins: Wins, steps: int) -> str:
    """Say from how many origins the network was better than the best baseline, over all `steps`."""
    if not wins.of:
        return "The errors cannot be computed here."
    best = baseline_name(wins.baseline, steps)
    line = f"The network was better than {best}, the best baseline here, from {wins.better} of {wins.of} origins"
    if wins.better == wins.of:
        return f"{line}, each of them."
    return f"{line}: more often than not." if wins.mostly else f"{line}: the baseline wins as often or more."


def copycat_sentence(found: Copycat, unit: str) -> str:
    """Say whether the forecasts repeat the past, and what that is worth: on some series that is where they belong."""
    if found.word == "n/a" or found.best_shift is None:
        return f"n/a on {found.part}: {because(found.reason)}"
    truth, anchor = _with_unit(found.at(0), unit), _with_unit(found.at(found.horizon), unit)
    match = (
        f"the forecasts match the value known when they were made (RMSE {anchor}) far better than the value they "
        f"are for (RMSE {truth})"
    )
    return {
        "no copy": (
            f"Does not copy the past: the forecasts match the value they are for best (RMSE {truth}; "
            f"against the value known when they were made {anchor})."
        ),
        "another shift": _another_shift(found.best_shift, _with_unit(found.at(found.best_shift), unit), truth),
        "leans": (
            "Leans on the past: the forecasts match the value known when they were made "
            f"(RMSE {anchor}) better than the value they are for (RMSE {truth}), but too little to call a copy."
        ),
        "is the last value": (
            f"Copies the past: {match}, and they are that value. In a plot they look right, only late."
        ),
        "copies": f"Copies the past: {match}, and repeating it errs less. In a plot they look right, only late.",
        "close, better": f"Close to the last value, as it should be here, and better than it: {match}.",
        "close, as good": f"Close to the last value, and as good a forecast as that, luck considered: {match}.",
        "close, too few to tell": (
            f"Close to the last value: {match}. There are too few to tell whether they are better than it."
        ),
    }[found.word]


def _another_shift(shift: int, lowest: str, truth: str) -> str:
    steps = "1 step" if abs(shift) == 1 else f"{abs(shift)} steps"
    if shift > 0:
        return (
            f"No plain copy, but the forecasts match the value {steps} before the one they are for best "
            f"(RMSE {lowest} against {truth})."
        )
    return (
        f"No plain copy, but the forecasts match the value {steps} after the one they are for best "
        f"(RMSE {lowest} against {truth})."
    )


def _with_unit(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".rstrip()


def score_note(note: Note) -> str:
    """Say why the cells of a table of scores are missing, or what was left out of them."""
    names, why = ", ".join(note.forecasters), because(note.reason)
    told = f"n/a, {why}" if note.missing else why
    if not note.measures:
        return f"{names}: {told}."
    return f"“{'”, “'.join(note.measures)}” of {names}: {told}."


def evaluation_notes(evaluation: Evaluation) -> list[str]:
    """Say how the numbers came about: what was left out and what a free run assumes."""
    notes = [*evaluation.notes, *HOW_VERDICTS_COME_ABOUT]
    for forecasts in evaluation.with_true_inputs:
        windows, some = evaluation.windows[forecasts.part], len(forecasts.anchors)
        if some < windows and forecasts.part == "train":
            notes.append(f"Of {windows:,} {forecasts.part} windows the last {some:,} are forecast.")
        elif some < windows:
            notes.append(f"Of {windows:,} {forecasts.part} windows the first {some:,} are forecast.")
    for run in evaluation.free_run:
        notes.append(
            f"Free runs on {run.part}: {run.truth.shape[1]} steps from each of {len(run.anchors)} origins; "
            "each forecast becomes an input of the next."
        )
    if evaluation.held:
        notes.append(f"In a free run {', '.join(evaluation.held)} keep their value at the last true input.")
    if evaluation.moving:
        notes.append(f"In a free run {', '.join(evaluation.moving)} move on, because the calendar is known ahead.")
    if evaluation.filled:
        notes.append(
            f"{evaluation.filled:,} values were not measured but taken from before them; they are scored like the "
            "others."
        )
    return notes
