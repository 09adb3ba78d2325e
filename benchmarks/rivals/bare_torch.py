"""The limit of the library: the bare, careful torch loop."""

from __future__ import annotations

from importlib.metadata import version

import torch

from benchmarks.bare_loop import BareTraining
from benchmarks.rivals.clock import Clock
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare

if __name__ == "__main__":
    torch.set_num_threads(1)
    clock = Clock()
    recipe = Recipe.model_validate_json((clock.folder / f"{clock.cell}.json").read_text())
    torch.manual_seed(recipe.seed)
    training = BareTraining(recipe, prepare(load_series(recipe.data), recipe.data))
    while not clock.ended(training.epoch()):
        pass
    clock.tell(training.steps, f"torch {version('torch')}")
