from engine_cases import QUICK
from named_jobs import job

from playground.data.catalog import load_series
from playground.engine import Engine
from playground.engine.health import PACKAGES, versions
from playground.hosting.settings import Settings
from playground.runs import RunStore


def test_visitors_are_counted_once_whatever_they_do():
    idle = Engine(RunStore(None), Settings())
    series = load_series(QUICK.data)
    for owner in ("a", "a", "b"):
        idle.train(QUICK, series, owner)
    idle.study("k", job("m:f"), owner="b")
    idle.study("l", job("m:f"), owner="c")
    health = idle.health()
    assert (health.visitors, health.studies, health.training + health.queued) == (3, 2, 3)
    assert idle.status().studies == 2
    assert health.workers == ()
    idle.close()


def test_nothing_secret_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = RunStore(tmp_path / "file" / "runs.sqlite3")
    idle = Engine(store, Settings(scheduler="tcp://10.1.2.3:8786"))
    run_id = idle.train(QUICK, load_series(QUICK.data), "secret owner")
    told = f"{idle.health()} {idle.status()}"
    assert "memory only" in told
    for secret in (str(tmp_path), "10.1.2.3", "secret owner", run_id):
        assert secret not in told
    idle.close()


def test_versions_are_those_installed():
    told = versions()
    assert set(PACKAGES) < set(told)
    import numpy

    assert told["numpy"] == numpy.__version__
