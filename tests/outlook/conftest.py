import numpy as np
import pytest

from playground.config import Recipe
from playground.networks.network import build_network
from playground.networks.weights import weights_of
from playground.outlook.work import advance_outlook
from playground.records import Series

DAYS = np.datetime64("2021-01-01", "ns") + np.arange(400) * np.timedelta64(1, "D")


@pytest.fixture
def days():
    """Time stamps of 400 days."""
    return DAYS


@pytest.fixture
def series_of():
    """Make a daily series of the given values, 400 at most."""

    def make(values, **fields):
        values = np.asarray(values, dtype=float)
        return Series("x", "X", "m", values, DAYS[: len(values)], "day", **fields)

    return make


@pytest.fixture
def small():
    """A recipe of a small network, with fields changed."""
    return lambda **fields: Recipe().replaced(
        **{"hidden_size": 5, "window_steps": 8, "gap_steps": 2, "epochs": 3, "patience_epochs": 0} | fields
    )


@pytest.fixture
def untrained():
    """The first weights of a recipe's network, larger than usual so that what is fed back matters."""

    def make(recipe, features=1):
        return {name: 2 * array for name, array in weights_of(build_network(recipe, features)).items()}

    return make


@pytest.fixture
def look():
    """Look ahead to the end, in one go or in pieces."""

    def to_the_end(*arguments, piece_s=1e9):
        run = None
        while run is None or not run.done:
            given = (*arguments, *(None,) * (8 - len(arguments)))
            run = advance_outlook(*given[:6], bool(given[6]), given[7], run, piece_s)
        return run.result

    return to_the_end
