"""What is said of a series before any training."""

from __future__ import annotations

from playground.data.summary import MOSTLY, DataSummary


def remark_on_range(summary: DataSummary) -> tuple[str, ...]:
    """Say where validation leaves the range that the network learns from."""
    above, below = _percent(summary.beyond.above), _percent(summary.beyond.below)
    told = []
    if summary.beyond.above:
        told.append(
            f"The network never learns from values this high: {above} of the validation part lies above the range of "
            "the training part."
        )
    if summary.beyond.below:
        told.append(
            f"The network never learns from values this low: {below} of the validation part lies below the range of "
            "the training part."
        )
    return tuple(told)


def remark_on_zeros(summary: DataSummary) -> str:
    """Say which measures mean nothing where most values are 0, and what is to be beaten there; else nothing."""
    if not summary.zeros > MOSTLY:
        return ""
    return (
        f"{_percent(summary.zeros)} of the training part is 0. Errors in percent (MAPE, sMAPE) mean nothing at a true "
        "0, nor does the direction where nothing changes: go by MAE, RMSE and MASE, and beat the baseline “always 0”."
    )


def _percent(share: float) -> str:
    """Return a share as a whole percentage, never rounded to a false 0 % or 100 %."""
    if share < 0.01:
        return "less than 1%"
    return f"{share:.0%}" if share <= 0.99 or share == 1 else "more than 99%"


def remark_on_season(summary: DataSummary) -> str:
    """Say which season is in force and whether the training part shows it."""
    given, found = summary.season_steps, summary.season_found
    if given and found and given != found:
        return (
            f"The season in force is {given} steps; the clearest repetition in the training part "
            f"is after {found} steps."
        )
    if given and not found:
        return f"The season in force is {given} steps; the training part alone does not prove it."
    if found:
        return f"The training part repeats after {found} steps."
    return "No repetition in the training part stands out from chance: there is no season to go by."


def remark_on_strength(summary: DataSummary) -> str:
    """Say how strong trend and season are, or why that is not known."""
    found, season, train = summary.strength, summary.season_steps or summary.season_found, summary.train_length
    if found is None and not season:
        return (
            "Strength of trend and season: n/a, because no season is known or found, so trend and season cannot be "
            "told apart."
        )
    if found is None:
        return (
            f"Strength of trend and season: n/a, because a decomposition needs a season of 2 to {train // 2} steps "
            f"for {train} values, got {season}; choose another season or a longer training part."
        )
    return (
        f"Trend strength {found.trend:.2f} and season strength {found.season:.2f}, each from 0 (none) to 1 (nothing "
        f"else): {_TREND[found.trend_word]}, {_SEASON[found.season_word]}."
    )


_TREND = {"hardly any": "hardly any slow movement", "some": "some slow movement", "much": "much slow movement"}

_SEASON = {
    "as noise": "no more of a season than noise would show",
    "hardly any": "hardly any seasonal movement",
    "some": "some seasonal movement",
    "much": "much seasonal movement",
}
