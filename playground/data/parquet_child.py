"""Reads one Parquet file in a process of its own, which may take so much memory and time and no more.

`python -m playground.data.parquet_child` reads the file from standard input. A Parquet file says itself how
much it unpacks to, in its footer and again before every page, and neither need be true; so what becomes of
the file is counted as it comes.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.data.bounded_child import MOST_CELL_CHARACTERS, answer
from playground.data.limits import MOST_COLUMNS, MOST_ROWS, too_many_columns, too_many_rows

MOST_UNPACKED_BYTES = 64 * 2**20
"""Largest content that a Parquet file may unpack to, by its own account."""

MOST_TABLE_BYTES = 128 * 2**20
"""Largest table of text that may become of it, as counted here."""

ROWS_AT_ONCE = 65_536

_CELL_BYTES, _WORD_BYTES = 8, 64
"""Roughly what a cell of a table takes, and a text beside its letters."""


@dataclass
class Column:
    """A column as it comes.

    Attributes:
        name: Its name in the file.
        words: Its texts, "" for nothing first; one that many cells repeat stands here once a batch.
        places: For every batch, (n,) int32: where in `words` each cell's text stands.
    """

    name: str
    words: list[str] = field(default_factory=lambda: [""])
    places: list[Any] = field(default_factory=list)

    def take(self, words: list[str], indices: Any) -> int:
        """Add a batch: its texts, and (n,) which of them each cell holds, -1 for none; return the bytes it takes."""
        self.places.append(np.where(indices < 0, 0, indices + len(self.words)).astype("<i4"))
        self.words += words
        return sum(map(len, words)) + _WORD_BYTES * len(words) + _CELL_BYTES * len(indices)


def columns_of(data: bytes) -> tuple[list[Column], dict[str, int]]:
    """Return the columns that hold plain values, and how many were left out, by kind.

    Raises:
        ValueError: if the file is damaged or beyond the limits.
        MemoryError: if it takes more memory than there may be.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        facts = pq.read_metadata(io.BytesIO(data))
        _check(facts)
        texts = [column.name for column in pq.ParquetFile(io.BytesIO(data)).schema_arrow if _is_text(pa, column.type)]
        file = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        schema = file.schema_arrow
        if len(set(schema.names)) < len(schema.names):
            raise ValueError("the columns of a Parquet file must have different names; rename those that are the same")
        kept = [column.name for column in schema if _is_plain(pa, column.type)]
        nested = sum(pa.types.is_nested(column.type) for column in schema)
        left_out = {"nested column": nested, "column of another kind": len(schema) - len(kept) - nested}
        return _read(pa, file, kept), left_out
    except pa.ArrowMemoryError as error:
        raise MemoryError from error
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        why = (str(error).splitlines() or ["damaged"])[0][:100]
        raise ValueError(f"the Parquet file could not be read ({why}); write it again or save it as CSV") from None


def _check(facts: Any) -> None:
    """Refuse what is beyond the limits by its own account; what lies about itself comes further."""
    if facts.num_columns > MOST_COLUMNS:
        raise too_many_columns(facts.num_columns)
    if facts.num_rows > MOST_ROWS:
        raise too_many_rows(f"{facts.num_rows:,}")
    groups = [facts.row_group(i) for i in range(facts.num_row_groups)]
    unpacked = sum(
        max(group.column(k).total_uncompressed_size, 0) for group in groups for k in range(group.num_columns)
    )
    if unpacked > MOST_UNPACKED_BYTES:
        raise ValueError(
            f"a Parquet file may unpack to {MOST_UNPACKED_BYTES >> 20} MB, got {unpacked >> 20} MB; "
            "leave out rows or columns"
        )


def _is_plain(pa: Any, kind: Any) -> bool:
    """Say whether a column holds single numbers, times or texts."""
    types = pa.types
    if types.is_dictionary(kind):
        return _is_plain(pa, kind.value_type)
    checks = (
        *(types.is_boolean, types.is_integer, types.is_floating, types.is_decimal, types.is_null),
        *(types.is_date, types.is_time, types.is_timestamp),
    )
    return _is_text(pa, kind) or any(check(kind) for check in checks)


def _is_text(pa: Any, kind: Any) -> bool:
    types = pa.types
    return any(
        check(kind) for check in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    )


def _read(pa: Any, file: Any, names: list[str]) -> list[Column]:
    columns, rows, taken = [Column(name) for name in names], 0, 0
    if not names:
        return columns
    for batch in file.iter_batches(ROWS_AT_ONCE, columns=names, use_threads=False):
        rows += batch.num_rows
        if rows > MOST_ROWS:
            raise too_many_rows(f"more than {MOST_ROWS:,}")
        for column, values in zip(columns, batch.columns, strict=True):
            taken += column.take(*_texts(pa, values))
            if taken > MOST_TABLE_BYTES:
                raise ValueError(
                    f"a Parquet file may make a table of {MOST_TABLE_BYTES >> 20} MB, got more after {rows:,} rows; "
                    "leave out rows or columns"
                )
    return columns


def _texts(pa: Any, values: Any) -> tuple[list[str], Any]:
    """Return the texts of a batch without repetition, and (n,) which of them each cell holds, -1 for none."""
    dictionary = pa.types.is_dictionary(values.type)
    if dictionary and _is_text(pa, values.type.value_type):
        words = [_cut(word) for word in values.dictionary.to_pylist()]
    else:
        numbers = values.dictionary_decode() if dictionary else values
        values = numbers.cast(pa.string()).dictionary_encode()
        words = values.dictionary.to_numpy(zero_copy_only=False).tolist()
    return words, values.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)


def _cut(word: str | bytes | None) -> str:
    start = (word or "")[: 4 * MOST_CELL_CHARACTERS]
    text = start.decode("utf-8", "replace") if isinstance(start, bytes) else start
    return text[:MOST_CELL_CHARACTERS].strip()


def _told(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return names and texts of the columns, and as bytes (columns, rows) int32: the place of each cell's text."""
    columns, left_out = columns_of(data)
    head = {
        "names": [column.name for column in columns],
        "left_out": left_out,
        "words": [column.words for column in columns],
    }
    return head, b"".join(part.tobytes() for column in columns for part in column.places)


if __name__ == "__main__":
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    answer(_told)
