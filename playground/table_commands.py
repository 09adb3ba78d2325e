"""What the command line does with tables of one's own: look at one, train on one, forecast from newer rows."""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from playground.config import Recipe
from playground.data.catalog import CATALOG
from playground.data.looking import Look, look_at
from playground.data.opening import fitted, open_table
from playground.data.suggesting import suggest
from playground.evaluation.results import NETWORK
from playground.export.folder import read_folder, write_file
from playground.export.tables import TableFormat, as_file
from playground.outlook.newer import Continued, open_newer
from playground.outlook.tables import forecast_table
from playground.outlook.work import advance_outlook
from playground.records import Floats, Series
from playground.sentences.outlook import remark_on_rows, remark_on_turning_out
from playground.sentences.suggestions import reasons_in_words
from playground.words import counted

_SAID = ("sheet", "value", "time", "pick", "decimal", "time_format")
"""Fields of a reading that the command line can say."""


def add_table_commands(commands: Any, training: argparse.ArgumentParser) -> None:
    """Add `look` and `forecast`, and what `train` may be told of a table."""
    look = commands.add_parser("look", help="say what becomes of a table of your own")
    look.add_argument("file", type=Path, help="the table")
    for parser in (look, training):
        _add_reading(parser)
    look.add_argument("--json", action="store_true", help="as one JSON object")
    look.set_defaults(work=_look)
    forecast = commands.add_parser("forecast", help="say what comes next, from a run and the rows that came since")
    forecast.add_argument("run", type=Path, help="a folder that train has written")
    forecast.add_argument("newer", type=Path, nargs="?", help="a table that goes on where the run's series ended")
    forecast.add_argument(
        "--steps", type=int, default=0, help="how far, 1 to 200; the run's horizon where it is left out"
    )
    forecast.add_argument("--ahead", type=Path, help="a table with the values to come of further inputs, a row a step")
    forecast.add_argument("--open-test", action="store_true", help="measure limits on the sealed test set as well")
    forecast.add_argument("--out", type=Path, required=True, help="the table to write: .csv, .xlsx or .parquet")
    forecast.set_defaults(work=_forecast)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    """Add what can be said of how a table is to be read."""
    parser.add_argument("--sheet", help="the sheet of a workbook, where it is not the one that is guessed")
    parser.add_argument("--value", help="the column to forecast, where it is not the one that is guessed")
    parser.add_argument("--time", help="the column of time stamps; an empty name where the rows are the steps")
    parser.add_argument("--pick", help="the series that is meant, where the table has several; (sum) or (mean) of all")
    parser.add_argument("--decimal", choices=(".", ","), help="the decimal sign, where the table leaves it open")
    parser.add_argument(
        "--time-format", help="how times are written, such as %%d/%%m/%%Y, where the table leaves it open"
    )


def _fixed(asked: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in _SAID if getattr(asked, name) is not None}


def task_of_table(data: bytes, asked: argparse.Namespace) -> tuple[Recipe, Series]:
    """Return suggested settings for a table, and its series.

    Raises:
        ValueError: if the table makes no series, leaves something open, or is too short for any settings.
    """
    fixed = _fixed(asked)
    found = look_at(data, asked.recipe.name, **fixed)
    if found.questions:
        open_ones = "; ".join(f"{each.about} ({', '.join(each.options)})" for each in found.questions)
        raise ValueError(f"the table leaves something open: {open_ones}; say it, see --help")
    opened = open_table(data, asked.recipe.name, fixed)
    if opened.series is None:
        raise ValueError(opened.problem)
    plain = Recipe().replaced(series="own")
    recipe = plain.model_copy(update={"data": fitted(plain.data, len(opened.series.values))})
    suggestion = suggest(opened.series, recipe, CATALOG["own"].targets)
    if not suggestion.fields:
        raise ValueError(reasons_in_words(suggestion)[0])
    say("\n".join(f"- {reason}" for reason in reasons_in_words(suggestion)))
    return suggestion.on(recipe), opened.series


def _forecast(asked: argparse.Namespace) -> None:
    kind = asked.out.suffix.removeprefix(".")
    if kind not in get_args(TableFormat):
        raise ValueError(f"--out must end in .{', .'.join(get_args(TableFormat))}, got {asked.out.name}; rename it")
    run = read_folder(asked.run)
    newer: Continued | None = None
    if asked.newer is not None:
        data = bytes_of(asked.newer, "a table with newer rows")
        newer = open_newer(data, asked.newer.name, run.series, run.recipe.data)
        say("\n".join(remark_on_rows(newer)))
    steps = asked.steps or run.recipe.data.horizon_steps
    known = _known_ahead(asked.ahead, run.recipe) if asked.ahead else None
    rows = None if newer is None else newer.series
    looked = advance_outlook(
        run.recipe, run.series, (run.weights,), steps, rows, known, asked.open_test, piece_s=math.inf
    )
    found = looked.result
    assert found is not None, "a piece without an end has the result"
    if found.turned_out is not None:
        say(remark_on_turning_out(found))
    table = forecast_table(found)
    say(table[[column for column in ("step", "time", NETWORK) if column in table]].to_string(index=False))
    say(f"Wrote {write_file(asked.out.parent, asked.out.name, as_file(table, kind))}")


def _known_ahead(path: Path, recipe: Recipe) -> dict[str, Floats]:
    """Return the values to come of further inputs, from a CSV with a column for each.

    Raises:
        ValueError: if it cannot be read or a column is missing.
    """
    bytes_of(path, "a table with the values to come")
    try:
        table = pd.read_csv(path)
        return {name: table[name].to_numpy(dtype=np.float64) for name in recipe.data.extra_inputs}
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        names = ", ".join(recipe.data.extra_inputs) or "none"
        raise ValueError(
            f"{path} must be a CSV with a column of numbers for each further input ({names}): {error}"
        ) from None


def bytes_of(path: Path, what: str) -> bytes:
    """Return what is in a file.

    Raises:
        ValueError: if it cannot be read; `what` says what to name instead.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} could not be read: {error.strerror}; name {what}") from None


def say(line: str) -> None:
    """Say a line."""
    sys.stdout.write(line + "\n")


def _look(asked: argparse.Namespace) -> int:
    found = look_at(bytes_of(asked.file, "a table"), asked.file.name, **_fixed(asked))
    say(json.dumps(asdict(found), indent=1) if asked.json else "\n".join(_lines(found)))
    return 0 if found.series else 3 if found.questions else 2


def _lines(found: Look) -> list[str]:
    """Return what is said of a file, a line for each thing."""
    kind = ", ".join(filter(None, (found.kind, found.encoding)))
    lines = [f"{found.file}: {kind}" if kind else found.file]
    if series := found.series:
        times = f", {series.start} to {series.end} ({series.time})" if series.start else ""
        lines += [
            f"{series.value}: {counted(series.points, 'point')}, step {series.step}{times}",
            f"first {series.first:g}, last {series.last:g}, {series.filled:,} filled",
        ]
    lines += [f"Open: {asked.about} ({', '.join(asked.options)}); likely {asked.guess}" for asked in found.questions]
    lines += [f"- {line}" for line in found.report]
    return [*lines, f"Refused: {found.refused}"] if found.refused else lines
