"""The window player: the (window -> target) pairs that training uses, animated in the browser."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.charts.theme import Theme
from playground.charts.windows import MOST_WINDOWS, window_pictures
from playground.config import Recipe
from playground.records import Prepared, Series
from playground.ui.frame import state

_SCRIPT = Path(__file__).with_name("window_player.js")
_mount = st.components.v2.component(
    "rnn_playground_window_player",
    css=_SCRIPT.with_suffix(".css").read_text(encoding="utf-8"),
    js=_SCRIPT.read_text(encoding="utf-8"),
)


def draw_windows(recipe: Recipe, series: Series, prepared: Prepared, theme: Theme) -> None:
    """Draw the player; of a long training part the learner chooses the stretch."""
    count = len(prepared.train.anchors)
    first = 0
    if count > MOST_WINDOWS:
        first = st.slider(
            f"Show {MOST_WINDOWS:,} windows from number",
            1,
            count - MOST_WINDOWS + 1,
            step=MOST_WINDOWS // 3,
            help=f"The training part has {count:,} windows; the player holds {MOST_WINDOWS:,} at once.",
            key=state.widget_key(f"first of {count} windows"),
        )
        first -= 1
    pictures = window_pictures(series, prepared, recipe.training.batch_size, theme, first=first)
    _mount(data=pictures, key="window player")
