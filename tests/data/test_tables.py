"""Files of every kind, honest and hostile: a table of text or one clear sentence."""

import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile_files import is_own_sentence
from hypothesis import given
from hypothesis import strategies as st

from playground.data import tables
from playground.data.encodings import encoding_of
from playground.data.signatures import kind_of
from playground.data.tables import decoded, load_table


def table_of(data: bytes | str, **how):
    data = data.encode() if isinstance(data, str) else data
    plain = {"kind": "csv", "encoding": "utf-8", "delimiter": ",", "header": True}
    return load_table(data, **plain | how)


def zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, b"0" * 10_000_000)
    return packed.getvalue()


def parquet_of(frame: pd.DataFrame, **options) -> bytes:
    packed = io.BytesIO()
    frame.to_parquet(packed, index=False, **options)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (zipped("bomb.csv"), "a zip file; unpack it"),
        (b"PK\x05\x06" + b"\0" * 18, "a zip file; unpack it"),
        (gzip.compress(b"0" * 10_000_000), "a gzip file; unpack it or save it as CSV"),
        (bz2.compress(b"0" * 1000), "a bzip2 file; unpack it or save it as CSV"),
        (lzma.compress(b"0" * 1000), "an xz file; unpack it or save it as CSV"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            r"an old Excel workbook \(.xls\); open it",
        ),
        (b"%PDF-1.7", "a PDF document; unpack it or save it as CSV"),
        (b"\x89PNG\r\n\x1a\n", "a picture; unpack it or save it as CSV"),
    ],
)
def test_packed_files_are_refused_by_their_content(data, what):
    with pytest.raises(ValueError, match=rf"must be CSV text, an Excel workbook \(.xlsx\) or Parquet, got {what}"):
        kind_of(data)


def test_size_is_checked_first():
    with pytest.raises(ValueError, match=r"at most 5 MB, got 5\.0 MB"):
        kind_of(b"1" * (5 * 2**20 + 1))
    assert kind_of(b"1" * 5 * 2**20) == "csv"


@pytest.mark.parametrize("data", [b"", b" \n\r\n\t "])
def test_an_empty_file_is_refused(data):
    with pytest.raises(ValueError, match="the file is empty"):
        table_of(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bytes(range(256)) * 20, "the file must be text, but its bytes are no UTF-8 and do not tell"),
        (bytes(range(128)) * 20, r"the file must be text, but character 0 is the control character 0"),
        (b"a,b\n1,\x07\n", r"control character 7"),
        (b"a,b\n1,\x81\n", "do not tell which other encoding"),
        (b"\xff\xfea", "byte 2 is none in UTF-16"),
        (b"\x93NUMPY" + b"\0" * 20, "do not tell which other encoding"),
    ],
)
def test_binary_junk_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        table_of(data, encoding=encoding_of(data))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("é;1".encode(), "utf-8"),
        ("é;1".encode("utf-8-sig"), "utf-8"),
        ("é;1".encode("utf-16"), "utf-16"),
        ("é;1".encode("latin-1"), "cp1252"),
        ("é;".encode() + "é".encode("latin-1"), "cp1252"),
    ],
)
def test_encodings(data, encoding):
    assert encoding_of(data) == encoding
    assert decoded(data, encoding).endswith((";1", ";é"))
    assert not decoded(data, encoding).startswith("\ufeff")


def test_too_many_columns_are_refused():
    with pytest.raises(ValueError, match=r"at most 400 columns, got 10,000; keep the time"):
        table_of(",".join(f"c{i}" for i in range(10_000)) + "\n" + "1," * 9_999 + "1")
    assert len(table_of(",".join(f"c{i}" for i in range(50)) + "\n" + "1," * 49 + "1").columns) == 50


def test_too_many_rows_are_refused():
    full = "a\n" + "1\n" * tables.MOST_ROWS
    assert len(table_of(full).rows) == 200_000
    with pytest.raises(ValueError, match=r"at most 200,000 rows, got more than 200,000; keep a stretch"):
        table_of(full + "1\n")


@pytest.mark.parametrize("data", ["a,b\n", "a,b", "a,b\n,\n\n"])
def test_a_table_with_only_a_header_is_refused(data):
    with pytest.raises(ValueError, match="no rows with values"):
        table_of(data)


@pytest.mark.parametrize("data", ['a,b\n1,"2\n3,4\n', 'a,b\n1,"2"3\n', "a\n" + "1" * 200_000])
def test_broken_quoting_and_endless_cells_are_refused(data):
    with pytest.raises(ValueError, match=r"row 2 could not be read .*check its quotation marks"):
        table_of(data)


def test_rows_are_counted_as_a_spreadsheet_does():
    found = table_of('time,text\n1,"two\nlines"\n\n3\n4,x,y\n , \n5,"a,b"\r\n')
    assert found.columns == {"time": ["1", "3", "5"], "text": ["two\nlines", "", "a,b"]}
    assert found.rows.tolist() == [2, 4, 7]
    assert found.notes == (
        "2 rows empty: left out (rows 3, 6)",
        "1 row with more than 2 cells: left out (row 5)",
        "1 row with fewer than 2 cells: the rest taken as empty (row 4)",
    )


def test_names_become_distinct_and_fit_for_a_link():
    found = table_of("temp;temp;;a,b;=x;" + "y" * 60 + "\n1;2;3;4;5;6", delimiter=";")
    assert list(found.columns) == ["temp", "temp 2", "column 3", "a b", "x", "y" * 34]
    assert "the column 'temp' is called 'temp 2' here" in found.notes
    assert "the column '=x' is called 'x' here" in found.notes
    assert list(table_of("1,2\n3,4", header=False).columns) == ["column 1", "column 2"]
    assert table_of("1,2\n3,4", header=False).rows.tolist() == [1, 2]


def test_the_first_rows_alone():
    assert table_of("a\n1\n2\n3\n", most=2).columns == {"a": ["1", "2"]}
    frame = pd.DataFrame({"a": [1, 2, 3]})
    assert table_of(parquet_of(frame), kind="parquet", most=2).columns == {"a": ["1", "2"]}


def test_parquet_of_every_plain_type_becomes_text():
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-01-01", None, "2024-01-03 12:30"], format="ISO8601"),
            "zone": pd.to_datetime(["2024-01-01T00:00+02:00"] * 3, utc=True),
            "a.b": [1.5, np.nan, 0.1],
            "n": np.array([1, 2, 3], dtype=np.int8),
            "flag": [True, False, True],
            "text": ["x" * 300, None, " y "],
            "many": [[1], [2], [3]],
        }
    )
    found = table_of(parquet_of(frame), kind="parquet")
    assert list(found.columns) == ["day", "zone", "a.b", "n", "flag", "text"]
    assert pd.to_datetime(found.columns["day"][2]) == pd.Timestamp("2024-01-03 12:30")
    assert pd.to_datetime(found.columns["zone"][0]) == pd.Timestamp("2023-12-31 22:00", tz="UTC")
    assert [float(cell or "nan") for cell in found.columns["a.b"]] == pytest.approx([1.5, np.nan, 0.1], nan_ok=True)
    assert found.columns["day"][1] == ""
    assert found.columns["text"] == ["x" * 200, "", "y"]
    assert found.notes == ("1 nested column: left out",)


def test_parquet_within_limits_only(monkeypatch):
    with pytest.raises(ValueError, match="at most 50 columns, got 51"):
        table_of(parquet_of(pd.DataFrame(np.zeros((2, 51)), columns=[f"c{i}" for i in range(51)])), kind="parquet")
    many = parquet_of(pd.DataFrame({"a": np.zeros(200_001)}))
    assert len(many) < 100_000
    with pytest.raises(ValueError, match="at most 200,000 rows, got 200,001"):
        table_of(many, kind="parquet")
    bomb = parquet_of(pd.DataFrame({"a": ["0" * 500_000 + str(i) for i in range(200)]}), compression="gzip")
    assert len(bomb) < 2 * 2**20
    with pytest.raises(ValueError, match="may unpack to 64 MB, got 9"):
        table_of(bomb, kind="parquet")


def test_a_long_text_repeated_in_parquet_is_stored_once():
    repeated = pa.DictionaryArray.from_arrays(np.zeros(100_000, dtype=np.int32), ["0" * 1_000_000])
    packed = io.BytesIO()
    pq.write_table(pa.table({"a": repeated}), packed)
    data = packed.getvalue()
    cells = table_of(data, kind="parquet").columns["a"]
    assert len(cells) == 100_000
    assert len({id(cell) for cell in cells}) <= 10
    assert len(cells[0]) == 200


def test_parquet_columns_must_have_different_names():
    packed = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), packed)
    with pytest.raises(ValueError, match="must have different names"):
        table_of(packed.getvalue(), kind="parquet")


@given(st.text(max_size=400), st.sampled_from([",", ";", "\t", "|"]), st.booleans())
def test_any_text_gives_a_table_or_a_sentence(text, delimiter, header):
    try:
        found = table_of(text.encode(), delimiter=delimiter, header=header)
    except ValueError as error:
        assert is_own_sentence(error), repr(error)
        return
    assert all(len(cells) == len(found.rows) for cells in found.columns.values())
