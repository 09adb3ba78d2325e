"""The same work without a browser: `python -m playground train recipe.json --out run/`."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import torch
from pydantic import ValidationError

from playground.choice import sentence_of
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.data.tickers import spelled
from playground.export.exported import ExportedRun
from playground.export.folder import REPORT_FILE, read_folder, write_file, write_run
from playground.export.making import make_report, next_values
from playground.export.onnx_file import onnx_model
from playground.export.outputs import compute_outputs
from playground.export.report import charts_page
from playground.export.run_file import open_run
from playground.export.script import files_for
from playground.export.tables import as_file, predictions_table, states_table
from playground.histories import EpochRecord
from playground.jobs import Job, Result
from playground.records import Series
from playground.table_commands import add_table_commands, bytes_of, say, task_of_table
from playground.training.alone import Training
from playground.words import capitalised

BAR_CELLS = 30
LARGEST_RECIPE_BYTES = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status, 2 where something given cannot be used, 3 where it asks something."""
    torch.set_num_threads(1)
    asked = _parser().parse_args(arguments)
    try:
        status: int | None = asked.work(asked)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; nothing more was written.\n")
        return 130
    return status or 0


def train(recipe: Recipe, series: Series, progress: Callable[[EpochRecord], None]) -> ExportedRun:
    """Train a recipe on a series to its end, by the trainer that the app uses.

    Raises:
        ValueError: if the series cannot be cut as the recipe says, or training diverged before its first epoch.
    """
    training = Training(recipe, prepare(series, recipe.data))
    epochs: list[EpochRecord] = []
    while training.progress.state == "training":
        for record in training.advance(math.inf, until_epoch=training.progress.epoch + 1):
            epochs.append(record)
            progress(record)
    end = training.checkpoint()
    if not epochs:
        raise ValueError(end.reason)
    return ExportedRun(recipe, series, tuple(epochs), end.best_weights, end.best_epoch, end.state, end.reason)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground", description="Train and report without a browser.")
    commands = parser.add_subparsers(required=True, metavar="command")
    training = commands.add_parser("train", help="train a recipe, or a table by suggested settings, into a folder")
    training.add_argument("recipe", type=Path, help="a recipe.json or a run file, as the app gives them, or a table")
    training.add_argument("--out", type=Path, required=True, help="the folder to write")
    training.set_defaults(work=_train)
    report = commands.add_parser("report", help="write a one-page report of a run")
    report.add_argument("run", type=Path, help="a folder that train has written")
    report.add_argument("--open-test", action="store_true", help="open the sealed test set; the look is counted")
    report.set_defaults(work=_report)
    export = commands.add_parser("export", help="write a run in another form")
    export.add_argument("run", type=Path, help="a folder that train has written")
    for kind in _EXPORTS:
        export.add_argument(f"--{kind}", action="append_const", dest="kinds", const=kind, help=_EXPORTS[kind][0])
    export.set_defaults(work=_export)
    add_table_commands(commands, training)
    return parser


def _train(asked: argparse.Namespace) -> None:
    recipe, series = _read_task(asked)
    bar = _ProgressBar(sys.stderr, recipe.training.epochs)
    run = train(recipe, series, bar.show)
    bar.close()
    said = run.reason or f"trained {run.epochs[-1].epoch} epochs"
    say(f"{capitalised(said)}.")
    say(f"Best epoch {run.best_epoch}, validation loss {run.best_loss:.8f}.")
    for written in write_run(run, asked.out):
        say(f"Wrote {written}")


def _report(asked: argparse.Namespace) -> None:
    run = read_folder(asked.run)
    if asked.open_test:
        run = replace(run, peeks=run.peeks + 1)
        write_run(run, asked.run)
    say(f"Wrote {write_file(asked.run, REPORT_FILE, make_report(run, _at_once, asked.open_test))}")


def _export(asked: argparse.Namespace) -> None:
    if not asked.kinds:
        raise ValueError(f"choose what to export: {', '.join(f'--{kind}' for kind in _EXPORTS)}")
    run = read_folder(asked.run)
    for kind in asked.kinds:
        name, content = _EXPORTS[kind][1](run)
        say(f"Wrote {write_file(asked.run, name, content)}")


_EXPORTS: dict[str, tuple[str, Callable[[ExportedRun], tuple[str, bytes]]]] = {
    "script": (
        "a Python script that makes the same run",
        lambda run: files_for(run, "script", next_values(run, _at_once)),
    ),
    "notebook": ("the same as a Jupyter notebook", lambda run: files_for(run, "notebook", next_values(run, _at_once))),
    "onnx": ("the network as an ONNX model", lambda run: ("network.onnx", onnx_model(run))),
    "charts": (
        "the charts as one HTML file",
        lambda run: ("charts.html", charts_page(run, compute_outputs(run)).encode()),
    ),
    "predictions": (
        "the forecasts as CSV",
        lambda run: ("predictions.csv", as_file(predictions_table(run.series, compute_outputs(run)), "csv")),
    ),
    "states": (
        "the hidden states as CSV",
        lambda run: ("hidden_states.csv", as_file(states_table(run.series, compute_outputs(run)), "csv")),
    ),
}


def _at_once(job: Job[Result]) -> Result:
    """Do a job here and now, as a worker would."""
    module, _, name = job.target.partition(":")
    done: Any = getattr(import_module(module), name)(*job.arguments)
    return done


def _read_task(asked: argparse.Namespace) -> tuple[Recipe, Series]:
    """Read a recipe and its series: from a recipe.json, a run file, which carries own data, or a table.

    Raises:
        ValueError: if it cannot be read or is none of them.
    """
    path: Path = asked.recipe
    data = bytes_of(path, "a recipe.json or a table")
    if path.suffix == ".safetensors":
        loaded = open_run(data)
        return loaded.history.recipe, loaded.series or load_series(loaded.history.recipe.data)
    if path.suffix == ".json":
        recipe = _recipe_from(data, path)
        return recipe, load_series(recipe.data)
    return task_of_table(data, asked)


def _recipe_from(data: bytes, path: Path) -> Recipe:
    try:
        recipe = Recipe.model_validate_json(data[:LARGEST_RECIPE_BYTES])
    except ValidationError as error:
        raise ValueError(f"{path} is not a recipe: {sentence_of(error.errors()[0])}; export it anew") from None
    if recipe.data.series == "ticker" and (reason := spelled(recipe.data.ticker).reason):
        raise ValueError(f"{path}: {reason}")
    return recipe


class _ProgressBar:
    """One line that fills; where nobody watches it grow, ten lines instead."""

    def __init__(self, target: TextIO, total: int) -> None:
        self.target, self.total, self.began = target, total, time.monotonic()
        self.shown = -1

    def show(self, record: EpochRecord) -> None:
        """Show that an epoch is done."""
        live = self.target.isatty()
        stage = (200 if live else 10) * record.epoch // self.total
        if stage == self.shown:
            return
        self.shown = stage
        filled = BAR_CELLS * record.epoch // self.total
        left = (time.monotonic() - self.began) / record.epoch * (self.total - record.epoch)
        line = (
            f"[{'#' * filled}{'.' * (BAR_CELLS - filled)}] epoch {record.epoch} of {self.total}, "
            f"validation loss {record.validation_loss:.5f}, about {left:.0f} s left"
        )
        self.target.write(f"\r{line:<100}" if live else f"{line}\n")
        self.target.flush()

    def close(self) -> None:
        """End the line."""
        if self.target.isatty():
            self.target.write("\n")
