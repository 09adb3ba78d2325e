"""The rivals' environments, made once in the user's cache folder, outside this repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

CACHE = user_cache_path("rnn-playground") / "rivals"
TORCH = "torch==2.13.0"
PYTHON = {
    "keras": ["keras==3.15.*"],
    "darts": ["darts[torch]==0.48.*"],
    "neuralforecast": ["neuralforecast==3.3.*"],
}
NODE = {"tfjs": "@tensorflow/tfjs", "tfjs-node": "@tensorflow/tfjs-node"}
NODE_VERSION = "4.22"
LONGEST_S = 1800


class NotInstalled(Exception):
    """An environment could not be made; the message says why in few words."""


def environment(name: str) -> Path:
    """Return the folder of an environment, made now if it was not before.

    A failure is kept as well, so that it does not cost its time at every run; delete the folder to try again.

    Raises:
        NotInstalled: if it cannot be made here.
    """
    folder = CACHE / name
    failed = folder / "failed"
    if not (folder / "installed").exists():
        if failed.exists():
            raise NotInstalled(failed.read_text())
        folder.mkdir(parents=True, exist_ok=True)
        try:
            install_node(name, folder) if name in NODE else install_python(name, folder)
        except NotInstalled as problem:
            failed.write_text(str(problem))
            raise
        (folder / "installed").touch()
    return folder


def install_python(name: str, folder: Path) -> None:
    """Make a virtual environment; torch comes first, alone, so that nothing else chooses its build."""
    do([sys.executable, "-m", "venv", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    do([*pip, TORCH])
    do([*pip, *PYTHON[name], TORCH])


def install_node(name: str, folder: Path) -> None:
    """Install a package for Node in a folder of its own."""
    if not shutil.which("npm"):
        raise NotInstalled("npm is not installed")
    do(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), f"{NODE[name]}@{NODE_VERSION}"])


def do(command: list[str]) -> None:
    """Run a step of an installation.

    Raises:
        NotInstalled: if it fails or takes too long.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, env=os.environ)
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"the installation took more than {LONGEST_S} s") from None
    if done.returncode:
        raise NotInstalled(reason(done.stdout + done.stderr))


def reason(output: str) -> str:
    """Return why an installation failed, from what it printed, without addresses."""
    if found := re.search(r"\b(ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|CERT\w+)\b", output):
        return f"a file it needs could not be fetched ({found.group(1)})"
    lines = [line for line in output.splitlines() if re.search(r"\berror\b", line, re.I)]
    return re.sub(r"\S*(?:://|@)\S*", "…", (lines or output.splitlines() or ["no reason given"])[-1]).strip()[:200]
