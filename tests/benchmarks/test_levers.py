"""Each lever on gives the weights that it gives off."""

import math

import pytest
import torch

from benchmarks.bare_loop import Bare
from benchmarks.levers import LEVERS, Lever, TimeFirst, Way, first_difference, measured, two_threads
from benchmarks.step_by_step import StepByStep
from benchmarks.training import CELLS
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare

SMALL = Recipe().replaced(
    length_steps=200, window_steps=8, hidden_size=5, batch_size=48, epochs=50, patience_epochs=0, learning_rate=0.01
)
EXACT = [lever for lever in LEVERS if lever.exact and not lever.name.startswith("torch.compile")]
"""All that leave the results as they are; compiling needs a compiler and its time."""


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


CASES = [(lever, cell) for lever in EXACT for cell in CELLS if lever.setting is not two_threads or cell == "rnn"]
"""Two threads wait for each other wherever a machine is busy, so one cell stands for all."""


@pytest.mark.parametrize(("lever", "cell"), CASES, ids=lambda one: getattr(one, "name", one))
def test_a_lever_leaves_the_results_as_they_are(lever, cell):
    recipe = SMALL.replaced(cell=cell)
    prepared = prepare(load_series(recipe.data), recipe.data)
    off, on = lever.off(recipe, prepared), lever.on(recipe, prepared)
    before = off.weights()
    for _ in range(1 if lever.setting is two_threads else 3):
        assert first_difference(lever, off, on) < 1e-5
    assert off.weights().keys() == before.keys()
    assert max(abs(off.weights()[name] - before[name]).max() for name in before) > 1e-3


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("make", [TimeFirst, StepByStep, lambda recipe: StepByStep(recipe, ahead=True)])
def test_every_layout_computes_what_torchs_layer_does(make, cell):
    recipe = SMALL.replaced(cell=cell)
    plain, other = Bare(recipe), make(recipe)
    other.load_state_dict(plain.state_dict())
    inputs = torch.randn(4, 8, 1, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(other(inputs), plain(inputs), rtol=0, atol=1e-6)


def test_settings_are_put_back():
    threads, precision = torch.get_num_threads(), torch.get_float32_matmul_precision()
    tiny = torch.tensor([1e-39])
    for lever in LEVERS:
        with lever.setting():
            pass
    assert (torch.get_num_threads(), torch.get_float32_matmul_precision()) == (threads, precision)
    assert (tiny * 1).item() > 0


def test_a_lever_that_fails_here_is_no_number():
    def fails(recipe, prepared):
        def epoch():
            raise RuntimeError("no compiler")

        return Way(epoch, dict)

    assert all(map(math.isnan, measured(Lever("some", fails, fails, "no"), SMALL, rounds=1)))


def test_a_lever_is_measured():
    ratio, difference = measured(EXACT[2], SMALL, rounds=1)
    assert ratio > 0 and difference < 1e-5
