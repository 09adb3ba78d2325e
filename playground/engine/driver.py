"""The one thread that gives the workers their turns and takes in what they return."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Iterable
from typing import Any

from playground.engine.calls import ADVANCE_SLICE
from playground.engine.cluster import Cluster, ClusterLost
from playground.engine.deadly import SENTENCE
from playground.engine.flights import Flight, Flights, Work
from playground.engine.kept_studies import StudyKeeper
from playground.engine.live_run import LiveRun
from playground.engine.pictures import Pictures
from playground.engine.slices import Outcome
from playground.engine.storing import save_runs
from playground.engine.studies import Studies
from playground.engine.tasks import Task, Tasks
from playground.engine.turns import SLICES_AHEAD, Turn, may_run_on
from playground.engine.waiting_line import in_state, move_up, pause_unwatched
from playground.histories import ENDED
from playground.hosting.settings import Settings
from playground.jobs import Job
from playground.runs import UNDER_WAY, RunStore

log = logging.getLogger(__name__)

PRIORITY_OF_CLOSING = 100

STEP_S = 0.1
"""Longest wait for something to happen; then the rules are applied anyway."""

REFUSED_S = 5.0
"""How long a store that refuses to write is left alone."""

FORGET_S = 60.0
"""A run that rests or has ended stays in memory for so long after its last viewer, longer while the disk refuses it."""

FORGET_PRIVATE_S = 3600.0
"""The same for a run that is never on disk, and is gone then."""


class Driver:
    """Owns all runs under way. Everything below `lock` may be read and changed only while holding it.

    Args:
        store: Where runs are kept.
        settings: Limits of this server.
        cluster: The workers, not yet started.
    """

    def __init__(self, store: RunStore, settings: Settings, cluster: Cluster) -> None:
        self.store = store
        self.settings = settings
        self.lock = threading.RLock()
        self.runs: dict[str, LiveRun] = {}
        self.tasks = Tasks()
        self.flights = Flights()
        self.studies = Studies(settings)
        self.keeper = StudyKeeper(store, self.studies, self.lock)
        self.cluster = cluster
        self._pictures = Pictures(self.add_task)
        self._numbers = itertools.count(1)
        self._inbox: queue.SimpleQueue[int | frozenset[str] | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._save_from = 0.0
        self._thread = threading.Thread(target=self._drive, name="playground driver", daemon=True)

    def start(self) -> None:
        """Begin to bring the workers up and to give turns; return at once."""
        self.cluster.start(self.report_workers)
        self._thread.start()

    def close(self) -> None:
        """Store every run so that it can go on later, and end the workers."""
        self._closed.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join(10)
        with self.lock:
            for flight in self.flights.drop(self.flights.numbers()):
                flight.work.abandon()
            for run in self.runs.values():
                if run.state in UNDER_WAY:
                    run.become("interrupted", "the server was stopped")
            for task in self.tasks:
                task.result.cancel()
        save_runs(self.store, self.runs, self.lock, every_s=0)
        self.keeper.save_all()
        self.cluster.close()

    def wake(self) -> None:
        """Let the driver look at its runs now."""
        self._inbox.put(None)

    def report_workers(self, addresses: frozenset[str]) -> None:
        """Take note, from any thread, of the warm workers; see `Cluster.start`."""
        self._inbox.put(addresses)

    def enqueue(self, run: LiveRun) -> None:
        """Put a run at the end of the queue; it trains as soon as the rules allow."""
        with self.lock:
            run.become("queued")
            run.turns.queued_at = next(self._numbers)
            self.runs[run.run_id] = run
        self.wake()

    def add_task(self, job: Job[Any], priority: int, newest_first: bool = False) -> Task:
        """Have a worker do a job, soon; a file that ended its workers is refused."""
        number = next(self._numbers)
        task = Task(job, (-priority, -number if newest_first else number), self.tasks)
        if self.tasks.deadly.knows(job.arguments):
            task.result.set_exception(ValueError(SENTENCE))
            return task
        with self.lock:
            self.tasks.append(task)
        self.wake()
        return task

    def in_state(self, *states: str) -> list[LiveRun]:
        """Return the runs in these states, those queued first in front."""
        with self.lock:
            return in_state(self.runs.values(), *states)

    def settle(self, run: LiveRun) -> bool:
        """Fulfil a wish that needs no worker; return whether there was one."""
        untouched = run.position == (0, 0) and not run.turns.in_flight
        if not run.wish.to or run.turns.in_flight or (self.flights.slots and not untouched):
            return False
        if run.wish.to == "end":
            run.become("stopped_early", run.stop_sentence())
        else:
            run.become("paused", run.wish.reason)
        return True

    def step(self, wait_s: float = 0.0) -> None:
        """Take in what has come, after waiting for something so long at most; apply the rules, give turns, store."""
        for item in self._received(wait_s):
            if isinstance(item, int):
                self._land(item)
            else:
                with self.lock:
                    self._follow_workers(item)
        with self.lock:
            self._apply_rules()
            self._launch()
        self._save()

    def _drive(self) -> None:
        while not self._closed.is_set():
            try:
                self.step(STEP_S)
            except Exception:
                # One surprise must not end the turns of everybody.
                log.exception("The driver met an unexpected error and goes on")
                self._closed.wait(0.5)

    def _save(self) -> None:
        """Store what has changed; leave a store that refuses alone for a while, because waiting for it takes time."""
        now = time.monotonic()
        if now < self._save_from:
            return
        saved = save_runs(self.store, self.runs, self.lock, self.settings.checkpoint_every_s)
        if not (saved and self.keeper.save_next()):
            self._save_from = now + REFUSED_S

    def _received(self, wait_s: float) -> Iterable[int | frozenset[str]]:
        items: list[int | frozenset[str] | None] = []
        try:
            items.append(self._inbox.get(timeout=wait_s))
            while True:
                items.append(self._inbox.get_nowait())
        except queue.Empty:
            return [item for item in items if item is not None]

    def _follow_workers(self, addresses: frozenset[str]) -> None:
        """Let workers that are gone go; what they had goes on elsewhere."""
        self.flights.follow(addresses)
        if not addresses:
            for flight in self.flights.drop(self.flights.numbers()):
                flight.work.lose()
        for run in self.runs.values():
            if run.turns.worker and run.turns.worker not in addresses and not run.turns.in_flight:
                run.miss_worker()

    def _land(self, number: int) -> None:
        """Take in the outcome of a call."""
        with self.lock:
            flight = self.flights.get(number)
        if flight is None or flight.future is None:
            return
        try:
            outcome: Outcome | None = self.cluster.answer(flight.future)
        except ClusterLost as error:
            log.warning("A call was lost: %s", error)
            outcome = None
        with self.lock:
            if not self.flights.drop([number]):
                return
            if outcome is None:
                self.flights.slots.pop(flight.address, None)
                self.cluster.suspect(flight.address)
                flight.work.lose()
                return
            flight.work.charge(self.flights.slot_of(flight), outcome.seconds)
            flight.work.take(outcome)

    def _apply_rules(self) -> None:
        """Pause what nobody watches, change rates between turns, let the queue move up, forget what rests."""
        now = time.monotonic()
        pause_unwatched(self.runs.values(), self.settings.grace_s)
        for run in self.in_state(*UNDER_WAY):
            if run.wish.rate is not None and not run.turns.in_flight:
                run.change_wished_rate()
            if run.state == "queued" and run.wish.to == "pause":
                run.become("paused", run.wish.reason)
        move_up(self.runs.values(), self.settings)
        self._pictures.catch_up(self.in_state("paused", *ENDED))
        for run_id, run in list(self.runs.items()):
            resting = run.state not in UNDER_WAY and not run.wish.to
            stored = run.private or run.saved.version == run.version or len(self.runs) > self.settings.stored_runs
            if resting and stored and now - run.seen > (FORGET_PRIVATE_S if run.private else FORGET_S):
                del self.runs[run_id]

    def _launch(self) -> None:
        """Give every worker what it may have: wishes first, then tasks, then turns, then pieces of long work."""
        slots = self.flights.slots
        for run in list(self.runs.values()):
            if run.wish.to and run.wish.rate is None and not self.settle(run):
                self._drop_waiting_slices(run)
                if not run.turns.in_flight:
                    address = run.turns.worker if run.turns.worker in slots else self.flights.least_busy()
                    self._give_turn(run, address, PRIORITY_OF_CLOSING)
        for address, slot in sorted(slots.items(), key=lambda item: (item[1].pieces, item[1].slices)):
            if self.tasks and not slot.tasks:
                self._give_task(min(self.tasks, key=lambda task: task.order), address)
        for depth in range(self._slices_ahead()):
            for address, slot in sorted(slots.items(), key=lambda item: item[1].pieces):
                slot.last_was_task = slot.last_was_task and slot.tasks > 0
                able = self._next_run(address) if slot.slices <= depth else None
                if able is not None:
                    self._give_turn(able, address)
        free = self.flights.open_to_pieces()
        for address in free:
            study = self.studies.next_for(address, free)
            if study is not None:
                piece = self.studies.begin(study, address)
                self._submit(address, piece, piece.job, 0)

    def _slices_ahead(self) -> int:
        """Return how many turns to give each worker: two where that leaves every run its fair share.

        With three runs on two workers, two turns ahead would tie two of the runs to one worker.
        """
        runs, workers = len(self.in_state("training")), len(self.flights.slots)
        return 1 if workers < runs < SLICES_AHEAD * workers else SLICES_AHEAD

    def _next_run(self, address: str) -> LiveRun | None:
        """Return the run that has waited longest for a turn and can have it on this worker."""
        training = self.in_state("training")
        twice = len(training) <= len(self.flights.slots)
        able = [run for run in training if may_run_on(run, address, twice)]
        return min(able, key=lambda run: run.turns.newest, default=None)

    def _drop_waiting_slices(self, run: LiveRun) -> None:
        """Take back the turn that has not begun, so that a wish need not wait for it."""
        self.flights.drop(self.flights.numbers(run)[1:])

    def _give_turn(self, run: LiveRun, address: str, priority: int = 0) -> None:
        run.turns.newest = next(self._numbers)
        request = run.next_request(address, self.settings)
        turn = Turn(run, address, request, self.flights, self.settings.worker_deaths)
        self._submit(address, turn, ADVANCE_SLICE(request), priority)

    def _give_task(self, task: Task, address: str) -> None:
        self.tasks.remove(task)
        if task.losses or task.result.set_running_or_notify_cancel():
            self._submit(address, task, task.job, task.priority_on(self.flights.slots[address]))

    def _submit(self, address: str, work: Work, job: Job[Any], priority: int) -> None:
        number, flight = next(self._numbers), Flight(address, work)
        self.flights.add(number, flight)
        try:
            flight.future = self.cluster.submit(job, address, priority, lambda: self._inbox.put(number))
        except ClusterLost as error:
            log.warning("A call could not be made: %s", error)
            self._follow_workers(frozenset())
