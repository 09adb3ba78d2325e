"""Work in pieces: one question at a time, each with what the one before returned."""

from concurrent.futures import Future
from dataclasses import dataclass

import pytest

from playground.ui import answers, pieces
from playground.ui.pieces import advance_in_pieces, pause, so_far


@dataclass(frozen=True)
class Work:
    pieces: int
    done: bool = False


class Desk:
    """Stands in for the engine: every question waits until the test answers it."""

    def __init__(self):
        self.asked = []

    def ask(self, function, *arguments, priority=0):
        question = Future()
        self.asked.append((function, arguments, priority, question))
        return question


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(answers, "_asked", type(answers._asked)())
    monkeypatch.setattr(pieces, "_reached", type(pieces._reached)())
    desk = Desk()
    monkeypatch.setattr(answers, "engine", lambda: desk)
    return desk


def test_pieces_follow_each_other_until_the_work_is_done(desk):
    assert advance_in_pieces("k", "m:f", 1, 2).waiting
    assert advance_in_pieces("k", "m:f", 1, 2).waiting
    (function, arguments, priority, question), *more = desk.asked
    assert (function, arguments) == ("m:f", (1, 2, None)) and priority < 0 and not more
    question.set_result(Work(1))
    assert advance_in_pieces("k", "m:f", 1, 2).value == Work(1)
    assert desk.asked[1][1] == (1, 2, Work(1))
    desk.asked[1][3].set_result(Work(2, done=True))
    assert advance_in_pieces("k", "m:f", 1, 2).value == Work(2, done=True)
    assert advance_in_pieces("k", "m:f", 1, 2).value.done
    assert len(desk.asked) == 2 and so_far("k") == Work(2, done=True)


def test_paused_work_goes_on_from_where_it_was(desk):
    advance_in_pieces("k", "m:f")
    desk.asked[0][3].set_result(Work(1))
    advance_in_pieces("k", "m:f")
    pause("k")
    assert desk.asked[1][3].cancelled() and so_far("k") == Work(1)
    advance_in_pieces("k", "m:f")
    assert desk.asked[2][1] == (Work(1),)


def test_a_piece_that_fails_says_why_and_can_be_tried_again(desk):
    advance_in_pieces("k", "m:f")
    desk.asked[0][3].set_result(Work(1))
    advance_in_pieces("k", "m:f")
    desk.asked[1][3].set_exception(ValueError("too long"))
    assert advance_in_pieces("k", "m:f").problem == "too long"
    assert so_far("k") == Work(1)
    assert advance_in_pieces("k", "m:f").value == Work(1)
    assert desk.asked[2][1] == (Work(1),)


def test_only_the_work_looked_at_last_is_kept(desk, monkeypatch):
    monkeypatch.setattr(pieces, "MOST_KEPT", 2)
    for key in ("a", "b", "c"):
        advance_in_pieces(key, "m:f")
        desk.asked[-1][3].set_result(Work(1, done=True))
        advance_in_pieces(key, "m:f")
    assert so_far("a") is None and so_far("b") == so_far("c") == Work(1, done=True)
