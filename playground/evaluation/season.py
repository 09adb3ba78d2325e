"""Which season the baselines and MASE use, found in the training part where nobody says."""

from __future__ import annotations

from playground.data.season import find_season
from playground.evaluation.results import Season
from playground.records import Prepared


def choose_season(prepared: Prepared, given: int) -> Season:
    """Return the season given, else the series' own, else the one found in the training part.

    Raises:
        ValueError: if the season given is negative.
    """
    if given < 0:
        raise ValueError(f"season_steps must be at least 0, got {given}; 0 takes the season of the series")
    if given:
        return Season(given, "given")
    if prepared.season_steps:
        return Season(prepared.season_steps, "of the series")
    found = find_season(prepared.values[: prepared.split.train_stop])
    return Season(found, "found in the training part") if found else Season(0, "none found")
