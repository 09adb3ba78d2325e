"""Why a number does not exist, as a clause that other sentences hold."""

from __future__ import annotations

from playground.evaluation.missing import Missing, Why

CLAUSES: dict[Why, str] = {
    "network not finite": "the network's {part} forecasts are not all finite",
    "network not finite or too large": "the network's forecasts are not all finite, or too large to be squared",
    "baseline not finite": "its forecasts are not all finite",
    "baseline too large": "the baseline's errors are too large to be squared",
    "errors too large": "the errors are too large for a number",
    "part errors too large": "the errors on {part} are too large to be squared",
    "only some forecast": "only some of the {part} windows were forecast, to save time",
    "another version": "these forecasts are of another version of the series than is loaded now",
    "none forecast": "there are no {part} forecasts",
    "too few windows": (
        "{count} windows are too few to tell skill from luck: at least {of} are needed; shorten the horizon or give "
        "the part more points"
    ),
    "too few for levels": "{count} validation forecasts are too few for intervals of {levels}",
    "too few to move": "only {count} forecasts can be moved both ways inside the part, {of} are needed",
    "too few or all the same": "the residuals are too few or all the same: there is no autocorrelation",
    "does not vary": "the series does not vary there, so past and future are the same",
    "constant truth": "the truth does not vary there, so there is nothing to explain",
    "pairs of zeros": "forecast and truth are both 0 in {count} of {of} pairs, and 0/0 is no percentage",
    "no sides": "no pair has both a forecast and a truth that differ from the value at the anchor",
    "pairs without a side": "{count} of {of} pairs without a change left out",
    "season longer than training": (
        "the season of {count} steps is longer than the training part, which has {of} points"
    ),
    "season longer than known": (
        "the season of {count} steps is longer than the {of} values known at the first forecast"
    ),
    "training repeats itself": (
        "the training part repeats itself exactly every {count} steps, so there is no error to scale by"
    ),
    "no season": "the series has no season that is known or could be found",
    "no pretrained model": "{detail}",
    "too many windows": "{count} forecasts would take it too long; it is asked for at most {of} at once",
    "no settings": "no settings fit the training part",
    "no settings, another library says": "no settings fit the training part ({detail})",
}


def because(reason: Missing | None) -> str:
    """Return why a number does not exist, or what was left out of it; nothing where there is nothing to say."""
    if reason is None:
        return ""
    if reason.why not in CLAUSES:
        return reason.why  # of a snapshot that an older version took, in words already
    levels = " and ".join(f"{100 * level:.0f}%" for level in reason.levels)
    return CLAUSES[reason.why].format(
        count=reason.count, of=reason.of, part=reason.part, levels=levels, detail=reason.detail
    )
