"""What a visitor may do with own runs, and with runs of others."""

from dataclasses import replace

import pytest
from fake_cluster import RECIPE, SERIES, in_one_go

from playground.engine import EngineFull, NotYours, Visitor
from playground.engine.driver import FORGET_PRIVATE_S
from playground.sequences.recipe import WriterRecipe
from playground.sequences.write.grammars import make_abab

LONG = RECIPE.replaced(epochs=900)


@pytest.fixture
def run(server):
    """A run of mine with turns under way."""
    name = server.train(recipe=LONG)
    server.until_epoch(1, name)
    return name


@pytest.fixture
def visitors(server):
    return Visitor(server.engine, "me"), Visitor(server.engine, "other")


def test_only_who_started_a_run_steers_it(server, visitors, run):
    mine, other = visitors
    steering = [other.pause, other.resume, other.step_epoch, other.end, other.peek]
    steering += [lambda run: other.change_learning_rate(run, 0.01), lambda run: other.mark(run, name="mine now")]
    for steer in steering:
        with pytest.raises(NotYours, match="only be watched"):
            steer(run)
    assert other.delete([run]) == 0
    assert not other.owns(run)
    assert other.runs() == ()
    server.round(2)
    view = server.engine.view(run)
    assert (view.state, view.peeks, len(view.events)) == ("training", 0, 0)
    mine.pause(run)
    assert server.until("paused", run=run).checkpoint_epoch >= 1


def test_a_run_that_does_not_exist_is_told_apart(visitors):
    with pytest.raises(ValueError, match="no longer exists"):
        visitors[0].pause("no-such-run")
    assert not visitors[0].owns("no-such-run")


def test_the_list_is_as_fresh_as_the_run(server, visitors):
    mine, _ = visitors
    first = mine.train(RECIPE, SERIES)
    finished = server.until("finished", run=first)
    second = mine.train(LONG, SERIES)
    server.until_epoch(2, second)
    newest, older = mine.runs()
    assert [newest.run_id, older.run_id] == [second, first]
    assert (newest.state, newest.epochs >= 2, newest.best_loss is not None) == ("training", True, True)
    (score,) = finished.snapshot.scores
    assert (older.error, older.baseline_error) == (score.value, score.baseline)
    assert older.best_loss == min(entry.validation_loss for entry in finished.epochs)
    mine.mark(second, name="slow one")
    assert mine.runs()[0].name == "slow one"


def test_a_run_under_way_can_be_deleted_and_brought_back_to_go_on(server, visitors):
    mine, _ = visitors
    run = mine.train(RECIPE, SERIES)
    server.until_epoch(2, run)
    assert server.engine.driver.runs[run].turns.in_flight
    assert mine.delete([run]) == 1
    server.round(3)
    assert server.engine.view(run) is None
    assert mine.runs() == ()
    assert mine.restore([run]) == 1
    assert server.states(run) == ["paused"]
    mine.resume(run)
    assert server.until("finished", run=run).epochs == in_one_go(RECIPE)


def test_runs_are_taken_over_with_the_name_they_were_started_under(server, visitors, run):
    mine, other = visitors
    other.take_over("me")
    assert other.owns(run) and not mine.owns(run)
    server.round(2)
    assert [line.run_id for line in other.runs()] == [run]


def test_a_team_without_room_starts_no_run(visitors):
    mine, _ = visitors
    mine.train(LONG, SERIES)
    with pytest.raises(EngineFull):
        mine.train_team([LONG] * 6, SERIES, "duel")
    assert len(mine.runs()) == 1


@pytest.fixture
def own_text(server, visitors):
    """A run of mine on a text of my own, which rests."""
    name = visitors[0].train(WriterRecipe(), replace(make_abab(), private=True), paused=True)
    server.round(2)
    return name


def test_a_run_on_own_material_is_deleted_for_good(server, visitors, own_text):
    mine, other = visitors
    assert [line.private for line in mine.runs()] == [True]
    assert other.delete([own_text]) == 0
    assert mine.delete([own_text]) == 1
    assert server.engine.view(own_text) is None and mine.runs() == ()
    assert mine.restore([own_text]) == 0


def test_a_run_on_own_material_is_forgotten_an_hour_after_the_last_look(server, own_text):
    run = server.engine.driver.runs[own_text]
    run.seen -= FORGET_PRIVATE_S - 60
    server.round(2)
    assert server.engine.view(own_text, watching=False) is not None
    run.seen -= 120
    server.round(2)
    assert server.engine.view(own_text) is None
