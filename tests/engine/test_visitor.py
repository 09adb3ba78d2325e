"""What a visitor may do with own runs, and with runs of others."""

import pytest
from engine_cases import QUICK, SLOW, numbers, trained_here, until, until_epoch, wait_for

from playground.data.catalog import load_series
from playground.engine import EngineFull, NotYours, Visitor
from playground.records import ENDED

SERIES = load_series(SLOW.data)


@pytest.fixture
def visitors(engine):
    """Two visitors, whose runs are ended after the test."""
    mine, other = Visitor(engine, "secret of mine"), Visitor(engine, "secret of others")
    yield mine, other
    for visitor in (mine, other):
        for line in visitor.runs():
            visitor.end(line.run_id)
        wait_for(lambda v=visitor: all(line.state in ENDED for line in v.runs()))
        visitor.delete([line.run_id for line in visitor.runs()])


def test_only_who_started_a_run_steers_it(engine, visitors):
    mine, other = visitors
    run_id = mine.train(SLOW, SERIES)
    until_epoch(engine, run_id, 1)
    steering = [other.pause, other.resume, other.step_epoch, other.end, other.peek]
    steering += [lambda run: other.change_learning_rate(run, 0.01), lambda run: other.mark(run, name="mine now")]
    for steer in steering:
        with pytest.raises(NotYours, match="only be watched"):
            steer(run_id)
    assert other.delete([run_id]) == 0
    assert not other.owns(run_id)
    assert other.runs() == ()
    view = engine.view(run_id)
    assert (view.state, view.peeks, len(view.events)) == ("training", 0, 0)
    mine.pause(run_id)
    assert until(engine, run_id, "paused").checkpoint_epoch >= 1


def test_a_run_that_does_not_exist_is_told_apart(visitors):
    with pytest.raises(ValueError, match="no longer exists"):
        visitors[0].pause("no-such-run")
    assert not visitors[0].owns("no-such-run")


def test_the_list_is_as_fresh_as_the_run(engine, visitors):
    mine, _ = visitors
    first = mine.train(QUICK, load_series(QUICK.data))
    finished = until(engine, first, "finished")
    wait_for(lambda: mine.runs()[0].error is not None)
    second = mine.train(SLOW, SERIES)
    until_epoch(engine, second, 2)
    newest, older = mine.runs()
    assert [newest.run_id, older.run_id] == [second, first]
    assert (newest.state, newest.epochs >= 2, newest.best_loss is not None) == ("training", True, True)
    score = next(s for s in finished.snapshot.scores if (s.metric, s.part) == ("RMSE", "validation"))
    assert (older.error, older.baseline_error) == (score.value, score.baseline)
    assert older.best_loss == min(record.validation_loss for record in finished.epochs)
    mine.mark(second, name="slow one")
    assert mine.runs()[0].name == "slow one"


def test_a_run_under_way_can_be_deleted_and_brought_back_to_go_on(engine, visitors):
    mine, _ = visitors
    run_id = mine.train(SLOW.replaced(epochs=12), SERIES)
    until_epoch(engine, run_id, 2)
    assert mine.delete([run_id]) == 1
    assert engine.view(run_id) is None
    assert mine.runs() == ()
    assert mine.restore([run_id]) == 1
    assert engine.view(run_id).state == "paused"
    mine.resume(run_id)
    view = until(engine, run_id, "finished")
    assert numbers(view.epochs) == numbers(trained_here(SLOW.replaced(epochs=12)))


def test_a_team_trains_in_turns_and_other_runs_wait(engine, visitors):
    mine, _ = visitors
    recipes = [SLOW.replaced(cell=cell) for cell in ("rnn", "lstm", "gru")]
    team = mine.train_team(recipes, SERIES, "duel")
    wait_for(lambda: all(engine.view(run_id).checkpoint_epoch >= 2 for run_id in team))
    assert [engine.view(run_id).state for run_id in team] == ["training"] * 3
    lines = {line.run_id: line.team for line in mine.runs()}
    assert len({lines[run_id] for run_id in team}) == 1
    assert lines[team[0]].startswith("duel ")
    alone = mine.train(QUICK, load_series(QUICK.data))
    assert engine.view(alone).state == "queued"


def test_a_team_without_room_starts_no_run(visitors):
    mine, _ = visitors
    mine.train(SLOW, SERIES)
    with pytest.raises(EngineFull):
        mine.train_team([SLOW] * 6, SERIES, "duel")
    assert len(mine.runs()) == 1


def test_runs_without_a_team_train_one_after_the_other(engine, visitors):
    mine, _ = visitors
    several = mine.train_team([SLOW.replaced(seed=seed) for seed in range(5)], SERIES, "")
    until_epoch(engine, several[0], 2)
    assert [engine.view(run_id).state for run_id in several] == ["training"] + ["queued"] * 4


def test_runs_are_taken_over_with_the_name_they_were_started_under(visitors, engine):
    mine, other = visitors
    run_id = mine.train(QUICK, load_series(QUICK.data))
    other.take_over("secret of mine")
    assert other.owns(run_id) and not mine.owns(run_id)
    until(engine, run_id, "finished")
    assert [line.run_id for line in other.runs()] == [run_id]
