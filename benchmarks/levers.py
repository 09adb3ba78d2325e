"""What could make training faster, each on and off in turns: `python -m benchmarks.levers`.

A lever is two ways to train the same networks on the same batches, from the same weights. The ratio is the
median over rounds of the epoch without it over the epoch with it; the difference is the largest one between
any two weights after the first epoch. `tests/benchmarks/test_levers.py` keeps it below 1e-5.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor, nn

import playground.training.alone
from benchmarks.bare_loop import Bare, BareTraining
from benchmarks.floor import seconds
from benchmarks.report import table
from benchmarks.step_by_step import StepByStep
from benchmarks.training import CELLS, RECIPE
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.networks.stacked.choice import own_pass_wins
from playground.records import Examples, Floats, Windows
from playground.training.alone import Training
from playground.training.stacked import StackedTraining, stacking_wins

NETWORKS = 8
"""Networks in the stack that is compared with the same networks one by one."""

Setting = Callable[[], contextlib.AbstractContextManager[None]]


@dataclass(frozen=True)
class Way:
    """One way to train: what trains an epoch, and the weights it leaves."""

    epoch: Callable[[], object]
    weights: Callable[[], dict[str, Floats]]


Maker = Callable[[Recipe, Examples], Way]


@dataclass(frozen=True)
class Lever:
    """Something that may make training faster; `setting` holds while the way with it is made and trains.

    Attributes:
        name: What is turned on, and compared with what.
        off, on: The ways without and with it.
        used: Whether the app uses it, and why not.
        setting: What else is changed with it.
        exact: Whether its results are to equal those without it within 1e-5.
        clock: What its time is taken by; several threads need the wall clock.
        missing: Why it cannot be measured here, empty if it can.
    """

    name: str
    off: Maker
    on: Maker
    used: str
    setting: Setting = contextlib.nullcontext
    exact: bool = True
    clock: Callable[[], float] = time.process_time
    missing: str = ""


class TimeFirst(Bare):
    """The bare network on (time, batch, features) inputs, which is how torch's own loops step through them."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self.layer.batch_first = False

    def forward(self, inputs: Tensor) -> Tensor:
        """Return (batch, horizon) forecasts."""
        return self.readout(self.layer(inputs.transpose(0, 1).contiguous())[0][-1])


def bare(network: Callable[[Recipe], nn.Module] = Bare, fused: bool = True) -> Maker:
    """Return what makes a bare loop around a network whose weights depend on the seed only."""

    def make(recipe: Recipe, prepared: Examples) -> Way:
        torch.manual_seed(recipe.seed)
        training = BareTraining(recipe, prepared, network(recipe), fused)
        named = dict(training.network.named_parameters())
        return Way(training.epoch, lambda: {name: weight.detach().numpy().copy() for name, weight in named.items()})

    return make


def app(own_pass: bool) -> Maker:
    """Return what makes the app's training with our own pass, or with torch's layer and autograd."""

    def make(recipe: Recipe, prepared: Examples) -> Way:
        with patch.object(playground.training.alone, "own_pass_wins", lambda _: own_pass):
            training = Training(recipe, prepared)
        return Way(lambda: training.advance(60.0, training.progress.epoch + 1), training.network.weights)

    return make


def one_by_one(recipe: Recipe, prepared: Examples) -> Way:
    """Train several networks as the app does, one after the other."""
    trainings = [Training(own, prepared) for own in seeds_of(recipe)]

    def epoch() -> None:
        for training in trainings:
            training.advance(60.0, training.progress.epoch + 1)

    return Way(epoch, lambda: numbered([training.network.weights() for training in trainings]))


def stacked(recipe: Recipe, prepared: Examples) -> Way:
    """Train the same networks as one stack."""
    stack, epochs = StackedTraining(seeds_of(recipe), prepared), iter(range(1, 10**6))
    return Way(
        lambda: stack.advance(60.0, next(epochs)),
        lambda: numbered([checkpoint.weights for checkpoint in stack.checkpoints()]),
    )


def seeds_of(recipe: Recipe) -> list[Recipe]:
    """Return the recipe with as many seeds as a stack has networks."""
    return [recipe.replaced(seed=seed) for seed in range(1, NETWORKS + 1)]


def numbered(networks: list[dict[str, Floats]]) -> dict[str, Floats]:
    """Return the weights of several networks under names of their own."""
    return {f"{index} {name}": weight for index, own in enumerate(networks) for name, weight in own.items()}


def compiled(make: Callable[[Recipe], nn.Module]) -> Callable[[Recipe], nn.Module]:
    """Return what makes a network that is compiled when it is first used."""

    def compiling(recipe: Recipe) -> nn.Module:
        network = make(recipe)
        network.compile()
        return network

    return compiling


def in_full_batches(make: Maker) -> Maker:
    """Return the way on two batches to train on and one to validate, all full: compiling for other sizes takes long."""

    def makes(recipe: Recipe, prepared: Examples) -> Way:
        size = recipe.training.batch_size
        train, validation = (
            Windows(part.inputs[:count], part.targets[:count], part.anchors[:count])
            for part, count in ((prepared.train, 2 * size), (prepared.validation, size))
        )
        return make(recipe, Examples(train, validation, validation))

    return makes


@contextlib.contextmanager
def changed(put: Callable[[Any], object], value: object, before: object) -> Iterator[None]:
    """Put a setting of torch to a value, and back to what it was before."""
    put(value)
    try:
        yield
    finally:
        put(before)


def two_threads() -> contextlib.AbstractContextManager[None]:
    """Let torch use two threads for an operation."""
    return changed(torch.set_num_threads, 2, torch.get_num_threads())


def denormals_flushed() -> contextlib.AbstractContextManager[None]:
    """Let the processor take numbers below 1.2e-38 for 0."""
    return changed(torch.set_flush_denormal, True, False)


def medium_products() -> contextlib.AbstractContextManager[None]:
    """Let float32 products be computed in bfloat16 where the processor has it."""
    return changed(torch.set_float32_matmul_precision, "medium", torch.get_float32_matmul_precision())


def yes_for(rule: Callable[[Recipe], bool]) -> str:
    """Return for which cells, at the size measured here, the app's own rule chooses a lever."""
    chosen = [cell.upper() for cell in CELLS if rule(RECIPE.replaced(cell=cell))]
    return f"yes for {', '.join(chosen)}" if chosen else "no"


NO_COMPILER = "" if any(map(shutil.which, ("c++", "g++", "clang++"))) else "n/a: no C++ compiler here"

LEVERS = (
    Lever(
        "two threads, not one",
        bare(),
        bare(),
        "no: workers have one thread each, for one run each",
        two_threads,
        clock=time.perf_counter,
    ),
    Lever("time-first batches, not batch-first", bare(), bare(TimeFirst), "in our own pass"),
    Lever("fused Adam, not torch's default", bare(fused=False), bare(), "yes"),
    Lever("denormals flushed to 0", bare(), bare(), "no", denormals_flushed),
    Lever(
        "input projection of all steps at once, in a loop over cells",
        bare(StepByStep),
        bare(lambda recipe: StepByStep(recipe, ahead=True)),
        "no: in our own pass the input rides in the product of the state",
    ),
    Lever("our own pass over whole windows, not autograd", app(False), app(True), yes_for(own_pass_wins)),
    Lever(
        f"{NETWORKS} networks as a stack, not one by one",
        one_by_one,
        stacked,
        f"in sweeps, {yes_for(lambda recipe: stacking_wins(seeds_of(recipe)))}",
    ),
    Lever(
        "torch.compile", bare(), bare(compiled(Bare)), "no: it leaves recurrent layers as they are", missing=NO_COMPILER
    ),
    Lever(
        "torch.compile of a loop over cells, not torch's layer",
        in_full_batches(bare()),
        in_full_batches(bare(compiled(lambda recipe: StepByStep(recipe, ahead=True)))),
        "no: it compiles anew for every shape and size of batch",
        missing=NO_COMPILER,
    ),
    Lever(
        "float32 products at medium precision",
        bare(),
        bare(),
        "no: it depends on the processor whether results differ",
        medium_products,
        exact=False,
    ),
)


def main() -> None:
    """Measure and print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="epochs of each way, in turns")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    print(
        "The processor time of an epoch without the lever over the time with it, medians of "
        f"{rounds} epochs in turns; above 1 means that the lever helps. The bare torch loop is the plain path unless "
        "the lever says otherwise. The difference is the largest between weights after an epoch with and without it.\n"
    )
    rows = []
    for lever in LEVERS:
        results = [measured(lever, RECIPE.replaced(cell=cell), rounds) for cell in CELLS]
        told = [lever.missing or ("n/a: it failed" if math.isnan(ratio) else f"{ratio:.2f}") for ratio, _ in results]
        differences = [difference for _, difference in results if not math.isnan(difference)]
        difference = f"{max(differences):.0e}" if differences else ""
        rows.append([lever.name, *told, difference, lever.used])
    print(table(["lever", *(cell.upper() for cell in CELLS), "largest difference", "used by the app"], rows))


def measured(lever: Lever, recipe: Recipe, rounds: int) -> tuple[float, float]:
    """Return the ratio of times, off over on, and the difference that it makes; nan if missing or failed."""
    if lever.missing:
        return float("nan"), float("nan")
    prepared = prepare(load_series(recipe.data), recipe.data)
    off = lever.off(recipe, prepared)
    with lever.setting():
        on = lever.on(recipe, prepared)
    try:
        difference = first_difference(lever, off, on)
    except RuntimeError as problem:  # such as a compiler that finds no header of Python
        print(f"{lever.name}: {str(problem)[:300]}", file=sys.stderr)
        return float("nan"), float("nan")
    ratios = []
    for _ in range(rounds):
        plain = seconds(off.epoch, lever.clock)
        with lever.setting():
            ratios.append(plain / seconds(on.epoch, lever.clock))
    return statistics.median(ratios), difference


def first_difference(lever: Lever, off: Way, on: Way) -> float:
    """Train an epoch in both ways; return the largest difference between their weights."""
    off.epoch()
    with lever.setting():
        on.epoch()
    ours, plain = on.weights(), off.weights()
    return max(float(np.abs(ours[name] - plain[name]).max()) for name in plain)


if __name__ == "__main__":
    main()
