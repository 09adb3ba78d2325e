"""Small runs to export, trained here and now."""

import functools
import math

import numpy as np

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.export.exported import ExportedRun
from playground.outlook.results import Outlook
from playground.outlook.work import advance_outlook
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


def outlook_of(run: ExportedRun, *, test_open: bool = False) -> Outlook:
    """Look ahead as the app does, as far as the run's files do."""
    arguments = (run.recipe, run.series, (run.weights,), run.steps_ahead, None, None, test_open)
    found = advance_outlook(*arguments, piece_s=math.inf).result
    assert found is not None
    return found


def next_of(run: ExportedRun) -> np.ndarray:
    """Return what the app says comes next."""
    return outlook_of(run).predicted["network"]
