"""One page is drawn at a time, newcomers' first and every party in turn; nobody waits for ever."""

import threading
import time
from contextlib import ExitStack

import pytest
from patience import CALM_WAIT_S, wait_for

from playground.ui.server.turns import Turns

LIMIT_S = CALM_WAIT_S
NEVER_S = 10 * LIMIT_S


class Drawer(threading.Thread):
    """Somebody who draws once, and notes it."""

    def __init__(self, turns, name, order, newcomer=False, **who):
        super().__init__(name=name, daemon=True)
        self._turns, self._order, self._newcomer, self._who = turns, order, newcomer, who
        self.start()

    def run(self):
        """Draw."""
        with self._turns.turn(self._newcomer, **self._who):
            self._order.append(self.name)


def queued(turns):
    """Return how many wait for their turn."""
    return len(turns._line)


def line_up(turns, order, *arrivals):
    """Let drawers arrive one after the other while somebody draws; return them."""
    drawers = []
    for name, newcomer, who in arrivals:
        drawers.append(Drawer(turns, name, order, newcomer, **who))
        wait_for(lambda: queued(turns) == len(drawers))
    return drawers


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


def test_a_page_that_takes_too_long_goes_on_beside_the_next_one():
    turns, order = Turns(0.05), []
    with turns.turn():
        Drawer(turns, "beside", order).join(LIMIT_S)
        assert order == ["beside"] and queued(turns) == 0
        with turns.turn():
            late = Drawer(turns, "after", order)
    late.join(LIMIT_S)
    assert order == ["beside", "after"]


def test_a_page_that_took_too_long_does_not_hand_on_the_turn_of_another():
    turns, order, inside, leave = Turns(0.05), [], threading.Event(), threading.Event()

    def draw_long():
        with turns.turn():
            inside.set()
            leave.wait(LIMIT_S)

    with turns.turn():
        second = threading.Thread(target=draw_long, daemon=True)
        second.start()
        assert inside.wait(LIMIT_S)
        turns._longest_turn_s = NEVER_S
        waiting = Drawer(turns, "third", order)
        wait_for(lambda: queued(turns) == 1)
    assert queued(turns) == 1 and order == []
    leave.set()
    waiting.join(LIMIT_S)
    assert order == ["third"]


def test_many_tabs_of_one_party_wait_for_each_other_not_others_for_them():
    turns, order = Turns(NEVER_S), []
    flood = [(f"flood {number}", True, {"party": "one", "tab": f"{number}"}) for number in range(5)]
    with turns.turn():
        drawers = line_up(turns, order, *flood, ("honest", True, {"party": "other", "tab": "x"}))
    for drawer in drawers:
        drawer.join(LIMIT_S)
    assert order == ["flood 0", "honest", "flood 1", "flood 2", "flood 3", "flood 4"]


def test_redraws_that_have_waited_long_get_every_second_turn_while_newcomers_come():
    turns, order = Turns(NEVER_S, long_wait_s=0.0), []
    with turns.turn(newcomer=True):
        drawers = line_up(
            turns,
            order,
            *((f"new {number}", True, {"party": f"{number}"}) for number in range(3)),
            ("old", False, {"party": "a"}),
            ("older", False, {"party": "b"}),
        )
    for drawer in drawers:
        drawer.join(LIMIT_S)
    assert order == ["old", "new 0", "older", "new 1", "new 2"]


def test_of_one_tab_only_the_newest_thread_waits_in_the_place_of_the_first():
    turns, order = Turns(NEVER_S), []
    with turns.turn():
        first = line_up(turns, order, ("first", False, {"tab": "a"}), ("other", False, {"tab": "b"}))
        newest = Drawer(turns, "newest", order, tab="a")
        first[0].join(LIMIT_S)
        assert order == ["first"]  # in the app Streamlit has asked it to stop
        wait_for(lambda: queued(turns) == 2)
    for drawer in (newest, *first):
        drawer.join(LIMIT_S)
    assert order == ["first", "newest", "other"]


def test_a_tab_is_waiting_from_its_announcement_until_its_turn(monkeypatch):
    turns, order = Turns(NEVER_S), []
    assert not turns.is_waiting("a")
    turns.announce("a")
    assert turns.is_waiting("a") and not turns.is_waiting("b")
    with turns.turn():
        drawer = Drawer(turns, "a", order, tab="a")
        wait_for(lambda: queued(turns) == 1)
        monkeypatch.setattr("playground.ui.server.turns.ARRIVES_WITHIN_S", 0.0)
        assert turns.is_waiting("a")
    drawer.join(LIMIT_S)
    assert not turns.is_waiting("a")
    turns.announce("never comes")
    assert not turns.is_waiting("never comes")
    turns.announce("is closed")
    turns.forget("is closed")
    assert not turns._announced


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


def test_a_newcomer_who_waited_for_a_worker_is_a_newcomer_still():
    turns, order = Turns(NEVER_S), []
    with turns.turn(newcomer=True):
        with turns.aside():
            slow = threading.Event()
            holder = threading.Thread(target=_hold, args=(turns, slow))
            holder.start()
            wait_for(lambda: turns._drawing is not None)
            others = [Drawer(turns, f"other {number}", order) for number in range(3)]
            wait_for(lambda: queued(turns) == 3)
            threading.Timer(0.2, slow.set).start()
        assert order == []
    for other in others:
        other.join(LIMIT_S)
    holder.join(LIMIT_S)


def _hold(turns: Turns, until: threading.Event) -> None:
    with turns.turn():
        until.wait(LIMIT_S)


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
