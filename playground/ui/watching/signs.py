"""How a run, the workers and the run store are, in badges and warnings that several pages show."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from playground.histories import RunView
from playground.ui.frame.page import plain
from playground.ui.frame.spots import spot
from playground.ui.frame.visitor import visitor
from playground.ui.server.server import engine
from playground.words import capitalised

BadgeColor = Literal["red", "orange", "blue", "green", "violet", "gray"]

STATUS: dict[str, tuple[str, str, BadgeColor]] = {
    "queued": ("Waiting", "hourglass_empty", "gray"),
    "training": ("Training", "sync", "blue"),
    "paused": ("Paused", "pause", "gray"),
    "interrupted": ("Interrupted", "power_off", "orange"),
    "finished": ("Done", "check", "green"),
    "stopped_early": ("Stopped early", "check", "green"),
    "diverged": ("Diverged", "trending_up", "red"),
    "failed": ("Failed", "error", "red"),
}


NO_WORKER: tuple[str, str, BadgeColor] = ("Waiting for a worker", "hourglass_top", "orange")


def badge_of(view: RunView) -> tuple[str, str, BadgeColor]:
    """Return label, icon and colour that say how a run is, or that it would train if there were a worker."""
    return NO_WORKER if view.state == "training" and engine().status().state != "ready" else STATUS[view.state]


def draw_workers(under_way: bool) -> None:
    """Say how the workers are where none is there: plainly to whoever waits for a run that is under way."""
    workers = engine().status()
    with spot():
        if workers.state != "ready" and under_way:
            st.warning(plain(workers.message), icon=":material/hourglass_top:")
        elif workers.state != "ready":
            st.caption(f":material/hourglass_top: {plain(workers.message)}")


def draw_store_warning() -> None:
    """Say so where runs are not kept beyond the life of the server."""
    if visitor().warning:
        st.warning(plain(capitalised(visitor().warning)), icon=":material/sd_card_alert:")
