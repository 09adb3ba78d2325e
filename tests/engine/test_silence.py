"""What is said of the workers where none is there: which, since when, what is kept and what happens next."""

from types import SimpleNamespace

import pytest
from dask.utils import parse_timedelta

from playground.engine import cluster as module
from playground.engine.cluster import KEPT, SILENT_S, Cluster, how_long
from playground.engine.host import CONFIG
from playground.engine.own_host import START_S
from playground.hosting.settings import Settings

ONE, TWO = "tcp://127.0.0.1:1", "tcp://127.0.0.1:2"


@pytest.fixture
def clock(monkeypatch):
    """The cluster's clock, to be set."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def made(clock, *, scheduler: str = "", warm: tuple[str, ...] = (ONE, TWO)) -> Cluster:
    """Return a cluster without processes whose workers have all just given a sign of life."""
    cluster = Cluster(Settings(scheduler=scheduler))
    cluster._warm = frozenset(warm)
    cluster._say(dict.fromkeys(warm, 1.0), clock[0])
    return cluster


def test_workers_that_answer_are_ready(clock):
    cluster = made(clock)
    assert (cluster.state, cluster.message) == ("ready", "2 workers are ready.")
    assert made(clock, warm=(ONE,)).message == "1 worker is ready."


def test_workers_that_all_fell_silent_are_told_of_with_the_time_and_what_becomes_of_runs(clock):
    cluster = made(clock)
    clock[0] += SILENT_S - 1
    cluster._say({ONE: 1.0, TWO: 1.0}, clock[0])
    assert cluster.state == "ready"
    clock[0] += 26
    cluster._say({ONE: 1.0, TWO: 1.0}, clock[0])
    assert cluster.state == "starting"
    assert cluster.message == f"No worker answers, for {SILENT_S + 25} s now; {KEPT} when one does."
    clock[0] += 300
    assert "for 6 min now" in cluster.message
    cluster._say({ONE: 1.0, TWO: 2.0}, clock[0])
    assert (cluster.state, cluster.message) == ("ready", "2 workers are ready.")


def test_one_that_answers_is_enough(clock):
    cluster = made(clock)
    clock[0] += 100
    cluster._say({ONE: 1.0, TWO: 2.0}, clock[0])
    assert cluster.state == "ready"


@pytest.mark.parametrize(
    ("settings", "away_s", "said"),
    [
        ({"scheduler": "tcp://127.0.0.1:8786"}, 40, f"The scheduler has no workers, for 40 s now; {KEPT} when it has."),
        ({}, 7, f"No worker is there, for 7 s now; one is starting again, and {KEPT} in a moment."),
    ],
    ids=["a scheduler without workers", "own workers that died"],
)
def test_where_no_worker_is_there_it_is_said_and_the_cluster_is_not_ready(clock, settings, away_s, said):
    cluster = made(clock, **settings)
    cluster._warm = frozenset()
    clock[0] += away_s
    cluster._say({}, clock[0])
    assert (cluster.state, cluster.message) == ("starting", said)


def test_the_first_start_and_a_failed_one_keep_their_own_words(clock):
    cluster = Cluster(Settings())
    first = cluster.message
    cluster._say({ONE: 1.0}, clock[0])
    assert (cluster.state, cluster.message) == ("starting", first)
    cluster._say_lost(3, RuntimeError("no torch"))
    cluster._say({ONE: 2.0}, clock[0])
    assert cluster.state == "failed"
    assert "no torch" in cluster.message


def test_own_workers_are_begun_anew_where_none_comes_back_in_the_time_that_a_start_may_take(clock):
    class Connection:
        """A scheduler that tells of one worker at first, and of none from then on."""

        status, scheduler, looks = "running", SimpleNamespace(identity=None), 0

        def sync(self, what, **limits):
            self.looks += 1
            assert self.looks < 20
            clock[0] += START_S / 4
            return {"workers": {ONE: {"metrics": {}}} if self.looks == 1 else {}}

        def submit(self, *call, **how):
            return SimpleNamespace(done=lambda: False)

    cluster = Cluster(Settings())
    cluster._closed = SimpleNamespace(is_set=lambda: False, wait=lambda _: None)
    cluster._client = Connection()
    cluster._host = SimpleNamespace(poll=lambda: None)
    with pytest.raises(RuntimeError, match="none of its workers came back within 10 min"):
        cluster._watch()
    assert cluster._client.looks == 6


def test_dask_gives_no_worker_up_before_we_do():
    assert parse_timedelta(CONFIG["distributed.deploy.lost-worker-timeout"]) > START_S


def test_durations_are_put_in_words():
    assert [how_long(seconds) for seconds in (0.4, 119, 120, 3600)] == ["0 s", "119 s", "2 min", "60 min"]
