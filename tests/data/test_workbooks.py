"""Excel workbooks: which sheet is read, what its cells become, and what is refused."""

import datetime as dt
import io
import zipfile

import numpy as np
import pytest
from workbook_files import MAIN, Formula, packed, workbook

from playground.data import workbook_child
from playground.data.looking import look_at
from playground.data.reading import guess_reading
from playground.data.signatures import kind_of
from playground.data.uploads import make_series
from playground.data.workbook_child import sheet_of
from playground.data.workbooks import sheet_lines

DAY = dt.date(2024, 1, 1)
RNG = np.random.default_rng(5)
VALUES = [round(float(value), 3) for value in RNG.normal(10, 3, 120)]


def daily(values=VALUES):
    return [[DAY + dt.timedelta(days=i), value] for i, value in enumerate(values)]


def read(data: bytes, **fixed):
    reading = guess_reading(data, "book.xlsx", **fixed)
    return reading, *make_series(data, reading)


def test_dates_and_numbers_come_back_exactly():
    reading, series, _ = read(workbook({"Sheet1": [["date", "sales"], *daily()]}))
    assert (reading.kind, reading.time, reading.value) == ("xlsx", "date", "sales")
    assert series.values.tolist() == VALUES
    assert str(series.times[0])[:10] == "2024-01-01" and series.step == "day"


def test_numbers_keep_all_their_digits():
    values = [float(value) for value in RNG.normal(0, 1e-3, 80)]
    assert read(workbook({"S": [["date", "x"], *daily(values)]}))[1].values.tolist() == values


def test_the_sheet_with_the_numbers_is_read_said_and_can_be_changed():
    other = [[day, -value] for day, value in daily()][:90]
    data = workbook(
        {"Read me": [["Made in May"]], "North": [["date", "x"], *daily()], "South": [["date", "x"], *other]}
    )
    reading, series, _ = read(data)
    assert reading.sheet == "North" and reading.sheets == ("Read me", "North", "South")
    assert "The sheet North is read; the workbook has Read me, North, South." in reading.notes
    reading, series, _ = read(data, sheet="South")
    assert reading.sheet == "South" and series.values.tolist() == [-value for value in VALUES[:90]]
    with pytest.raises(ValueError, match=r"no sheet 'East'; it has Read me, North, South"):
        read(data, sheet="East")


def test_hidden_sheets_are_not_read():
    data = workbook({"Old": [["date", "x"], *daily()], "New": [["date", "x"], *daily(VALUES[:70])]}, hidden=["Old"])
    assert read(data)[0].sheets == ("New",)
    with pytest.raises(ValueError, match="no visible sheet"):
        read(workbook({"Old": [["date", "x"]]}, hidden=["Old"]))


def test_a_merged_title_a_remark_and_a_total_below_are_told():
    rows = [["Daily means", None, None], ["Day", "Temperature", "Remark"], *daily()]
    rows += [[None, Formula("AVERAGE(B3:B122)|10.1"), "mean"]]
    reading, series, report = read(workbook({"S": rows}, merged="A1:C1"))
    assert series.values.tolist() == VALUES and reading.value == "Temperature"
    assert any("row 123" in line and "left out" in line for line in report), report


def test_formulas_count_with_the_value_that_excel_computed_and_without_one_are_missing():
    rows = [[day, Formula(f"2*{value}|{2 * value!r}")] for day, value in daily()]
    rows[50][1] = Formula("B2+1|")
    _, series, _ = read(workbook({"S": [["day", "double"], *rows]}))
    assert series.values.tolist() == [2 * value for value in (*VALUES[:50], VALUES[49], *VALUES[51:])]
    assert series.filled.tolist() == [50]


def test_times_of_day_are_those_that_excel_shows():
    start = dt.datetime(2024, 3, 1, 0, 0)
    rows = [[start + dt.timedelta(minutes=10 * i), value] for i, value in enumerate(VALUES)]
    _, series, _ = read(workbook({"S": [["time", "load"], *rows]}))
    assert series.step == "10 minutes" and series.values.tolist() == VALUES
    assert (series.times == np.datetime64(start, "ns") + np.arange(120) * np.timedelta64(10, "m")).all()


def test_empty_columns_and_rows_around_the_table_do_not_matter():
    rows = [[], [], [None, None, "date", "x"], *[[None, None, *row] for row in daily()]]
    reading, series, _ = read(workbook({"S": rows}))
    assert (reading.time, reading.value) == ("date", "x") and series.values.tolist() == VALUES


def test_numbers_typed_as_texts_with_a_comma_are_numbers_beside_true_ones():
    rows = [[day, f"{value:.2f}".replace(".", ","), value] for day, value in daily()]
    data = workbook({"S": [["Tag", "Text", "Zahl"], *rows]})
    reading, series, _ = read(data, value="Text")
    assert reading.decimal == "," and series.values.tolist() == [float(f"{value:.2f}") for value in VALUES]
    assert read(data, value="Zahl")[1].values.tolist() == VALUES


def test_durations_and_truths_are_texts_that_can_be_read():
    rows = [[dt.timedelta(hours=25, minutes=3), True, "  a  ", 3.0, 1e20]]
    assert sheet_of(workbook({"S": rows}))["lines"] == [["25:03:00", "TRUE", "a", "3", "1e+20"]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", r"\(\.ods\)"),
        (packed({"xl/workbook.bin": b"x"}), r"\(\.xlsb\)"),
        (packed({"data.csv": b"a,b"}), "a zip file; unpack it"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, r"an old Excel workbook \(\.xls\)"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "a workbook with a password"),
    ],
)
def test_other_workbooks_are_named_with_what_to_do(data, said):
    with pytest.raises(ValueError, match=said):
        kind_of(data)


def test_damaged_workbooks_are_a_sentence():
    whole = workbook({"S": [["date", "x"], *daily()]})
    for damaged in (whole[: len(whole) // 2] + b"xl/workbook.xml", whole.replace(b"sheet1.xml", b"sheet9.xml")):
        found = look_at(damaged, "book.xlsx")
        assert found.series is None and "could not be read" in found.refused


def test_a_small_workbook_that_unpacks_to_gigabytes_takes_bounded_memory(monkeypatch):
    first, last = ('<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    for rows in (last, first + last):
        with pytest.raises(ValueError, match=r"at most 200,000 rows|could not be read with 900 MB of memory"):
            sheet_lines(_with(f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"), "")
    with pytest.raises(ValueError, match=r"may unpack to 400 MB, got 4\d\d MB"):
        sheet_lines(_with(b" " * (420 * 2**20)), "")
    monkeypatch.setattr(workbook_child, "MOST_PARTS", 5)
    with pytest.raises(ValueError, match="may have 5 parts"):
        sheet_of(workbook({"S": daily()}))


def _with(sheet):
    with zipfile.ZipFile(io.BytesIO(workbook({"S": daily()}))) as book:
        return packed({name: book.read(name) for name in book.namelist()} | {"xl/worksheets/sheet1.xml": sheet})
