"""The process that holds the scheduler and starts the workers.

It lives exactly as long as the server holds the other end of its standard input (`playground/lifeline.py`).
When the server closes it, or dies in whatever way, this process ends, and its workers with it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading

import dask
from distributed import LocalCluster

from playground import lifeline
from playground.engine.calls import NO_LOG
from playground.engine.certificates import new_key, security_of

WORKER_ENVIRONMENT = {
    # Dask's own default makes small recurrent networks train at half speed: with this threshold glibc
    # hands memory back to the system after every step. Both must be set before the worker starts.
    "MALLOC_TRIM_THRESHOLD_": 1073741824,
    "MALLOC_MMAP_THRESHOLD_": 1073741824,
    "MALLOC_ARENA_MAX": 1,
    "OMP_NUM_THREADS": 1,
    "MKL_NUM_THREADS": 1,
    "OPENBLAS_NUM_THREADS": 1,
}

CONFIG = NO_LOG | {
    "distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT,
    # The engine counts the deaths itself and goes on from its own checkpoint.
    "distributed.scheduler.allowed-failures": 0,
    # The engine says which worker does what.
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # A worker that died is started again, however long that takes. Dask would give it up for good where it is not
    # back within this time, which on a busy machine is too short at its own 15 s.
    "distributed.deploy.lost-worker-timeout": "1000 days",
    # Every look at the event loop takes the interpreter away from training.
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    # Work is short and small: nothing to spill, and a paused worker would only hang. Beyond its limit
    # a worker is ended and started again.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
}


def _pass_on(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    lifeline.cut.wait()
    loop.call_soon_threadsafe(ended.set)


async def _serve(workers: int, limit_mb: int, answer: int) -> None:
    ended = asyncio.Event()
    threading.Thread(target=_pass_on, args=(asyncio.get_running_loop(), ended), daemon=True).start()
    key = new_key()
    async with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        security=security_of(*key),
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        memory_limit=limit_mb * 2**20,
        silence_logs=logging.ERROR,
        asynchronous=True,
    ) as cluster:
        lifeline.ends_cleanly()
        os.write(answer, json.dumps([cluster.scheduler_address, *key]).encode() + b"\n")
        os.close(answer)
        await ended.wait()


def main(workers: int, limit_mb: int) -> None:
    """Serve until standard input ends; the first line of standard output is the scheduler's address and its key."""
    answer = os.dup(1)
    # From here on all output goes where the errors go: nobody reads the pipe after its first line.
    os.dup2(2, 1)
    with dask.config.set(CONFIG):
        asyncio.run(_serve(workers, limit_mb, answer))
