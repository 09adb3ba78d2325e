"""How often the live parts of all pages redraw themselves, and with how many points: less of both in a full room.

One process draws for everybody. When thirty people watch, redrawing four times a second would take
longer than a second takes, and every answer would come late. So the time between two redraws grows
until what they cost, added up, leaves room for everything else. When even rare redraws take too much, each
carries fewer points.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple

from playground.ui.server.turns import TURNS

STEPS_S = (0.25, 0.5, 1.0, 2.0, 4.0)
"""The times between two redraws to choose from; few, because a change of it draws the whole page once."""
POINTS = (1000, 1000, 1000, 600, 300)
"""How many points a live chart of a long series shows at each of these paces; no peak is lost."""
MOST_BUSY = 0.5
"""Share of the process's time that redrawing may take before it becomes rarer."""
CALM = 0.6
"""Redrawing becomes more frequent again when this part of `MOST_BUSY` would be enough."""
SEEN_S = 10.0
"""A browser that has not redrawn itself for so long watches nothing any more."""
MEMORY = 0.05
"""Weight of the newest redraw in the mean cost."""
USUAL_COST_S = 0.02
"""What a redraw is taken to cost before any has been counted."""
CHANGE_EVERY_S = 0.25
"""One page at a time takes on another pace, since that draws the whole page."""
DEAREST_S = 0.5
"""A redraw that took longer counts as this: the first one also loads what later ones find loaded."""


class Pace:
    """Chooses the time between redraws from what they cost and how many browsers ask for them; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}
        self._cost_s = USUAL_COST_S
        self._step = 0
        self._changed = float("-inf")

    def note(self, browser: str, cost_s: float, now: float) -> None:
        """Take in that a browser was redrawn.

        Args:
            browser: Names the browser.
            cost_s: Processor time that it took, in seconds.
            now: On the monotonic clock, in seconds.
        """
        with self._lock:
            self._cost_s += MEMORY * (min(cost_s, DEAREST_S) - self._cost_s)
            self._watch(browser, now)

    def arrive(self, browser: str, now: float) -> None:
        """Take in that a browser opens a page, before anything on it has been redrawn; see `note`."""
        with self._lock:
            self._watch(browser, now)

    def may_change(self, interval_s: float, wanted_s: float, now: float) -> bool:
        """Say whether a page that redraws itself at this interval should take on the right one now.

        Args:
            interval_s: Time between its redraws.
            wanted_s: See `interval_s`.
            now: On the monotonic clock, in seconds.
        """
        with self._lock:
            if self.interval_s(wanted_s) == interval_s or now - self._changed < CHANGE_EVERY_S:
                return False
            self._changed = now
            return True

    def _watch(self, browser: str, now: float) -> None:
        """Count a browser as watching and choose the pace anew."""
        self._seen[browser] = now
        self._seen = {name: seen for name, seen in self._seen.items() if now - seen < SEEN_S}
        while self._step + 1 < len(STEPS_S) and self._busy(self._step) > MOST_BUSY:
            self._step += 1
        while self._step > 0 and self._busy(self._step - 1) < CALM * MOST_BUSY:
            self._step -= 1

    def interval_s(self, wanted_s: float) -> float:
        """Return the time between two redraws that is right now, at least what is wanted."""
        return max(wanted_s, STEPS_S[self._step])

    def most_points(self) -> int:
        """Return how many points a live chart of a long series may show right now."""
        return POINTS[self._step]

    def _busy(self, step: int) -> float:
        return len(self._seen) * self._cost_s / STEPS_S[step]


PACE = Pace()
"""Of this server."""


class Who(NamedTuple):
    """For whom something is drawn: the browser, the party whose turn it takes, and the tab."""

    browser: str
    party: str = ""
    tab: str = ""


@contextmanager
def page_turn(who: Who, newcomer: bool) -> Iterator[None]:
    """Draw a whole page inside, when it is its turn.

    Args:
        who: For whom.
        newcomer: Whether the tab has no page yet.
    """
    PACE.arrive(who.browser, time.monotonic())
    with TURNS.turn(newcomer, who.party, who.tab):
        yield


@contextmanager
def counted(who: Who, by_itself: bool = True) -> Iterator[None]:
    """Count what is drawn inside as one redraw of a browser.

    Args:
        who: For whom.
        by_itself: Whether it is drawn without its page, so that it has to wait for its turn.
    """
    with TURNS.turn(party=who.party, tab=who.tab) if by_itself else nullcontext():
        began = time.thread_time()
        try:
            yield
        finally:
            PACE.note(who.browser, time.thread_time() - began, time.monotonic())
