"""The workers as the server sees them: brought up, watched, brought up again.

Either the server's own (a process of `engine/host.py` on this machine), or those of a Dask
scheduler that already runs somewhere else.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import dask
import psutil
from dask.system import CPU_COUNT
from distributed import Client, Future
from distributed.security import Security

from playground.engine.calls import NO_LOG, call, warm_up
from playground.engine.certificates import security_of
from playground.engine.slices import Outcome
from playground.lifeline import end_group
from playground.settings import Settings

log = logging.getLogger(__name__)

POLL_S = 0.5
START_S = 600
"""Own workers have so long to start, on the busiest of machines..."""
STUCK_S = 60
"""...as long as they take some of the processor's time in so many; a start that hangs takes next to none."""
STUCK_SHARE = 1 / 60
ANSWER_S = 30
"""A scheduler that says nothing for so long is taken for lost."""
SILENT_S = 15
"""Workers that give no sign of life for so long are told of; they give one every second or so."""

KEPT = "every run is kept as it was after its last turn and goes on by itself"

HOST = """
from playground import lifeline
lifeline.hold()
from playground.engine.host import main
main({}, {})
"""

ClusterState = Literal["starting", "ready", "failed"]


class ClusterLost(Exception):
    """The call got no answer because its worker, or the whole cluster, went away."""


class WarmUpFailed(Exception):
    """A worker is there but cannot do its work."""


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


def how_long(duration_s: float) -> str:
    """Return a duration in words: "40 s", "3 min"."""
    return f"{duration_s:.0f} s" if duration_s < 120 else f"{duration_s / 60:.0f} min"


def worker_count(settings: Settings) -> int:
    """Return how many workers to start: one per core, as many as the memory allows, at least one."""
    if settings.workers is not None:
        return settings.workers
    return max(1, min(CPU_COUNT, available_bytes() // (settings.worker_mb * 2**20)))


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


class Cluster:
    """Keeps a connection to a scheduler alive and says which workers are warm.

    Args:
        settings: Limits of this server.
        on_workers: Called from another thread with the addresses of the warm workers when they change;
            an empty set after the scheduler was lost, when nothing that was submitted will be answered.
    """

    def __init__(self, settings: Settings, on_workers: Callable[[frozenset[str]], None]) -> None:
        self.settings = settings
        self.state: ClusterState = "starting"
        self._text = "Starting the workers; the first start takes up to half a minute."
        self.memory: dict[str, int | None] = {}
        """What each worker takes, in bytes, as it last told."""
        self._on_workers = on_workers
        self._client: Client | None = None
        self._host: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="playground cluster", daemon=True)
        self._warming: dict[str, Future] = {}
        self._warm: frozenset[str] = frozenset()
        self._suspects: set[str] = set()
        self._signs: dict[str, tuple[object, float]] = {}
        """Worker -> its last sign of life, and when that came, on the monotonic clock in seconds."""
        self._there_at: float | None = None
        """When a warm worker last gave a sign of life, None before the first is warm."""

    @property
    def message(self) -> str:
        """How the workers are, in a sentence for visitors; where none is there, since when."""
        since = ""
        if self._there_at is not None:
            since = f", for {how_long(time.monotonic() - self._there_at)} now"
        return self._text.replace("{since}", since)

    def start(self) -> None:
        """Begin to bring the workers up; return at once."""
        self._thread.start()

    def close(self) -> None:
        """End the connection, and the workers if they are this server's own."""
        self._closed.set()
        host = self._host
        if host is not None and host.stdin is not None:
            host.stdin.close()
        if self._thread.is_alive():
            self._thread.join(ANSWER_S)
        self._drop()

    def submit(
        self, target: str, arguments: tuple[Any, ...], worker: str, priority: int, done: Callable[[], None]
    ) -> Future:
        """Have a worker call a function; `done` is called from another thread when `answer` would not block.

        Raises:
            ClusterLost: if there is no connection.
        """
        client = self._client
        try:
            if client is None:
                raise ClusterLost("there is no connection to a scheduler")
            future = client.submit(
                call, target, arguments, pure=False, workers=[worker], allow_other_workers=True, priority=priority
            )
            future.add_done_callback(lambda _: done())
            return future
        except (RuntimeError, OSError) as error:
            raise ClusterLost(str(error)) from error

    def answer(self, future: Future) -> Outcome:
        """Return what the call gave.

        Raises:
            ClusterLost: if its worker died or the scheduler went away.
        """
        try:
            outcome: Outcome = future.result(timeout=ANSWER_S)
            return outcome
        except Exception as error:
            # `call` lets no error through: whatever arrives here is about the way, not about the work.
            raise ClusterLost(f"{type(error).__name__}: {error}") from error

    def suspect(self, address: str) -> None:
        """Count a worker that lost a call as cold, until it has been warmed up again."""
        self._suspects.add(address)

    def _keep_up(self) -> None:
        failures = 0
        while not self._closed.is_set():
            try:
                self._connect()
                self._watch()
            except Exception as error:
                if self._closed.is_set():
                    break
                failures = 1 if self._warm else failures + 1
                log.warning("The workers are not reachable: %s", error)
                self._say_lost(failures, error)
            self._drop()
            self._closed.wait(min(0.2 * 2**failures, 10))

    def _say_lost(self, failures: int, error: Exception) -> None:
        remote = self.settings.scheduler
        if isinstance(error, WarmUpFailed) or (failures >= 3 and not remote):
            self.state = "failed"
            self._text = f"The workers do not start ({error}); training is not possible until they do."
        elif remote:
            self.state = "starting"
            self._text = f"The scheduler does not answer{{since}}; {KEPT} when it does."
        else:
            self.state = "starting"
            self._text = f"No worker is there{{since}}; they are being started again, and {KEPT} in a moment."

    def _connect(self) -> None:
        own = not self.settings.scheduler
        address, security = self._start_host() if own else (self.settings.scheduler, None)
        dask.config.set(NO_LOG)
        self._client = Client(
            address, timeout=ANSWER_S, security=security, set_as_default=False, direct_to_workers=own or None
        )

    def _start_host(self) -> tuple[str, Security]:
        """Start the process with scheduler and workers; return the scheduler's address and the key to it."""
        root = str(Path(__file__).parents[2])
        paths = [root, os.environ.get("PYTHONPATH", "")]
        about = HOST.format(worker_count(self.settings), self.settings.worker_limit_mb)
        self._host = subprocess.Popen(
            [sys.executable, "-c", about],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal is for the server, which then ends this process. It stays in the session: Linux
            # shares processors between sessions, and server and workers are one program to all others.
            process_group=0,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        assert self._host.stdout is not None
        answered = threading.Event()
        threading.Thread(target=_end_if_stuck, args=(self._host, answered), daemon=True).start()
        answer = self._host.stdout.readline()
        answered.set()
        if not answer:
            raise RuntimeError(f"the process that holds them ended with exit code {self._host.wait()}")
        address, *key = json.loads(answer)
        return address, security_of(*key)

    def _watch(self) -> None:
        """Follow workers as they come and go; return when closed.

        Raises:
            Exception: of any kind, when the scheduler is lost.
        """
        while not self._closed.is_set():
            if self._host is not None and self._host.poll() is not None:
                raise RuntimeError(f"the process that holds them ended with exit code {self._host.returncode}")
            if self._client is None or self._client.status != "running":
                raise ConnectionError("the connection to the scheduler broke")
            known = self._client.sync(self._client.scheduler.identity, callback_timeout=ANSWER_S)["workers"]
            self.memory = {address: about["metrics"].get("memory") for address, about in known.items()}
            self._warm_up(frozenset(known))
            self._say({address: about.get("last_seen") for address, about in known.items()}, time.monotonic())
            self._closed.wait(0.05 if self._warming else POLL_S)

    def _warm_up(self, present: frozenset[str]) -> None:
        """Have every new worker import torch before it counts."""
        assert self._client is not None
        for address in present - self._warm - self._warming.keys():
            self._warming[address] = self._client.submit(
                warm_up, self.settings.stand_back, pure=False, workers=[address], priority=1000
            )
        ready = {address for address, future in self._warming.items() if future.done() and self._is_warm(future)}
        self._warming = {
            address: future for address, future in self._warming.items() if address in present and not future.done()
        }
        suspects, self._suspects = self._suspects, set()
        warm = (self._warm - suspects | ready) & present
        if warm != self._warm:
            self._warm = warm
            self._on_workers(warm)

    def _say(self, signs: dict[str, object], now: float) -> None:
        """Say how the workers are.

        Args:
            signs: Worker -> its last sign of life, by the scheduler's clock, which only has to move.
            now: On the monotonic clock, in seconds.
        """
        self._signs = {
            address: before if (before := self._signs.get(address, (None, now)))[0] == sign else (sign, now)
            for address, sign in signs.items()
        }
        heard = [at for address, (_, at) in self._signs.items() if address in self._warm]
        if heard:
            self._there_at = max(heard)
        if heard and now - max(heard) < SILENT_S:
            self.state = "ready"
            self._text = "1 worker is ready." if len(self._warm) == 1 else f"{len(self._warm)} workers are ready."
            return
        if heard:
            text = f"No worker answers{{since}}; {KEPT} when one does."
        elif self.settings.scheduler and not signs:
            text = f"The scheduler has no workers{{since}}; {KEPT} when it has."
        elif self._there_at is not None and self.state != "failed":
            text = f"No worker is there{{since}}; one is starting again, and {KEPT} in a moment."
        else:
            return
        self.state, self._text = "starting", text

    def _is_warm(self, future: Future) -> bool:
        try:
            outcome = self.answer(future)
        except ClusterLost:
            return False
        if outcome.problem:
            log.error("A worker could not be warmed up: %s\n%s", outcome.problem, outcome.trace)
            raise WarmUpFailed(outcome.problem)
        return True

    def _drop(self) -> None:
        """Let go of scheduler and workers, and say so."""
        client, self._client = self._client, None
        host, self._host = self._host, None
        self._warming.clear()
        self._signs.clear()
        self._warm = frozenset()
        if not self._closed.is_set():
            self._on_workers(self._warm)
        with suppress(Exception):
            if client is not None:
                client.close(timeout=2)
        if host is not None:
            assert host.stdin is not None and host.stdout is not None
            host.stdin.close()
            host.stdout.close()
            with suppress(subprocess.TimeoutExpired):
                host.wait(8)
            if host.poll() is None:
                end_group(host.pid)
                host.kill()
            host.wait()
