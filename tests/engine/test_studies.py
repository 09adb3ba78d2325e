"""Long work in pieces: who goes on, whose turn it is, what is kept, and what live runs lose by it."""

import numpy as np
import pytest
from engine_cases import SLOW
from fake_work import Count
from named_jobs import job

from playground.data.catalog import load_series
from playground.engine import EngineFull
from playground.engine.flights import Flight, Flights
from playground.engine.live_run import LiveRun
from playground.engine.slices import Outcome
from playground.engine.studies import PATIENCE_S, Piece, Studies, Study
from playground.engine.tasks import Task, Tasks
from playground.engine.turns import Turn
from playground.hosting.settings import Settings

SERIES = load_series(SLOW.data)
GRACE_S = 20.0


@pytest.fixture
def studies(clock):
    return Studies(Settings(study_grace_s=GRACE_S, studies_per_owner=4))


def look(studies, key, owner="me", *arguments):
    return studies.look(key, job("m:f", *arguments), owner)


def do_piece(studies, address="w1", free=("w1",), ballast=0, planned=9, worker=None):
    """Let a worker do the next piece; return whose it was."""
    study = studies.next_for(address, free)
    reached = Count(planned, (*(study.reached.by if study.reached else ()), 1), np.zeros(ballast, np.uint8))
    studies.begin(study, address).take(Outcome(value=reached, worker=worker or address))
    return study.key


def test_pieces_follow_each_other_until_the_work_is_done(studies):
    assert look(studies, "k", "me", 1, 2).state == "waiting"
    study = studies.next_for("w1", ["w1"])
    piece = studies.begin(study, "w1")
    assert piece.job.arguments == (1, 2, None)
    assert look(studies, "k").state == "working"
    assert studies.next_for("w1", ["w1"]) is None
    piece.take(Outcome(value=Count(2, (1,)), worker="w1"))
    piece = studies.begin(study, "w1")
    assert piece.job.arguments[-1].pieces == 1
    piece.take(Outcome(value=Count(2, (1, 1)), worker="w1"))
    view = look(studies, "k")
    assert (view.state, view.reached.pieces) == ("done", 2)
    assert studies.next_for("w1", ["w1"]) is None
    assert study.job is None


def test_what_nobody_looks_at_rests_and_goes_on_at_the_next_look(studies, clock):
    look(studies, "k")
    do_piece(studies)
    clock.now += GRACE_S + 1
    assert studies.next_for("w1", ["w1"]) is None
    assert studies.so_far("k").pieces == 1
    assert studies.next_for("w1", ["w1"]) is None
    look(studies, "k")
    do_piece(studies)
    assert studies.so_far("k").pieces == 2


def test_what_is_kept_running_goes_on_without_a_look(studies, clock):
    look(studies, "k")
    studies.keep_running("k", True)
    clock.now += 100 * GRACE_S
    assert do_piece(studies) == "k"
    studies.keep_running("k", False)
    clock.now += GRACE_S + 1
    assert studies.next_for("w1", ["w1"]) is None


def test_a_rest_keeps_what_is_finished_even_the_piece_under_way(studies):
    look(studies, "k")
    do_piece(studies)
    study = studies.next_for("w1", ["w1"])
    piece = studies.begin(study, "w1")
    studies.rest("k")
    assert study.job is None
    piece.take(Outcome(value=Count(9, (1, 1)), worker="w1"))
    assert studies.so_far("k").pieces == 2
    assert studies.next_for("w1", ["w1"]) is None
    look(studies, "k")
    assert do_piece(studies) == "k"


def test_a_problem_is_told_once_and_the_piece_asked_for_anew(studies):
    look(studies, "k")
    do_piece(studies)
    study = studies.next_for("w1", ["w1"])
    studies.begin(study, "w1").take(Outcome(problem="too long", worker="w1"))
    assert studies.next_for("w1", ["w1"]) is None
    view = look(studies, "k")
    assert (view.problem, view.reached.pieces, view.state) == ("too long", 1, "resting")
    assert look(studies, "k").problem == ""
    do_piece(studies)
    assert studies.so_far("k").pieces == 2


def test_a_piece_that_dies_again_and_again_is_given_up(studies):
    look(studies, "k")
    do_piece(studies)
    deaths = studies.settings.worker_deaths
    for _ in range(deaths + 1):
        study = studies.next_for("w1", ["w1"])
        piece = studies.begin(study, "w1")
        assert piece.job.arguments[-1].pieces == 1
        piece.lose()
    assert studies.next_for("w1", ["w1"]) is None
    assert f"died {deaths + 1} times" in look(studies, "k").problem
    look(studies, "k")
    assert do_piece(studies) == "k"


def test_visitors_take_turns_and_so_do_the_studies_of_one(studies):
    for key in ("a1", "a2", "a3"):
        look(studies, key, "a")
    look(studies, "b1", "b")
    order = [do_piece(studies) for _ in range(8)]
    assert order[1::2] == ["b1"] * 4 or order[::2] == ["b1"] * 4
    assert [key for key in order if key != "b1"][:3] == ["a1", "a2", "a3"]


def test_a_study_stays_with_the_worker_that_knows_it(studies, clock):
    for key in ("x", "y", "z"):
        look(studies, key)
    both = ("w1", "w2")
    assert [do_piece(studies, "w1", both), do_piece(studies, "w2", both), do_piece(studies, "w1", both)] == [*"xyz"]
    assert [do_piece(studies, "w2", both) for _ in range(3)] == ["y"] * 3
    assert {do_piece(studies, "w1", both) for _ in range(2)} == {"x", "z"}
    # A worker with nothing of its own takes over what another, busy one keeps waiting.
    assert do_piece(studies, "w3", ("w3",)) in "xyz"


def test_a_study_kept_waiting_too_long_goes_on_elsewhere(studies, clock):
    for key in ("x", "y"):
        look(studies, key)
    do_piece(studies, "w1", ("w1", "w2"))
    do_piece(studies, "w2", ("w1", "w2"))
    clock.now += PATIENCE_S + 1
    studies.begin(studies.next_for("w2", ("w2",)), "w2")
    assert studies.next_for("w3", ("w3",)).key == "y"


def test_a_visitor_has_only_so_many_under_way(studies, clock):
    for number in range(4):
        look(studies, f"k{number}")
    with pytest.raises(EngineFull, match="at most 4 long computations"):
        look(studies, "k4")
    look(studies, "other", "you")
    studies.rest("k0")
    look(studies, "k4")
    clock.now += GRACE_S + 1
    look(studies, "k5")


def test_what_nobody_looked_at_for_longest_is_forgotten_first(clock):
    studies = Studies(Settings(studies_kept=8, study_grace_s=GRACE_S))
    for number in range(8):
        look(studies, f"k{number}")
        do_piece(studies, planned=1)
        clock.now += 1
    with pytest.raises(EngineFull, match="in memory"):
        look(studies, "new")  # all have been looked at lately: none goes for it
    clock.now += GRACE_S + 2
    studies.so_far("k0")
    look(studies, "new")
    assert [studies.so_far(f"k{number}") is not None for number in range(8)] == [True, False, *[True] * 6]


def test_memory_is_bounded_and_never_by_what_somebody_looks_at(clock):
    studies = Studies(Settings(studies_mb=8, study_grace_s=GRACE_S))
    for number in range(3):
        look(studies, f"k{number}")
        do_piece(studies, planned=1, ballast=3 * 2**20)
    assert [studies.so_far(f"k{number}").done for number in range(3)] == [True] * 3
    with pytest.raises(EngineFull, match="in memory"):
        look(studies, "new")
    assert studies.so_far("new") is None
    clock.now += GRACE_S + 1
    assert look(studies, "new").state == "waiting"
    assert sum(study.bytes for study in studies._studies.values()) <= 8 * 2**20


def flights_with(workers, turns=()):
    flights = Flights()
    flights.follow(workers)
    for number, address in enumerate(turns):
        run = LiveRun.begin(SLOW, SERIES, "me")
        turn = Turn(run, address, run.next_request(address, Settings()), flights, most_deaths=3)
        flights.add(number, Flight(address, turn))
    return flights


def piece():
    return Piece(job("m:f"), Study("k"), Studies(Settings(study_share=0.2)))


def test_pieces_go_to_workers_without_live_runs_as_long_as_there_is_one():
    assert flights_with(["w1", "w2"]).open_to_pieces() == ["w1", "w2"]
    flights = flights_with(["w1", "w2"], ["w1", "w1"])
    assert flights.open_to_pieces() == ["w2"]
    flights.add(9, Flight("w2", piece()))
    assert flights.open_to_pieces() == []
    flights.drop([9])
    flights.add(10, Flight("w2", Task(job("m:f"), (0, 0), Tasks())))
    assert flights.open_to_pieces() == []


def test_live_runs_get_their_share_before_the_next_piece():
    flights = flights_with(["w1"], ["w1"])
    turn, slot = flights.get(0).work, flights.slots["w1"]
    assert flights.open_to_pieces() == ["w1"]
    piece().charge(slot, 0.5)
    for _ in range(7):
        turn.charge(slot, 0.25)
        assert flights.open_to_pieces() == []
    turn.charge(slot, 0.25)
    assert flights.open_to_pieces() == ["w1"]
