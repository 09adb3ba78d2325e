"""What somebody has just handed over goes first: before previews, pictures and questions, and before every turn."""

import pytest
from engine_cases import QUICK
from named_jobs import job

from playground.data.catalog import load_series
from playground.engine import Engine
from playground.engine.tasks import HANDED_OVER, PRIORITY_OF_TASK
from playground.hosting.settings import Settings
from playground.runs import RunStore


class Sent:
    """A call that never comes back."""

    def release(self):
        pass


@pytest.fixture
def busy(monkeypatch):
    """An engine with one worker that never answers, and what it was given: functions with their priorities."""
    engine, given = Engine(RunStore(None), Settings()), []

    def submit(job, worker, priority, done):
        given.append((job.target, priority))
        return Sent()

    monkeypatch.setattr(engine.driver.cluster, "submit", submit)
    engine.driver.flights.follow(["worker"])
    yield engine, given
    engine.close()


def test_what_was_handed_over_overtakes_every_question_and_every_turn(busy):
    engine, given = busy
    for number in range(20):
        engine.train(QUICK, load_series(QUICK.data), f"visitor {number}")
        engine.ask(job("m:preview", number), priority=10)
        engine.ask(job("m:question", number))
    engine.ask(job("m:open_table"), priority=HANDED_OVER)
    with engine.driver.lock:
        engine.driver._apply_rules()
        engine.driver._launch()
    assert given[0] == ("m:open_table", PRIORITY_OF_TASK)
    assert {priority for target, priority in given if "slice" in target} == {0}


@pytest.mark.parametrize(("priority", "given_as"), [(0, 0), (10, 0), (HANDED_OVER, PRIORITY_OF_TASK)])
def test_the_second_question_in_a_row_lets_a_turn_between_unless_it_was_handed_over(busy, priority, given_as):
    engine, given = busy
    slot = engine.driver.flights.slots["worker"]
    engine.ask(job("m:first"), priority=10)
    with engine.driver.lock:
        engine.driver._launch()
        slot.tasks = 0
    engine.ask(job("m:second"), priority=priority)
    with engine.driver.lock:
        task = engine.driver.tasks[0]
        assert slot.last_was_task
        engine.driver._give_task(task, "worker")
    assert given == [("m:first", PRIORITY_OF_TASK), ("m:second", given_as)]
