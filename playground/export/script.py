"""The lesson as a Python script and as a notebook, each with the series inside or beside it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import orjson
import pandas as pd

from playground.export.exported import ExportedRun
from playground.export.lesson import Cell, lesson_cells
from playground.export.lesson_data import DATA_FILE, fits_inside
from playground.records import Floats

SCRIPT, NOTEBOOK = "rnn_playground_run.py", "rnn_playground_run.ipynb"

_EPOCH_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def source_of(cells: Iterable[Cell]) -> str:
    """Return a lesson as one Python script: prose as comments, code as it is."""
    return "\n\n".join(_as_source(cell) for cell in cells) + "\n"


def notebook_of(lesson: Iterable[Cell]) -> str:
    """Return a lesson as a Jupyter notebook (nbformat 4.5), not yet executed."""
    cells = [_as_notebook_cell(number, cell) for number, cell in enumerate(lesson)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()


def series_csv(run: ExportedRun) -> str:
    """Return the series as the lesson reads it: time where there is one, value, chosen further inputs."""
    columns: dict[str, Any] = {}
    if run.series.times is not None:
        columns["time"] = np.datetime_as_string(run.series.times)
    columns["value"] = run.series.values
    columns |= {name: run.series.extras[name] for name in run.recipe.data.extra_inputs}
    return pd.DataFrame(columns).to_csv(index=False, float_format="%.17g")


def files_for(run: ExportedRun, kind: str, ahead: Floats) -> tuple[str, bytes]:
    """Return (file name, content) of the "script" or the "notebook"; a zip where the series lies beside it.

    `ahead` (steps,) is what the network forecasts after the last row, in the series' own units.
    """
    beside = {} if fits_inside(run.recipe, run.series) else {DATA_FILE: series_csv(run).encode()}
    return lesson_files(lesson_cells(run, ahead), kind, beside)


def lesson_files(cells: Iterable[Cell], kind: str, beside: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return (file name, content) of a lesson as "script" or "notebook"; a zip where files lie beside it."""
    name, text = (SCRIPT, source_of(cells)) if kind == "script" else (NOTEBOOK, notebook_of(cells))
    if not beside:
        return name, text.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in ((name, text.encode()), *beside.items()):
            archive.writestr(zipfile.ZipInfo(inside, _EPOCH_OF_ZIP), content, zipfile.ZIP_DEFLATED)
    return zipped_name(kind), packed.getvalue()


def zipped_name(kind: str) -> str:
    """Return the name of the zip with the "script" or the "notebook" and its series."""
    return f"rnn_playground_{kind}.zip"


def _as_source(cell: Cell) -> str:
    if cell.kind == "code":
        return cell.text
    title, *lines = cell.text.splitlines()
    comment = "\n".join(f"# {line}".rstrip() for line in lines).strip("#\n ")
    return f"# --- {title} ---\n#\n# {comment}"


def _as_notebook_cell(number: int, cell: Cell) -> dict[str, Any]:
    named = {"id": f"step-{number:02d}", "metadata": {}}
    if cell.kind == "code":
        return named | {"cell_type": "code", "execution_count": None, "outputs": [], "source": cell.text}
    title, _, rest = cell.text.partition("\n")
    return named | {"cell_type": "markdown", "source": f"{'#' if number == 0 else '##'} {title}\n{rest}"}
