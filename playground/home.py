"""The folder that the playground may write to: fetched prices, stored runs."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

import platformdirs

_lock = threading.Lock()


def playground_home() -> Path:
    """Return the folder for everything that outlives a visit, made on demand and private to its owner.

    It is named by the environment variable PLAYGROUND_HOME, or is the user's data folder. Where that
    cannot be written to, a temporary folder takes its place, and PLAYGROUND_HOME names it from then
    on, so that processes started from here share it.
    """
    wanted = os.environ.get("PLAYGROUND_HOME") or platformdirs.user_data_dir("rnn-playground")
    with _lock:
        try:
            home = Path(wanted).expanduser().absolute()
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(home, os.W_OK | os.X_OK):
                return home
        except (OSError, RuntimeError):
            pass
        os.environ["PLAYGROUND_HOME"] = tempfile.mkdtemp(prefix="rnn-playground-")
        return Path(os.environ["PLAYGROUND_HOME"])
