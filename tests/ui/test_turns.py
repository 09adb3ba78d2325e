"""One page is drawn at a time, newcomers' first; nobody waits for ever, and whoever waits lets others draw."""

import threading
import time
from contextlib import ExitStack

import pytest
from patience import CALM_WAIT_S, wait_for

from playground.ui.turns import Turns

LIMIT_S = CALM_WAIT_S
NEVER_S = 10 * LIMIT_S


class Drawer(threading.Thread):
    """Somebody who draws once, and notes it."""

    def __init__(self, turns, name, order, newcomer=False):
        super().__init__(name=name, daemon=True)
        self._turns, self._order, self._newcomer = turns, order, newcomer
        self.start()

    def run(self):
        """Draw."""
        with self._turns.turn(self._newcomer):
            self._order.append(self.name)


def queued(turns):
    """Return how many wait for their turn."""
    return len(turns._newcomers) + len(turns._others)


def test_newcomers_go_first_and_the_others_in_their_order():
    turns, order, drawers = Turns(NEVER_S), [], []
    with turns.turn():
        for name, newcomer in (("a", False), ("b", False), ("new", True), ("newer", True)):
            drawers.append(Drawer(turns, name, order, newcomer))
            wait_for(lambda: queued(turns) == len(drawers))
        assert order == []
    for drawer in drawers:
        drawer.join(LIMIT_S)
    assert order == ["new", "newer", "a", "b"]


def test_never_two_at_a_time():
    turns, inside, most = Turns(NEVER_S), [], []

    def draw():
        for _ in range(50):
            with turns.turn():
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)
                inside.pop()

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
    assert len(most) == 8 * 50 and max(most) == 1


def test_nobody_waits_longer_than_the_limit():
    turns, order = Turns(0.05), []
    with turns.turn():
        Drawer(turns, "out of turn", order).join(LIMIT_S)
        assert order == ["out of turn"] and queued(turns) == 0
    Drawer(turns, "in turn", order).join(LIMIT_S)
    assert order == ["out of turn", "in turn"]


def test_whoever_waits_for_a_worker_lets_others_draw_and_takes_its_turn_again():
    turns, order = Turns(NEVER_S), []
    with turns.turn():
        with turns.aside():
            Drawer(turns, "other", order).join(LIMIT_S)
        assert order == ["other"]
        late = Drawer(turns, "late", order)
        wait_for(lambda: queued(turns) == 1)
        assert order == ["other"]
    late.join(LIMIT_S)
    assert order == ["other", "late"]


def test_stepping_aside_without_a_turn_changes_nothing():
    turns, order = Turns(NEVER_S), []
    with turns.aside():
        pass
    with ExitStack() as one:
        one.enter_context(turns.turn())
        other = Drawer(turns, "other", order)
        wait_for(lambda: queued(turns) == 1)
    other.join(LIMIT_S)
    assert order == ["other"]


def test_a_page_that_fails_hands_its_turn_on():
    turns, order = Turns(NEVER_S), []
    with pytest.raises(RuntimeError), turns.turn():
        raise RuntimeError("broken")
    Drawer(turns, "next", order).join(LIMIT_S)
    assert order == ["next"]


def test_a_turn_within_a_turn_neither_waits_nor_hands_it_on():
    turns, order = Turns(NEVER_S), []
    with turns.turn():
        with turns.turn():
            other = Drawer(turns, "other", order)
            wait_for(lambda: queued(turns) == 1)
        assert order == []
    other.join(LIMIT_S)
    assert order == ["other"]
