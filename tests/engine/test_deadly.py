"""A file that ended the workers it was given to is refused by its content; nothing else is."""

import pytest
from fake_cluster import FakeCluster
from named_jobs import job

from playground.engine import deadly
from playground.engine.deadly import Deadly
from playground.engine.driver import Driver
from playground.hosting.settings import Settings
from playground.runs import RunStore


@pytest.fixture
def driver(tmp_path):
    """A driver without workers, which never starts."""
    return Driver(RunStore(tmp_path / "runs.sqlite3"), Settings(), FakeCluster())


def lose_twice(driver, *arguments):
    """Let the worker of a task die as often as the task is tried."""
    task = driver.add_task(job("a:b", *arguments), 0)
    for _ in range(2):
        driver.tasks.remove(task)
        task.lose()
    assert task not in driver.tasks
    return task.result.exception(0)


def test_a_file_is_refused_under_any_name_once_it_has_ended_two_workers(driver):
    assert "reading this file ended the process" in str(lose_twice(driver, b"deadly", "a.csv"))
    for target, arguments in (("a:b", (b"deadly", "other.csv", {})), ("c:d", (1, b"deadly"))):
        refused = driver.add_task(job(target, *arguments), 0)
        with pytest.raises(ValueError, match="is not read here again; leave a part of it out"):
            refused.result.result(0)
        assert refused not in driver.tasks
    assert driver.add_task(job("a:b", b"another", "a.csv"), 0) in driver.tasks


def test_one_death_is_forgiven(driver):
    task = driver.add_task(job("a:b", b"unlucky"), 0)
    driver.tasks.remove(task)
    task.lose()
    assert task in driver.tasks
    assert driver.add_task(job("a:b", b"unlucky"), 0) in driver.tasks


def test_work_without_a_file_is_given_up_but_not_remembered(driver):
    assert "make the network, the window or the batch smaller" in str(lose_twice(driver, "text", 1))
    assert driver.add_task(job("a:b", "text", 1), 0) in driver.tasks


def test_only_so_many_files_are_remembered(monkeypatch):
    monkeypatch.setattr(deadly, "MOST_REMEMBERED", 2)
    known = Deadly()
    for number in range(3):
        known.learn((bytes([number]),))
    assert [known.knows((bytes([number]),)) for number in range(3)] == [False, True, True]
