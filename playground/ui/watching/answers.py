"""Answers from workers, asked for once and never waited for: a page draws what is there and ticks for the rest."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic
from weakref import WeakKeyDictionary

from playground.footprint import footprint
from playground.jobs import Job, Result
from playground.ui.frame import state
from playground.ui.server.server import engine
from playground.ui.server.turns import TURNS

MOST_KEPT = 256

MOST_BYTES = 128 * 2**20
"""The answers asked for longest ago go first where either limit is reached; the newest always stays."""


@dataclass(frozen=True, eq=False)
class Answer(Generic[Result]):
    """What a worker said so far: `value` once it is there, `problem` as a sentence if it failed."""

    value: Result | None = None
    problem: str = ""

    @property
    def waiting(self) -> bool:
        """Whether the worker has not answered yet."""
        return self.value is None and not self.problem

    @property
    def found(self) -> Result | None:
        """What the worker said, None while it has not.

        Raises:
            ValueError: if it failed.
        """
        if self.problem:
            raise ValueError(self.problem)
        return self.value


_asked: OrderedDict[str, Future[Any]] = OrderedDict()
_sizes: WeakKeyDictionary[Future[Any], int] = WeakKeyDictionary()
_lock = Lock()


def ask(key: str, job: Job[Result], *, priority: int = 0, patience_s: float = 0.0) -> Answer[Result]:
    """Return what a worker says to a job, asking it if nobody has yet.

    Args:
        key: Names question and arguments exactly (recipe key, run, epoch); answers are shared by it.
        job: The question; its answer must not be None.
        priority: Higher goes first among the questions that wait.
        patience_s: How long to wait for a quick answer, so that a moved slider need not redraw twice.
    """
    with _lock:
        future = _asked.get(key)
        if future is None or future.cancelled():
            future = _asked[key] = engine().ask(job, priority=priority)
            _asked.move_to_end(key)
            _make_room()
        _asked.move_to_end(key)
    if patience_s and not future.done():
        with TURNS.aside():
            wait([future], patience_s)
    if not future.done():
        return Answer()
    try:
        return Answer(value=future.result())
    except CancelledError:
        return Answer()
    except (ValueError, RuntimeError) as error:
        return Answer(problem=str(error))


def _make_room() -> None:
    """Forget the answers used longest ago until both limits hold, those to come not counted."""
    for future in _asked.values():
        if future not in _sizes and future.done() and not future.cancelled():
            _sizes[future] = footprint(future.result()) if future.exception() is None else 0
    taken = sum(_sizes.get(future, 0) for future in _asked.values())
    while len(_asked) > 1 and (len(_asked) > MOST_KEPT or taken > MOST_BYTES):
        taken -= _sizes.get(_asked.popitem(last=False)[1], 0)


def ask_steadily(
    place: str, about: str, key: str, job: Job[Result], *, patience_s: float = 0.0
) -> tuple[Answer[Result], bool]:
    """Ask, but let the answer before stand until the worker has said this one, so that no chart blinks.

    Args:
        place: Names the place on the page where the answer is shown.
        about: What must be the same for the answer before to stand.
        key, job, patience_s: See `ask`.

    Returns:
        The answer to show, and whether the worker has yet to give the one that was asked for.
    """
    answer = ask(key, job, patience_s=patience_s)
    if not answer.waiting:
        state.remember(f"answer {place}", (about, key))
        return answer, False
    last_about, last_key = state.remembered(f"answer {place}") or ("", "")
    with _lock:
        before = _asked.get(last_key) if last_about == about else None
    if before is None or not before.done() or before.cancelled() or before.exception() is not None:
        return answer, True
    return Answer(value=before.result()), True


def forget(key: str) -> None:
    """Ask anew the next time, because an answer failed or its source has changed."""
    with _lock:
        future = _asked.pop(key, None)
    if future is not None:
        future.cancel()
