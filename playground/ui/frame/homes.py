"""On which page each kind of run is trained and shown, and how a run that is listed elsewhere is opened there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from playground.config import Recipe
from playground.kinds import CLASSIFY, FORECAST, TUNES, WORDS, WRITE, AnyRecipe, kind_of
from playground.places import PAGES, PLAYGROUND
from playground.ui.frame import sequence_state, state


@dataclass(frozen=True)
class Home:
    """Where runs of a kind live.

    Attributes:
        title: What its networks do, in a word.
        page: File of the page.
        part: Part of it, empty where the page is one.
    """

    title: str
    page: Path
    part: str = ""


HOMES = {
    FORECAST.name: Home("Forecast", PLAYGROUND),
    CLASSIFY.name: Home("Classify", PAGES / "classify.py"),
    WRITE.name: Home("Write", PAGES / "write.py"),
    TUNES.name: Home("Music", PAGES / "listen.py", "music"),
    WORDS.name: Home("Speech", PAGES / "listen.py", "speech"),
}
"""By the name of the kind."""


def open_run(recipe: AnyRecipe, material_key: str, run_id: str) -> None:
    """Go to the page where a run lives, and show it there."""
    home = HOMES[kind_of(recipe).name]
    if isinstance(recipe, Recipe):
        state.open_recipe(recipe)
        state.show_run(run_id)
    else:
        sequence_state.open_run(recipe, material_key, run_id, home.part)
    st.switch_page(home.page)
