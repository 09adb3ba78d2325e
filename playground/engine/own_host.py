"""The process that holds the server's own scheduler and workers (`engine/host.py`), as the server starts it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from dask.system import CPU_COUNT
from distributed.security import Security

from playground.engine.certificates import security_of
from playground.hosting.settings import Settings
from playground.lifeline import end_group
from playground.places import ROOT

log = logging.getLogger(__name__)

START_S = 600
"""Own workers have so long to start, on the busiest of machines..."""
STUCK_S = 60
"""...as long as they take some of the processor's time in so many; a start that hangs takes next to none."""
STUCK_SHARE = 1 / 60

HOST = """
from playground import lifeline
lifeline.hold()
from playground.engine.host import main
main({}, {})
"""


def available_bytes() -> int:
    """Return the memory that is free for new processes, the limit of a container included."""
    free = int(psutil.virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    with suppress(OSError, ValueError, KeyError):
        limit = int((group / "memory.max").read_text())
        lines = (group / "memory.stat").read_text().split("\n")
        stat = dict(line.split() for line in lines if line)
        used = int((group / "memory.current").read_text()) - int(stat["inactive_file"])
        free = min(free, limit - used)
    with suppress(OSError, ValueError):
        limit = int((group / "memory/memory.limit_in_bytes").read_text())
        free = min(free, limit - int((group / "memory/memory.usage_in_bytes").read_text()))
    return max(free, 0)


def worker_count(settings: Settings) -> int:
    """Return how many workers to start: one per core, as many as the memory allows, at least one."""
    if settings.workers is not None:
        return settings.workers
    return max(1, min(CPU_COUNT, available_bytes() // (settings.worker_mb * 2**20)))


def begin_host(settings: Settings) -> subprocess.Popen[bytes]:
    """Start the process and return at once."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    about = HOST.format(worker_count(settings), settings.worker_limit_mb)
    return subprocess.Popen(
        [sys.executable, "-c", about],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C in a terminal is for the server, which then ends this process. It stays in the session: Linux
        # shares processors between sessions, and server and workers are one program to all others.
        process_group=0,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )


def answer_of(host: subprocess.Popen[bytes]) -> tuple[str, Security]:
    """Wait until the process is up; return the scheduler's address and the key to it.

    Raises:
        RuntimeError: if it ends before, or hangs and is ended.
    """
    assert host.stdout is not None
    answered = threading.Event()
    threading.Thread(target=_end_if_stuck, args=(host, answered), daemon=True).start()
    answer = host.stdout.readline()
    answered.set()
    if not answer:
        raise RuntimeError(f"the process that holds them ended with exit code {host.wait()}")
    address, *key = json.loads(answer)
    return address, security_of(*key)


def _cpu_s(pid: int) -> float:
    """Return the processor time that a process and those it started have taken so far."""
    total = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                times = one.cpu_times()
                total += times.user + times.system
    return total


def _end_if_stuck(host: subprocess.Popen[bytes], answered: threading.Event) -> None:
    """End a start that hangs, and give one that is only slow its time."""
    deadline = time.monotonic() + START_S
    before = 0.0
    while not answered.wait(STUCK_S):
        spent = _cpu_s(host.pid)
        if spent - before < STUCK_SHARE * STUCK_S or time.monotonic() > deadline:
            log.warning("The workers' start hangs; it is ended and begun again.")
            end_group(host.pid)
            return
        before = spent
