"""Long work that goes on in short pieces while somebody looks, behind the runs that train live.

A study is a function that takes its arguments and, last, what its previous piece returned (None at
first), works for about half a second and returns a record with `done`, `progress` and `pieces`.
Nothing here waits or computes; the driver guards every call with its lock.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal

from playground.config import Recipe
from playground.engine.flights import Slot, Work
from playground.engine.slices import Outcome
from playground.engine.waiting_line import EngineFull, check_work
from playground.footprint import footprint
from playground.hosting.settings import Settings
from playground.jobs import Job, Result
from playground.records import Series

log = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""A study that has waited longer for the worker that knows it goes on with any other."""


@dataclass(frozen=True, eq=False)
class StudyView(Generic[Result]):
    """A study as its viewers see it: what its last finished piece returned, and what went wrong."""

    reached: Result | None = None
    problem: str = ""
    state: Literal["waiting", "working", "resting", "done"] = "waiting"


@dataclass(eq=False)
class Study:
    """A study as the server holds it."""

    key: str
    job: Job[Any] | None = None
    owner: str = ""
    address: str = ""
    reached: Any = None
    problem: str = ""
    bytes: int = 0

    # Who wants it.
    wanted: float = float("-inf")
    looked_at: float = field(default_factory=time.monotonic)
    keep_running: bool = False

    # What is kept of it on disk.
    kept: str = ""
    """Names the function whose pieces are kept, empty where none is."""
    saved: Any = None
    saved_at: float = float("-inf")

    # How its pieces go.
    worker: str = ""
    in_flight: bool = False
    turn: int = 0
    ready_since: float = 0.0
    losses: int = 0

    @property
    def party(self) -> str:
        """Whose turns it takes."""
        return self.address or self.owner

    @property
    def done(self) -> bool:
        """Whether the last piece is finished."""
        return self.reached is not None and bool(self.reached.done)

    def under_way(self, grace_s: float) -> bool:
        """Say whether another piece is wanted."""
        if self.done or self.job is None:
            return False
        return self.keep_running or time.monotonic() - self.wanted <= grace_s

    def land(self, worker: str, losses: int) -> None:
        """Wait for the next piece: on the worker that knows it, empty for any, after so many deaths at this one."""
        self.worker, self.losses = worker, losses
        self.in_flight, self.ready_since = False, time.monotonic()

    def stop(self) -> None:
        """Want no further piece; what is finished stays, and whoever wants more brings the job again."""
        self.job = None
        self.wanted, self.keep_running, self.losses = float("-inf"), False, 0
        self.weigh()

    def weigh(self) -> None:
        """Estimate anew how much memory it takes."""
        self.bytes = footprint((self.reached, self.job.arguments if self.job else ()))


@dataclass(eq=False)
class Piece(Work):
    """A piece of one of the studies, on a worker."""

    run = None
    job: Job[Any]
    study: Study
    studies: Studies

    def count(self, slot: Slot, by: int) -> None:
        slot.pieces += by

    def charge(self, slot: Slot, seconds: float) -> None:
        share = self.studies.settings.study_share
        slot.owed_s = seconds * (1 - share) / share

    def take(self, outcome: Outcome) -> None:
        study = self.study
        study.land(outcome.worker, losses=0)
        if outcome.trace:
            log.error("%s failed:\n%s", self.job.target, outcome.trace)
        if outcome.problem:
            study.problem = outcome.problem
        else:
            study.reached = outcome.value
        if study.problem or study.done:
            study.stop()
        else:
            study.weigh()
        self.studies.make_room()

    def lose(self) -> None:
        study = self.study
        study.land("", study.losses + 1)
        if study.losses > self.studies.settings.worker_deaths:
            study.problem = (
                f"the worker died {study.losses} times while computing this; make the network, the window or the "
                "batch smaller"
            )
            study.stop()


class Studies:
    """All studies that the server knows, within limits of number, memory and visitor."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._studies: dict[str, Study] = {}
        self._turns: dict[str, int] = {}
        self._numbers = itertools.count(1)

    def under_way(self) -> list[Study]:
        """Return those that go on."""
        return [study for study in self._studies.values() if study.under_way(self.settings.study_grace_s)]

    @property
    def bytes(self) -> int:
        """Memory of all studies kept, roughly."""
        return sum(study.bytes for study in self._studies.values())

    def look(self, key: str, job: Job[Result], owner: str, address: str = "") -> StudyView[Result]:
        """Return how far a study is, and let it go on for a while longer.

        A problem is told once; the next look begins the failed piece anew.

        Raises:
            EngineFull: if the visitor, the address or the server has too many studies.
        """
        study = self._studies.get(key) or Study(key)
        study.looked_at = time.monotonic()
        if study.problem:
            problem, study.problem = study.problem, ""
            return StudyView(study.reached, problem, "resting")
        if not study.done:
            if not study.under_way(self.settings.study_grace_s):
                self._admit(study, job, owner, address)
            study.wanted = study.looked_at
        return self._view(study)

    def so_far(self, key: str) -> Any:
        """Return what the last finished piece returned, None before the first."""
        study = self._studies.get(key)
        if study is None:
            return None
        study.looked_at = time.monotonic()
        return study.reached

    def __contains__(self, key: str) -> bool:
        """Say whether a study is in memory."""
        return key in self._studies

    def restore(self, key: str, reached: Any) -> None:
        """Bring back a study that rests, as far as it was, if there is room for it."""
        study = self._studies.setdefault(key, Study(key))
        if study.reached is None and not study.in_flight:
            study.reached = study.saved = reached
            study.weigh()
            self.make_room()
            if self._over_limit(self._studies.values()) and study.job is None:
                del self._studies[key]

    def unsaved(self, every_s: float) -> list[Study]:
        """Return those with a finished piece that is due to be written to disk."""
        now = time.monotonic()
        return [
            study
            for study in self._studies.values()
            if study.reached is not study.saved
            and (now - study.saved_at >= every_s or not study.under_way(self.settings.study_grace_s))
        ]

    def rest(self, key: str) -> None:
        """Let a study rest after the piece that is being computed."""
        if key in self._studies:
            self._studies[key].stop()

    def keep_running(self, key: str, keep: bool) -> None:
        """Let a study that is under way go on even while nobody looks, or no longer."""
        study = self._studies.get(key)
        if study is not None and study.under_way(self.settings.study_grace_s):
            study.keep_running = keep
            study.wanted = time.monotonic()

    def next_for(self, address: str, free: Collection[str]) -> Study | None:
        """Return the study whose turn it is on a worker, None if there is none.

        Addresses, or visitors where addresses do not count, take turns, and the studies of one of them among
        themselves. A study stays with the worker that knows it, unless that worker is gone or has kept it waiting
        for too long.

        Args:
            address: The worker.
            free: All workers that could begin a piece now.
        """
        now = time.monotonic()
        ready = [study for study in self.under_way() if not study.in_flight]
        at_home = [study for study in ready if study.worker in ("", address)]
        guests = [
            study
            for study in ready
            if study.worker not in free and (now - study.ready_since > PATIENCE_S or not at_home)
        ]
        return min((*at_home, *guests), key=lambda study: (self._turns.get(study.party, 0), study.turn), default=None)

    def begin(self, study: Study, address: str) -> Piece:
        """Count the next piece of a study that is under way as being computed on a worker; return it."""
        job = study.job
        assert job is not None, "only what is under way is given a turn"
        study.turn = self._turns[study.party] = next(self._numbers)
        study.worker, study.in_flight = address, True
        return Piece(replace(job, arguments=(*job.arguments, study.reached)), study, self)

    def make_room(self) -> None:
        """Forget what nobody has looked at for longest, as far as the limits demand."""
        if not self._over_limit(self._studies.values()):
            return
        oldest = time.monotonic() - self.settings.study_grace_s
        idle: Iterable[Study] = sorted(
            (
                study
                for study in self._studies.values()
                if study.looked_at < oldest and not study.in_flight and not study.under_way(self.settings.study_grace_s)
            ),
            key=lambda study: study.looked_at,
        )
        for study in idle:
            del self._studies[study.key]
            if not self._over_limit(self._studies.values()):
                break
        parties = {study.party for study in self._studies.values()}
        self._turns = {party: turn for party, turn in self._turns.items() if party in parties}

    def _view(self, study: Study) -> StudyView[Any]:
        if study.done:
            return StudyView(study.reached, state="done")
        return StudyView(study.reached, state="working" if study.in_flight else "waiting")

    def _admit(self, study: Study, job: Job[Any], owner: str, address: str) -> None:
        """Let a study begin, or go on after a rest.

        Raises:
            EngineFull: if the visitor, the address or the server has too many.
            ValueError: if an epoch of a recipe among the arguments is more work than this server takes.
        """
        under_way, settings = self.under_way(), self.settings
        for recipe, series in _trainings(job.arguments):
            check_work(recipe, series, settings)
        own = sum(other.owner == owner for other in under_way)
        if own >= settings.studies_per_owner:
            raise EngineFull(
                f"at most {settings.studies_per_owner} long computations can go on per visitor, and you have {own}; "
                "stop one of them or wait until one is done"
            )
        nearby = sum(bool(address) and other.address == address for other in under_way)
        most_nearby = settings.visitors_per_address * settings.studies_per_owner
        if nearby >= most_nearby:
            raise EngineFull(
                f"at most {most_nearby} long computations can go on from one network address, and yours has {nearby}; "
                "stop one of them or wait until one is done"
            )
        self._studies[study.key] = study
        study.job, study.owner, study.address = job, owner, address
        study.kept = job.target if job.kept else ""
        study.ready_since, study.losses = time.monotonic(), 0
        study.weigh()
        self.make_room()
        if self._over_limit(self._studies.values()):
            study.stop()
            if study.reached is None:
                del self._studies[study.key]
            raise EngineFull(
                "this server has as many long computations in memory as it may; try again in a few minutes"
            )

    def _over_limit(self, studies: Collection[Study]) -> bool:
        most_bytes = self.settings.studies_mb * 2**20
        return len(studies) > self.settings.studies_kept or sum(study.bytes for study in studies) > most_bytes


def _trainings(arguments: tuple[Any, ...]) -> list[tuple[Recipe, Series]]:
    """Return which recipes are to be trained on which series, as far as the arguments of a study tell."""
    listed = [item for one in arguments for item in (one if isinstance(one, (tuple, list)) else (one,))]
    series = [item for item in listed if isinstance(item, Series)]
    return [(item, series[0]) for item in listed if isinstance(item, Recipe) and series]
