"""The exported script and notebook of a run on sequences, run in a fresh process, reach the run's own score."""

import ast
import io
import json
import os
import re
import subprocess
import sys
import zipfile

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from patience import patience
from reader_cases import CASES, CLASSIFIERS, HOSTILE, WRITERS, run_of

from playground.export.script import NOTEBOOK, SCRIPT, source_of
from playground.export.sequences.lesson import file_name, sequence_files, sequence_lesson

RUN_ALL = """
import json, os, runpy, sys
for folder in sys.argv[1:]:
    os.chdir(folder)
    left = runpy.run_path("rnn_playground_run.py", run_name="__main__")
    names = ("history", "best_epoch", "score", "right", "written")
    print("\\n===== " + json.dumps({name: left[name] for name in names if name in left}))
"""


@pytest.fixture(scope="module")
def left(tmp_path_factory) -> dict[str, dict]:
    """Run every script, by an interpreter that finds no module of this project; return what each leaves behind."""
    folders = {name: tmp_path_factory.mktemp("lesson") for name in CASES}
    for name, folder in folders.items():
        file, content = sequence_files(run_of(name), "script")
        assert file == file_name(run_of(name).material, "script")
        if file == SCRIPT:
            (folder / file).write_bytes(content)
        else:
            zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "error", "-c", RUN_ALL, *map(str, folders.values())]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=patience(200))
    assert done.returncode == 0, done.stderr
    told = [json.loads(line[6:]) for line in done.stdout.split("\n") if line.startswith("===== ")]
    return dict(zip(folders, told, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_script_has_the_losses_of_the_run_in_every_epoch(name, left):
    run, found = run_of(name), left[name]
    assert [line["epoch"] for line in found["history"]] == [epoch.epoch for epoch in run.epochs]
    ours = [(epoch.train_loss, epoch.validation_loss) for epoch in run.epochs]
    np.testing.assert_allclose([(line["train"], line["validation"]) for line in found["history"]], ours, rtol=1e-6)
    assert found["best_epoch"] == run.best_epoch


@pytest.mark.parametrize("name", WRITERS)
def test_writers_script_reaches_the_test_score_and_writes_the_sample(name, left):
    snapshot = run_of(name).snapshot
    assert abs(left[name]["score"] - snapshot.test_bits) < 1e-6
    assert left[name]["right"] == pytest.approx(snapshot.test_accuracy, abs=1e-9)
    assert tuple(left[name]["written"]) == snapshot.sample


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifiers_script_reaches_the_test_score(name, left):
    assert left[name]["score"] == pytest.approx(run_of(name).snapshot.test.accuracy, abs=1e-12)


def test_notebook_runs_from_top_to_bottom(tmp_path):
    name, content = sequence_files(run_of("names"), "notebook")
    assert name == NOTEBOOK
    found = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(found)
    NotebookClient(
        found, timeout=round(patience(120)), kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    printed = "".join(output.get("text", "") for cell in found.cells for output in cell.get("outputs", ()))
    assert [float(told) <= 1e-6 for told in re.findall(r"difference (\S+)", printed)] == [True, True]


def test_names_and_texts_from_outside_stay_data():
    given = {}
    for node in ast.parse(source_of(sequence_lesson(run_of("own text")))).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given[node.targets[0].id] = node.value
    assert ast.literal_eval(given["TITLE"]) == ast.literal_eval(given["SOURCE"]) == HOSTILE
    assert ast.literal_eval(given["PIECES"]) == ["".join(run_of("own text").material.symbols())]


@pytest.mark.parametrize("name", CASES)
def test_script_needs_torch_and_numpy_only_and_imports_what_it_uses(name):
    tree = ast.parse(source_of(sequence_lesson(run_of(name))))
    names = {alias.asname or alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    roots = names | {node.module.split(".")[0] for node in froms}
    assert roots - set(sys.stdlib_module_names) == {"torch", "np"}
