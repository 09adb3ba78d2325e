import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from distributed.utils import open_port
from engine_cases import SLOW, make_engine, numbers, trained_here, until, until_epoch, wait_for
from fake_work import Count
from named_jobs import job
from patience import patience
from test_kept_weights import assert_same_weights, weights_of
from test_lifeline import group

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine import Engine
from playground.keyframes import keyframe_epochs
from playground.runs import RunStore

SERIES = load_series(SLOW.data)
COUNTS = job("fake_work:count", record=Count)
RECIPE = SLOW.replaced(epochs=40)


def ready(engine):
    return wait_for(lambda: engine.status().state == "ready")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine with one worker that stands back, finds this folder and may be ended: it comes back."""
    store = RunStore(tmp_path_factory.mktemp("store") / "runs.sqlite3")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
        started = make_engine(store, checkpoint_every_s=0.2, stand_back=7)
        yield started
        started.close()


def told(view):
    return {event.text.split(" at epoch")[0] for event in view.events}


def test_runs_and_long_work_survive_the_death_of_the_whole_cluster_and_no_process_does(engine):
    """Once while it starts, once in the middle of work."""
    keys = [f"killed {number}" for number in range(4)]

    def look_at_all():
        views = [engine.study(key, job("fake_work:count", key, 25, 0.04), owner="me") for key in keys]
        assert [view.problem for view in views] == [""] * 4
        return views

    def kill():
        host = wait_for(lambda: engine.driver.cluster._host).pid
        wait_for(lambda: len(group(host)) >= 3)
        members = group(host)
        os.kill(host, signal.SIGKILL)
        assert psutil.wait_procs(members, patience(60))[1] == []

    look_at_all()
    kill()
    wait_for(lambda: all(view.reached and view.reached.pieces >= 3 for view in look_at_all()))
    run_id = engine.train(RECIPE, SERIES, "me")
    until_epoch(engine, run_id, 10)
    before = {key: engine.study_so_far(key, COUNTS).by for key in keys}
    assert min(map(len, before.values())) < 25
    kill()
    wait_for(lambda: all(view.state == "done" for view in look_at_all()))
    for key in keys:
        assert engine.study_so_far(key, COUNTS).by[: len(before[key])] == before[key]
        assert engine.study_so_far(key, COUNTS).pieces == 25
    view = until(engine, run_id, "finished")
    assert numbers(view.epochs) == numbers(trained_here(RECIPE))
    assert told(view) == {"a worker died"}
    assert "training went on from the last checkpoint" in view.events[-1].text
    assert engine.status().state == "ready"


def test_a_run_survives_a_file_that_ends_its_worker_and_the_file_is_not_given_to_another(engine, tmp_path):
    run_id = engine.train(RECIPE, SERIES, "me")
    until_epoch(engine, run_id, 10)
    deaths = tmp_path / "deaths"
    with pytest.raises(RuntimeError, match=r"reading this file ended the process that read it, twice"):
        engine.ask(job("fake_work:die_of", b"deadly", str(deaths))).result(200)
    assert deaths.read_text() == "xx"
    with pytest.raises(ValueError, match=r"is not read here again; leave a part of it out"):
        engine.ask(job("fake_work:die_of", b"deadly", str(deaths))).result(1)
    assert deaths.read_text() == "xx"
    view = until(engine, run_id, "finished")
    assert numbers(view.epochs) == numbers(trained_here(RECIPE))
    assert told(view) == {"a worker died"}
    wait_for(lambda: engine.store.load(run_id).state == "finished")
    next_one = Engine(RunStore(engine.store._path))
    kept = next_one.keyframes(run_id)
    assert kept == tuple(sorted({*keyframe_epochs(RECIPE.training.epochs), view.best_epoch}))
    assert_same_weights(next_one, run_id, kept, weights_of(RECIPE))
    next_one.store.close()


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no niceness")
def test_workers_that_came_back_stand_back_behind_the_pages_as_far_as_is_set(engine):
    niceness = engine.ask(job("os:getpriority", os.PRIO_PROCESS, 0)).result(patience())
    assert niceness == max(7, os.nice(0))
    # To other programs the server and its workers are one.
    assert engine.ask(job("os:getsid", 0)).result(patience()) == os.getsid(0)


def test_a_scheduler_elsewhere_takes_the_place_of_own_workers_and_it_and_a_nanny_may_die(new_engine, processes):
    address = f"tcp://127.0.0.1:{open_port()}"
    port = address.rsplit(":", 1)[1]
    engine = new_engine(scheduler=address)
    scheduler = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    worker = ("-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard")
    recipe = SLOW.replaced(epochs=80)
    run_id = engine.train(recipe, SERIES, "me")
    first = processes(*scheduler)
    processes(*worker, "--no-nanny")
    ready(engine)
    until_epoch(engine, run_id, 5)
    first.kill()
    wait_for(lambda: "does not answer" in engine.status().message)
    assert engine.view(run_id).state == "training"
    processes(*scheduler)
    nanny = processes(*worker)
    until_epoch(engine, run_id, engine.view(run_id).checkpoint_epoch + 3)
    children = psutil.Process(nanny.pid).children(recursive=True)
    nanny.kill()
    processes(*worker, "--no-nanny")
    view = until(engine, run_id, "finished")
    nanny.wait(patience(10))
    assert psutil.wait_procs(children, patience(30))[1] == []
    assert numbers(view.epochs) == numbers(trained_here(recipe))


SERVER = """
import os, sys, time
from pathlib import Path
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine import Engine
from playground.runs import RunStore
from playground.hosting.settings import load_settings

settings = load_settings(os.environ | {"PLAYGROUND_WORKERS": "1", "PLAYGROUND_CHECKPOINT_EVERY_S": "0.1"})
store = RunStore(Path(sys.argv[1]))
engine = Engine(store, settings)
engine.start()
recipe = Recipe().replaced(epochs=60, patience_epochs=0, hidden_size=64)
run_id = engine.train(recipe, load_series(recipe.data), "me")
stored = None
while not (stored is not None and stored.checkpoint_epoch >= 3):
    engine.view(run_id)
    time.sleep(0.01)
    stored = store.load(run_id)
print(run_id, "torch" in sys.modules, flush=True)
time.sleep(100)
"""


def test_a_killed_server_leaves_no_process_behind_and_its_runs_to_the_next(processes, make_server, tmp_path):
    path = tmp_path / "runs.sqlite3"
    server = processes("-c", SERVER, str(path), stdout=subprocess.PIPE)
    run_id, loaded_torch = server.stdout.readline().split()
    assert loaded_torch == "False"
    children = psutil.Process(server.pid).children(recursive=True)
    listening = [c.laddr.ip for child in children for c in child.net_connections("tcp") if c.status == "LISTEN"]
    assert len(children) >= 3
    assert set(listening) == {"127.0.0.1"}
    server.kill()
    server.wait(patience(10))
    assert psutil.wait_procs(children, patience(60))[1] == []
    second = make_server(store=RunStore(path), real=True)
    view = second.engine.view(run_id)
    assert (view.state, view.reason) == ("interrupted", "the server was restarted")
    assert 3 <= view.checkpoint_epoch < 60
    second.engine.resume(run_id)
    view = second.until("finished", run=run_id)
    assert numbers(view.epochs) == numbers(trained_here(Recipe.model_validate_json(view.recipe_json)))


def test_workers_that_cannot_start_are_told_with_the_cause(new_engine, tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise ImportError('no torch here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = new_engine()
    wait_for(lambda: engine.status().state == "failed")
    assert "The workers do not start" in engine.status().message
    assert "ImportError" in engine.status().message
    assert engine.status().workers == 0


def test_an_engine_can_be_closed_while_it_starts(new_engine):
    engine = new_engine()
    wait_for(lambda: engine.driver.cluster._host)
    host = psutil.Process(engine.driver.cluster._host.pid)
    engine.close()
    assert psutil.wait_procs([host], patience(10))[1] == []
