"""The networks that fit on a slide: two decimals, trained, better than repeating the last value."""

import numpy as np
import pytest

from playground.cells.tiny import rounded, tiny_recipe, tiny_weights
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.networks.network import build_network


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_bundled_weights_forecast_and_have_two_decimals(cell):
    recipe, weights = tiny_recipe(cell), tiny_weights(cell)
    network = build_network(recipe)
    network.load_weights(weights)
    windows = prepare(load_series(recipe.data), recipe.data).validation
    error = np.sqrt(np.mean((network.predict(rounded(windows.inputs)) - windows.targets) ** 2))
    baseline = np.sqrt(np.mean((windows.inputs[:, -1] - windows.targets) ** 2))
    assert error < 0.1 * baseline
    for array in weights.values():
        np.testing.assert_array_equal(array, rounded(array))


def test_the_tiny_network_fits_on_a_slide():
    recipe = tiny_recipe("gru")
    assert (recipe.network.hidden_size, recipe.network.layers, recipe.data.window_steps) == (2, 1, 3)


def test_rounding_gives_two_decimals():
    assert rounded(np.array([0.126, -1.004])).tolist() == np.array([0.13, -1.0], dtype=np.float32).tolist()
