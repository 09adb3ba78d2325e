"""The app's training against the bare torch loop over hidden sizes, in turns: `python -m benchmarks.sizes`.

Times are processor times of one thread.
"""

from __future__ import annotations

import argparse
import statistics

import torch

from benchmarks.bare_loop import BareTraining
from benchmarks.floor import seconds
from benchmarks.report import speed_ratio, table
from benchmarks.training import GOALS, RECIPE
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.training.alone import Training

SIZES = (16, 32, 64, 128)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="epochs of each, in turns")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    rows = [
        [cell.upper(), *(ratio(RECIPE.replaced(cell=cell, hidden_size=size), rounds) for size in SIZES), str(goal)]
        for cell, goal in GOALS.items()
    ]
    print(table(["cell", *(f"hidden {size}" for size in SIZES), "goal"], rows))


def ratio(recipe: Recipe, rounds: int) -> str:
    """Return the bare loop's time per epoch over the app's, the median of each round's own."""
    prepared = prepare(load_series(recipe.data), recipe.data)
    app, bare = Training(recipe, prepared), BareTraining(recipe, prepared)

    def epoch() -> None:
        app.advance(60.0, until_epoch=app.progress.epoch + 1)

    epoch(), bare.epoch()
    return speed_ratio(statistics.median(seconds(bare.epoch) / seconds(epoch) for _ in range(rounds)))


if __name__ == "__main__":
    main()
