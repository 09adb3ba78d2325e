"""The app's own training, in slices as its workers run it."""

from __future__ import annotations

from importlib.metadata import version

import torch

from benchmarks.rivals.clock import Clock
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.training.alone import Training

SLICE_S = 0.25

if __name__ == "__main__":
    torch.set_num_threads(1)
    clock = Clock()
    recipe = Recipe.model_validate_json((clock.folder / f"{clock.cell}.json").read_text())
    prepared = prepare(load_series(recipe.data), recipe.data)
    training = Training(recipe, prepared)
    while not clock.enough:
        records = training.advance(SLICE_S, until_epoch=None if clock.losses else 1)
        training.checkpoint()
        clock.ended(*(record.train_loss for record in records))
    steps = -(-len(prepared.train.inputs) // recipe.training.batch_size)
    clock.tell(training.progress.epoch * steps + training.progress.step, f"torch {version('torch')}")
