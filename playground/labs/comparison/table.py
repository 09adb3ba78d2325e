"""A visitor's runs as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from playground.kinds import FORECAST
from playground.labs.comparison.groups import describe, recipe_of
from playground.runs import RunSummary

STATE_WORDS = {
    "queued": "waiting",
    "training": "training",
    "paused": "paused",
    "interrupted": "interrupted",
    "finished": "done",
    "stopped_early": "stopped early",
    "diverged": "diverged",
    "failed": "failed",
}

OWNER_COLUMNS = {"Show": "shown", "Star": "starred", "Name": "name", "Note": "note", "Colour": "color"}
"""Columns that the owner writes in, and the mark that each becomes."""


def run_table(runs: Sequence[RunSummary]) -> pd.DataFrame:
    """Return a row for each run, all of one kind, in their order; numbers that do not exist are empty."""
    recipes = [recipe_of(run) for run in runs]
    table: dict[str, Any] = {
        "Show": [run.shown for run in runs],
        "Star": [run.starred for run in runs],
        "Name": [run.name for run in runs],
        "Recipe": [describe(recipe) for recipe in recipes],
        "Seed": [recipe.seed for recipe in recipes],
        "State": [STATE_WORDS[run.state] for run in runs],
        "Validation loss": pd.Series([run.best_loss for run in runs], dtype="float64"),
        "Skill": pd.Series([run.skill for run in runs], dtype="float64"),
        "Parameters": pd.Series([run.parameters for run in runs], dtype="Int64"),
        "Epochs": [run.epochs for run in runs],
        "Time": [run.elapsed_s for run in runs],
        "Date": pd.to_datetime([run.created for run in runs], unit="s", utc=True),
        "Colour": [run.color for run in runs],
        "Note": [run.note for run in runs],
    }
    if any(run.kind != FORECAST.name for run in runs):
        del table["Skill"]
    return pd.DataFrame(table)


def matching(runs: Sequence[RunSummary], words: str, states: Sequence[str] = ()) -> tuple[RunSummary, ...]:
    """Return the runs in which every word occurs, in name, note, recipe or state, and whose state is among `states`.

    Args:
        runs: The runs.
        words: Words to look for, whatever their case; empty for all.
        states: Words of states (see `STATE_WORDS`); empty for all.
    """
    wanted = words.casefold().split()

    def fits(run: RunSummary) -> bool:
        state = STATE_WORDS[run.state]
        recipe = recipe_of(run)
        text = f"{run.name} {run.note} {describe(recipe)} {state} seed {recipe.seed}".casefold()
        return all(word in text for word in wanted) and (not states or state in states)

    return tuple(run for run in runs if fits(run))
