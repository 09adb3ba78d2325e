"""Small runs to export, trained here and now."""

import functools
import math

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.export.exported import ExportedRun
from playground.training.alone import Training


@functools.cache
def train_to_export(**fields) -> ExportedRun:
    """Train a recipe to its end."""
    recipe = Recipe().replaced(**fields)
    series = load_series(recipe.data)
    training = Training(recipe, prepare(series, recipe.data))
    epochs = training.advance(math.inf)
    end = training.checkpoint()
    return ExportedRun(recipe, series, epochs, end.best_weights, end.best_epoch, end.state, end.reason)
