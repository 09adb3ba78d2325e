"""Answers from workers: asked for once, kept within limits of number and size."""

from concurrent.futures import Future

import numpy as np
import pytest
from named_jobs import job

from playground.ui.watching import answers
from playground.ui.watching.answers import ask, forget


class Desk:
    """Stands in for the engine: answers every question at once with what the test says."""

    def __init__(self):
        self.asked = []
        self.says = 1

    def ask(self, job, *, priority=0):
        self.asked.append((job.target, job.arguments))
        answer = Future()
        if isinstance(self.says, Exception):
            answer.set_exception(self.says)
        elif self.says is not None:
            answer.set_result(self.says)
        return answer


@pytest.fixture
def desk(monkeypatch):
    desk = Desk()
    answers._asked.clear()
    monkeypatch.setattr(answers, "engine", lambda: desk)
    return desk


def test_a_question_is_asked_once_until_its_answer_is_forgotten(desk):
    assert [ask("k", job("m:f", 2)).value for _ in range(3)] == [1, 1, 1]
    assert desk.asked == [("m:f", (2,))]
    forget("k")
    desk.says = 5
    assert ask("k", job("m:f", 2)).value == 5


def test_what_goes_wrong_is_a_problem_and_what_takes_time_waits(desk):
    desk.says = ValueError("too long")
    assert ask("bad", job("m:f")).problem == "too long"
    desk.says = None
    assert ask("slow", job("m:f")).waiting


def test_answers_are_kept_up_to_their_number(desk, monkeypatch):
    monkeypatch.setattr(answers._asked, "most", 3)
    for key in ("a", "b", "c"):
        ask(key, job("m:f"))
    ask("a", job("m:f"))
    ask("d", job("m:f"))
    assert list(answers._asked) == ["c", "a", "d"]


def test_answers_are_kept_up_to_their_size(desk, monkeypatch):
    monkeypatch.setattr(answers._asked, "most_weight", 2**20)
    desk.says = np.zeros(2**18, np.uint8)
    for key in "abcdefgh":
        ask(key, job("m:f"))
    assert list(answers._asked) == ["f", "g", "h"]


def test_an_answer_larger_than_all_room_is_still_shown(desk, monkeypatch):
    monkeypatch.setattr(answers._asked, "most_weight", 2**10)
    desk.says = np.zeros(2**18, np.uint8)
    ask("a", job("m:f"))
    assert ask("b", job("m:f")).value is desk.says
    assert ask("b", job("m:f")).value is desk.says
    assert len(desk.asked) == 2


def test_failed_and_waiting_answers_take_no_room(desk, monkeypatch):
    monkeypatch.setattr(answers._asked, "most_weight", 2**10)
    for says in (ValueError("no"), None, 1, 2):
        desk.says = says
        ask(f"{says}", job("m:f"))
    assert len(answers._asked) == 4


def test_a_question_asked_anew_after_it_was_taken_back_is_the_newest(desk, monkeypatch):
    monkeypatch.setattr(answers._asked, "most", 2)
    desk.says = None
    ask("a", job("m:f"))
    ask("b", job("m:f"))
    answers._asked["a"].cancel()
    ask("a", job("m:f"))
    ask("c", job("m:f"))
    assert list(answers._asked) == ["a", "c"]
