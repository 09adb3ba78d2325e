"""The gate's own parts: which Pythons it tests, what it runs of the README, and what a run without a browser says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from patience import patience

from playground.places import ROOT

GATE = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def python(folder: Path, name: str, version: str, told: bool = True) -> Path:
    """Write a program that answers as a Python of that version would."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version} {path}'\n" if told else "#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


def found(pyenv: Path, path: Path, *named: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYENV_ROOT": str(pyenv), "PATH": f"{path}:/usr/bin:/bin"}
    command = ["bash", str(ROOT / ".ci" / "pythons"), *named]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=patience(30))


def test_every_python_is_found_once_and_the_usual_one_is_first(tmp_path):
    pyenv, path = tmp_path / "pyenv", tmp_path / "bin"
    usual = python(path, "python3", "3.12")
    same = python(pyenv / "versions" / "3.12.1" / "bin", "python3", "3.12")
    newer = python(pyenv / "versions" / "3.13.0" / "bin", "python3", "3.13")
    older = python(pyenv / "versions" / "3.10.2" / "bin", "python3", "3.10", told=False)
    for version in ("3.11", "3.14", "3.15"):
        python(path, f"python{version}", version, told=False)
    done = found(pyenv, path)
    assert done.stdout.splitlines() == [f"3.12 {usual}", f"3.13 {newer}"]
    assert str(same) not in done.stdout and str(older) not in done.stdout
    assert done.stderr.splitlines() == [
        f"Python {version} is not here and is not tested." for version in ("3.11", "3.14")
    ]


def test_named_pythons_must_be_there(tmp_path):
    good = python(tmp_path, "good", "3.14")
    bad = python(tmp_path, "bad", "3.9", told=False)
    assert found(tmp_path, tmp_path, str(good)).stdout.split() == ["3.14", str(good)]
    done = found(tmp_path, tmp_path, str(good), str(bad))
    assert done.returncode == 1
    assert "bad is no Python" in done.stderr


def test_a_python_tells_its_own_version(tmp_path):
    done = found(tmp_path, tmp_path, sys.executable)
    assert done.stdout.split() == ["{}.{}".format(*sys.version_info[:2]), sys.executable]


def test_the_workflow_runs_the_gate_on_every_python_and_trusts_nobody():
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    job = workflow["jobs"]["test"]
    assert workflow["permissions"] == {"contents": "read"}
    assert (
        job["strategy"]["matrix"]["python"]
        == re.search(r'wanted="(.+)"', (ROOT / ".ci/pythons").read_text())[1].split()
    )
    assert {"run": ".ci/run python"} in job["steps"]
    actions = re.findall(r"uses: (\S+)(.*)", text)
    assert len(actions) == 2
    for action, comment in actions:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_the_gate_checks_what_it_installs():
    assert "LOCKED=yes" in GATE
    assert "--require-hashes" in GATE
    assert GATE.index("make quick") < GATE.index("make test $(")


@pytest.mark.processes
@pytest.mark.parametrize("options", [[], ["--numprocesses", "1"]], ids=["alone", "in processes"])
def test_a_run_without_a_browser_says_so_in_its_last_line(tmp_path, options):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, "tests/browser/test_entries.py"]
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "CHROMIUM")}
    kept = {name: value for name, value in kept.items() if not name.startswith("PYTEST")} | {"PATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=patience(60))
    assert done.returncode == 0, done.stdout + done.stderr
    *_, closing, last = done.stdout.splitlines()
    assert "1 skipped" in closing
    assert last.startswith("NOT TESTED IN A BROWSER (1): no Chromium found")
