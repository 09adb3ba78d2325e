"""The folder that the playground may write to: fetched prices, stored runs."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

log = logging.getLogger(__name__)

LOCK = "server.lock"
"""The file that the server which uses a folder holds locked."""

_lock = threading.Lock()
_warnings: dict[str, str] = {}
"""Temporary folder in use -> why, in words for visitors."""
_claims: dict[Path, FileLock] = {}


def playground_home() -> Path:
    """Return the folder for everything that outlives a visit, made on demand and private to its owner.

    It is named by the environment variable PLAYGROUND_HOME, or is the user's data folder. Where that
    cannot be written to, a temporary folder takes its place, and PLAYGROUND_HOME names it from then
    on, so that processes started from here share it; `home_warning` then says why.
    """
    wanted = os.environ.get("PLAYGROUND_HOME") or platformdirs.user_data_dir("rnn-playground")
    with _lock:
        reason = "is no folder"
        try:
            home = Path(wanted).expanduser().absolute()
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(home, os.W_OK | os.X_OK):
                return home
            reason = "may not be written to"
        except (OSError, RuntimeError) as error:
            reason = f"cannot be made: {getattr(error, 'strerror', None) or error}"
        return _give_way(wanted, reason, f"The folder for runs {reason}")


def claim_home() -> Path:
    """Return the folder for the one server that may use it; a second server gets a temporary one of its own.

    The claim ends with the process.
    """
    home = playground_home()
    with _lock:
        if home in _claims:
            return home
        claim = FileLock(home / LOCK)
        try:
            claim.acquire(timeout=0)
        except Timeout:
            reason = "is in use by another server of this app"
            return _give_way(str(home), reason, f"The folder for runs {reason}")
        except (OSError, NotImplementedError) as error:
            log.warning("%s cannot be locked (%s): see to it that no second server uses it", home, error)
        _claims[home] = claim
        return home


def home_warning() -> str:
    """Say why runs are kept in a temporary folder, in a sentence for visitors that names no path; empty if not."""
    return _warnings.get(os.environ.get("PLAYGROUND_HOME", ""), "")


def _give_way(wanted: str, reason: str, said: str) -> Path:
    """Use a temporary folder from now on."""
    home = tempfile.mkdtemp(prefix="rnn-playground-")
    os.environ["PLAYGROUND_HOME"] = home
    _warnings[home] = f"{said}; runs and own data are kept in a temporary one and may be lost with a restart."
    log.warning("%s %s; %s takes its place until this server ends", wanted, reason, home)
    return Path(home)
