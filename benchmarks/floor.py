"""How near training comes to what the processor's products alone would take: `python -m benchmarks.floor`.

Counts the matrix products of an epoch, forward and backward, and times each of them alone at its shape
(torch.mm, one thread). Their sum is the floor; a training's share of it is the floor over its own time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence

import torch

from benchmarks.bare_loop import BareTraining
from benchmarks.report import number, table
from benchmarks.training import CELLS, RECIPE
from playground.config import GATES, Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.training.alone import Training

Shape = tuple[int, int, int]
"""(m, k, n): an m by k matrix times a k by n one."""

REPEATS = 200
LARGE = (1024, 1024, 1024)


def main() -> None:
    """Measure and print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds that the medians are of")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    rows = [row_of(cell, rounds) for cell in CELLS]
    rate = operations(LARGE) / statistics.median(product_s(LARGE, 3) for _ in range(5)) / 1e9
    print(
        "Operations are those of the matrix products of an epoch, forward and backward, a multiplication and an "
        "addition each counted; the floor is the time of these products alone, one after the other, each at its own "
        f"shape. In a product of {LARGE[0]} by {LARGE[1]} the same core does {rate:.0f} billion a second. "
        "Training also needs tanh and σ, the optimiser, and a start of every operation; the floor leaves them out. "
        "All times are processor times of one thread.\n"
    )
    heads = ["cell", "operations an epoch", "matrix rate", "floor", "the app: time, share of the floor", "bare loop"]
    print(table(heads, rows))


def row_of(cell: str, rounds: int) -> list[str]:
    """Return a cell's row: products, app and bare loop measured in turns."""
    recipe = RECIPE.replaced(cell=cell)
    prepared = prepare(load_series(recipe.data), recipe.data)
    products = epoch_products(recipe, len(prepared.train.inputs), len(prepared.validation.inputs))
    app, bare = Training(recipe, prepared), BareTraining(recipe, prepared)

    def app_epoch() -> None:
        app.advance(60.0, until_epoch=app.progress.epoch + 1)

    app_epoch(), bare.epoch()
    times = [(floor_s(products), seconds(app_epoch), seconds(bare.epoch)) for _ in range(rounds)]
    floor, own, other = (statistics.median(side) for side in zip(*times, strict=True))
    counted = sum(count * operations(shape) for shape, count in products.items())
    shares = (statistics.median(one[0] / one[side] for one in times) for side in (1, 2))
    own_share, other_share = (f"{share:.0%}" for share in shares)
    return [
        cell.upper(), f"{counted / 1e6:.0f} million", f"{counted / floor / 1e9:.0f} billion/s",
        f"{number(1e3 * floor)} ms",
        f"{number(1e3 * own)} ms, **{own_share}**", f"{number(1e3 * other)} ms, {other_share}",
    ]  # fmt: skip


def operations(shape: Shape) -> int:
    """Return the multiplications and additions of a product."""
    m, k, n = shape
    return 2 * m * k * n


def epoch_products(recipe: Recipe, windows: int, validation_windows: int, features: int = 1) -> Counter[Shape]:
    """Return how often an epoch needs a product of each shape: training steps, then the validation loss.

    Per time step and layer: forward all gates from the state and the input; backward the gradient of the
    weights, of the state before (not of the first, which is 0), and above the first layer of the input. The
    readout reads the last state only. Elementwise work, the optimiser and the biases are not counted.
    """
    batch = recipe.training.batch_size
    products: Counter[Shape] = Counter()
    for start in range(0, windows, batch):
        size = min(batch, windows - start)
        products += forward_products(recipe, size, features)
        products += backward_products(recipe, size, features)
    return products + forward_products(recipe, validation_windows, features)


def forward_products(recipe: Recipe, batch: int, features: int) -> Counter[Shape]:
    """Return the products of one forward pass over a batch of windows."""
    network, steps = recipe.network, recipe.data.window_steps
    products: Counter[Shape] = Counter({(recipe.data.horizon_steps, network.hidden_size, batch): 1})
    for inputs in layer_inputs(recipe, features):
        products[GATES[network.cell] * network.hidden_size, network.hidden_size + inputs, batch] += steps
    return products


def backward_products(recipe: Recipe, batch: int, features: int) -> Counter[Shape]:
    """Return the products of one backward pass over a batch of windows."""
    network, steps, horizon = recipe.network, recipe.data.window_steps, recipe.data.horizon_steps
    hidden, gates = network.hidden_size, GATES[network.cell] * network.hidden_size
    products: Counter[Shape] = Counter({(horizon, batch, hidden): 1})
    products[hidden, horizon, batch] += 1
    for layer, inputs in enumerate(layer_inputs(recipe, features)):
        products[gates, batch, hidden + inputs] += steps
        products[hidden, gates, batch] += steps - 1
        if layer:
            products[inputs, gates, batch] += steps
    return products


def layer_inputs(recipe: Recipe, features: int) -> Sequence[int]:
    """Return how many inputs each layer reads at a step."""
    return [features, *[recipe.network.hidden_size] * (recipe.network.layers - 1)]


def floor_s(products: Counter[Shape]) -> float:
    """Return the seconds that all products take alone."""
    return sum(count * product_s(shape, REPEATS) for shape, count in products.items())


def product_s(shape: Shape, repeats: int) -> float:
    """Return the seconds of one product of this shape, processor time, the mean of many."""
    m, k, n = shape
    left, right, out = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    torch.mm(left, right, out=out)
    began = time.process_time()
    for _ in range(repeats):
        torch.mm(left, right, out=out)
    return (time.process_time() - began) / repeats


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return how long some work takes: processor time, which other programs disturb less than the wall clock's."""
    began = clock()
    work()
    return clock() - began


if __name__ == "__main__":
    main()
