"""An engine without processes, threads and torch: its workers answer, die and come back when a test says so.

A stand-in for a worker keeps to the contract of `playground.worker`, but trains by counting. What it does not stand
in for, and all where it is `real`, is called in the test's own process.
"""

from dataclasses import dataclass, field

import numpy as np

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine import Engine
from playground.engine.calls import ADVANCE_SLICE, _outcome
from playground.engine.cluster import Cluster, ClusterLost
from playground.engine.live_run import position_of
from playground.engine.slices import Outcome, SliceResult
from playground.histories import Checkpoint, EpochRecord
from playground.hosting.settings import Settings
from playground.inspection.calls import SNAPSHOT_AT
from playground.records import Forecast, Score, Snapshot, Trace
from playground.runs import RunStore

RECIPE = Recipe().replaced(epochs=60, patience_epochs=0, hidden_size=4, length_steps=300, window_steps=16)
SERIES = load_series(RECIPE.data)

STEPS_OF_EPOCH = 2
STEPS_OF_TURN = 3
"""So that most turns end in the middle of an epoch."""

TURN_S, PIECE_S = 0.25, 0.5
"""What a turn, and anything else, takes."""


def record(recipe, epoch):
    """Return what the stand-in makes of an epoch: it depends on the recipe alone."""
    rate = recipe.training.learning_rate_at(epoch)
    return EpochRecord(epoch, rate / epoch, recipe.seed + 1 / epoch, 1.0, 0.0, rate, TURN_S * epoch)


def in_one_go(recipe, until=None):
    """Return the epochs that a run of the recipe has, however it was cut into turns."""
    return tuple(record(recipe, epoch) for epoch in range(1, (until or recipe.training.epochs) + 1))


def picture(epoch, chosen="latest"):
    """Return a snapshot of nothing, with a score that tells its epoch."""
    none = np.zeros((0, 1), np.float32)
    forecast = Forecast("one-step", np.zeros(0, int), np.zeros(0, np.uint8), none, none, none)
    score = Score("RMSE", "validation", "", 1 / (1 + epoch), 2.0)
    return Snapshot(epoch, chosen, forecast, (score,), Trace(np.zeros(0, int), none, np.array([1, 0])))


def picture_at(recipe, series, weights, epoch, order, ended):
    """Stand in for `snapshot_at`."""
    return picture(epoch, "best on validation" if ended else "latest")


@dataclass(eq=False)
class Call:
    """A call at a worker; without an outcome when it comes back, it was lost."""

    job: object
    priority: int
    done: object
    outcome: Outcome | None = None
    released: bool = False

    def release(self):
        self.released = True


@dataclass(eq=False)
class Worker:
    """A worker: what it is at, what waits, the runs that it holds and how much it has done."""

    address: str
    real: bool = False
    busy: Call | None = None
    waiting: list[Call] = field(default_factory=list)
    held: dict = field(default_factory=dict)
    did: list[str] = field(default_factory=list)

    def begin_next(self):
        """Begin what is most urgent, or came first, of what is still wanted."""
        self.waiting = [call for call in self.waiting if not call.released]
        if self.busy is None and self.waiting:
            self.busy = max(self.waiting, key=lambda call: call.priority)
            self.waiting.remove(self.busy)

    def finish(self, answers):
        """Finish what it is at."""
        call, self.busy = self.busy, None
        target, arguments = call.job.target, call.job.arguments
        turn = target == ADVANCE_SLICE.target
        self.did.append(arguments[0].run_id if turn else target)
        if turn and not self.real:
            call.outcome = Outcome(self.advance(*arguments), worker=self.address, seconds=TURN_S)
        else:
            found = Outcome(answers[target](*arguments)) if target in answers else _outcome(target, arguments)
            call.outcome = Outcome(found.value, found.problem, found.trace, self.address, PIECE_S)
        if not call.released:
            call.done()
        self.begin_next()

    def advance(self, request):
        """Stand in for `playground.worker.advance_slice`."""
        position, recipe = self.held.get(request.run_id, ((-1, 0), None))
        serves = position >= request.position if recipe == request.recipe else position == request.position
        if not serves:
            if request.material is None:
                return SliceResult(missing=True)
            position = position_of(request.checkpoint)
        epochs = request.recipe.training.epochs
        step, goal = position[0] * STEPS_OF_EPOCH + position[1], (request.until_epoch or epochs) * STEPS_OF_EPOCH
        if request.budget_s:
            step = max(step, min(step + STEPS_OF_TURN, goal))
        position = divmod(step, STEPS_OF_EPOCH)
        self.held[request.run_id] = position, request.recipe
        epoch, ended, rests = position[0], position[0] == epochs, step == goal
        state = "finished" if ended else "training"
        best = "best on validation" if ended or request.best else "latest"
        return SliceResult(
            position=position,
            epochs=in_one_go(request.recipe, epochs)[request.position[0] : epoch],
            state=state,
            best_epoch=epoch,
            checkpoint=Checkpoint(*position, {}, {}, best_epoch=epoch, state=state)
            if request.with_checkpoint or rests
            else None,
            snapshot=picture(epoch, best) if request.snapshot != "no" or rests else None,
        )


class FakeCluster(Cluster):
    """Workers named w1, w2 and so on.

    Attributes:
        workers: Those that live.
        answers: Worker function -> what stands in for it.
    """

    def __init__(self, workers=1, real=False):
        super().__init__(Settings())
        self.real = real
        self.workers = {f"w{number + 1}": Worker(f"w{number + 1}", real) for number in range(workers)}
        self.answers = {} if real else {SNAPSHOT_AT.target: picture_at}

    def start(self, on_workers):
        self._on_workers = on_workers
        self.tell()

    def tell(self):
        self._on_workers(frozenset(self.workers))

    def submit(self, job, worker, priority, done):
        if not self.workers:
            raise ClusterLost("there is no connection to a scheduler")
        call = Call(job, priority, done)
        at = self.workers[worker]
        at.waiting.append(call)
        at.begin_next()
        return call

    def answer(self, future):
        if future.outcome is None:
            raise ClusterLost("its worker died")
        return future.outcome

    def suspect(self, address):
        self._on_workers(frozenset(self.workers) - {address})
        self.tell()

    def work(self, *addresses):
        """Let workers, all where none is named, finish what they are at."""
        for address in addresses or tuple(self.workers):
            if self.workers[address].busy is not None:
                self.workers[address].finish(self.answers)

    def kill(self, address):
        """End a worker with all that it had."""
        worker = self.workers.pop(address)
        for call in (worker.busy, *worker.waiting):
            if call is not None and not call.released:
                call.done()
        if self.workers:
            self.tell()

    def come(self, *addresses):
        """Let workers come, or come back with nothing in memory."""
        self.workers |= {address: Worker(address, self.real) for address in addresses}
        self.tell()

    def lose_all(self):
        """Lose the scheduler: nothing that was given is ever answered."""
        self.workers.clear()
        self.tell()


class Server:
    """An engine on such workers, whose driver makes a step when it is told to."""

    def __init__(self, workers=1, store=None, real=False, **settings):
        self.cluster = FakeCluster(workers, real)
        self.engine = Engine(store or RunStore(None), Settings(**settings), self.cluster)
        self.cluster.start(self.engine.driver.report_workers)
        self.step()

    def step(self):
        self.engine.driver.step()

    def train(self, owner="me", recipe=RECIPE, **options):
        """Begin a run; return its name."""
        return self.engine.train(recipe, SERIES, owner, **options)

    def round(self, times=1):
        """Let every worker finish one thing after the other."""
        for _ in range(times):
            self.step()
            self.cluster.work()
            self.step()

    def until(self, *states, run):
        """Let the workers work until a run is in one of the states; return its view."""
        return self.until_true(lambda: (view := self.engine.view(run)).state in states and view)

    def until_epoch(self, epoch, *runs):
        """Let the workers work until the runs have finished an epoch."""
        self.until_true(lambda: all(self.engine.view(run).checkpoint_epoch >= epoch for run in runs))

    def until_true(self, condition, rounds=1000):
        """Let the workers work until a condition is true; return its value."""
        for _ in range(rounds):
            if value := condition():
                return value
            self.round()
        raise AssertionError(f"nothing came of it in {rounds} rounds")

    def states(self, *runs):
        return [self.engine.view(run, watching=False).state for run in runs]

    def turns(self, run):
        """Return how many turns of a run the workers that live have done."""
        return sum(worker.did.count(run) for worker in self.cluster.workers.values())
