"""How the server is: what its leader wants to know, and nothing that anybody may not see."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.metadata import version

import psutil

import playground
from playground.engine.cluster import ClusterState
from playground.engine.driver import Driver
from playground.engine.own_host import available_bytes
from playground.hosting.home import home_warning
from playground.runs import UNDER_WAY, RunStore
from playground.words import capitalised

PACKAGES = ("torch", "streamlit", "plotly", "distributed", "numpy", "pandas")


@dataclass(frozen=True)
class EngineStatus:
    """How the workers are, in words for a visitor; the counts are over all visitors."""

    state: ClusterState
    message: str
    workers: int
    running: int
    queued: int
    studies: int = 0


@dataclass(frozen=True)
class WorkerHealth:
    """One worker: what it has been given, and the memory that it takes (None until it has told)."""

    turns: int
    questions: int
    pieces: int
    memory_bytes: int | None


@dataclass(frozen=True)
class Health:
    """The whole server.

    Attributes:
        workers: The warm workers.
        training, queued: Runs of all visitors.
        visitors: How many visitors have runs or long work under way.
        questions: Questions that wait for a worker.
        studies, studies_bytes: Long computations under way, and the memory of all that are kept.
        server_bytes: Memory of the web process.
        free_bytes: Memory free for new processes.
        stored_runs, stored_bytes: What the run store holds.
        warning: What is wrong with the store, empty if nothing is.
    """

    workers: tuple[WorkerHealth, ...]
    training: int
    queued: int
    visitors: int
    questions: int
    studies: int
    studies_bytes: int
    server_bytes: int
    free_bytes: int
    stored_runs: int
    stored_bytes: int
    warning: str


def storage_warning(store: RunStore) -> str:
    """Say what is wrong with where runs are kept, in words for visitors; empty if nothing is."""
    return " ".join(capitalised(text) for text in (home_warning(), store.warning) if text)


def status_of(driver: Driver) -> EngineStatus:
    """Return how the workers are and how much they have to do."""
    with driver.lock:
        running, queued = len(driver.in_state("training")), len(driver.in_state("queued"))
        studies = len(driver.studies.under_way())
    message = " ".join(filter(None, (driver.cluster.message, storage_warning(driver.store))))
    return EngineStatus(driver.cluster.state, message, len(driver.flights.slots), running, queued, studies)


def examine(driver: Driver) -> Health:
    """Return how the server is now.

    Raises:
        ValueError: if the run store cannot be read.
    """
    stored_runs, stored_bytes = driver.store.size()
    with driver.lock:
        memory = driver.cluster.memory
        workers = tuple(
            WorkerHealth(slot.slices, slot.tasks, slot.pieces, memory.get(address))
            for address, slot in sorted(driver.flights.slots.items())
        )
        studies = driver.studies.under_way()
        owners = {run.owner for run in driver.in_state(*UNDER_WAY)} | {study.owner for study in studies}
        return Health(
            workers=workers,
            training=len(driver.in_state("training")),
            queued=len(driver.in_state("queued")),
            visitors=len(owners),
            questions=len(driver.tasks),
            studies=len(studies),
            studies_bytes=driver.studies.bytes,
            server_bytes=psutil.Process().memory_info().rss,
            free_bytes=available_bytes(),
            stored_runs=stored_runs,
            stored_bytes=stored_bytes,
            warning=storage_warning(driver.store),
        )


def versions() -> dict[str, str]:
    """Return the versions that matter for a bug report, without loading any of the packages."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"RNN Playground": playground.__version__, "Python": python} | {name: version(name) for name in PACKAGES}
