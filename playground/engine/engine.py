"""The door to all work: start, pause and watch runs, preview networks, ask for computations.

The web process only calls what is here. Nothing here blocks on the workers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future

from playground.config import Recipe
from playground.engine.cluster import Cluster
from playground.engine.driver import Driver
from playground.engine.health import EngineStatus, Health, examine, status_of
from playground.engine.live_run import LiveRun
from playground.engine.previews import Previews
from playground.engine.storing import bound, restore_run
from playground.engine.studies import StudyView
from playground.engine.waiting_line import check_paused, check_room, check_work, place, share
from playground.histories import RunView
from playground.hosting.settings import Settings
from playground.jobs import Job, Result
from playground.kinds import AnyRecipe, Material
from playground.recent import Recent
from playground.records import Floats, Preview, Series
from playground.runs import UNDER_WAY, RunStore

RATE_WAIT_S = 1.0
"""Longest wait for the turn under way when the learning rate changes."""

VIEWS_KEPT = 32
"""Views of stored runs kept in memory."""


class Engine:
    """Trains runs in worker processes, a turn at a time.

    Args:
        store: Where runs are kept; what it holds as under way is marked as interrupted.
        settings: Limits of this server.
        cluster: Its workers, not yet started; None = those that the settings name.

    Attributes:
        driver: All work under way, for the rest of this package.
    """

    def __init__(self, store: RunStore, settings: Settings | None = None, cluster: Cluster | None = None) -> None:
        self.settings = settings or Settings()
        self.store = store
        self.driver = Driver(store, self.settings, cluster or Cluster(self.settings))
        self._previews = Previews(self.driver, self.settings.previews_kept)
        self._stored_views: Recent[str, RunView] = Recent(VIEWS_KEPT)
        bound(store, self.settings)
        store.interrupt_runs()

    def start(self) -> None:
        """Begin to bring the workers up; return at once."""
        self.driver.start()

    def close(self) -> None:
        """Store every run, so that it can go on under the next engine, and end the workers."""
        self.driver.close()

    def status(self) -> EngineStatus:
        """Return how the workers are and how much they have to do."""
        return status_of(self.driver)

    def health(self) -> Health:
        """Return how the server is, for its leader.

        Raises:
            ValueError: if the run store cannot be read.
        """
        return examine(self.driver)

    def train(
        self,
        recipe: AnyRecipe,
        material: Material,
        owner: str,
        paused: bool = False,
        address: str = "",
        start: dict[str, Floats] | None = None,
    ) -> str:
        """Begin a run, from the weights `start` where they are given, and return its name.

        With `paused` it waits for `step_epoch` or `resume`. The runs of an owner train one after the other.

        Raises:
            EngineFull: if the owner, the address or the server has too many runs under way, or too many paused.
            ValueError: if an epoch is more work than this server takes.
        """
        check_work(recipe, material, self.settings)
        run = LiveRun.begin(recipe, material, owner, address=address, start=start)
        with self.driver.lock:
            if paused:
                check_paused(self.driver.runs.values(), owner, self.settings, address)
                run.become("paused")
                self.driver.runs[run.run_id] = run
            else:
                check_room(self.driver.runs.values(), owner, self.settings, address=address)
                self.driver.enqueue(run)
        self.driver.wake()
        return run.run_id

    def pause(self, run_id: str) -> None:
        """Let a run rest after its turn; one that rests or has ended stays as it is.

        Raises:
            ValueError: if there is no such run.
        """
        with self.driver.lock:
            run = self._find(run_id)
            if run.state == "queued":
                run.become("paused")
            elif run.state == "training" and not run.wish.to:
                run.wish.to, run.wish.reason = "pause", ""
                self.driver.settle(run)
        self.driver.wake()

    def resume(self, run_id: str, address: str = "") -> None:
        """Let a paused or interrupted run go on; one under way or ended stays as it is.

        Args:
            run_id: The run.
            address: Where this is asked from; empty counts where the run was started.

        Raises:
            ValueError: if there is no such run.
            EngineFull: if the owner, the address or the server has too many runs under way.
        """
        self._go_on(run_id, None, address)

    def step_epoch(self, run_id: str, address: str = "") -> None:
        """Let a resting run train for exactly one epoch (the rest of the one in progress), then pause; see `resume`.

        Raises:
            ValueError: if there is no such run.
            EngineFull: if the owner, the address or the server has too many runs under way.
        """
        self._go_on(run_id, 1, address)

    def end(self, run_id: str) -> None:
        """End a run for good; its best weights stay.

        Raises:
            ValueError: if there is no such run.
        """
        with self.driver.lock:
            run = self._find(run_id)
            if not run.ended:
                run.wish.to = "end"
                self.driver.settle(run)
        self.driver.wake()

    def change_learning_rate(self, run_id: str, rate: float) -> None:
        """Let a learning rate hold from the next epoch that has not begun.

        Which epoch that is shows when the turn under way comes back; it is waited for, a second at most.

        Raises:
            ValueError: if there is no such run, it has ended, its last epoch has begun, or the rate or
                the number of changes is outside its limits.
        """
        with self.driver.lock:
            run = self._find(run_id)
            if run.ended:
                raise ValueError("the learning rate of a run that has ended cannot change; train again")
            if run.turns.in_flight:
                run.with_rate(rate)
                run.wish.rate = rate
            else:
                run.wish.rate = None
                run.change_rate(rate)
            run.version += 1
        self.driver.wake()
        waits_until = time.monotonic() + RATE_WAIT_S
        while run.wish.rate is not None and time.monotonic() < waits_until:
            time.sleep(0.01)

    def peek(self, run_id: str) -> None:
        """Count one look at a run's test set; the count stays with the run.

        Raises:
            ValueError: if there is no such run.
        """
        with self.driver.lock:
            run = self.driver.runs.setdefault(run_id, self._find(run_id))
            self._stored_views.pop(run_id, None)
            run.seen = time.monotonic()
            run.peeks += 1
            run.version += 1
        self.driver.wake()

    def keep_running(self, run_id: str, keep: bool = True) -> None:
        """Let a run go on even while nobody watches, or no longer.

        Raises:
            ValueError: if there is no such run.
        """
        with self.driver.lock:
            run = self._find(run_id)
            run.wish.keep_running = keep
            run.seen = time.monotonic()

    def view(self, run_id: str, watching: bool = True) -> RunView | None:
        """Return a run as it is now, None if there is none of that name.

        With `watching` the call counts as a sign of life of somebody who looks at the run.
        """
        driver = self.driver
        with driver.lock:
            run = driver.runs.get(run_id)
            if run is not None:
                self._stored_views.pop(run_id, None)
                run.seen = time.monotonic() if watching else run.seen
                runs, workers = driver.runs.values(), len(driver.flights.slots)
                position, wait_s = place(run, runs, workers, self.settings)
                return run.view(position, wait_s, share(runs, workers))
            view = self._stored_views.use(run_id)
        if view is not None:
            return view
        stored = restore_run(self.store, run_id)
        if stored is None:
            return None
        with driver.lock:
            return self._stored_views.keep(run_id, stored.view(0, None, 1.0))

    def material_of(self, run_id: str) -> Material | None:
        """Return what a run learns from, None if there is no such run."""
        with self.driver.lock:
            run = self.driver.runs.get(run_id)
        return run.material if run is not None else self.store.load_material(run_id)

    def forget_views(self, run_ids: Iterable[str]) -> None:
        """Read these runs afresh from the store when they are looked at next."""
        with self.driver.lock:
            for run_id in run_ids:
                self._stored_views.pop(run_id, None)

    def keyframes(self, run_id: str) -> tuple[int, ...]:
        """Return the epochs of a run whose weights are kept (0 = untrained), in order; see `keyframe_epochs`."""
        epochs = set(self.store.keyframe_epochs(run_id))
        with self.driver.lock:
            run = self.driver.runs.get(run_id)
            epochs |= run.epochs_kept if run is not None else set()
        return tuple(sorted(epochs))

    def weights_at(self, run_id: str, epoch: int) -> dict[str, Floats]:
        """Return a run's weights after an epoch.

        Raises:
            ValueError: if they are not kept.
        """
        with self.driver.lock:
            run = self.driver.runs.get(run_id)
            weights = run.weights_kept(epoch) if run is not None else None
        weights = weights or self.store.load_weights(run_id, epoch)
        if weights is None:
            raise ValueError(f"the weights of epoch {epoch} are not kept; choose one of the epochs on the slider")
        return weights

    def preview(self, recipe: Recipe, series: Series) -> Preview | None:
        """Return the untrained network on the series, None while a worker computes it.

        Raises:
            ValueError: if the recipe does not fit the series, or the computation failed.
        """
        return self._previews.look(recipe, series)

    def ask(self, job: Job[Result], *, priority: int = 0) -> Future[Result]:
        """Have a worker do a job; return its future result.

        Its ValueErrors arrive as they are, anything else as a RuntimeError with a plain sentence.

        Args:
            job: Its result must be plain numpy and Python.
            priority: Higher goes first among those that wait; previews have 10, what was handed over 20.
        """
        return self.driver.add_task(job, priority).result

    def study(self, key: str, job: Job[Result], *, owner: str, address: str = "") -> StudyView[Result]:
        """Return how far long work is, and let it go on for a while longer; see `studies`.

        It goes on by itself while somebody looks, and begins if it has not. A problem is told once; the
        next look begins the failed piece anew.

        Args:
            key: Names the job exactly; whoever asks for the same shares the work.
            job: With all arguments but the next, which is what the previous piece returned.
            owner: The visitor, whose turns it takes.
            address: Where this is asked from, empty where that does not count.

        Raises:
            EngineFull: if the visitor, the address or the server has too much such work.
            ValueError: if an epoch of a recipe among the arguments is more work than this server takes.
        """
        self.driver.keeper.recall(key, job)
        with self.driver.lock:
            view = self.driver.studies.look(key, job, owner, address)
        if view.state == "waiting":
            self.driver.wake()
        return view

    def study_so_far(self, key: str, job: Job[Result]) -> Result | None:
        """Return what the last finished piece of long work returned, None before the first."""
        self.driver.keeper.recall(key, job)
        with self.driver.lock:
            reached: Result | None = self.driver.studies.so_far(key)
        return reached

    def rest_study(self, key: str) -> None:
        """Let long work rest after the piece that is being computed; what is finished stays."""
        with self.driver.lock:
            self.driver.studies.rest(key)

    def keep_studying(self, key: str, keep: bool = True) -> None:
        """Let long work that is under way go on even while nobody looks, or no longer."""
        with self.driver.lock:
            self.driver.studies.keep_running(key, keep)

    def _go_on(self, run_id: str, epochs: int | None, address: str) -> None:
        with self.driver.lock:
            run = self._find(run_id)
            if run.ended or run.wish.to == "end":
                return
            if run.state in UNDER_WAY:
                run.wish.to = ""
                if run.wish.until_epoch is not None:
                    run.wish.until_epoch = None if epochs is None else run.wish.until_epoch + epochs
                return
            address = address or run.address
            check_room(self.driver.runs.values(), run.owner, self.settings, address=address)
            run.address = address
            run.seen = time.monotonic()
            run.wish.until_epoch = None if epochs is None else run.position[0] + epochs
            self.driver.enqueue(run)

    def _find(self, run_id: str) -> LiveRun:
        """Return the run, brought back from the store if need be."""
        run = self.driver.runs.get(run_id)
        if run is None:
            run = restore_run(self.store, run_id)
            if run is None:
                raise ValueError("this run no longer exists; it was deleted, or had to make room: train again")
            if not run.ended:
                self.driver.runs[run_id] = run
                self._stored_views.pop(run_id, None)
        return run
