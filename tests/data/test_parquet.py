"""Parquet files that lie about their size, or are damaged: a bounded child process, and one sentence."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hostile_files import is_own_sentence, written
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import bounded, parquet_child
from playground.data.bounded_child import MOST_MEMORY_BYTES
from playground.data.parquet import parquet_columns
from playground.data.parquet_child import columns_of
from playground.places import ROOT

READ = """
import resource, sys
from playground.data.tables import load_table
try:
    table = load_table(sys.stdin.buffer.read(), "parquet", "utf-8", ",", True)
    print({name: len(cells) for name, cells in table.columns.items()})
except ValueError as error:
    print(error)
# What getrusage tells of this process includes the process that started it.
own = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, own)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process for sure")
@pytest.mark.parametrize(
    ("make", "said", "most_mb"),
    [
        ("fixed_bytes", "{'n': 200000}", 250),
        ("more_rows", "at most 200,000 rows, got more than 200,000; keep a stretch", 250),
        ("large_page", "could not be read with 900 MB of memory in 60 s", 900),
    ],
)
def test_a_small_file_that_unpacks_to_gigabytes_takes_bounded_memory(make, said, most_mb):
    build = f"import sys, hostile_files; sys.stdout.buffer.write(hostile_files.{make}())"
    built = subprocess.run([sys.executable, "-c", build], cwd=ROOT / "tests", capture_output=True, timeout=200)
    assert 0 < len(built.stdout) < 2**20, built.stderr
    done = subprocess.run([sys.executable, "-c", READ], input=built.stdout, cwd=ROOT, capture_output=True, timeout=200)
    sentence, peaks = done.stdout.decode().splitlines()
    assert said in sentence
    child_kb, own_kb = map(int, peaks.split())
    assert max(child_kb, own_kb) < most_mb * 2**10


def test_the_last_file_is_read_once(monkeypatch):
    started = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **named: started.append(a) or run(*a, **named))
    parquet_columns.cache_clear()
    data = written(pa.table({"n": [1.5, None, 2.0], "t": ["a", None, "a"]}))
    for _ in range(3):
        columns, left_out = parquet_columns(data)
        assert columns == {"n": ["1.5", "", "2"], "t": ["a", "", "a"]}
        assert not any(left_out.values())
    assert len(started) == 1


@pytest.mark.parametrize(
    ("ending", "wait_s"),
    [("import os; os.abort()", 3.0), ("raise SystemExit(3)", 3.0), ("import time; time.sleep(60)", 0.3)],
)
def test_a_reader_that_dies_or_hangs_is_a_sentence(monkeypatch, ending, wait_s):
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **named: run([sys.executable, "-c", ending], **named))
    monkeypatch.setattr(bounded, "LONGEST_WAIT_S", wait_s)
    parquet_columns.cache_clear()
    with pytest.raises(ValueError, match="could not be read with 900 MB of memory in 60 s, more than a table"):
        parquet_columns(b"PAR1")


def test_a_table_is_counted_as_it_comes(monkeypatch):
    texts = [f"{number:08}" for number in range(4000)]
    data = written(pa.table({"a": texts}), times=5)
    count = sum(len(text) + 64 + 8 for text in texts)
    monkeypatch.setattr(parquet_child, "MOST_TABLE_BYTES", 5 * count)
    assert len(columns_of(data)[0][0].words) == 1 + 5 * 4000
    monkeypatch.setattr(parquet_child, "MOST_TABLE_BYTES", 5 * count - 1)
    with pytest.raises(ValueError, match=r"a table of 1 MB, got more after 20,000 rows; leave out"):
        columns_of(data)


def test_columns_of_other_kinds_are_left_out_unread():
    table = pa.table(
        {
            "list": [[1], [2]],
            "bytes": pa.array([b"ab", b"cd"], pa.binary(2)),
            "for": pa.array([1, 2], pa.duration("s")),
            "half": np.array([0.5, 1.5], dtype=np.float16),
            "money": pa.array([1, 2], pa.decimal128(9, 2)),
            "word": pa.array(["x", "y"]).dictionary_encode(),
            "number": pa.array([7, 8]).dictionary_encode(),
            "none": pa.nulls(2),
        }
    )
    columns, left_out = columns_of(written(table))
    assert [column.name for column in columns] == ["half", "money", "word", "number", "none"]
    assert left_out == {"nested column": 1, "column of another kind": 2}
    assert [column.words[column.places[0][1]] for column in columns] == ["1.5", "2.00", "y", "8", ""]


DATA = written(pa.Table.from_pandas(pd.DataFrame({"t": ["a", "b"] * 40, "v": np.arange(80.0)})))


@settings(max_examples=12)
@given(st.integers(4, 3000), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_gives_columns_or_a_sentence(at, junk):
    """Each in its child process, because a damaged file may end the process that reads it."""
    data = bytearray(DATA)
    at %= len(data) - len(junk)
    data[at : at + len(junk)] = junk
    try:
        columns, _ = parquet_columns(bytes(data))
        assert all(len(cells) <= 200_000 for cells in columns.values())
    except ValueError as error:
        assert is_own_sentence(error), repr(error)


def test_the_child_says_what_is_wrong(monkeypatch):
    assert MOST_MEMORY_BYTES >= 500 * 2**20
    parquet_columns.cache_clear()
    with pytest.raises(ValueError, match=r"the Parquet file could not be read \(.*\); write it again"):
        parquet_columns(b"PAR1" + b"\0" * 100)
    with pytest.raises(ValueError, match="at most 50 columns, got 51"):
        parquet_columns(written(pa.table({f"c{k}": [1] for k in range(51)})))
