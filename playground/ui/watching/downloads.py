"""Buttons that make a file at the click, in a worker where it needs the network."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.export.making import Ask
from playground.jobs import Job, Result
from playground.ui.server.server import engine

PATIENCE_S = 120.0
"""Longest that a worker may take for a file."""

BINARY = "application/octet-stream"


def draw_download(
    label: str, make: Callable[[], bytes], name: str, mime: str = BINARY, *, icon: str, missing: str = ""
) -> None:
    """Draw the button that makes a file, outside the page, when it is pressed.

    Args:
        label: What stands on it.
        make: Makes the file.
        name: The file's name.
        mime: What it is.
        icon: Name of its Material icon.
        missing: Why it cannot be made here, empty where it can.
    """
    st.download_button(
        label,
        make,
        name,
        mime,
        key=f"export {name}",
        on_click="ignore",
        icon=f":material/{icon}:",
        disabled=bool(missing),
        help=missing or None,
    )


def worker() -> Ask:
    """Return what has a worker do a job and waits for it: for files, never for a page."""
    server = engine()

    def ask(job: Job[Result]) -> Result:
        return server.ask(job).result(PATIENCE_S)

    return ask
