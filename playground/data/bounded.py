"""Packed files read by a process of their own, which may take so much memory and time and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import orjson

from playground.data.bounded_child import MOST_MEMORY_BYTES, MOST_SECONDS
from playground.places import ROOT

LONGEST_WAIT_S = 180.0
"""How long the reading may take on a busy machine, whose process computes `MOST_SECONDS` of it at most."""


def read_apart(module: str, what: str, data: bytes, *arguments: str) -> tuple[dict[str, Any], bytes]:
    """Return what a module says of a file: its facts, and the bytes that follow.

    Args:
        module: Run with `python -m`, answers by `bounded_child.answer`.
        what: What kind of file it is, for the errors.
        data: The file.
        arguments: Further words for the module.

    Raises:
        ValueError: if it is damaged, too large, or takes too much memory or time.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            input=data,
            capture_output=True,
            cwd=ROOT,
            env=environment | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            timeout=LONGEST_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(what) from None
    except OSError as error:
        raise ValueError(f"the server cannot read a {what} now ({error.strerror}); try again later") from None
    head, _, body = done.stdout.partition(b"\n")
    told: dict[str, Any] = orjson.loads(head) if done.returncode == 0 and head else {"memory": True}
    if "problem" in told:
        raise ValueError(told["problem"])
    if "memory" in told:
        raise _unreadable(what)
    return told, body


def _unreadable(what: str) -> ValueError:
    return ValueError(
        f"the {what} could not be read with {MOST_MEMORY_BYTES >> 20} MB of memory in {MOST_SECONDS} s, more "
        "than a table of its size needs; write it again or save it as CSV"
    )
