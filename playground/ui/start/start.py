"""The first page: a recorded run with the button that trains it before one's eyes, and the doors to the rest.

Nothing here waits for a worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.places import PAGES, PLAYGROUND
from playground.presets import PRESETS
from playground.runs import UNDER_WAY
from playground.ui.frame import state
from playground.ui.frame.homes import open_run
from playground.ui.frame.page import current_theme, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.visitor import may_steer, visitor
from playground.ui.server.server import engine, prepared_of, series_of
from playground.ui.watching.live import live_chart
from playground.ui.watching.moments import recording_of

_STYLES = Path(__file__).with_name("start.css")

PRESET = PRESETS[0]
"""What is shown, and trained by the button."""


class Door(NamedTuple):
    """A card that leads to a page: what one does there, where, the sign beside it, and one sentence."""

    title: str
    page: Path
    icon: str
    sentence: str


DOORS = (
    Door("Experiment", PLAYGROUND, "science", "Choose a series and a network, train it, and watch it learn."),
    Door(
        "Forecast my data",
        PAGES / "my_forecast.py",
        "query_stats",
        "Bring a table and get what comes next, with how far off it may be.",
    ),
    Door("Look inside", PAGES / "inside_the_cell.py", "search", "Follow every number through a cell, step after step."),
    Door(
        "Lead a workshop",
        PAGES / "status.py",
        "groups",
        "The room's address with a code for phones, its queue, and how the server is.",
    ),
)


def draw_begin() -> None:
    """Draw the button that trains here what is shown as recorded below it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if _own_run_under_way():
            if pressed("Watch your run", type="primary", icon=":material/play_arrow:", key="begin"):
                st.switch_page(PLAYGROUND)
        elif pressed("Train it here", type="primary", icon=":material/play_arrow:", key="begin"):
            with sentences_for_errors():
                _train()
        st.badge("Recorded run: press to watch a network learn it now", icon=":material/movie:", color="violet")


def _own_run_under_way() -> bool:
    run_id = state.run_id()
    view = engine().view(run_id) if run_id else None
    return view is not None and view.state in UNDER_WAY and may_steer(view.run_id)


def _train() -> None:
    run_id = visitor().train(PRESET.recipe, series_of(PRESET.recipe.data.model_dump_json()))
    open_run(PRESET.recipe, "", run_id)


def draw_recording() -> None:
    """Draw the forecasts of the recorded run."""
    snapshot = recording_of(PRESET.name).snapshot
    if snapshot is None:
        return
    data = PRESET.recipe.data.model_dump_json()
    figure = forecast_figure(
        series_of(data), prepared_of(data).split, snapshot.forecast, current_theme(), revision="start"
    )
    live_chart(figure, "start forecast", height=330)
    st.caption(forecast_caption(snapshot.forecast))


def draw_doors() -> None:
    """Draw a card for each thing that one can come for."""
    st.html(_STYLES)
    for column, door in zip(st.columns(len(DOORS)), DOORS, strict=True):
        with column, st.container(border=True, height="stretch", key=f"door-{door.page.stem}"):
            st.page_link(door.page, label=f"**{door.title}**", icon=f":material/{door.icon}:")
            st.caption(door.sentence)
