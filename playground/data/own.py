"""Learners' own series, kept on this server for a day under a name that cannot be guessed."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
import time
from pathlib import Path

from playground.config import DataChoice
from playground.hosting.home import playground_home
from playground.packing import pack, unpack
from playground.records import Series

LIFE_S = 24 * 3600.0
"""How long a series is kept after it was last used."""

MOST_KEPT, MOST_KEPT_BYTES = 500, 200 * 2**20
"""Most series kept, and their size together; those used longest ago go first."""

MOST_BYTES = 20 * 2**20
"""Largest series that is kept."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def keep_own(series: Series) -> str:
    """Keep a series and return the token that loads it again, as `DataChoice.own`.

    Raises:
        ValueError: if the series is too large, or the server cannot write it.
    """
    data = pack(series)
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"own data must be at most {MOST_BYTES >> 20} MB, got {len(data) >> 20} MB; leave out rows or columns"
        )
    token = secrets.token_urlsafe(16)
    try:
        folder = _folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix="keep-", dir=folder)  # readable by the owner alone
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(part).replace(_path(token))
    except OSError as error:
        raise ValueError(f"your data could not be kept on this server: {error.strerror}; try again later") from None
    with contextlib.suppress(OSError):  # another visitor's upload may delete the same file first
        _forget_old(folder)
    return token


def load_own(choice: DataChoice) -> Series:
    """Load the series that `keep_own` kept under `choice.own`, and count it as used.

    Raises:
        ValueError: if there is none, or it has been kept for its time.
    """
    if not choice.own:
        raise ValueError("there is no data of yours here; upload a table or draw a curve")
    path = _path(choice.own)
    try:
        if time.time() - path.stat().st_mtime > LIFE_S:
            path.unlink(missing_ok=True)
        series = unpack(Series, path.read_bytes())
        os.utime(path)
    except (OSError, ValueError):
        raise ValueError(
            f"your data is no longer kept here ({LIFE_S / 3600:g} h after its last use); upload or draw it again"
        ) from None
    for column in (series.values, *series.extras.values(), *([] if series.times is None else [series.times])):
        column.flags.writeable = False
    return series


def _folder() -> Path:
    return playground_home() / "own"


def _path(token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise ValueError(f"own must be the name of an upload, got {token[:30]!r}; upload the data again")
    return _folder() / f"{token}.safetensors"


def _forget_old(folder: Path) -> None:
    """Delete what has not been used for `LIFE_S`, and the oldest beyond what may be kept, left-over parts included."""
    files = sorted(((file.stat(), file) for file in folder.iterdir()), key=lambda found: -found[0].st_mtime)
    size = 0
    for count, (facts, file) in enumerate(files):
        size += facts.st_size
        if count >= MOST_KEPT or size > MOST_KEPT_BYTES or time.time() - facts.st_mtime > LIFE_S:
            file.unlink(missing_ok=True)
