"""No process outlives the server, however early in their start it dies; a slow start is waited for, a stuck one not."""

import os
import subprocess

import psutil
import pytest
from engine_cases import wait_for
from patience import patience

from playground.engine import own_host

SERVER = """
import os, time
from playground.engine import Engine
from playground.runs import RunStore
from playground.hosting.settings import load_settings
Engine(RunStore(None), load_settings(os.environ | {"PLAYGROUND_WORKERS": "2"})).start()
time.sleep(1000)
"""
HOLDER = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE, start_new_session=True)
print(child.pid, flush=True)
time.sleep(1000)
"""
HELD = """
from playground import lifeline
lifeline.hold()
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
time.sleep(1000)  # imports that take long
"""
FIRST_HANGS = """
import time
from pathlib import Path
begun = Path({!r})
if not begun.exists():
    begun.touch()
    time.sleep(1000)
end = time.monotonic() + 5
while time.monotonic() < end:
    pass
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="this system has no process groups")


def group(leader):
    """Return the processes of a process group."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            pass
    return found


def test_a_held_process_and_its_children_end_with_the_holder_though_it_imports_still(processes):
    holder = processes("-c", HOLDER, HELD, stdout=subprocess.PIPE)
    leader = int(holder.stdout.readline())
    wait_for(lambda: len(group(leader)) == 2)
    holder.kill()
    wait_for(lambda: not group(leader), 10)


@pytest.mark.parametrize("begun", [1, 2, 3, 4])
def test_a_server_killed_while_its_workers_start_leaves_no_process(processes, begun):
    """When the host, the first process beside it, the first worker, the second worker has just begun."""
    server = processes("-c", SERVER)
    (host,) = wait_for(psutil.Process(server.pid).children)
    wait_for(lambda: len(group(host.pid)) >= begun, 240)
    server.kill()
    server.wait(patience(10))
    wait_for(lambda: not group(host.pid), 60)


def test_a_start_that_hangs_is_begun_again_and_one_that_is_only_slow_is_waited_for(
    new_engine, monkeypatch, caplog, tmp_path
):
    monkeypatch.setattr(own_host, "STUCK_S", 2)
    monkeypatch.setattr(own_host, "HOST", FIRST_HANGS.format(str(tmp_path / "begun")) + own_host.HOST)
    engine = new_engine()
    wait_for(lambda: engine.status().state == "ready")
    assert caplog.text.count("begun again") == 1
