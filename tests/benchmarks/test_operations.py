"""The count of an epoch's products, against counts by hand and by torch."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.floor import backward_products, epoch_products, floor_s, forward_products, operations
from benchmarks.step_by_step import StepByStep
from playground.config import Recipe


def total(products):
    return sum(count * operations(shape) for shape, count in products.items())


def test_a_tiny_epoch_is_what_one_counts_by_hand():
    recipe = Recipe().replaced(cell="lstm", hidden_size=2, window_steps=3, batch_size=4)
    # One step forward: 4·2 gates from 2 + 1 values for 4 windows: 2·8·3·4 = 192. Readout: 2·1·2·4 = 16.
    assert total(forward_products(recipe, 4, 1)) == 3 * 192 + 16
    # Backward: weights 192 a step, state 2·2·8·4 = 128 at all steps but the first; readout twice 16.
    assert total(backward_products(recipe, 4, 1)) == 3 * 192 + 2 * 128 + 32
    # Six windows are a batch of 4 and one of 2, which takes half; then 2 validation windows forward.
    assert total(epoch_products(recipe, 6, 2)) == 1.5 * (592 + 864) + 592 / 2


def test_a_second_layer_reads_the_first_and_hands_a_gradient_down():
    recipe = Recipe().replaced(cell="gru", hidden_size=4, window_steps=2, layers=2, horizon_steps=3)
    one = forward_products(recipe.replaced(layers=1), 5, 1)
    assert forward_products(recipe, 5, 1) - one == {(12, 8, 5): 2}
    assert backward_products(recipe, 5, 1) - backward_products(recipe.replaced(layers=1), 5, 1) == {
        (12, 5, 8): 2, (4, 12, 5): 3,
    }  # fmt: skip


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_torch_counts_the_same(cell):
    recipe = Recipe().replaced(cell=cell, hidden_size=6, window_steps=5, horizon_steps=2)
    network, inputs = StepByStep(recipe), torch.randn(7, 5, 1)
    with FlopCounterMode(display=False) as counter:
        outputs = network(inputs)
    # torch multiplies the first state, which is 0, as well: so do we, forward.
    assert counter.get_total_flops() == total(forward_products(recipe, 7, 1))
    with FlopCounterMode(display=False) as counter:
        outputs.sum().backward()
    assert counter.get_total_flops() == total(backward_products(recipe, 7, 1))


def test_the_floor_takes_time():
    assert floor_s(forward_products(Recipe().replaced(window_steps=2, hidden_size=2), 2, 1)) > 0
