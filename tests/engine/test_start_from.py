"""A run that begins with the weights of an earlier one: it knows what that knew, and says so."""

import numpy as np

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine.live_run import LiveRun
from playground.hosting.settings import Settings
from playground.records import Series
from playground.worker import advance_slice

RECIPE = Recipe().replaced(length_steps=300, window_steps=12, hidden_size=6, gap_steps=2, epochs=12, learning_rate=0.01)


def train(run: LiveRun) -> LiveRun:
    """Train to the end in this process, slice by slice, as workers do."""
    run.become("training")
    while not run.ended:
        request = run.next_request("a worker", Settings())
        run.take(advance_slice(request), request)
    return run


def test_it_goes_on_from_what_was_learnt_and_says_so():
    series = load_series(RECIPE.data)
    first = train(LiveRun.begin(RECIPE, series, "me"))
    longer = Series(**{**series.__dict__, "values": np.append(series.values, series.values[20:60])})
    fresh = train(LiveRun.begin(RECIPE, longer, "me"))
    run = train(LiveRun.begin(RECIPE, longer, "me", start=first.checkpoint.best_weights))
    losses = [each.epochs[0].validation_loss for each in (run, fresh)]
    assert losses[0] < 0.5 * losses[1], "its first epoch is far ahead of a fresh network's"
    assert run.view(0, None, 1.0).began_trained
    assert not first.view(0, None, 1.0).began_trained
    assert run.best_epoch >= 1


def test_begun_anew_by_a_worker_that_forgot_it_starts_from_the_same_weights():
    series = load_series(RECIPE.data)
    weights = train(LiveRun.begin(RECIPE, series, "me")).checkpoint.best_weights
    found = []
    for _ in range(2):
        run = LiveRun.begin(RECIPE, series, "me", start=weights)
        found.append([record.validation_loss for record in train(run).epochs])
    assert found[0] == found[1]
