"""A training that is far too much work for this server is refused before it begins."""

import dataclasses

import numpy as np
import pytest
from named_jobs import job

from playground.config import Recipe, parameter_count
from playground.data.catalog import CATALOG, load_series
from playground.engine import Engine, Visitor
from playground.engine.studies import Studies
from playground.engine.waiting_line import epoch_work
from playground.hosting.settings import Settings
from playground.runs import RunStore

LARGEST = Recipe().replaced(hidden_size=256, layers=3, window_steps=256, batch_size=16)


def long_series(points):
    return dataclasses.replace(load_series(LARGEST.data), values=np.zeros(points), times=None)


def test_work_is_parameters_times_training_points_times_window():
    recipe = Recipe().replaced(hidden_size=8, window_steps=16, train_fraction=0.5)
    assert epoch_work(recipe, 1000) == parameter_count(recipe) * 500 * 16


def test_the_largest_network_trains_on_every_bundled_series():
    most = max(
        epoch_work(LARGEST.replaced(cell=cell), len(load_series(LARGEST.replaced(series=name).data).values))
        for name in CATALOG
        if name != "own"
        for cell in ("rnn", "lstm", "gru")
    )
    assert 0.3 * Settings().epoch_work < most < 0.6 * Settings().epoch_work


def test_what_is_too_much_is_refused_with_the_sum_behind_it():
    engine = Engine(RunStore(None), Settings())
    with pytest.raises(
        ValueError, match=r"at most 10,000 billion .* got 47,\d{3} billion \(1,3.* x 140,000 x 256\).* shorter"
    ):
        engine.train(LARGEST, long_series(200_000), "me")
    assert engine.driver.runs == {}
    with pytest.raises(ValueError, match="so that an epoch ends"):
        Visitor(engine, "me").train_team([LARGEST.replaced(cell="rnn"), LARGEST], long_series(60_000), "duel")
    assert engine.driver.runs == {}
    assert engine.train(LARGEST, long_series(20_000), "me", paused=True) in engine.driver.runs


@pytest.mark.parametrize("recipes", [LARGEST, [LARGEST.replaced(hidden_size=2), LARGEST]], ids=["one", "several"])
def test_long_work_is_held_to_the_same(recipes):
    studies = Studies(Settings())
    with pytest.raises(ValueError, match="so that an epoch ends within minutes"):
        studies.look("k", job("m:f", recipes, long_series(200_000)), "me")
    assert "k" not in studies
    assert studies.look("k", job("m:f", recipes, long_series(20_000)), "me").state == "waiting"
