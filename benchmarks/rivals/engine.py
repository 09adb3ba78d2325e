"""The app's engine as the pages use it: scheduler and worker in processes of their own, slices, checkpoints, snapshots.

Somebody watches, so snapshots for the charts are made too.
"""

from __future__ import annotations

import time
from importlib.metadata import version

from benchmarks.rivals.clock import Clock
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.engine import Engine
from playground.hosting.settings import Settings
from playground.runs import RunStore

LOOK_S = 0.02


def main() -> None:
    """Train through the engine until the clock has seen enough."""
    clock = Clock()
    recipe = Recipe.model_validate_json((clock.folder / f"{clock.cell}.json").read_text())
    series = load_series(recipe.data)
    engine = Engine(RunStore(None), Settings(workers=1))
    engine.start()
    try:
        run_id = engine.train(recipe, series, "benchmark")
        seen = 0
        while not clock.enough:
            time.sleep(LOOK_S)
            view = engine.view(run_id)
            records = view.epochs[seen:] if view else ()
            if records:
                clock.ended(*(record.train_loss for record in records))
                seen += len(records)
        engine.end(run_id)
    finally:
        engine.close()
    steps = -(-len(prepare(series, recipe.data).train.inputs) // recipe.training.batch_size)
    clock.tell(seen * steps, f"distributed {version('distributed')}")


if __name__ == "__main__":
    main()
