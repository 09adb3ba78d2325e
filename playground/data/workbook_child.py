"""Reads one sheet of an Excel workbook in a process of its own, which may take so much memory and time and no more.

`python -m playground.data.workbook_child [SHEET]` reads the file from standard input. Of a formula the value counts
that Excel last computed; nothing is computed here. Numbers keep all their digits, times are rounded to milliseconds,
which is what Excel shows of them.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
import zipfile
from typing import Any

from playground.data.bounded_child import MOST_CELL_CHARACTERS, answer
from playground.data.limits import MOST_ROWS, MOST_WIDTH, too_many_rows, too_wide

MOST_UNPACKED_BYTES = 400 * 2**20
"""Largest content of a workbook, by its own account; it is read as it is unpacked."""

MOST_PARTS = 2_000
"""Files in a workbook."""

MOST_SHEETS = 50
"""Sheets that are looked at to find the one with the most numbers."""

LOOKED_AT = 1_000
"""Rows of each that are looked at."""

MOST_SHEET_BYTES = 512 * 2**20
"""Largest table of text that may become of a sheet, as counted here."""

_CELL_BYTES = 60
_COMMA, _POINT = (re.compile(rf"-?\d+[{sign}](\d{{1,2}}|\d{{4,}})") for sign in ",.")
"""Numbers whose sign cannot be one between thousands."""


def sheet_of(data: bytes, wanted: str = "") -> dict[str, Any]:
    """Return the visible sheets' names, the sheet read, its lines as texts from the first on, and their decimal sign.

    Args:
        data: The workbook.
        wanted: Name of the sheet, "" for the one that has the most numbers and dates.

    Raises:
        ValueError: if it is damaged, beyond the limits, or has no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _check(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [sheet.name for sheet in book.sheets_metadata if _holds_cells(sheet)]
        if not names:
            raise ValueError("the workbook has no visible sheet with cells; choose another file")
        if wanted and wanted not in names:
            raise ValueError(f"the workbook has no sheet {wanted[:60]!r}; it has {', '.join(names)[:300]}")
        chosen = wanted or _fullest(book, names)
        return {"sheets": names, "sheet": chosen, **_lines(book.get_sheet_by_name(chosen))}
    except CalamineError as error:
        why = (str(error).splitlines() or ["damaged"])[0][:100]
        raise ValueError(f"the workbook could not be read ({why}); save it again as .xlsx, or as CSV") from None


def _check(data: bytes) -> None:
    """Refuse what is beyond the limits by its own account; what lies about itself meets the bounds of the process."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ValueError(f"the workbook could not be read ({error}); save it again as .xlsx, or as CSV") from None
    if len(parts) > MOST_PARTS:
        raise ValueError(f"a workbook may have {MOST_PARTS:,} parts, got {len(parts):,}; save the sheet alone")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES:
        raise ValueError(
            f"a workbook may unpack to {MOST_UNPACKED_BYTES >> 20} MB, got {unpacked >> 20} MB; "
            "leave out rows or columns"
        )


def _holds_cells(sheet: Any) -> bool:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible


def _fullest(book: Any, names: list[str]) -> str:
    """Return the sheet whose first rows hold the most numbers and times; of equals the first."""
    if len(names) == 1:
        return names[0]
    return max(names[:MOST_SHEETS], key=lambda name: _numbers(book.get_sheet_by_name(name)))


def _numbers(sheet: Any) -> int:
    cells = (cell for row in sheet.to_python(nrows=LOOKED_AT) for cell in row)
    return sum(isinstance(cell, (int, float, dt.date)) for cell in cells)


def _lines(sheet: Any) -> dict[str, Any]:
    height, width = (1 + last for last in sheet.end) if sheet.end else (0, 0)
    if height > MOST_ROWS + LOOKED_AT:
        raise too_many_rows(f"{height:,}")
    if width > MOST_WIDTH:
        raise too_wide(width)
    cells = sheet.to_python(skip_empty_area=False)
    comma = _writes_commas(cells)
    lines: list[list[str]] = []
    taken = 0
    for line in cells:
        texts = [_text(cell, comma) for cell in line]
        taken += sum(map(len, texts)) + _CELL_BYTES * len(texts)
        if taken > MOST_SHEET_BYTES:
            raise ValueError(
                f"a sheet may make a table of {MOST_SHEET_BYTES >> 20} MB, got more after {len(lines):,} rows; "
                "leave out rows or columns"
            )
        lines.append(texts)
    return {"lines": lines, "decimal": "," if comma else "."}


def _writes_commas(cells: list[list[Any]]) -> bool:
    """Say whether the numbers that stand in the sheet as texts have a decimal comma."""
    texts = [cell.strip() for line in cells[:LOOKED_AT] for cell in line if isinstance(cell, str)]
    return sum(map(bool, map(_COMMA.fullmatch, texts))) > sum(map(bool, map(_POINT.fullmatch, texts)))


def _text(cell: Any, comma: bool) -> str:
    """Return what a cell holds, numbers with the decimal sign that the texts have."""
    if isinstance(cell, str):
        return cell[:MOST_CELL_CHARACTERS].strip()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        number = str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        return number.replace(".", ",") if comma else number
    if isinstance(cell, dt.datetime):
        rounded = cell + dt.timedelta(microseconds=500)
        return str(rounded.replace(microsecond=rounded.microsecond // 1000 * 1000))
    if isinstance(cell, dt.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)


if __name__ == "__main__":
    answer(lambda data: (sheet_of(data, "".join(sys.argv[1:2])), b""))
