"""Long work in short pieces, which the engine drives by itself for as long as a page looks.

A worker function takes its arguments and, last, what the previous piece returned (None at first),
works for about half a second and returns a record with `done`, `progress` and `pieces`. Work is
shared by its key, so two visitors who want the same get it together.
"""

from __future__ import annotations

from typing import Any

from playground.ui import state
from playground.ui.answers import Answer
from playground.ui.server import engine


def advance_in_pieces(key: str, function: str, *arguments: Any) -> Answer:
    """Return how far the work is, and let it go on; it rests some seconds after the last look.

    A piece that failed is told once and asked for anew at the next call.

    Args:
        key: Names function and arguments exactly.
        function: "package.module:function".
        arguments: All but the last, which is what the previous piece returned.
    """
    try:
        view = engine().study(key, function, *arguments, owner=state.owner())
    except ValueError as error:
        return Answer(problem=str(error))
    return Answer(problem=view.problem) if view.problem else Answer(value=view.reached)


def so_far(key: str) -> Any:
    """Return what the last finished piece returned, None before the first."""
    return engine().study_so_far(key)


def pause(key: str) -> None:
    """Let the work rest after the piece that is being computed; what is finished stays."""
    engine().rest_study(key)


def keep_running(key: str, keep: bool = True) -> None:
    """Let the work go on even while nobody looks, or no longer."""
    engine().keep_studying(key, keep)
