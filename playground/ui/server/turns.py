"""Who draws when: one page or part at a time, those of newcomers first, and everybody in turn.

Python runs one thread at a time anyway. Thirty threads that draw at once only take the interpreter and
Streamlit's locks from each other, so that all of them together take twice the time; and of thirty people
who arrive together everybody would see their first page late.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LONGEST_TURN_S = 1.5
"""A page that takes longer goes on beside the next one: it holds nobody up for ever."""

ARRIVES_WITHIN_S = 1.0
"""A thread that was announced and has not asked for a turn by then is not waited for: it draws without one."""

LONG_WAIT_S = 1.5
"""Whoever has waited so long for a redraw gets every second turn while newcomers keep coming."""


@dataclass(eq=False)
class _Place:
    """One thread's place in the line."""

    number: int
    party: str
    tab: str
    newcomer: bool
    since: float = field(default_factory=time.monotonic)
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """Lets one thread at a time draw: newcomers first, then whose party has waited longest since its last turn.

    A party is a person as far as one can tell: many tabs of one party wait for each other, not others for
    them. Of one tab only the newest thread waits; Streamlit has asked the older ones to stop.
    """

    def __init__(self, longest_turn_s: float = LONGEST_TURN_S, long_wait_s: float = LONG_WAIT_S) -> None:
        self._longest_turn_s, self._long_wait_s = longest_turn_s, long_wait_s
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._drawing: _Place | None = None
        self._began = 0.0
        self._line: list[_Place] = []
        self._last_turns: dict[str, int] = {}
        self._announced: dict[str, float] = {}
        self._mine = threading.local()

    @contextmanager
    def turn(self, newcomer: bool = False, party: str = "", tab: str = "") -> Iterator[None]:
        """Draw inside, when it is this thread's turn; a part of a turn waits for none.

        Args:
            newcomer: Whether the tab has no page yet.
            party: Whose turn it is.
            tab: Names the tab, empty for one that nobody else draws.
        """
        if self._has():
            yield
            return
        self._wait(_Place(next(self._numbers), party, tab, newcomer))
        try:
            yield
        finally:
            self._end()

    def announce(self, tab: str) -> None:
        """Take in that a thread of a tab is about to ask for a turn; see `is_waiting`."""
        with self._lock:
            self._announced[tab] = time.monotonic()

    def forget(self, tab: str) -> None:
        """Take in that a tab is closed."""
        with self._lock:
            self._announced.pop(tab, None)

    def is_waiting(self, tab: str) -> bool:
        """Say whether a thread of a tab waits for its turn, or was announced a moment ago and has had none since."""
        with self._lock:
            if any(place.tab == tab for place in self._line):
                return True
            if time.monotonic() - self._announced.get(tab, float("-inf")) < ARRIVES_WITHIN_S:
                return True
            self._announced.pop(tab, None)
            return False

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others draw while this thread, in the middle of its turn, waits for something inside."""
        mine = self._place()
        self._end()
        try:
            yield
        finally:
            if mine is not None:
                self._wait(_Place(mine.number, mine.party, mine.tab, mine.newcomer))

    def _place(self) -> _Place | None:
        return getattr(self._mine, "place", None)

    def _has(self) -> bool:
        return self._place() is not None

    def _wait(self, mine: _Place) -> None:
        """Return when it is this thread's turn, or when a newer one of its tab waits in its place."""
        self._mine.place = mine
        with self._lock:
            if self._drawing is None:
                self._call(mine)
                return
            for other in [other for other in self._line if mine.tab and other.tab == mine.tab]:
                if other.number > mine.number:
                    return
                self._line.remove(other)
                mine.since = other.since
                other.called.set()
            self._line.append(mine)
        while not mine.called.wait(self._left_s()):
            with self._lock:
                if self._line and time.monotonic() - self._began >= self._longest_turn_s:
                    self._call_next()

    def _left_s(self) -> float:
        """Return how long the turn under way may still last, at least a millisecond."""
        return max(self._began + self._longest_turn_s - time.monotonic(), 0.001)

    def _end(self) -> None:
        """Hand the turn on, if this thread has it."""
        mine, self._mine.place = self._place(), None
        with self._lock:
            if mine is None or self._drawing is not mine:
                return
            if self._line:
                self._call_next()
            else:
                self._drawing = None
                self._last_turns.clear()

    def _call_next(self) -> None:
        """Give the turn to whose it is."""
        newcomers = [place for place in self._line if place.newcomer]
        others = [place for place in self._line if not place.newcomer]
        after_a_newcomer = self._drawing is not None and self._drawing.newcomer
        long_ago = time.monotonic() - self._long_wait_s
        late = after_a_newcomer and any(place.since <= long_ago for place in others)
        line = others if late else newcomers or others
        chosen = min(line, key=lambda place: (self._last_turns.get(place.party, 0), place.since))
        self._line.remove(chosen)
        self._call(chosen)

    def _call(self, place: _Place) -> None:
        self._drawing, self._began = place, time.monotonic()
        self._announced.pop(place.tab, None)
        self._last_turns[place.party] = next(self._numbers)
        place.called.set()


TURNS = Turns()
"""Of this server."""
