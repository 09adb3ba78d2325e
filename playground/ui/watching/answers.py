"""Answers from workers, asked for once and never waited for: a page draws what is there and ticks for the rest."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic
from weakref import WeakKeyDictionary

from playground.footprint import footprint
from playground.jobs import Job, Result
from playground.recent import Recent
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


_sizes: WeakKeyDictionary[Future[Any], int] = WeakKeyDictionary()


def _size(future: Future[Any]) -> int:
    """Return the bytes of an answer, 0 while it is to come and where there is none."""
    if future not in _sizes and future.done() and not future.cancelled():
        _sizes[future] = footprint(future.result()) if future.exception() is None else 0
    return _sizes.get(future, 0)


_asked: Recent[str, Future[Any]] = Recent(MOST_KEPT, MOST_BYTES, _size)
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
        future = _asked.use(key)
        if future is None or future.cancelled():
            future = _asked.keep(key, engine().ask(job, priority=priority))
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
