"""What looking ahead must hold for trained networks: a wave stays a wave, and a random walk is not foreseen."""

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.data.suggesting import suggest
from playground.evaluation.results import NETWORK
from playground.training.alone import Training


def trained(recipe, series):
    training = Training(recipe, prepare(series, recipe.data))
    training.advance(1e9)
    return training.checkpoint().best_weights


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_on_a_wave_without_noise_200_steps_stay_within_5_percent_of_the_amplitude(look, cell):
    shape = {"window_steps": 20, "horizon_steps": 20, "learning_rate": 0.01, "batch_size": 32, "epochs": 60}
    recipe = Recipe().replaced(noise=0.0, cell=cell, patience_epochs=0, **shape)
    series = load_series(recipe.data)
    found = look(recipe, series, (trained(recipe, series),), 200)
    to_come = np.sin(2 * np.pi * np.arange(800, 1000) / recipe.data.period_steps)
    assert np.abs(found.predicted[NETWORK] - to_come).max() < 0.05


@pytest.mark.parametrize("seed", range(4))
def test_on_a_random_walk_the_forecast_is_flat_and_its_limits_grow_as_the_root_of_the_lead(look, seed):
    plain = Recipe().replaced(series="random_walk", data_seed=seed, hidden_size=4)
    series = load_series(plain.data)
    recipe = suggest(series, plain).on(plain).replaced(epochs=15)
    assert recipe.data.target == "change"
    found = look(recipe, series, (trained(recipe, series),), 16)
    widths = found.limits[NETWORK].at(0.8)
    moved = np.abs(found.predicted[NETWORK] - series.values[-1])
    assert (moved < 0.5 * widths).all(), "it stays well inside what chance alone does"
    growth = np.polyfit(np.log(np.arange(1, 17)), np.log(widths), 1)[0]
    assert growth == pytest.approx(0.5, abs=0.2)
