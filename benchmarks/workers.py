"""A scheduler elsewhere with one, two and four workers: `python -m benchmarks.workers`.

Starts scheduler and workers as processes of their own, as on other machines, points an engine at them
by their address, and lets eight visitors train at once. Prints the epochs a second of all visitors
together, and how far the slowest had come beside the average when the first one ended.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import Any

from distributed.utils import open_port

from benchmarks.report import ROOT, table
from benchmarks.training import WORKERS_ENVIRONMENT
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine import Engine
from playground.hosting.settings import Settings
from playground.runs import RunStore

WORKERS = (1, 2, 4)
VISITORS = 8
EPOCHS = 250
LONGEST_S = 300.0
RECIPE = Recipe().replaced(cell="lstm", hidden_size=32, epochs=EPOCHS, patience_epochs=0)


def main() -> None:
    """Print the table."""
    rates = {workers: measure(workers) for workers in WORKERS}
    alone = rates[WORKERS[0]][0]
    rows = [
        (str(workers), f"{rate:.0f}", f"{rate / alone:.2f}", f"{fair:.2f}") for workers, (rate, fair) in rates.items()
    ]
    told = f"{VISITORS} visitors train an LSTM of 32 units for {EPOCHS} epochs each, on {os.cpu_count()} cores."
    print(f"{told}\n\n{table(('workers', 'epochs a second, all together', 'ratio', 'slowest / average'), rows)}")


def measure(workers: int) -> tuple[float, float]:
    """Return the epochs a second of all visitors together, and slowest over average when the first run ended."""
    address = f"tcp://127.0.0.1:{open_port()}"
    with ExitStack() as running:
        running.enter_context(process("scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1]))
        for _ in range(workers):
            running.enter_context(process("worker", address, "--nthreads", "1", "--no-nanny"))
        engine = Engine(RunStore(None), Settings(scheduler=address))
        running.callback(engine.close)
        engine.start()
        until(lambda: engine.status().workers == workers)
        return train_all(engine)


def train_all(engine: Engine) -> tuple[float, float]:
    """Let all visitors train; see `measure`."""
    series = load_series(RECIPE.data)
    began = time.perf_counter()
    runs = [engine.train(RECIPE.replaced(seed=seed), series, f"visitor {seed}") for seed in range(1, VISITORS + 1)]

    def epochs() -> list[int]:
        return [view.checkpoint_epoch for run in runs if (view := engine.view(run)) is not None]

    until(lambda: max(epochs()) >= EPOCHS)
    at_first_end = epochs()
    until(lambda: min(epochs()) >= EPOCHS)
    took = time.perf_counter() - began
    return VISITORS * EPOCHS / took, min(at_first_end) / statistics.mean(at_first_end)


@contextmanager
def process(kind: str, *arguments: str) -> Any:
    """Run a scheduler or a worker in a process of its own."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
    environment = os.environ | WORKERS_ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    try:
        yield
    finally:
        started.terminate()
        started.wait(30)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: if it takes too long.
    """
    end = time.monotonic() + LONGEST_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened within {LONGEST_S:.0f} s")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
