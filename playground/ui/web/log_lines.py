"""What Streamlit writes into the server's log because of what a browser sends: one line each, and not too many.

A tick that comes after its part of the page was drawn anew, or a widget value that no widget would send, is worth a
line. As it is, the first is thousands of lines an hour, and the second 25 lines each, as many as anybody likes to send.
Errors of the app keep their traces, each the first time in a while.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from playground.recent import Recent

STREAMLIT = Path(st.__file__).parent

NAMES = (
    "streamlit.error_util",
    "streamlit.runtime.app_session",
    "streamlit.runtime.runtime",
    "streamlit.runtime.scriptrunner.script_runner",
    "streamlit.web.server.starlette.starlette_websocket",
    "uvicorn.error",
    "playground.ui.web.gate",
)
"""The loggers that write what browsers cause."""

MOST = 5
"""Lines of one kind in one period."""
PERIOD_S = 60.0
MOST_KINDS = 256
LONGEST = 300
"""Letters of what an error says of itself: it may hold what a stranger sent."""


class Brief(logging.Filter):
    """Makes every record one line, and lets few of each kind through; the next one says how many were left out.

    Args:
        clock: Tells the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._kinds: Recent[tuple[str, str], tuple[float, int]] = Recent(MOST_KINDS)
        """Kind -> when its period began, and how many came in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written; shorten it."""
        error = record.exc_info[1] if record.exc_info else None
        place = _place(error) if error is not None else ""
        passes, left_out = self._count((str(record.msg), f"{type(error).__name__} {place}"))
        if not passes:
            return False
        text = record.getMessage()
        if error is not None:
            text = f"{text}: {type(error).__name__}: {error}"[:LONGEST] + f" ({place})"
        text = " ".join(text.splitlines())
        if left_out:
            text += f" · {left_out} more like it were left out"
        record.msg, record.args = text, ()
        if error is not None and (left_out is None or _is_streamlits(error)):
            record.exc_info = record.exc_text = None
        return True

    def _count(self, kind: tuple[str, str]) -> tuple[bool, int | None]:
        """Count one of a kind; return whether it is written, and how many were left out (None = not the first)."""
        now = self._clock()
        with self._lock:
            began, count = self._kinds.get(kind, (now, 0))
            left_out: int | None = None if count else 0
            if now - began >= PERIOD_S:
                began, count, left_out = now, 0, max(count - MOST, 0)
            self._kinds.keep(kind, (began, count + 1))
        return count < MOST, left_out


def _is_streamlits(error: BaseException) -> bool:
    """Say whether Streamlit itself raised an error, as it does when a browser sends what no widget would."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and Path(frames[-1].filename).is_relative_to(STREAMLIT)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "no place"


def keep_lines_brief() -> None:
    """Let these loggers write one line each from now on."""
    brief = Brief()
    for name in NAMES:
        logger = logging.getLogger(name)
        if not any(isinstance(known, Brief) for known in logger.filters):
            logger.addFilter(brief)
