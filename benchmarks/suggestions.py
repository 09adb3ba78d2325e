"""Do the suggested settings forecast better than the usual ones? `python -m benchmarks.suggestions`.

Each series is trained once with the settings that the page Data suggests and once with the usual ones, by the same
trainer, and every run ends after `LIMIT_S`.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.report import table
from playground.config import Recipe
from playground.data.catalog import CATALOG, load_series
from playground.data.prepare import prepare
from playground.data.suggesting import suggest
from playground.evaluation.report import evaluate
from playground.evaluation.results import LAST_VALUE, Evaluation
from playground.records import Part, Series
from playground.training.alone import Training

LIMIT_S = 40.0
NAMES = (
    "made_up_sales", "made_up_load", "sine", "sum_of_sines", "trend_and_season", "random_walk", "ar1",
    "seattle_temperature", "sea_surface_temperature", "sunspots", "heartbeat", "apple", "mostly_zero",
)  # fmt: skip
LONG = 200_000
PARTS: tuple[Part, ...] = ("validation", "test")


@dataclass(frozen=True)
class Trained:
    """One run: what was found, how long training took in seconds, and after how many epochs it ended."""

    found: Evaluation
    took_s: float
    epochs: int


def main() -> None:
    """Measure and print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, help="some of the series alone")
    torch.set_num_threads(1)
    rows = []
    for name in parser.parse_args().names:
        series, usual, targets = world(name)
        suggested = suggest(series, usual, targets).on(usual)
        for title, recipe in (("suggested", suggested), ("usual", usual)):
            rows.append([name if title == "suggested" else "", title, *cells(recipe, trained(recipe, series))])
            print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    print(
        f"Suggesting settings for a series of {LONG:,} points takes {suggesting_s():.2f} s of processor time, most of "
        "it for the season.\n\nSkill of the network by RMSE, validation / test: 0% is as good, below 0% worse. The "
        "last column is against "
        f"the baseline that is best on that part. No run trains for longer than {LIMIT_S:.0f} s.\n"
    )
    heads = ["series", "settings", "window, horizon, target", "s", "epochs", "seasonal naive", "last value", "best"]
    print(table(heads, rows))


def suggesting_s() -> float:
    """Return the processor time in seconds for a long series with a season, which is held against every surrogate."""
    random = np.random.Generator(np.random.PCG64(5))
    values = np.sin(2 * np.pi * np.arange(LONG) / 48) + random.standard_normal(LONG)
    series, began = Series("own", "Long", "", values, None, "step"), time.process_time()
    suggest(series, Recipe())
    return time.process_time() - began


def world(name: str) -> tuple[Series, Recipe, tuple]:
    """Return a series, the usual recipe for it, and the target quantities that make sense."""
    if name == "mostly_zero":
        return mostly_zero(), Recipe(), CATALOG["own"].targets
    recipe = Recipe().replaced(series=name)
    return load_series(recipe.data), recipe, CATALOG[name].targets


def mostly_zero() -> Series:
    """Return a demand of which four days in five are 0, and the others between 1 and 9."""
    random = np.random.Generator(np.random.PCG64(7))
    values = np.where(random.random(900) < 0.2, random.integers(1, 10, 900), 0).astype(np.float64)
    return Series("own", "Mostly zero", "", values, None, "step")


def trained(recipe: Recipe, series: Series) -> Trained:
    """Train to the end or for `LIMIT_S`, and evaluate the weights that were best on validation."""
    training = Training(recipe, prepare(series, recipe.data))
    began = time.perf_counter()
    training.advance(LIMIT_S)
    took = time.perf_counter() - began
    checkpoint = training.checkpoint()
    found = evaluate(recipe, series, checkpoint.best_weights, include_test=True)
    return Trained(found, took, training.progress.epoch)


def cells(recipe: Recipe, run: Trained) -> list[str]:
    """Return what stands of a run in the table, but for its names."""
    data = recipe.data
    best = [verdict.against_best for verdict in run.found.verdicts if verdict.part in PARTS]
    return [
        f"{data.window_steps}, {data.horizon_steps}, {data.target}",
        f"{run.took_s:.0f}",
        str(run.epochs),
        *(" / ".join(skill(run.found, name, part) for part in PARTS) for name in ("seasonal naive", LAST_VALUE)),
        " / ".join(f"{told(one.skill)} {one.baseline}" for one in best if one is not None),
    ]


def skill(found: Evaluation, name: str, part: Part) -> str:
    """Return the network's skill against a baseline on a part."""
    scores = found.score("RMSE", part)
    other = scores.baselines.get(name)
    return told(None if scores.value is None or not other else 1 - scores.value / other)


def told(share: float | None) -> str:
    """Return a skill in percent."""
    return "n/a" if share is None else f"{round(100 * share)}%"


if __name__ == "__main__":
    main()
