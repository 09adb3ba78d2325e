"""Answers from workers, asked for once and never waited for: a page draws what is there and ticks for the rest."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from threading import Lock
from typing import Any

from playground.ui.server import engine

MOST_KEPT = 256


@dataclass(frozen=True, eq=False)
class Answer:
    """What a worker said so far: `value` once it is there, `problem` as a sentence if it failed."""

    value: Any = None
    problem: str = ""

    @property
    def waiting(self) -> bool:
        """Whether the worker has not answered yet."""
        return self.value is None and not self.problem


_asked: OrderedDict[str, Future[Any]] = OrderedDict()
_lock = Lock()


def ask(key: str, function: str, *arguments: Any, priority: int = 0, patience_s: float = 0.0) -> Answer:
    """Return what a worker says to `function(*arguments)`, asking it if nobody has yet.

    Args:
        key: Names question and arguments exactly (recipe key, run, epoch); answers are shared by it.
        function: "package.module:function", which must not return None.
        arguments: Plain values and records.
        priority: Higher goes first among the questions that wait.
        patience_s: How long to wait for a quick answer, so that a moved slider need not redraw twice.
    """
    with _lock:
        future = _asked.get(key)
        if future is None or future.cancelled():
            future = _asked[key] = engine().ask(function, *arguments, priority=priority)
            while len(_asked) > MOST_KEPT:
                _asked.popitem(last=False)
        _asked.move_to_end(key)
    if patience_s:
        wait([future], patience_s)
    if not future.done():
        return Answer()
    try:
        return Answer(value=future.result())
    except CancelledError:
        return Answer()
    except (ValueError, RuntimeError) as error:
        return Answer(problem=str(error))


def forget(key: str) -> None:
    """Ask anew the next time, because an answer failed or its source has changed."""
    with _lock:
        future = _asked.pop(key, None)
    if future is not None:
        future.cancel()
