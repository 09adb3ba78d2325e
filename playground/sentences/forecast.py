"""What is said of how good the forecasts of a trained network are."""

from __future__ import annotations

import math

from playground.evaluation.backtest_results import Wins
from playground.evaluation.residuals import Bias, Misses, Pattern
from playground.evaluation.results import (
    NETWORK,
    Comparison,
    Copycat,
    Evaluation,
    Intervals,
    Verdict,
)
from playground.evaluation.score_table import Note
from playground.records import Part
from playground.sentences.missing import because
from playground.words import number, percent

HOW_VERDICTS_COME_ABOUT = (
    "The verdict weighs luck: how far the mean difference of the errors would move on another stretch of the same "
    "kind, errors that last included. Where the interval contains 0 it is a tie. The line beside a run in training is "
    "decided the same way.",
    "Where the epoch was chosen by its validation loss, scores on validation flatter the network a little.",
)


def last_value_name(horizon: int) -> str:
    """Return what the last value is called for forecasts of `horizon` steps."""
    return "“same as the step before”" if horizon == 1 else "“same as the last known value”"


def part_name(part: Part) -> str:
    """Return a part with what is to be known of a score there."""
    return "training (seen while learning)" if part == "train" else part


def verdict_sentence(verdict: Verdict) -> str:
    """Return all of a verdict."""
    last, best, part = verdict.against_last_value, verdict.against_best, part_name(verdict.part)
    if last.word == "n/a":
        return f"n/a on {part}: {because(last.reason)}."
    first = _with_interval(_outcome(verdict), last)
    if best is None or best.baseline == last.baseline:
        return f"{first} No other baseline is better than that one."
    return f"{first} {_cannot(best) if best.word == 'n/a' else _with_interval(_outcome_of_best(best), best)}"


def headline_of(verdict: Verdict) -> str:
    """Return the verdict in one line, its word first."""
    word = verdict.against_last_value.word
    if word == "n/a":
        return f"n/a on {part_name(verdict.part)}: {because(verdict.against_last_value.reason)}"
    line = _outcome(verdict)
    return {"beats": f"Beats: {line}", "loses": line if line.startswith("Loses") else f"Loses: {line}"}.get(word, line)


def _outcome(verdict: Verdict) -> str:
    found, part = verdict.against_last_value, part_name(verdict.part)
    baseline, skill = last_value_name(verdict.horizon), found.skill or 0.0
    if found.word == "ties":
        return f"Ties with {baseline} on {part}"
    if skill <= -1:
        return f"Loses: {number(1 - skill)} times the error of {baseline} on {part}"
    size = percent(abs(skill))
    return f"{size} better than {baseline} on {part}" if skill > 0 else f"{size} worse than {baseline} on {part}"


def _outcome_of_best(found: Comparison) -> str:
    best, skill = found.baseline, found.skill or 0.0
    if found.word == "ties":
        return f"The best baseline is {best}: the network ties with it"
    if skill <= -1:
        return f"The best baseline is {best}: the network has {number(1 - skill)} times the error of it"
    size = percent(abs(skill))
    if skill > 0:
        return f"The best baseline is {best}: the network is {size} better than it"
    return f"The best baseline is {best}: the network is {size} worse than it"


def _cannot(found: Comparison) -> str:
    return f"The best baseline, {found.baseline}, cannot be compared: {because(found.reason)}."


def _with_interval(outcome: str, found: Comparison) -> str:
    low, high = signed_percent(found.low or 0.0), signed_percent(found.high or 0.0)
    if (found.low or 0.0) <= 0 <= (found.high or 0.0):
        return f"{outcome} (95% interval of the skill {low} to {high}, which contains 0)."
    return f"{outcome} (95% interval of the skill {low} to {high})."


def signed_percent(skill: float) -> str:
    """Return a skill as a percentage with its sign."""
    if skill < -10:
        return "below -1,000%"
    size = percent(abs(skill)) if abs(skill) >= 0.01 else f"{100 * abs(skill):.1g}%"
    return "0%" if abs(skill) < 1e-4 else f"-{size}" if skill < 0 else size


def remark_on_luck(comparison: Comparison) -> str:
    """Say what the interval of the skill means; nothing where there is none."""
    if comparison.low is None or comparison.high is None:
        return ""
    low, high = _worse_or_better(comparison.low), _worse_or_better(comparison.high)
    between = f"Luck considered, the network is between {low} and {high} (95% interval)"
    return {
        "ties": f"{between}: the difference could be luck, so it is called a tie.",
        "beats": f"{between}: even at the low end it is better.",
        "loses": f"{between}: even at the high end it is worse.",
    }[comparison.word]


def remark_on_best(verdict: Verdict) -> str:
    """Say how the network stands against the best baseline, where that is not the last value."""
    best = verdict.against_best
    if best is None or best.baseline == verdict.against_last_value.baseline:
        return "No other baseline does better than that one." if verdict.best_baseline else ""
    if best.word == "n/a" or best.skill is None:
        return _cannot(best)
    return {
        "beats": f"The best baseline is {best.baseline}: the network beats it too.",
        "ties": f"The best baseline is {best.baseline}: the network ties with it.",
        "loses": f"The best baseline is {best.baseline}: the network loses to it, {_worse_or_better(best.skill)}.",
    }[best.word]


def _worse_or_better(skill: float) -> str:
    if skill == -math.inf:
        return "any amount worse"
    if skill < -1:
        return f"{number(1 - skill)} times as wrong"
    return f"{percent(skill)} better" if skill >= 0 else f"{percent(-skill)} worse"


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


def remark_on_origins(wins: Wins) -> str:
    """Say from how many origins the network was better than the last value, over all steps."""
    if not wins.of:
        return "The errors cannot be computed here."
    line = f"The network was better than the last value from {wins.better} of {wins.of} origins"
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
