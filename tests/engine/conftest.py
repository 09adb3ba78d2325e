import os
import subprocess
import sys
import time

import psutil
import pytest
from engine_cases import make_engine, wait_for
from fake_cluster import Server
from patience import patience

from playground.places import ROOT


@pytest.fixture(scope="module")
def engine():
    """An engine with two workers, warm."""
    started = make_engine(workers=2)
    wait_for(lambda: started.status().workers == 2)
    yield started
    started.close()


@pytest.fixture
def make_server(monkeypatch):
    """Make engines on fake workers, none of which waits for anything."""
    monkeypatch.setattr("playground.engine.engine.RATE_WAIT_S", 0.0)
    made = []

    def make(**options):
        made.append(Server(**options))
        return made[-1]

    yield make
    for server in made:
        server.engine.close()


@pytest.fixture
def server(make_server):
    """One engine on fake workers."""
    return make_server()


class Clock:
    """A monotonic clock that stands still until it is moved, in seconds."""

    def __init__(self):
        self.now = time.monotonic()

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """The clock of everything in this process."""
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock)
    return clock


@pytest.fixture
def new_engine():
    """Make engines that are closed after the test."""
    made = []

    def make(store=None, **variables):
        made.append(make_engine(store, **variables))
        return made[-1]

    yield make
    for started in made:
        started.close()


@pytest.fixture
def processes():
    """Start processes of this interpreter, silent ones unless told; after the test they end with all they started."""
    started = []

    def start(*command, env=None, **options):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | (env or {})
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, text=True, env=environment, **quiet | options)
        started.append(process)
        return process

    yield start
    for process in started:
        for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
            child.kill()
        process.kill()
        process.wait(patience(10))
        if process.stdout is not None:
            process.stdout.close()
