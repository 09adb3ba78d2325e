"""What a file is, by its content and not by its name."""

from __future__ import annotations

from typing import Literal

ENDINGS = ("csv", "tsv", "txt", "dat", "xlsx", "parquet")
"""How the names of tables end; what they are, their bytes say."""

MOST_BYTES = 5 * 2**20
"""Largest file that is read."""

Kind = Literal["csv", "xlsx", "parquet"]

_OTHERS = (
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z file"),
    (b"Rar!", "a rar file"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
)
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_PACKED = (
    (b"xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    (b"opendocument.spreadsheet", "an OpenDocument workbook (.ods)"),
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind_of(data: bytes) -> Kind:
    """Return what the bytes are.

    Raises:
        ValueError: if they are empty, too many, or neither text nor a workbook nor Parquet.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"a file must be at most {MOST_BYTES >> 20} MB, got {len(data) / 2**20:.1f} MB; leave out rows or columns"
        )
    if not data.strip():
        raise empty()
    if data.startswith(_ZIP):
        if b"xl/workbook.xml" in data:
            return "xlsx"
        other = next((what for mark, what in _PACKED if mark in data), "")
        if other:
            raise _save_anew(other)
        raise _refused("a zip file", "unpack it")
    if data.startswith(_OLE):
        locked = _ENCRYPTED in data
        raise _save_anew("a workbook with a password" if locked else "an old Excel workbook (.xls)")
    for signature, what in _OTHERS:
        if data.startswith(signature):
            raise _refused(what, "unpack it or save it as CSV")
    return "parquet" if data.startswith(b"PAR1") else "csv"


def empty() -> ValueError:
    """Return the error for a file with nothing in it."""
    return ValueError("the file is empty; choose a file with a table in it")


def _save_anew(what: str) -> ValueError:
    return _refused(what, "open it where it was made and save it as .xlsx, without a password, or as CSV")


def _refused(what: str, remedy: str) -> ValueError:
    return ValueError(f"the file must be CSV text, an Excel workbook (.xlsx) or Parquet, got {what}; {remedy}")
