"""The same training by the app and by what people would use instead, in turns: `python -m benchmarks.training`.

One series, 774 windows of 32 steps, batches of 64, one layer of 32 units, Adam, one thread; every round
starts each trainer in a process of its own. Cold is from the start of the process to the end of the first
epoch, imports included; warm is the mean of the epochs after it. Prints a section and draws docs/training.svg.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.chart import bar_chart
from benchmarks.report import ROOT, number, speed_ratio, table
from benchmarks.rivals.environments import NODE, NotInstalled, environment
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.engine.host import WORKER_ENVIRONMENT

CELLS = ("rnn", "gru", "lstm")
RECIPE = Recipe().replaced(
    length_steps=1168, window_steps=32, hidden_size=32, batch_size=64, learning_rate=0.003, epochs=1000,
    patience_epochs=0,
)  # fmt: skip
STEPS = 13
"""Optimiser steps in an epoch: 774 windows in batches of 64."""
LONGEST_S = 300.0
CHART = ROOT / "docs" / "training.svg"
WORKERS_ENVIRONMENT = {name: str(value) for name, value in WORKER_ENVIRONMENT.items()}
"""One thread, and memory managed as in the app's workers, for all alike."""
GOALS = {"rnn": 1.5, "gru": 1.5, "lstm": 0.95}


@dataclass(frozen=True)
class Trainer:
    """Somebody who trains: a script in rivals/, the environment it runs in ("" is the app's own), what differs."""

    name: str
    script: str
    environment: str = ""
    differs: str = ""

    def command(self, folder: Path, cell: str, warm_s: float) -> list[str]:
        """Return the command of one training; may raise NotInstalled."""
        given = [str(folder), cell, str(warm_s)]
        if self.environment in NODE:
            package = NODE[self.environment]
            return ["node", f"benchmarks/rivals/{self.script}", str(environment(self.environment)), package, *given]
        python = str(environment(self.environment) / "bin" / "python") if self.environment else sys.executable
        return [python, "-W", "ignore", "-m", f"benchmarks.rivals.{self.script}", *given]


BARE = Trainer("bare torch loop", "bare_torch")
TRAINERS = (
    Trainer("the app's training, in slices", "app"),
    Trainer("the app's engine, watched", "engine", "", "checkpoints and snapshots for the charts besides"),
    BARE,
    Trainer("Keras 3 on torch", "keras_torch", "keras", "its own initial weights; one bias where torch has two"),
    Trainer("Darts BlockRNNModel", "darts_block", "darts", "a data loader of its own"),
    Trainer(
        "NeuralForecast", "neural_forecast", "neuralforecast", "draws each step's 64 windows anew; no validation loss"
    ),
    Trainer(
        "TensorFlow.js, CPU backend", "browser.mjs", "tfjs", "in Node; its own initial weights; one bias; no clipping"
    ),
    Trainer(
        "TensorFlow.js, native", "browser.mjs", "tfjs-node", "in Node; its own initial weights; one bias; no clipping"
    ),
)


@dataclass(frozen=True)
class Outcome:
    """One training: seconds to the end of the first epoch, seconds per epoch after it, first losses, its version."""

    cold_s: float
    warm_s: float
    losses: tuple[float, ...]
    version: str


Outcomes = dict[tuple[str, str], list[Outcome]]
"""By trainer and cell."""


def main() -> None:
    """Measure, print the section and draw the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each trainer trains each cell")
    parser.add_argument("--seconds", type=float, default=1.5, help="training time after the first epoch")
    chosen = parser.parse_args()
    outcomes, problems = measure(chosen.rounds, chosen.seconds)
    CHART.write_text(chart(outcomes), encoding="utf-8")
    print(section(outcomes, problems, chosen.rounds))


def measure(rounds: int, warm_s: float, trainers: Sequence[Trainer] = TRAINERS) -> tuple[Outcomes, dict[str, str]]:
    """Let all trainers take turns; return what was measured, and why a trainer is missing by its name."""
    outcomes: Outcomes = {(trainer.name, cell): [] for trainer in trainers for cell in CELLS}
    problems: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_data(folder)
        for _ in range(rounds):
            for cell in CELLS:
                for trainer in trainers:
                    if trainer.name in problems:
                        continue
                    try:
                        outcomes[trainer.name, cell].append(train(trainer, folder, cell, warm_s))
                    except NotInstalled as problem:
                        problems[trainer.name] = f"did not install here: {problem}"
                    except (RuntimeError, OSError, subprocess.TimeoutExpired) as problem:
                        problems[trainer.name] = f"did not run here: {problem}"
                        print(f"{trainer.name}: {problem}", file=sys.stderr)
    return outcomes, problems


def write_data(folder: Path) -> None:
    """Write what all train on: the app's windows, the same as two series, and the recipe for each cell."""
    prepared = prepare(load_series(RECIPE.data), RECIPE.data)
    for part in ("train", "validation"):
        windows = prepared.part(part)
        np.save(folder / f"{part}_inputs.npy", np.ascontiguousarray(windows.inputs))
        np.save(folder / f"{part}_targets.npy", np.ascontiguousarray(windows.targets))
        series = np.concatenate([windows.inputs[0, :, 0], windows.targets[:, 0]])
        np.save(folder / f"{part}_series.npy", series)
    for cell in CELLS:
        (folder / f"{cell}.json").write_text(RECIPE.replaced(cell=cell).model_dump_json())


def train(trainer: Trainer, folder: Path, cell: str, warm_s: float) -> Outcome:
    """Let one train one cell in a process of its own.

    Raises:
        NotInstalled: if its environment cannot be made here.
        RuntimeError: if it fails, or did other work than it was given.
    """
    command = trainer.command(folder, cell, warm_s)
    began = time.time()
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | WORKERS_ENVIRONMENT, capture_output=True, text=True, timeout=LONGEST_S
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError((done.stderr.strip().splitlines() or ["it printed nothing"])[-1][:200])
    return checked(json.loads(done.stdout.splitlines()[-1]), began)


def checked(told: dict, began: float) -> Outcome:
    """Return what a trainer told.

    Raises:
        RuntimeError: if it did not take the steps of its epochs, or its loss is not one that falls.
    """
    steps, losses = told["steps"] / told["epochs"], told["losses"]
    if not STEPS <= steps < STEPS + STEPS / told["epochs"]:
        raise RuntimeError(f"an epoch must be {STEPS} steps, it took {steps:g}")
    if not (all(map(math.isfinite, losses)) and losses[-1] < losses[0] < 2):
        raise RuntimeError(f"the loss of the first epochs must fall from below 2, it was {losses}")
    return Outcome(told["first_at"] - began, told["warm_s"], tuple(losses), told["version"])


def ratios(outcomes: Outcomes, name: str, cell: str) -> float:
    """Return the median over rounds of the bare loop's time per epoch over this trainer's."""
    pairs = zip(outcomes[BARE.name, cell], outcomes[name, cell], strict=False)
    return statistics.median(bare.warm_s / own.warm_s for bare, own in pairs)


def warm_ms(outcomes: Outcomes, name: str, cell: str) -> float:
    """Return the median time per warm epoch in milliseconds."""
    return 1e3 * statistics.median(outcome.warm_s for outcome in outcomes[name, cell])


def cell_text(outcomes: Outcomes, name: str, cell: str) -> str:
    """Return a cell of the table: milliseconds per epoch, and how many times as fast as the bare loop."""
    return f"{number(warm_ms(outcomes, name, cell))} ms, **{speed_ratio(ratios(outcomes, name, cell))}**"


def section(outcomes: Outcomes, problems: dict[str, str], rounds: int) -> str:
    """Return the section's text: what it comes to, then two tables."""
    app = TRAINERS[0].name
    reached = ", ".join(
        f"{cell.upper()} {speed_ratio(ratios(outcomes, app, cell))} (goal {GOALS[cell]:g})" for cell in CELLS
    )
    summary = f"Epochs per second of the app's training over those of a bare, careful torch loop: {reached}."
    speeds, works = [], []
    for trainer in TRAINERS:
        if trainer.name in problems:
            speeds.append([trainer.name, problems[trainer.name], "", "", ""])
            continue
        cells = [cell_text(outcomes, trainer.name, cell) for cell in CELLS]
        cold = statistics.median(outcome.cold_s for cell in CELLS for outcome in outcomes[trainer.name, cell])
        speeds.append([trainer.name, *cells, f"{cold:.1f} s"])
        first = [" → ".join(f"{loss:.2f}" for loss in outcomes[trainer.name, cell][0].losses) for cell in CELLS]
        works.append([trainer.name, outcomes[trainer.name, CELLS[0]][0].version, *first, trainer.differs])
    heads = [cell.upper() for cell in CELLS]
    explained = (
        "Milliseconds per warm epoch, medians of "
        f"{rounds} rounds in turns, and the bare loop's time over it, medians of each round's own ratio: above 1 is "
        "faster than the bare loop. Cold is from the start of the process to the end of its first epoch."
    )
    same = (
        f"The same work: {STEPS} optimiser steps an epoch in all rows, checked; mean training loss of epochs 1 and 2."
    )
    parts = [
        summary, explained, "![Time per epoch of all trainers](training.svg)",
        table(["trained by", *heads, "cold"], speeds), same,
        table(["trained by", "version", *(f"loss, {head}" for head in heads), "what differs"], works),
    ]  # fmt: skip
    return "\n\n".join(parts)


def chart(outcomes: Outcomes) -> str:
    """Return the bar chart of all trainers that were measured."""
    names = [trainer.name for trainer in TRAINERS if all(outcomes.get((trainer.name, cell)) for cell in CELLS)]
    series = {cell.upper(): [warm_ms(outcomes, name, cell) for name in names] for cell in CELLS}
    return bar_chart("Training one epoch: shorter is better", "milliseconds, logarithmic", names, series)


if __name__ == "__main__":
    main()
