"""A place on a page that waits for workers: it says so, looks again, and redraws the page once they have answered."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.jobs import Job, Result
from playground.ui.frame.page import plain
from playground.ui.server.server import engine
from playground.ui.watching.answers import ask

LOOK_AGAIN_S = 0.3


def awaited(text: str, key: str, job: Job[Result]) -> Result | None:
    """Return a worker's answer; until it is there, say what is being waited for and return None.

    Args:
        text: What is being waited for.
        key, job: See `ask`.

    Raises:
        ValueError: if the worker has a problem with the question.
    """

    def look() -> Result | None:
        return ask(key, job, priority=5, patience_s=LOOK_AGAIN_S).found

    found = look()
    if found is None:
        draw_waiting(text, lambda: look() is not None)
    return found


def draw_waiting(text: str, answered: Callable[[], bool]) -> None:
    """Say what is being waited for; redraw the page as soon as `answered` says yes."""

    @st.fragment(run_every=LOOK_AGAIN_S)
    def wait() -> None:
        if answered():
            st.rerun()
        workers = engine().status()
        more = "" if workers.state == "ready" else f" {plain(workers.message)}"
        st.caption(f":material/hourglass_top: {text}{more}")

    wait()
