"""Who draws when: one page or part at a time, those of newcomers first.

Python runs one thread at a time anyway. Thirty threads that draw at once only take the interpreter and
Streamlit's locks from each other, so that all of them together take twice the time; and of thirty people
who arrive together everybody would see their first page late.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_WAIT_S = 1.5
"""Whoever has waited so long for a turn draws out of turn: a page that takes long holds nobody up for ever."""


class Turns:
    """Lets one thread at a time draw, newcomers first, the others in the order in which they came."""

    def __init__(self, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._longest_wait_s = longest_wait_s
        self._lock = threading.Lock()
        self._taken = False
        self._newcomers: deque[threading.Event] = deque()
        self._others: deque[threading.Event] = deque()
        self._mine = threading.local()

    @contextmanager
    def turn(self, newcomer: bool = False) -> Iterator[None]:
        """Draw inside, when it is this thread's turn or it has waited long enough; a part of a turn waits for none."""
        if self._has():
            yield
            return
        self._mine.has = self._wait(self._newcomers if newcomer else self._others)
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others draw while this thread, in the middle of its turn, waits for something inside."""
        had = self._has()
        self._end()
        try:
            yield
        finally:
            if had:
                self._mine.has = self._wait(self._others)

    def _has(self) -> bool:
        return getattr(self._mine, "has", False)

    def _wait(self, queue: deque[threading.Event]) -> bool:
        """Return whether this thread was given the turn."""
        mine = threading.Event()
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            queue.append(mine)
        if mine.wait(self._longest_wait_s):
            return True
        with self._lock:
            if mine.is_set():
                return True
            queue.remove(mine)
        return False

    def _end(self) -> None:
        """Hand the turn on, if this thread has it."""
        if not self._has():
            return
        self._mine.has = False
        with self._lock:
            queue = self._newcomers or self._others
            if queue:
                queue.popleft().set()
            else:
                self._taken = False


TURNS = Turns()
"""Of this server."""
