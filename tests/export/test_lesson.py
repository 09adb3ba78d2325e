"""The exported script and notebook, run in a fresh process, reach the run's own score."""

import ast
import io
import json
import math
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace

import nbformat
import pytest
from export_cases import train_to_export
from nbclient import NotebookClient
from patience import patience

from playground.export.exported import ExportedRun
from playground.export.lesson import lesson_cells
from playground.export.lesson_data import DATA_FILE
from playground.export.script import NOTEBOOK, SCRIPT, files_for, notebook_of, source_of
from playground.inspection.snapshot import snapshot_at

SMALL = {"length_steps": 260, "window_steps": 12, "gap_steps": 2, "hidden_size": 6, "epochs": 6}
SMALL |= {"learning_rate": 0.01, "batch_size": 16}

RECIPES = {
    "lstm": SMALL | {"cell": "lstm"},
    "gru on changes, many steps": SMALL | {"cell": "gru", "target": "change", "horizon_steps": 3},
    "relu": SMALL | {"cell": "rnn", "nonlinearity": "relu", "optimizer": "sgd", "initialisation": "orthogonal"},
    "sigmoid": SMALL | {"cell": "rnn", "nonlinearity": "sigmoid", "spectral_radius": 0.9, "layers": 2},
    "dropout": SMALL | {"cell": "lstm", "layers": 2, "dropout": 0.3, "optimizer": "rmsprop", "clip_norm": 0.05},
    "moved rate, stopped early": SMALL
    | {"learning_rate_changes": ((2, 0.2), (4, 0.001)), "patience_epochs": 2, "epochs": 30},
    "calendar": {"series": "seattle_temperature", "extra_inputs": ("wind",), "calendar": True, "cell": "gru"}
    | {"window_steps": 8, "hidden_size": 4, "epochs": 2, "learning_rate": 0.01},
    "log return": {"series": "apple", "target": "log_return", "cell": "lstm"}
    | {"window_steps": 5, "hidden_size": 3, "epochs": 1},
}

HOSTILE = 'x"""\nraise SystemExit(3)\n#\u2028<img src=x onerror=alert(1)>{SEED}\\'

RUN_ALL = """
import os, runpy, sys
for folder in sys.argv[1:]:
    print("=====")
    os.chdir(folder)
    runpy.run_path("rnn_playground_run.py", run_name="__main__")
"""


def with_hostile_names(run: ExportedRun) -> ExportedRun:
    return replace(run, series=replace(run.series, title=HOSTILE, source=HOSTILE, licence=HOSTILE, unit=HOSTILE))


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, str]:
    """Run every script, by an interpreter that finds no module of this project; return what each says."""
    runs = {name: train_to_export(**fields) for name, fields in RECIPES.items()}
    runs["hostile names"] = with_hostile_names(runs["lstm"])
    folders = {name: tmp_path_factory.mktemp("lesson") for name in runs}
    for name, folder in folders.items():
        file, content = files_for(runs[name], "script")
        if file == SCRIPT:
            (folder / file).write_bytes(content)
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert sorted(archive.namelist()) == sorted([SCRIPT, DATA_FILE])
                archive.extractall(folder)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "error", "-c", RUN_ALL, *map(str, folders.values())]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=patience(200))
    assert done.returncode == 0, done.stderr
    return dict(zip(runs, done.stdout.split("=====\n")[1:], strict=True))


def difference(said: str) -> float:
    return float(re.search(r"difference (\S+)", said)[1])


@pytest.mark.parametrize("name", RECIPES)
def test_script_reaches_the_same_score(name, said):
    run = train_to_export(**RECIPES[name])
    assert difference(said[name]) <= 1e-6
    assert f"best epoch {run.best_epoch}," in said[name]


def test_script_states_the_error_in_own_units_and_leaves_the_test_sealed(said):
    run = train_to_export(**RECIPES["log return"])
    snapshot = snapshot_at(run.recipe, run.series, run.weights, run.best_epoch)
    ours = next(s.value for s in snapshot.scores if (s.metric, s.part) == ("RMSE", "validation"))
    stated = float(re.search(r"^validation\s+(\S+)", said["log return"], re.M)[1])
    assert math.isclose(stated, ours, rel_tol=1e-5)
    assert not re.search(r"^test\b", said["log return"], re.M)


def test_notebook_runs_from_top_to_bottom(tmp_path):
    run = train_to_export(**RECIPES["lstm"])
    found = nbformat.reads(notebook_of(lesson_cells(run)), as_version=4)
    nbformat.validate(found)
    NotebookClient(
        found, timeout=round(patience(120)), kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    printed = "".join(output.get("text", "") for cell in found.cells for output in cell.get("outputs", ()))
    assert difference(printed) <= 1e-6
    name, _ = files_for(run, "notebook")
    assert name == NOTEBOOK


def test_names_from_outside_stay_data(said):
    run = with_hostile_names(train_to_export(**RECIPES["lstm"]))
    assert difference(said["hostile names"]) <= 1e-6
    given = {}
    for node in ast.parse(source_of(lesson_cells(run))).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given[node.targets[0].id] = node.value
    for name in ("SERIES", "SOURCE", "LICENCE", "UNIT"):
        assert ast.literal_eval(given[name]) == HOSTILE
    cells = json.loads(notebook_of(lesson_cells(run)))["cells"]
    prose = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    assert not any("onerror" in text for text in prose)


def test_script_needs_torch_numpy_and_pandas_only():
    tree = ast.parse(source_of(lesson_cells(train_to_export(**RECIPES["sigmoid"]))))
    roots = {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    roots |= {node.module.split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert roots - set(sys.stdlib_module_names) == {"torch", "numpy", "pandas"}
