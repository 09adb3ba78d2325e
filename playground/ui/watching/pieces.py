"""Long work in short pieces, which the engine drives by itself for as long as a page looks.

A worker function takes its arguments and, after them, what the previous piece returned (None at first),
works for about half a second and returns a record with `done`, `progress` and `pieces`. Work is
shared by its key, so two visitors who want the same get it together.
"""

from __future__ import annotations

import time

from playground.jobs import Job, Result
from playground.ui.frame import state
from playground.ui.server.server import engine
from playground.ui.watching.answers import Answer
from playground.ui.web.arrivals import own_address

LATELY_S = 60.0

_advanced: dict[tuple[str, str], float] = {}
"""(browser, key) -> when it let this work go on, on the monotonic clock in seconds."""


def advance_in_pieces(key: str, job: Job[Result]) -> Answer[Result]:
    """Return how far the work is, and let it go on; it rests some seconds after the last look.

    A piece that failed is told once and asked for anew at the next call.

    Args:
        key: Names the job exactly.
        job: With all arguments but the next, which is what the previous piece returned.
    """
    _note(key)
    try:
        view = engine().study(key, job, owner=state.owner(), address=own_address())
    except ValueError as error:
        return Answer(problem=str(error))
    return Answer(problem=view.problem) if view.problem else Answer(value=view.reached)


def so_far(key: str, job: Job[Result]) -> Result | None:
    """Return what the last finished piece returned, None before the first."""
    return engine().study_so_far(key, job)


def pause(key: str) -> None:
    """Let the work rest after the piece that is being computed; what is finished stays."""
    _advanced.pop((state.owner(), key), None)
    engine().rest_study(key)


def lately_advanced(key: str) -> bool:
    """Say whether this browser let the work go on a moment ago, before a reload or in another tab."""
    return time.monotonic() - _advanced.get((state.owner(), key), float("-inf")) < LATELY_S


def _note(key: str) -> None:
    now = time.monotonic()
    _advanced[(state.owner(), key)] = now
    for place, then in list(_advanced.items()):
        if now - then > LATELY_S:
            _advanced.pop(place, None)


def keep_running(key: str, keep: bool = True) -> None:
    """Let the work go on even while nobody looks, or no longer."""
    engine().keep_studying(key, keep)
