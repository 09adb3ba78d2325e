"""Work in pieces as pages see it: the engine drives it, the page looks."""

from dataclasses import dataclass

import pytest
from named_jobs import job

from playground.engine import EngineFull, StudyView
from playground.ui.watching import pieces
from playground.ui.watching.pieces import advance_in_pieces, keep_running, pause, so_far


@dataclass(frozen=True)
class Work:
    pieces: int
    done: bool = False


class Desk:
    """Stands in for the engine: says what the test tells it to say, and notes what it was asked."""

    def __init__(self):
        self.says = StudyView()
        self.asked = []

    def study(self, key, job, *, owner, address):
        self.asked.append((key, job.target, job.arguments, owner))
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def study_so_far(self, key, job):
        return self.says.reached

    def rest_study(self, key):
        self.asked.append(("rest", key))

    def keep_studying(self, key, keep):
        self.asked.append(("keep", key, keep))


@pytest.fixture
def desk(monkeypatch):
    desk = Desk()
    monkeypatch.setattr(pieces, "engine", lambda: desk)
    monkeypatch.setattr(pieces.state, "owner", lambda: "me")
    return desk


def test_every_look_is_one_of_this_visitor(desk):
    assert advance_in_pieces("k", job("m:f", 1, 2)).waiting
    assert desk.asked == [("k", "m:f", (1, 2), "me")]


def test_the_last_finished_piece_is_the_answer(desk):
    desk.says = StudyView(Work(1), state="working")
    assert advance_in_pieces("k", job("m:f")).value == so_far("k", job("m:f")) == Work(1)
    desk.says = StudyView(Work(2, done=True), state="done")
    assert advance_in_pieces("k", job("m:f")).value.done


@pytest.mark.parametrize("says", [StudyView(Work(1), "too long", "resting"), EngineFull("too long")])
def test_what_went_wrong_is_a_problem(desk, says):
    desk.says = says
    answer = advance_in_pieces("k", job("m:f"))
    assert (answer.problem, answer.value) == ("too long", None)


def test_work_is_paused_and_kept_running_by_its_name(desk):
    pause("k")
    keep_running("k")
    keep_running("k", False)
    assert desk.asked == [("rest", "k"), ("keep", "k", True), ("keep", "k", False)]
