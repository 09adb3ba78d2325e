"""Parquet files to columns of text, read by a process of their own: see `parquet_child`."""

from __future__ import annotations

import functools

import numpy as np

from playground.data.bounded import read_apart

Columns = tuple[dict[str, list[str]], dict[str, int]]
"""Name -> (n,) cells; and how many columns were left out, by kind."""


@functools.lru_cache(maxsize=1)
def parquet_columns(data: bytes) -> Columns:
    """Return the columns of a Parquet file as text, and how many were left out.

    The last file is kept, since a table is opened anew for each correction of how it is read.

    Raises:
        ValueError: if it is damaged, too large, or takes too much memory or time.
    """
    told, body = read_apart("playground.data.parquet_child", "Parquet file", data)
    cells = np.frombuffer(body, "<i4").reshape(len(told["names"]), -1) if told["names"] else ()
    columns = {
        name: list(map(words.__getitem__, places.tolist()))
        for name, words, places in zip(told["names"], told["words"], cells, strict=True)
    }
    return columns, told["left_out"]
