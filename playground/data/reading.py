"""How a learner's table is to be read: a guess that is shown in full, so that it can be corrected."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.config import INPUT_NAME, MOST_EXTRA_INPUTS
from playground.data.cells import Decimal, guess_decimal
from playground.data.columns import guess_columns
from playground.data.doubts import Doubt, answered, settle_decimal
from playground.data.dressed import undressed
from playground.data.encodings import Encoding, encoding_of, told
from playground.data.locating import SEARCHED, has_header, is_plain
from playground.data.oddities import Gaps
from playground.data.roles import MOST_PICKS
from playground.data.signatures import Kind, kind_of
from playground.data.tables import Delimiter, Table, decoded, lines_of, load_table, records
from playground.data.workbooks import sheet_lines

SAMPLE_ROWS = 1000
"""Rows that a guess looks at."""

PREVIEW_ROWS = 100

Resample = Literal["", "min", "15min", "h", "D", "W", "MS", "QS", "YS"]

RESAMPLE_WORDS: dict[Resample, str] = {
    "": "as it is",
    "min": "minute",
    "15min": "15 minutes",
    "h": "hour",
    "D": "day",
    "W": "week",
    "MS": "month",
    "QS": "quarter",
    "YS": "year",
}
"""What the values can be averaged over."""

SUM, MEAN = "(sum)", "(mean)"
"""In place of one of several series: all of them at each time."""

LONGEST_PICK = 200

ColumnName = Annotated[str, Field(pattern=INPUT_NAME)]


class TableReading(BaseModel):
    """How to read a table.

    Attributes:
        kind: Text, workbook or Parquet, by content.
        title: What the series is called.
        unit: Unit of the values, "" for none.
        encoding, delimiter: Of a text; without meaning for other kinds.
        decimal: Of a text; the cells of other kinds have it already.
        sheet: Of a workbook; "" for the one that has the most numbers and dates.
        sheets: What the visible sheets of the workbook are called.
        header: Whether a line of a text or a workbook holds the names of the columns.
        turn: Whether a table with a column for each time is turned, so that a row has one time and one value.
        turned: What was turned, "" for nothing.
        time: Column of time stamps, "" where the rows are the steps.
        time_more: Further columns of the time, such as the time of day; their cells follow those of `time`.
        time_format: One of `TIME_FORMATS`.
        value: Column to forecast.
        extras: Further columns that the network may read.
        by: Column that tells several series of the table apart, "" where it has one series.
        picks: What that column says.
        pick: Which of them is meant, or `SUM` or `MEAN` over all at each time; "" is an open question.
        code: A number of the value's column that may be a code for "no value", None for none.
        missing: A number that stands for "no value" there, as the reader says; None for none.
        outliers: Whether single values far outside all others stay, or are taken as missing.
        jumps: Whether levels that change by a round factor stay, or what comes before is brought to the new level.
        gaps: What stands for a missing value: the value before, or that of one season before.
        resample: Average over minutes, hours, days ...; "" leaves the rows as they are.
        doubts: What the table leaves open.
        columns: Names of all columns.
        notes: Plain sentences on what could also be read otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = "csv"
    title: str = Field("Your own data", min_length=1, max_length=80)
    unit: str = Field("", max_length=20)
    encoding: Encoding = "utf-8"
    delimiter: Delimiter = ","
    decimal: Decimal = "."
    sheet: str = Field("", max_length=200)
    sheets: tuple[str, ...] = ()
    header: bool = True
    turn: bool = True
    turned: str = ""
    time: str = ""
    time_more: tuple[ColumnName, ...] = Field((), max_length=4)
    time_format: str = "ISO8601"
    value: ColumnName
    extras: tuple[ColumnName, ...] = Field((), max_length=MOST_EXTRA_INPUTS)
    by: str = Field("", max_length=200)
    picks: tuple[str, ...] = Field((), max_length=MOST_PICKS)
    pick: str = Field("", max_length=LONGEST_PICK)
    code: float | None = Field(None, allow_inf_nan=False)
    missing: float | None = Field(None, allow_inf_nan=False)
    outliers: Literal["keep", "missing"] = "keep"
    jumps: Literal["keep", "level"] = "keep"
    gaps: Gaps = "before"
    resample: Resample = ""
    doubts: tuple[Doubt, ...] = ()
    columns: tuple[ColumnName, ...] = ()
    notes: tuple[str, ...] = ()


def guess_reading(data: bytes, name: str, **fixed: Any) -> TableReading:
    """Guess how to read a table from its first rows.

    Args:
        data: The file.
        name: Its name, for the title alone.
        fixed: Fields of the reading that are known already; the rest is guessed around them.

    Raises:
        ValueError: if the bytes are no table, or no column holds numbers.
    """
    kind = kind_of(data)
    notes: list[str] = []
    guess: dict[str, Any] = {"kind": kind, "title": _title(name), "decimal": "."}
    if kind == "csv":
        guess["encoding"] = fixed.get("encoding") or encoding_of(data)
        notes += told(guess["encoding"]) if "encoding" not in fixed else ()
        text = decoded(data, guess["encoding"])
        guess["delimiter"] = fixed.get("delimiter") or guess_delimiter(text)
    if kind == "xlsx":
        sheet = sheet_lines(data, fixed.get("sheet", ""))
        guess |= {"sheet": sheet.name, "sheets": sheet.others, "decimal": sheet.decimal}
        if len(sheet.others) > 1:
            notes.append(f"The sheet {sheet.name} is read; the workbook has {', '.join(sheet.others)[:200]}.")
    if kind != "parquet":
        guess["header"] = fixed["header"] if "header" in fixed else _has_header(data, _PLAIN_FORM | guess)
    form = _PLAIN_FORM | {field: guess[field] for field in _PLAIN_FORM if field in guess}
    form |= {"turn": fixed.get("turn", True)}
    table = load_table(data, most=SAMPLE_ROWS, **form)
    notes += [table.turned] if table.turned else []
    unsure: list[Doubt | None] = []
    if kind == "csv":
        cells = [cell for column in table.columns.values() for cell in column]
        guess["decimal"], note = guess_decimal(cells, form["delimiter"])
        if note:
            guess["decimal"], doubt = settle_decimal(table.columns, guess["decimal"], form["delimiter"])
            unsure.append(doubt)
            notes += [note] if doubt is not None and "decimal" not in fixed else []
    guess |= fixed | {"turned": table.turned}
    guess |= guess_columns(table, guess, fixed, notes, unsure)
    try:
        return TableReading(**guess, columns=tuple(table.columns), doubts=answered(unsure, fixed), notes=tuple(notes))
    except ValidationError as error:
        wrong = error.errors()[0]
        raise ValueError(f"{wrong['loc'][0]}: {wrong['msg'].lower()}, got {wrong['input']!r:.40}") from None


_PLAIN_FORM: dict[str, Any] = {
    "kind": "csv",
    "encoding": "utf-8",
    "delimiter": ",",
    "sheet": "",
    "header": True,
    "turn": True,
}


def table_of(data: bytes, reading: TableReading) -> Table:
    """Return the whole table as text.

    Raises:
        ValueError: if it cannot be read as the reading says.
    """
    return load_table(data, **_form(reading))


def read_table(data: bytes, reading: TableReading, most: int = PREVIEW_ROWS) -> pd.DataFrame:
    """Return the first rows as text, under the row numbers of a spreadsheet, to be looked at.

    They stand as in the file, also where the reading turns it; of too many columns the first are enough.

    Raises:
        ValueError: if the table cannot be read as the reading says.
    """
    table = load_table(data, most=most, cut=True, **_form(reading) | {"turn": False})
    return pd.DataFrame(table.columns, index=pd.Index(table.rows, name="row"))


def _form(reading: TableReading) -> dict[str, Any]:
    return {field: getattr(reading, field) for field in _PLAIN_FORM}


def guess_delimiter(text: str) -> Delimiter:
    """Return the delimiter under which the first rows have most alike cells, most of them numbers or dates.

    Raises:
        ValueError: if no delimiter makes columns and one makes too many, or quotation marks are broken.
    """
    candidates: tuple[Delimiter, ...] = (",", "|", "\t", ";")
    told = re.match(r'\s*"?sep=([,|\t;])"?[ \t]*[\r\n]', text, re.IGNORECASE)
    if told:
        return next(delimiter for delimiter in candidates if delimiter == told[1])
    comments = re.match(r"(?:[ \t]*(?:#|//|%[ \t])[^\n]*\n|[ \t\r]*\n){2,}", text)
    text = (text[comments.end() :] if comments else "") or text
    best: Delimiter = ","
    found = (0.0, 0.0, 0)
    unreadable: list[ValueError] = []
    for delimiter in candidates:
        try:
            sample = [record for record in records(text, delimiter, 60) if any(record)]
        except ValueError as error:
            unreadable.append(error)
            continue
        if not sample:
            continue  # nothing but this delimiter, or empty lines
        widths = [len(record) for record in sample]
        width = max(set(widths), key=widths.count)
        cells = [cell.strip() for record in sample[1:] for cell in record if cell.strip()]
        alike = widths.count(width) / len(widths) if width > 1 else 0.0
        plain = sum(map(_says_much, cells)) / max(len(cells), 1)
        if (round(alike, 1), round(plain, 1), width) >= found:
            best, found = delimiter, (round(alike, 1), round(plain, 1), width)
    if unreadable and not found[0]:
        raise unreadable[0]
    return best


def _says_much(cell: str) -> bool:
    """Say whether a cell is a number, also one with a unit, or a date, also one with the name of its month."""
    return is_plain(cell) or undressed(cell) is not None or _WITH_MONTH.search(cell) is not None


_WITH_MONTH = re.compile(r"^\d{1,2}[- .]{1,2}[^\W\d]{3,9}[-., ]{1,2}\d{2,4}\b|^[^\W\d]{3,9}\.? \d{1,2}, \d{4}\b")


def _has_header(data: bytes, form: dict[str, Any]) -> bool:
    """Say whether a line holds the names of the columns."""
    asked = {field: form[field] for field in ("kind", "encoding", "delimiter", "sheet")}
    return has_header(lines_of(data, most=SEARCHED, **asked))


def _title(name: str) -> str:
    """Return the file's name without folder and ending, as a title."""
    stem = re.sub(r"[\W_]+", " ", PurePath(name.replace("\\", "/")).stem).strip()
    return stem[:80].strip() or "Your own data"
