"""Small files that unpack to much, and footers that say otherwise."""

import io
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def varint(number: int, length: int = 0) -> bytes:
    """Return a count as Thrift's compact protocol writes it, padded to `length` bytes."""
    number, parts = 2 * number, []
    while number or len(parts) < max(length, 1):
        parts.append(number & 127)
        number >>= 7
    return bytes([*(part | 128 for part in parts[:-1]), parts[-1]])


def told_otherwise(data: bytes, number: int, told: int) -> bytes:
    """Return a Parquet file whose footer says `told` wherever it said `number`."""
    size = int.from_bytes(data[-8:-4], "little")
    footer, true = data[-8 - size : -8], varint(number)
    assert true in footer
    return data[: -8 - size] + footer.replace(true, varint(told, len(true))) + data[-8:]


def written(table: pa.Table, times: int = 1, **options) -> bytes:
    packed = io.BytesIO()
    with pq.ParquetWriter(packed, table.schema, compression="zstd", **options) as file:
        for _ in range(times):
            file.write_table(table)
    return packed.getvalue()


def fixed_bytes(rows: int = 200_000, size: int = 12_500) -> bytes:
    """A column of fixed-size bytes, all cells the same: 2.5 GB where each cell is made."""
    part = 1000
    cells = pa.array([b"0" * size] * part, pa.binary(size))
    return written(pa.table({"n": np.zeros(part), "bytes": cells}), times=rows // part)


def more_rows(rows: int = 40_000_000, told: int = 100) -> bytes:
    """Far more rows than the footer says."""
    part = 1_000_000
    return told_otherwise(written(pa.table({"n": np.zeros(part)}), times=rows // part), rows, told)


def large_page(size: int = 400 * 2**20) -> bytes:
    """A single text of `size` bytes in a page that the footer says is small."""
    text = pa.Array.from_buffers(
        pa.large_string(), 1, [None, pa.py_buffer(np.array([0, size])), pa.py_buffer(np.full(size, 48, dtype=np.uint8))]
    )
    data = written(pa.table({"a": text}), use_dictionary=False, write_statistics=False)
    facts = pq.read_metadata(io.BytesIO(data)).row_group(0).column(0)
    return told_otherwise(data, facts.total_uncompressed_size, 1000)


def is_own_sentence(error: ValueError) -> bool:
    """Say whether an error is one that this project raised with a sentence, not one that something else let slip."""
    trace, innermost = error.__traceback__, None
    while trace is not None:
        innermost, trace = trace, trace.tb_next
    code = innermost.tb_frame.f_code.co_filename
    sentence = str(error)
    plain = "\n" not in sentence and len(sentence) < 600 and re.search(r"[;:,]", sentence)
    return "/playground/" in code and bool(plain)
