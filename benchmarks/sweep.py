"""A sweep as the page Hidden size makes it, on an engine of its own: `python -m benchmarks.sweep`.

Six sizes from 2 to 64, three seeds each, on the default series, thirty epochs. Prints the seconds from
the first question to the last result, workers already warm, for each cell, and beside it the training
time of all networks, as a stack where that pays and one by one.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from unittest.mock import patch

import torch

from benchmarks.report import table
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine import Engine
from playground.hosting.settings import Settings
from playground.labs.sweeps import work as sweep_run
from playground.labs.sweeps.calls import ADVANCE
from playground.labs.sweeps.plan import AXES, SweepPlan
from playground.runs import RunStore

CELLS = ("rnn", "gru", "lstm")
LONGEST_S = 600.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2, help="worker processes")
    workers = parser.parse_args().workers
    engine = Engine(RunStore(None), Settings(workers=workers))
    engine.start()
    try:
        _until(lambda: engine.status().workers == workers)
        rows = []
        for cell in CELLS:
            plan = SweepPlan(
                Recipe().replaced(cell=cell, learning_rate=0.003), (("hidden_size", AXES["hidden_size"].usual),)
            )
            swept = _sweep(engine, plan)
            with patch.object(sweep_run, "stacking_wins", lambda recipes: False):
                alone = _train_here(plan)
            rows.append((cell.upper(), f"{swept:.1f} s", f"{_train_here(plan):.1f} s", f"{alone:.1f} s"))
        print(table(("cell", f"sweep on {workers} workers", "stacked where it pays, one core", "one by one"), rows))
    finally:
        engine.close()


def _sweep(engine: Engine, plan: SweepPlan) -> float:
    """Return how long a sweep takes on the engine's workers, in seconds."""
    series = load_series(plan.recipe.data)
    began = time.perf_counter()

    def done() -> bool:
        views = [
            engine.study(f"{plan.recipe.key()} {cell}", ADVANCE(plan.recipes_at(cell), series, 0), owner="benchmark")
            for cell in plan.cells
        ]
        return all(view.state == "done" for view in views)

    _until(done)
    return time.perf_counter() - began


def _train_here(plan: SweepPlan) -> float:
    """Return how long its networks train in this process on one core, in seconds."""
    torch.set_num_threads(1)
    series = load_series(plan.recipe.data)
    groups = [sweep_run.train_group(plan.recipes_at(cell), series) for cell in plan.cells]
    return sum(group.elapsed_s for group in groups)


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"the workers did not answer within {LONGEST_S:g} s")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
