"""Parquet files to columns of text, read by a process of their own: see `parquet_child`."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from typing import Any

import numpy as np
import orjson

from playground.data.parquet_child import MOST_MEMORY_BYTES, MOST_SECONDS
from playground.places import ROOT

LONGEST_WAIT_S = 180.0
"""How long the reading may take on a busy machine, whose process computes `MOST_SECONDS` of it at most."""

Columns = tuple[dict[str, list[str]], dict[str, int]]
"""Name -> (n,) cells; and how many columns were left out, by kind."""


@functools.lru_cache(maxsize=1)
def parquet_columns(data: bytes) -> Columns:
    """Return the columns of a Parquet file as text, and how many were left out.

    The last file is kept, since a table is opened anew for each correction of how it is read.

    Raises:
        ValueError: if it is damaged, too large, or takes too much memory or time.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "playground.data.parquet_child"],
            input=data,
            capture_output=True,
            cwd=ROOT,
            env=environment | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            timeout=LONGEST_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable() from None
    except OSError as error:
        raise ValueError(f"the server cannot read a Parquet file now ({error.strerror}); try again later") from None
    head, _, body = done.stdout.partition(b"\n")
    told: dict[str, Any] = orjson.loads(head) if done.returncode == 0 and head else {"memory": True}
    if "problem" in told:
        raise ValueError(told["problem"])
    if "memory" in told:
        raise _unreadable()
    cells = np.frombuffer(body, "<i4").reshape(len(told["names"]), -1) if told["names"] else ()
    columns = {
        name: list(map(words.__getitem__, places.tolist()))
        for name, words, places in zip(told["names"], told["words"], cells, strict=True)
    }
    return columns, told["left_out"]


def _unreadable() -> ValueError:
    return ValueError(
        f"the Parquet file could not be read with {MOST_MEMORY_BYTES >> 20} MB of memory in {MOST_SECONDS} s, more "
        "than a table of its size needs; write it again or save it as CSV"
    )
