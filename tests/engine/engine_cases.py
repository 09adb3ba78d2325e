"""Recipes to train and ways to wait for them, for all tests of the engine."""

import os

import torch
from patience import wait_for

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.engine import Engine
from playground.hosting.settings import load_settings
from playground.runs import RunStore
from playground.training.alone import Training

QUICK = Recipe().replaced(epochs=12, patience_epochs=0, hidden_size=8, length_steps=300, window_steps=16)
SLOW = Recipe().replaced(epochs=300, patience_epochs=0, hidden_size=32, length_steps=1500, window_steps=32)
"""About 0.03 s an epoch: under way for as long as a test needs it."""


def until(engine, run_id, *states):
    """Wait until the run is in one of the states; return its view."""

    def reached():
        view = engine.view(run_id)
        return view if view.state in states else None

    return wait_for(reached)


def until_epoch(engine, run_id, epoch):
    """Wait until the run has finished an epoch; return its view."""

    def reached():
        view = engine.view(run_id)
        assert view.state in ("queued", "training"), f"{view.state}: {view.reason}"
        return view if view.checkpoint_epoch >= epoch else None

    return wait_for(reached)


def numbers(epochs):
    """Return what must repeat bit for bit: all of a record but its time."""
    return [(r.epoch, r.train_loss, r.validation_loss, r.gradient_norm, r.clipped_fraction) for r in epochs]


def trained_here(recipe, until=None):
    """Return the records of a run trained in this process in one go."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    training = Training(recipe, prepare(load_series(recipe.data), recipe.data))
    records = training.advance(600.0, until)
    torch.set_num_threads(threads)
    return records


def make_engine(store=None, **variables):
    """Return a started engine with one worker, or as the variables say."""
    given = {"PLAYGROUND_WORKERS": "1"} | {
        f"PLAYGROUND_{name.upper()}": str(value) for name, value in variables.items()
    }
    engine = Engine(store or RunStore(None), load_settings(os.environ | given))
    engine.start()
    return engine
