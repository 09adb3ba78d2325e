"""A run as a folder: what the command line writes and reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playground.data.catalog import load_series
from playground.export.exported import ExportedRun
from playground.export.run_file import checked_run, open_run, pack_run
from playground.export.tables import as_file, losses_table

RUN_FILE, RECIPE_FILE, LOSSES_FILE, REPORT_FILE = "run.safetensors", "recipe.json", "losses.csv", "report.html"


@dataclass(frozen=True)
class Written:
    """A file that was written."""

    path: Path

    def __str__(self) -> str:
        return f"{self.path} ({max(1, self.path.stat().st_size >> 10):,} kB)"


def write_run(run: ExportedRun, folder: Path) -> tuple[Written, ...]:
    """Write the run file, its recipe and its losses into a folder, made where it is missing."""
    contents = {
        RUN_FILE: pack_run(run),
        RECIPE_FILE: run.recipe_json.encode(),
        LOSSES_FILE: as_file(losses_table(run.epochs), "csv"),
    }
    return tuple(write_file(folder, name, content) for name, content in contents.items())


def write_file(folder: Path, name: str, content: bytes) -> Written:
    """Write one file into the folder, whole or not at all.

    Raises:
        ValueError: if the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)
    except OSError as error:
        raise ValueError(f"{folder / name} could not be written: {error.strerror}; choose another folder") from None
    return Written(folder / name)


def read_folder(folder: Path) -> ExportedRun:
    """Read the run that `write_run` left in a folder.

    Raises:
        ValueError: if there is none, or it is not as its recipe says.
    """
    try:
        data = (folder / RUN_FILE).read_bytes()
    except OSError as error:
        raise ValueError(f"{folder / RUN_FILE} could not be read: {error.strerror}; train a run into it") from None
    loaded = open_run(data)
    return checked_run(loaded, loaded.series or load_series(loaded.history.recipe.data))
