"""Long work in short pieces: each piece is one question to a worker, the next is asked when a page looks again.

A worker function takes its arguments and, last, what the previous piece returned (None at first),
works for about half a second and returns a record with `done`, `progress` and `pieces`. Nobody looks:
nothing goes on. Work is shared by its key, so two visitors who want the same get it together.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from playground.ui.answers import Answer, ask, forget

MOST_KEPT = 128

BEHIND_OTHERS = -1
"""Pieces let every other question go first."""

_reached: OrderedDict[str, Any] = OrderedDict()
_lock = Lock()


def advance_in_pieces(key: str, function: str, *arguments: Any) -> Answer:
    """Return how far the work is, having asked for its next piece unless it is done.

    A piece that failed is asked for anew at the next call.

    Args:
        key: Names function and arguments exactly.
        function: "package.module:function".
        arguments: All but the last, which is what the previous piece returned.
    """
    reached = so_far(key)
    if reached is not None and reached.done:
        return Answer(value=reached)
    piece = _name(key, reached)
    answer = ask(piece, function, *arguments, reached, priority=BEHIND_OTHERS)
    if answer.problem:
        forget(piece)
        return answer
    if answer.waiting:
        return Answer(value=reached)
    forget(piece)
    with _lock:
        held = _reached.get(key)
        if held is None or held.pieces < answer.value.pieces:
            _reached[key] = answer.value
        _reached.move_to_end(key)
        while len(_reached) > MOST_KEPT:
            _reached.popitem(last=False)
    return advance_in_pieces(key, function, *arguments)


def so_far(key: str) -> Any:
    """Return what the last finished piece returned, None before the first."""
    with _lock:
        return _reached.get(key)


def pause(key: str) -> None:
    """Take back the piece that has been asked for, unless it is being computed; what is finished stays."""
    forget(_name(key, so_far(key)))


def _name(key: str, reached: Any) -> str:
    return f"{key} piece {reached.pieces if reached is not None else 0}"
