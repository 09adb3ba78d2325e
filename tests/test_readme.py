"""The README's commands are the ones that the gate runs, and the project speaks of itself only."""

import os
import re
import subprocess

import pytest
from patience import patience

from playground.hosting.settings import Settings
from playground.places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
GATE = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def commands() -> list[str]:
    """Return every line of the README's shell blocks."""
    return [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines() if line]


def planned(target: str) -> str:
    """Return what make would run from scratch, whatever make these tests were started by."""
    told = ("VENV", "PYTHON", "LOCKED", "UV")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name not in told
    }
    command = ["make", "-Bn", target]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=patience(30))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_make_target_of_the_readme_exists():
    targets = {command.split()[1] for command in commands() if command.startswith("make ")}
    targets |= set(re.findall(r"`make (\w+)`", README))
    assert {"run", "test"} <= targets
    for target in targets:
        assert planned(target)


def test_gate_runs_the_readmes_commands():
    assert "make test" in GATE
    assert "make run" in GATE


def test_plain_lines_do_what_make_run_does():
    plain = [command for command in commands() if not command.startswith("make ")]
    assert plain == [
        "python3 -m venv .venv",
        ".venv/bin/pip install -r requirements.txt",
        ".venv/bin/streamlit run streamlit_app.py",
        ".venv/bin/python -m playground train recipe.json --out run/",
        ".venv/bin/python -m playground report run/",
        ".venv/bin/python -m playground export run/ --script",
        ".venv/bin/python -m playground look table.csv",
        ".venv/bin/python -m playground train table.csv --value Sales --out sales/",
        ".venv/bin/python -m playground forecast sales/ --steps 14 --out forecast.csv",
        ".venv/bin/python -m playground forecast sales/ newer.csv --steps 14 --out forecast.csv",
        ".venv/bin/python -m benchmarks.workshop --visitors 30 --seconds 600",
    ]
    assert ".venv/bin/python -m playground.hosting.workshop" in planned("workshop")
    make = planned("run")
    assert "python3 -m venv .venv" in make
    assert ".venv/bin/pip install --quiet --requirement requirements.txt" in make
    assert ".venv/bin/streamlit run streamlit_app.py" in make


@pytest.mark.parametrize(
    "link", sorted(set(re.findall(r"\]\(([^)#:]+)\)|`((?:docs|assets|playground|benchmarks)/[^`]*)`", README)))
)
def test_every_path_in_the_readme_exists(link):
    path = "".join(link)
    assert (ROOT / path).exists(), path


def test_every_variable_in_the_readme_is_a_setting():
    known = {f"PLAYGROUND_{name.upper()}" for name in Settings.model_fields} | {"PLAYGROUND_HOME"}
    assert set(re.findall(r"`(PLAYGROUND_\w+)`", README)) <= known
