"""Nobody's runs cost anybody else's: room is made by whoever has most, by name and by address."""

import sqlite3
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_runs import make_checkpoint, make_run, saved

from playground.runs import RunStore

MOST_RUNS = 12


def kept(store):
    """Return owner and address of every run in the store, by its name."""
    return {row[0]: (row[1], row[2]) for row in store._all("SELECT run_id, owner, address FROM runs")}


def counted(runs, which):
    """Return how many runs each owner (0) or address (1) has."""
    return Counter(who[which] for who in runs.values())


def save_all(store, arrivals, which):
    """Save runs in order of arrival; check after each that nobody at or below a fair share lost one."""
    parties = {who[which] for who in arrivals}
    share = store.most_runs // len(parties)
    for number, (owner, address, star) in enumerate(arrivals):
        name = f"run {number}"
        before = kept(store) | {name: (owner, address)}
        saved(store, make_run(name, epoch=0, state="finished", owner=owner, address=address))
        if star:
            store.shelf(owner).mark(name, starred=True)
        had, has = counted(before, which), counted(kept(store), which)
        assert len(kept(store)) <= store.most_runs
        assert {party: has[party] for party in had if had[party] <= share} == {
            party: count for party, count in had.items() if count <= share
        }


def arrivals_of(address_of):
    """Return a strategy of runs: who saves, from where, and whether it gets a star."""
    visitors = st.integers(0, 5)
    return st.lists(st.tuples(visitors, st.booleans()), min_size=1, max_size=60).map(
        lambda runs: [(f"owner {who}", address_of(who), star) for who, star in runs]
    )


@settings(deadline=None, max_examples=30)
@given(arrivals_of(lambda who: ""))
def test_no_visitor_below_a_fair_share_loses_a_run(arrivals):
    store = RunStore(None, most_runs=MOST_RUNS)
    save_all(store, arrivals, which=0)
    store.close()


@settings(deadline=None, max_examples=30)
@given(arrivals_of(lambda who: "one" if who < 4 else f"other {who}"))
def test_no_address_below_a_fair_share_loses_a_run_to_many_names_of_another(arrivals):
    store = RunStore(None, most_runs=MOST_RUNS)
    save_all(store, arrivals, which=1)
    store.close()


def fill(store, count, name, **about):
    """Save so many finished runs, named by their number."""
    for number in range(count):
        saved(store, make_run(f"{name} {number}", epoch=0, state="finished", **about))


def test_two_hundred_kept_runs_of_one_visitor_take_none_of_anothers_thirty():
    store = RunStore(None, most_runs=200)
    fill(store, 30, "mine", owner="me", address="here")
    for number in range(260):
        owner = f"name {number % 20}"
        saved(store, make_run(f"flood {number}", epoch=0, state="finished", owner=owner, address="there"))
    assert len(store.shelf("me").runs()) == 30
    assert store.size()[0] == 200
    store.close()


def test_a_newcomer_keeps_its_runs_where_others_have_stars():
    store = RunStore(None, most_runs=40)
    for number in range(40):
        saved(store, make_run(f"starred {number}", epoch=0, state="finished", owner=f"name {number % 2}"))
        store.shelf(f"name {number % 2}").mark(f"starred {number}", starred=True)
    fill(store, 5, "new", owner="newcomer")
    assert len(store.shelf("newcomer").runs()) == 5
    store.close()


def test_at_one_address_the_name_with_most_goes_first():
    store = RunStore(None, most_runs=10)
    fill(store, 2, "few", owner="few", address="here")
    fill(store, 20, "many", owner="many", address="here")
    assert len(store.shelf("few").runs()) == 2
    store.close()


def test_a_visitor_who_moves_between_addresses_counts_as_one():
    store = RunStore(None, most_runs=10)
    fill(store, 4, "still", owner="still", address="home")
    for number in range(12):
        saved(store, make_run(f"moving {number}", epoch=0, state="finished", owner="moving", address=f"{number % 4}"))
    assert len(store.shelf("still").runs()) == 4
    store.close()


def test_room_on_the_disk_is_made_by_whoever_takes_most_of_it():
    store = RunStore(None, most_bytes=3 * 2**20)
    for number in range(20):
        saved(store, make_run(f"small {number}", state="finished", owner="small"), checkpoint=make_checkpoint(2))
    for number in range(12):
        run = make_run(f"large {number}", state="finished", owner=f"large {number % 2}", address="there")
        saved(store, run, checkpoint=make_checkpoint(2, size=2**15))
    assert len(store.shelf("small").runs()) == 20
    assert store.size()[0] < 32
    store.close()


def test_what_is_under_way_stays_whoever_has_most():
    store = RunStore(None, most_runs=3)
    for number in range(4):
        saved(store, make_run(f"busy {number}", state="training", owner="busy"))
    saved(store, make_run("rests", state="finished", owner="other"))
    saved(store, make_run("new", state="finished", owner="third"))
    assert {name for name in kept(store) if name.startswith("busy")} == {f"busy {number}" for number in range(4)}
    store.close()


def test_runs_of_an_older_file_know_what_they_take(tmp_path):
    path = tmp_path / "runs.sqlite3"
    store = RunStore(path)
    saved(store, make_run(), checkpoint=make_checkpoint(2, size=1000))
    weighed = store._one("SELECT bytes FROM runs")[0]
    store.close()
    assert weighed > 12_000
    with sqlite3.connect(path) as old:
        for column in ("bytes", "address", "kind"):
            old.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        for column in ("train_accuracy", "validation_accuracy"):
            old.execute(f"ALTER TABLE epochs DROP COLUMN {column}")
        old.execute("PRAGMA user_version = 5")
    old.close()
    store = RunStore(path)
    assert store._one("SELECT bytes FROM runs")[0] == weighed
    store.close()


@pytest.mark.parametrize("address", ["", "0123"])
def test_the_address_comes_back_with_the_run(address):
    store = RunStore(None)
    saved(store, make_run(address=address))
    assert store.load("a").address == address
    store.close()
