"""Who may have how many runs under way: by name, by address and in all, and what is kept for newcomers."""

import pytest
from engine_cases import QUICK
from named_jobs import job

from playground.data.catalog import load_series
from playground.engine import Engine, EngineFull, Visitor
from playground.engine.live_run import LiveRun
from playground.engine.run_parts import Turns
from playground.engine.waiting_line import check_room, move_up, place
from playground.hosting.settings import Settings
from playground.runs import RunStore

SERIES = load_series(QUICK.data)


def make_runs(number, owner, address="", state="queued", first=0):
    """Return runs of one owner."""
    return [
        LiveRun(
            f"{owner} {k}", owner, QUICK, SERIES, "key", state=state, turns=Turns(queued_at=first + k), address=address
        )
        for k in range(number)
    ]


def flood(address, settings, most=200):
    """Return the runs that one person gets under way with as many names as it takes, each used to the full."""
    runs = []
    for name in range(most):
        for _ in range(1 + settings.queued_per_owner):
            try:
                check_room(runs, f"name {name}", settings, address=address)
            except EngineFull:
                break
            runs += make_runs(1, f"name {name}", address)
    return runs


def test_one_address_fills_a_quarter_of_all_places_whatever_its_names():
    settings = Settings()
    runs = flood("here", settings)
    assert len(runs) == settings.visitors_per_address * (1 + settings.queued_per_owner) == 24
    with pytest.raises(EngineFull, match="at most 24 runs can be under way from one network address, and yours has 24"):
        check_room(runs, "one more name", settings, address="here")
    check_room(runs, "honest", settings, more=6, address="there")


def test_the_last_places_are_for_those_who_have_none_under_way():
    settings = Settings()
    runs = [run for who in range(12) for run in make_runs(6, f"visitor {who}", f"address {who}")]
    assert len(runs) == 72
    with pytest.raises(EngineFull, match="the last 24 of this server's 96 places are kept for visitors"):
        check_room([*runs, *make_runs(1, "busy")], "busy", settings)
    with pytest.raises(EngineFull, match="the last 24"):
        check_room([*runs, *make_runs(1, "busy", "busy address")], "other name", settings, address="busy address")
    check_room(runs, "newcomer", settings, more=6)
    with pytest.raises(EngineFull, match="at most 96 runs at a time"):
        check_room([run for who in range(96) for run in make_runs(1, f"{who}")], "newcomer", settings)


def test_where_addresses_do_not_count_every_name_is_a_newcomer_once():
    settings = Settings()
    runs = flood("", settings)
    owners = {run.owner for run in runs}
    assert len(runs) == 96 and len(owners) > 17


def test_as_many_owners_of_an_address_train_at_once_as_it_may_count_for():
    settings = Settings(visitors_per_address=2)
    runs = [run for who in range(5) for run in make_runs(1, f"name {who}", "here", first=who)]
    honest = make_runs(1, "honest", "there", first=9)
    move_up([*runs, *honest], settings)
    assert [run.state for run in (*runs, *honest)] == ["training"] * 2 + ["queued"] * 3 + ["training"]


def test_the_wait_of_a_crowded_address_is_that_for_its_own_runs(monkeypatch):
    settings = Settings(visitors_per_address=1)
    slow, quick = make_runs(1, "a", "here", "training"), make_runs(1, "b", "there", "training")
    waiting = make_runs(1, "c", "here", first=5)
    left = {"a 0": 100.0, "b 0": 5.0}
    monkeypatch.setattr(LiveRun, "remaining_s", lambda run, share: left[run.run_id])
    assert place(waiting[0], [*slow, *quick, *waiting], 2, settings) == (1, 100.0)


def test_two_thousand_paused_runs_of_one_owner_are_refused():
    idle = Engine(RunStore(None), Settings(paused_per_owner=20))
    me = Visitor(idle, "me", "here")
    made = [me.train(QUICK, SERIES, paused=True) for _ in range(20)]
    with pytest.raises(EngineFull, match="at most 20 runs of one visitor can stand paused"):
        me.train(QUICK, SERIES, paused=True)
    me.delete(made[:1])
    me.train(QUICK, SERIES, paused=True)
    for number in range(60):
        Visitor(idle, f"name {number}", "here").train(QUICK, SERIES, paused=True)
    with pytest.raises(EngineFull, match="at most 80 runs from one network address can stand paused"):
        Visitor(idle, "one more", "here").train(QUICK, SERIES, paused=True)
    Visitor(idle, "one more", "there").train(QUICK, SERIES, paused=True)
    idle.close()


def test_a_newcomers_team_begins_whole_or_not_at_all():
    idle = Engine(RunStore(None), Settings(runs_at_once=4, queue_length=4, newcomers_share=0.5))
    for who in range(4):
        Visitor(idle, f"{who}").train(QUICK, SERIES)
    assert len(Visitor(idle, "newcomer").train_team([QUICK] * 3, SERIES, "duel")) == 3
    with pytest.raises(EngineFull):
        Visitor(idle, "late").train_team([QUICK] * 2, SERIES, "duel")
    assert Visitor(idle, "late").runs() == ()
    idle.close()


def test_a_run_that_goes_on_counts_where_it_is_asked_from():
    idle = Engine(RunStore(None), Settings(visitors_per_address=1, queued_per_owner=0))
    run_id = Visitor(idle, "me", "home").train(QUICK, SERIES, paused=True)
    Visitor(idle, "other", "school").train(QUICK, SERIES)
    with pytest.raises(EngineFull, match="one network address"):
        Visitor(idle, "me", "school").resume(run_id)
    Visitor(idle, "me", "home").resume(run_id)
    assert idle.view(run_id).state == "queued"
    idle.close()


def test_long_computations_are_counted_by_address_too():
    idle = Engine(RunStore(None), Settings(studies_per_owner=2, visitors_per_address=2))
    for number in range(4):
        idle.study(f"{number}", job("m:f"), owner=f"name {number}", address="here")
    with pytest.raises(EngineFull, match="at most 4 long computations can go on from one network address"):
        idle.study("more", job("m:f"), owner="fifth name", address="here")
    idle.study("more", job("m:f"), owner="fifth name", address="there")
    idle.study("uncounted", job("m:f"), owner="sixth name")
    idle.close()
