import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from distributed.utils import open_port
from engine_cases import QUICK, SLOW, numbers, trained_here, until, until_epoch, wait_for
from named_jobs import job
from patience import patience

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.runs import RunStore

SERIES = load_series(SLOW.data)


def ready(engine):
    return wait_for(lambda: engine.status().state == "ready")


def test_a_run_survives_the_death_of_its_worker(new_engine):
    engine = new_engine()
    recipe = SLOW.replaced(epochs=40)
    run_id = engine.train(recipe, SERIES, "me")
    pid = engine.ask(job("os:getpid")).result(patience())
    until_epoch(engine, run_id, 10)
    os.kill(pid, signal.SIGKILL)
    view = until(engine, run_id, "finished")
    assert numbers(view.epochs) == numbers(trained_here(recipe))
    assert [event.text.split(" at epoch")[0] for event in view.events] == ["a worker died"]
    assert "training went on from the last checkpoint" in view.events[0].text


def test_a_run_survives_the_death_of_the_whole_cluster(new_engine):
    engine = new_engine()
    recipe = SLOW.replaced(epochs=40)
    run_id = engine.train(recipe, SERIES, "me")
    host = engine.ask(job("os:getppid")).result(patience())
    until_epoch(engine, run_id, 10)
    os.kill(host, signal.SIGKILL)
    view = until(engine, run_id, "finished")
    assert numbers(view.epochs) == numbers(trained_here(recipe))
    assert "training went on" in view.events[0].text
    assert engine.status().state == "ready"


def test_what_kills_its_worker_every_time_is_given_up(new_engine):
    engine = new_engine()
    with pytest.raises(RuntimeError, match="the worker died twice"):
        engine.ask(job("os:_exit", 1)).result(patience())
    ready(engine)
    run_id = engine.train(QUICK, load_series(QUICK.data), "me")
    until(engine, run_id, "finished")


def test_a_file_that_ended_its_workers_is_not_given_to_another(new_engine, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    engine = new_engine()
    deaths = tmp_path / "deaths"
    with pytest.raises(RuntimeError, match=r"reading this file ended the process that read it, twice"):
        engine.ask(job("fake_work:die_of", b"deadly", str(deaths))).result(200)
    assert deaths.read_text() == "xx"
    with pytest.raises(ValueError, match=r"is not read here again; leave a part of it out"):
        engine.ask(job("fake_work:die_of", b"deadly", str(deaths))).result(1)
    assert deaths.read_text() == "xx"


def test_a_run_goes_on_under_the_next_server(new_engine, tmp_path):
    path = tmp_path / "runs.sqlite3"
    first = new_engine(RunStore(path), checkpoint_every_s=0.2)
    recipe = SLOW.replaced(epochs=40)
    trained, waiting = (first.train(recipe, SERIES, "me") for _ in range(2))
    until_epoch(first, trained, 8)
    first.close()
    first.store.close()
    second = new_engine(RunStore(path))
    view = second.view(trained)
    assert (view.state, second.view(waiting).state) == ("interrupted", "interrupted")
    assert [record.epoch for record in view.epochs] == list(range(1, view.checkpoint_epoch + 1))
    assert view.checkpoint_epoch >= 1
    second.resume(trained)
    view = until(second, trained, "finished")
    assert numbers(view.epochs) == numbers(trained_here(recipe))
    second.step_epoch(waiting)
    assert until(second, waiting, "paused").checkpoint_epoch == 1
    second.close()
    third = new_engine(second.store)
    assert numbers(third.view(trained).epochs) == numbers(view.epochs)
    assert third.view(trained).snapshot.epoch == view.best_epoch
    assert third.view(trained) is third.view(trained)


def test_a_run_that_nobody_watches_is_paused(new_engine):
    engine = new_engine(grace_s=5)
    ready(engine)
    watched = engine.train(SLOW.replaced(epochs=1000), SERIES, "a")
    unwatched = engine.train(SLOW.replaced(epochs=1000), SERIES, "b")
    waiting = engine.train(SLOW, SERIES, "b")
    kept = engine.train(SLOW.replaced(epochs=1000), SERIES, "c")
    engine.keep_running(kept)
    wait_for(lambda: engine.view(watched) and engine.view(waiting, watching=False).state == "paused")
    wait_for(lambda: engine.view(watched) and engine.view(unwatched, watching=False).state == "paused")
    assert engine.view(unwatched).reason == "paused: nobody was watching"
    assert engine.view(unwatched).checkpoint_epoch > 0
    assert engine.view(watched).state == engine.view(kept).state == "training"
    engine.resume(unwatched)
    assert until(engine, unwatched, "training").reason == ""


def test_a_scheduler_elsewhere_takes_the_place_of_own_workers_and_it_and_a_nanny_may_die(new_engine, processes):
    address = f"tcp://127.0.0.1:{open_port()}"
    port = address.rsplit(":", 1)[1]
    engine = new_engine(scheduler=address)
    scheduler = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    worker = ("-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard")
    recipe = SLOW.replaced(epochs=150)
    run_id = engine.train(recipe, SERIES, "me")
    first = processes(*scheduler)
    processes(*worker)
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
    processes(*worker)
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

settings = load_settings(os.environ | {"PLAYGROUND_WORKERS": "2", "PLAYGROUND_CHECKPOINT_EVERY_S": "0.1"})
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


def test_a_killed_server_leaves_no_process_behind_and_its_runs_to_the_next(processes, new_engine, tmp_path):
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
    engine = new_engine(RunStore(path))
    view = engine.view(run_id)
    assert (view.state, view.reason) == ("interrupted", "the server was restarted")
    assert 3 <= view.checkpoint_epoch < 60
    engine.resume(run_id)
    view = until(engine, run_id, "finished")
    assert numbers(view.epochs) == numbers(trained_here(Recipe.model_validate_json(view.recipe_json)))


def test_workers_that_cannot_start_are_told_with_the_cause(new_engine, tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise ImportError('no torch here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = new_engine()
    wait_for(lambda: engine.status().state == "failed")
    assert "The workers do not start" in engine.status().message
    assert "ImportError" in engine.status().message
    assert engine.status().workers == 0


def test_a_server_that_stops_leaves_nobody_waiting(new_engine):
    engine = new_engine()
    computed, waiting = engine.ask(job("time:sleep", 3)), engine.ask(job("time:sleep", 3))
    ready(engine)
    wait_for(computed.running)
    engine.close()
    with pytest.raises(RuntimeError, match="stopping"):
        computed.result(0)
    assert waiting.cancelled()


def test_an_engine_can_be_closed_while_it_starts(new_engine):
    engine = new_engine()
    wait_for(lambda: engine.driver.cluster._host)
    host = psutil.Process(engine.driver.cluster._host.pid)
    engine.close()
    assert psutil.wait_procs([host], patience(10))[1] == []
