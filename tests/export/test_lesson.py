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
import numpy as np
import pytest
from export_cases import next_of, train_to_export
from nbclient import NotebookClient
from patience import patience

from playground.data.future import future_times
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
    "weekdays": {"series": "apple", "target": "change", "calendar": True, "cell": "rnn", "horizon_steps": 4}
    | {"window_steps": 5, "hidden_size": 3, "epochs": 1},
    "far": SMALL | {"length_steps": 2100, "cell": "gru", "horizon_steps": 20, "epochs": 1, "batch_size": 64},
}

HOSTILE = 'x"""\nraise SystemExit(3)\n#\u2028<img src=x onerror=alert(1)>{SEED}\\'

RUN_ALL = """
import os, runpy, sys
for folder in sys.argv[1:]:
    print("=====")
    os.chdir(folder)
    runpy.run_path("rnn_playground_run.py", run_name="__main__")
"""

THEIR_WEIGHTS = """
network.load_state_dict({name: torch.tensor(weight) for name, weight in np.load("weights.npz").items()})
"""
"""Takes the place of having trained, before the last step of a lesson."""

TELL = """
import json
stamps = np.datetime_as_string(next_times).tolist() if "next_times" in globals() else None
print("NEXT", json.dumps([next_values.tolist(), stamps]))
"""


def with_hostile_names(run: ExportedRun) -> ExportedRun:
    return replace(run, series=replace(run.series, title=HOSTILE, source=HOSTILE, licence=HOSTILE, unit=HOSTILE))


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, str]:
    """Run every script, by an interpreter that finds no module of this project; return what each says.

    The last step is run once more with the weights of the app.
    """
    runs = {name: train_to_export(**fields) for name, fields in RECIPES.items()}
    runs["hostile names"] = with_hostile_names(runs["lstm"])
    folders = {name: tmp_path_factory.mktemp("lesson") for name in runs}
    for name, folder in folders.items():
        run, ahead = runs[name], next_of(runs[name])
        file, content = files_for(run, "script", ahead)
        if file == SCRIPT:
            (folder / file).write_bytes(content)
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert sorted(archive.namelist()) == sorted([SCRIPT, DATA_FILE])
                archive.extractall(folder)
        again = [cell.text for cell in lesson_cells(run, ahead) if cell.kind == "code"][-1]
        with (folder / SCRIPT).open("a", encoding="utf-8") as script:
            script.write("\n".join(("", THEIR_WEIGHTS, again, TELL)))
        np.savez(folder / "weights.npz", **run.weights)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "error", "-c", RUN_ALL, *map(str, folders.values())]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=patience(200))
    assert done.returncode == 0, done.stderr
    return dict(zip(runs, done.stdout.split("=====\n")[1:], strict=True))


def difference(said: str) -> float:
    return float(re.search(r"difference (\S+)", said)[1])


@pytest.mark.parametrize("name", RECIPES)
def test_script_tells_what_comes_next_as_the_app_does(name, said):
    run = train_to_export(**RECIPES[name])
    values, stamps = json.loads(said[name].split("\nNEXT ")[1])
    theirs = next_of(run)
    assert len(theirs) == max(14, run.recipe.data.horizon_steps)
    size = np.ptp(np.append(theirs, run.series.values[-1]))  # how far it moves
    assert np.abs(values - theirs).max() <= 1e-6 * size
    future = future_times(run.series, len(theirs))
    assert stamps == (None if future is None else np.datetime_as_string(future.times).tolist())
    trained, loaded = map(float, re.findall(r"^at most (\S+) from the app's own forecast", said[name], re.M))
    assert trained <= 1e-3 * size
    assert loaded == pytest.approx(np.abs(values - theirs).max(), rel=0.1)


def test_where_the_calendar_ends_there_is_no_last_step():
    run = train_to_export(**RECIPES["weekdays"])
    days = np.timedelta64(1, "D") * np.arange(len(run.series.times))
    late = replace(run, series=replace(run.series, times=np.datetime64("2262-04-01", "ns") - days[::-1]))
    assert late.steps_ahead == 0 and run.steps_ahead == 14
    assert "APP_NEXT" not in source_of(lesson_cells(late, np.empty(0)))
    assert "APP_NEXT" in source_of(lesson_cells(run, next_of(run)))


def test_a_forecast_that_is_no_number_is_not_compared():
    source = source_of(lesson_cells(train_to_export(**RECIPES["lstm"]), np.full(14, np.nan)))
    assert "next_values" in source and "APP_NEXT" not in source and "nan" not in source.split("What comes next")[1]


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
    found = nbformat.reads(notebook_of(lesson_cells(run, next_of(run))), as_version=4)
    nbformat.validate(found)
    NotebookClient(
        found, timeout=round(patience(120)), kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    printed = "".join(output.get("text", "") for cell in found.cells for output in cell.get("outputs", ()))
    assert difference(printed) <= 1e-6
    name, _ = files_for(run, "notebook", next_of(run))
    assert name == NOTEBOOK


def test_names_from_outside_stay_data(said):
    run = with_hostile_names(train_to_export(**RECIPES["lstm"]))
    assert difference(said["hostile names"]) <= 1e-6
    given = {}
    for node in ast.parse(source_of(lesson_cells(run, next_of(run)))).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given[node.targets[0].id] = node.value
    for name in ("SERIES", "SOURCE", "LICENCE", "UNIT"):
        assert ast.literal_eval(given[name]) == HOSTILE
    cells = json.loads(notebook_of(lesson_cells(run, next_of(run))))["cells"]
    prose = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    assert not any("onerror" in text for text in prose)


def test_script_needs_torch_numpy_and_pandas_only():
    run = train_to_export(**RECIPES["sigmoid"])
    tree = ast.parse(source_of(lesson_cells(run, next_of(run))))
    roots = {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    roots |= {node.module.split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert roots - set(sys.stdlib_module_names) == {"torch", "numpy", "pandas"}
