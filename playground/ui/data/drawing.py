"""Draw a series by hand, look at it as steps, and train on it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import streamlit as st

from playground.charts.theme import Theme
from playground.config import Recipe
from playground.data.drawn import make_drawn
from playground.places import PLAYGROUND
from playground.ui.data.own_outcome import take_series
from playground.ui.frame.page import plain, sentences_for_errors
from playground.ui.frame.presses import pressed

LENGTHS = [200, 400, 800, 1600]

_SCRIPT = Path(__file__).with_name("drawing_pad.js")
_mount = st.components.v2.component(
    "rnn_playground_drawing_pad",
    css=_SCRIPT.with_suffix(".css").read_text(encoding="utf-8"),
    js=_SCRIPT.read_text(encoding="utf-8"),
)


def draw_drawing(recipe: Recipe, theme: Theme) -> None:
    """Draw the pad, the length of the series, and the button that puts it on the recipe."""
    st.caption("Draw a curve from left to right with mouse, finger or pen. Drawing over a part replaces it.")
    colors = {"grid": theme.grid, "truth": theme.truth, "prediction": theme.prediction}
    drawn = _mount(data={"colors": colors}, key="drawing pad", on_points_change=lambda: None)
    points = drawn_points(drawn.points)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = st.segmented_control("Length (steps)", LENGTHS, default=400, required=True, key="drawing length")
        take = pressed(
            "Train on it",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not points,
            help=None if points else "Draw a curve first.",
            key="use drawing",
        )
    if not points:
        return
    with sentences_for_errors():
        series = make_drawn(points, length)
        st.caption(plain("; ".join(series.notes) + "."))
        if take:
            take_series(recipe, series)
            st.switch_page(PLAYGROUND)


def drawn_points(said: Any) -> list[tuple[float, float]]:
    """Return the points that the pad sent; anything else than pairs of numbers counts as nothing drawn."""
    if not isinstance(said, list) or len(said) > 2000:
        return []
    pairs = [pair for pair in said if isinstance(pair, list) and len(pair) == 2]
    points = [(float(x), float(y)) for x, y in pairs if isinstance(x, (int, float)) and isinstance(y, (int, float))]
    return points if len(points) == len(said) and all(map(math.isfinite, sum(points, ()))) else []
