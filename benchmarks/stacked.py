"""Our own whole-window pass against torch's layers, in turns: `python -m benchmarks.stacked`.

First a stack of networks against the same networks one by one, whole training steps (batch, loss,
gradient, clipping, Adam, validation) and forward and backward alone; then one network over sizes,
forward and backward alone. Times are processor times, medians of rounds; a ratio is the median of each
round's own ratio, since a busy machine slows both sides of a round alike.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from benchmarks.bare_loop import Bare, BareTraining
from benchmarks.report import table
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.engine.host import WORKER_ENVIRONMENT
from playground.networks.network import build_network
from playground.networks.stacked.choice import build_passes
from playground.networks.stacked.layout import StackShape
from playground.records import Prepared
from playground.training.stacked import StackedTraining

CELLS = ("rnn", "gru", "lstm")
STACKS = (1, 8, 32)
GOALS = {"rnn": 4, "gru": 4, "lstm": 1.4}
"""Of the training steps of 8 networks."""
SIZES = (32, 64, 128)
BATCH, STEPS, FEATURES, LONG = 64, 12, 1, {"epochs": 1000, "patience_epochs": 0}


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds a ratio is the median of")
    rounds = parser.parse_args().rounds
    begin_as_a_worker()
    torch.set_num_threads(1)
    heads = ("cell", "networks", "training steps: ours, torch's, ratio", "forward and backward: ours, torch's, ratio")
    rows = []
    for cell in CELLS:
        recipe = Recipe().replaced(cell=cell, hidden_size=32, window_steps=32, batch_size=BATCH, **LONG)
        for networks in STACKS:
            whole = compare(stack_steps(recipe, networks), bare_steps(recipe, networks), networks, rounds)
            alone = compare(our_passes(recipe, networks), torch_passes(recipe, networks), networks, rounds)
            goal = f"{GOALS[cell]:g}" if networks == 8 else ""
            rows.append((cell.upper(), str(networks), whole.as_text(), alone.as_text(), goal))
    print(table((*heads, "goal of the steps"), rows))
    print("\nOne network, forward and backward, ratio by hidden size / window:\n")
    few, places = max(3, rounds // 2), [(hidden, window) for hidden in SIZES for window in SIZES]
    ratios = []
    for cell in CELLS:
        recipes = [Recipe().replaced(cell=cell, hidden_size=h, window_steps=w, batch_size=BATCH) for h, w in places]
        times = [compare(our_passes(recipe, 1, 3), torch_passes(recipe, 1, 3), 1, few) for recipe in recipes]
        ratios.append((cell.upper(), *(f"{one.ratio:.2f}" for one in times)))
    print(table(("cell", *(f"{hidden}/{window}" for hidden, window in places)), ratios))


def begin_as_a_worker() -> None:
    """Start again with the environment that the app gives its workers; memory is managed by it from the start on."""
    given = {name: str(value) for name, value in WORKER_ENVIRONMENT.items()}
    if not given.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.stacked", *sys.argv[1:]], os.environ | given)


@dataclass(frozen=True)
class Times:
    """Seconds per network and step of both, and how many times as fast ours is."""

    ours: float
    theirs: float
    ratio: float

    def as_text(self) -> str:
        """Return both in milliseconds, and the ratio."""
        return f"{self.ours * 1e3:.2f}, {self.theirs * 1e3:.2f}, **{self.ratio:.2f}**"


def compare(ours: Callable[[], int], theirs: Callable[[], int], networks: int, rounds: int) -> Times:
    """Take turns; each callable takes steps and says how many."""
    ours(), theirs()
    pairs = [(per_step(ours) / networks, per_step(theirs) / networks) for _ in range(rounds)]
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Times(mine, other, statistics.median(b / a for a, b in pairs))


def per_step(take: Callable[[], int]) -> float:
    """Return the seconds of processor time that each of the steps took."""
    began = time.thread_time()
    steps = take()
    return (time.thread_time() - began) / steps


def stack_steps(recipe: Recipe, networks: int) -> Callable[[], int]:
    """Return what takes an epoch of whole training steps of a stack, as a sweep does."""
    prepared = prepare(load_series(recipe.data), recipe.data)
    stack = StackedTraining([recipe.replaced(seed=seed) for seed in range(networks)], prepared)

    def take() -> int:
        stack.advance(math.inf, until_epoch=stack.progress[0].epoch + 1)
        return steps_of(prepared)

    return take


def bare_steps(recipe: Recipe, networks: int) -> Callable[[], int]:
    """Return what takes as many steps of careful bare torch loops, network after network, validation included."""
    prepared = prepare(load_series(recipe.data), recipe.data)
    loops = [BareTraining(recipe, prepared) for _ in range(networks)]

    def take() -> int:
        for loop in loops:
            loop.epoch()
        return steps_of(prepared)

    return take


def steps_of(prepared: Prepared) -> int:
    """Return how many steps an epoch has."""
    return math.ceil(len(prepared.train.anchors) / BATCH)


def batches(recipe: Recipe, networks: int) -> tuple[Tensor, Tensor]:
    """Return (networks, batch, window, 1) inputs and (networks, batch, horizon) targets."""
    windows = torch.randn(networks, BATCH, recipe.data.window_steps, FEATURES)
    return windows, torch.randn(networks, BATCH, recipe.data.horizon_steps)


def our_passes(recipe: Recipe, networks: int, steps: int = STEPS) -> Callable[[], int]:
    """Return what takes loss and gradient of a stack some times, weights taken over anew each time."""
    inputs, targets = batches(recipe, networks)
    named = [dict(build_network(recipe.replaced(seed=seed)).named_parameters()) for seed in range(networks)]
    weights = {name: torch.stack([own[name].detach() for own in named]) for name in named[0]}
    gradients = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    shape = StackShape.of(recipe.network, FEATURES, recipe.data.horizon_steps, recipe.data.window_steps, networks)
    stacked = build_passes(shape)

    def take() -> int:
        for _ in range(steps):
            stacked.pack(weights)
            stacked.losses(inputs, targets, gradients)
        return steps

    return take


def torch_passes(recipe: Recipe, networks: int, steps: int = STEPS) -> Callable[[], int]:
    """Return what takes loss and gradient of torch's networks some times, network after network."""
    inputs, targets = batches(recipe, networks)
    bare = [Bare(recipe) for _ in range(networks)]

    def take() -> int:
        for network, windows, truth in zip(bare, inputs, targets, strict=True):
            for _ in range(steps):
                network.zero_grad(set_to_none=True)
                nn.functional.mse_loss(network(windows), truth).backward()
        return steps

    return take


if __name__ == "__main__":
    main()
