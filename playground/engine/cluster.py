"""The workers as the server sees them: brought up, watched, brought up again.

Either the server's own (a process of `engine/host.py` on this machine), or those of a Dask
scheduler that already runs somewhere else.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

import dask
from distributed import Client, Future

from playground.engine.calls import NO_LOG, call, warm_up
from playground.engine.own_host import START_S, answer_of, begin_host
from playground.engine.slices import Outcome
from playground.hosting.settings import Settings
from playground.jobs import Job
from playground.lifeline import end_group

log = logging.getLogger(__name__)

POLL_S = 0.5
ANSWER_S = 30
"""A scheduler that says nothing for so long is taken for lost."""
SILENT_S = 15
"""Workers that give no sign of life for so long are told of; they give one every second or so."""

KEPT = "every run is kept as it was after its last turn and goes on by itself"

ClusterState = Literal["starting", "ready", "failed"]


class ClusterLost(Exception):
    """The call got no answer because its worker, or the whole cluster, went away."""


class WarmUpFailed(Exception):
    """A worker is there but cannot do its work."""


def how_long(duration_s: float) -> str:
    """Return a duration in words: "40 s", "3 min"."""
    return f"{duration_s:.0f} s" if duration_s < 120 else f"{duration_s / 60:.0f} min"


class Cluster:
    """Keeps a connection to a scheduler alive and says which workers are warm.

    Args:
        settings: Limits of this server.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.state: ClusterState = "starting"
        self._text = "Starting the workers; the first start takes up to half a minute."
        self.memory: dict[str, int | None] = {}
        """What each worker takes, in bytes, as it last told."""
        self._on_workers: Callable[[frozenset[str]], None] = lambda _: None
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

    def start(self, on_workers: Callable[[frozenset[str]], None]) -> None:
        """Begin to bring the workers up; return at once.

        Args:
            on_workers: Called from another thread with the addresses of the warm workers when they change;
                an empty set after the scheduler was lost, when nothing that was submitted will be answered.
        """
        self._on_workers = on_workers
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

    def submit(self, job: Job[Any], worker: str, priority: int, done: Callable[[], None]) -> Future:
        """Have a worker do a job; `done` is called from another thread when `answer` would not block.

        Raises:
            ClusterLost: if there is no connection.
        """
        client = self._client
        try:
            if client is None:
                raise ClusterLost("there is no connection to a scheduler")
            future = client.submit(
                call,
                job.target,
                job.arguments,
                pure=False,
                workers=[worker],
                allow_other_workers=True,
                priority=priority,
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
        address, security = self.settings.scheduler, None
        if own:
            self._host = begin_host(self.settings)
            address, security = answer_of(self._host)
        dask.config.set(NO_LOG)
        self._client = Client(
            address, timeout=ANSWER_S, security=security, set_as_default=False, direct_to_workers=own or None
        )

    def _watch(self) -> None:
        """Follow workers as they come and go; return when closed.

        Raises:
            Exception: of any kind, when the scheduler is lost.
        """
        seen_at = time.monotonic()
        while not self._closed.is_set():
            if self._host is not None and self._host.poll() is not None:
                raise RuntimeError(f"the process that holds them ended with exit code {self._host.returncode}")
            if self._client is None or self._client.status != "running":
                raise ConnectionError("the connection to the scheduler broke")
            known = self._client.sync(self._client.scheduler.identity, callback_timeout=ANSWER_S)["workers"]
            seen_at = time.monotonic() if known else seen_at
            if self._host is not None and time.monotonic() - seen_at > START_S:
                raise RuntimeError(f"none of its workers came back within {how_long(START_S)}")
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
