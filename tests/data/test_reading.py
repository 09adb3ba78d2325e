"""Guesses on tables as people save them, each of which can be corrected."""

import numpy as np
import pandas as pd
import pytest
from hostile_files import is_own_sentence
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data.reading import TableReading, guess_reading, read_table
from playground.data.uploads import make_series

DAYS = pd.date_range("2023-01-25", periods=90, freq="D")
VALUES = np.round(20 + 5 * np.sin(np.arange(90) / 3), 2)


def written(delimiter: str = ",", decimal: str = ".", date: str = "%Y-%m-%d", header: bool = True) -> str:
    rows = [
        f"{day:{date}}{delimiter}{f'{value:.2f}'.replace('.', decimal)}{delimiter}{n}{delimiter}sunny"
        for n, (day, value) in enumerate(zip(DAYS, VALUES, strict=True))
    ]
    return "\n".join([delimiter.join(("day", "temp", "visitors", "sky"))] * header + rows) + "\n"


@pytest.mark.parametrize("date", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M", "%d-%b-%Y"])
@pytest.mark.parametrize(("delimiter", "decimal"), [(",", "."), (";", ","), (";", "."), ("\t", ","), ("|", ".")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_of_many_countries_are_read_alike(date, delimiter, decimal, encoding):
    data = written(delimiter, decimal, date).encode(encoding)
    reading = guess_reading(data, "C:\\data\\my-numbers.csv")
    assert (reading.delimiter, reading.decimal, reading.header) == (delimiter, decimal, True)
    assert (reading.time, reading.value, reading.extras) == ("day", "temp", ("visitors",))
    assert reading.title == "my numbers"
    assert reading.columns == ("day", "temp", "visitors", "sky")
    series, report = make_series(data, reading)
    np.testing.assert_allclose(series.values, VALUES)
    assert np.array_equal(series.times, DAYS.to_numpy())
    assert series.step == "day"
    assert report == ("90 rows of the table made 90 points",)


def test_a_table_without_header_and_without_dates():
    reading = guess_reading("\n".join(f"{v},{n}" for n, v in enumerate(VALUES)).encode(), "")
    assert (reading.header, reading.time, reading.value) == (False, "", "column 1")
    assert reading.title == "Your own data"


def test_decimal_commas_beside_semicolons_only():
    data = "\n".join(f"{v};{v + 0.5}".replace(".", ",") for v in VALUES).encode()
    reading = guess_reading(data, "x.csv")
    assert (reading.delimiter, reading.decimal) == (";", ",")
    np.testing.assert_allclose(make_series(data, reading)[0].values, VALUES)


def test_what_is_known_is_not_guessed_again():
    data = written(";", ",").encode()
    assert guess_reading(data, "x", value="visitors").extras == ("temp",)
    assert guess_reading(data, "x", extras=()).extras == ()
    assert guess_reading(data, "x", time="").time == ""
    assert guess_reading(data, "x", header=False).columns[0] == "column 1"
    assert guess_reading(data, "x", decimal=".", value="visitors").decimal == "."
    assert guess_reading(data, "x", title="Mine", resample="W").title == "Mine"
    with pytest.raises(ValueError, match="resample: input should be"):
        guess_reading(data, "x", resample="5 years")
    with pytest.raises(ValueError, match="no column of the table holds numbers"):
        guess_reading(data, "x", delimiter="|")


def test_doubts_are_told():
    text = "date;name;sales\n" + "".join(f"0{1 + n % 9}/0{1 + n // 9}/2024;Zoé;1,{100 + n}\n" for n in range(80))
    notes = guess_reading(text.encode("cp1252"), "x.csv").notes
    assert len(notes) == 3
    assert notes[0] == "the text is read as Windows-1252 (Western European); check letters such as é"
    assert notes[1] == "numbers such as 1,100 are read as 1.1"
    assert notes[2] == "dates such as 01/01/2024 are read with the day first"
    doubts = guess_reading(text.encode("cp1252"), "x.csv").doubts
    assert [(doubt.field, doubt.guess, tuple(doubt.options)) for doubt in doubts] == [
        ("decimal", ",", (".", ",")),
        ("time_format", "%d/%m/%Y", ("%d/%m/%Y", "%m/%d/%Y")),
    ]
    told = guess_reading(text.encode("cp1252"), "x.csv", decimal=".", time_format="%m/%d/%Y")
    assert told.notes == notes[:1] and told.doubts == ()


@pytest.mark.parametrize(
    ("cells", "decimal", "open_left"),
    [
        (["1.100", "2.200", "0.300"], ".", False),
        (["1,100", "2,200", "0,300"], ",", False),
        (["1,100", "2,200", "900"], ".", False),
        (["1.100", "2.200", "900"], ",", False),
        (["1.100", "2.200", "3000"], ".", False),
        (["1,100", "2,200", "1,234,567"], ".", False),
        (["1.100", "2.200", "12.5"], ".", False),
        (["1.100", "2.200", "5.300"], ".", False),
        (["1,100", "2,200", "5,300"], ".", True),
    ],
)
def test_numbers_that_may_be_read_in_two_ways_are_settled_by_others_or_asked_about(cells, decimal, open_left):
    rows = "".join(f"{1900 + k}-01-01\t{cells[k % 3]}\n" for k in range(60))
    reading = guess_reading(f"date\tv\n{rows}".encode(), "x.csv")
    assert (reading.decimal, bool(reading.doubts)) == (decimal, open_left)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("a,b\n", "no rows with values"),
        ("a,b\nx,y\nz,w\n", r"no column of the table holds numbers \(a, b\)"),
        ("time,v\n2024-01-01,\n2024-01-02,NaN\n", "no column of the table holds numbers"),
        ("=cmd(),x\n=cmd(),=1+1\n", "no column of the table holds numbers"),
        (",".join("c" * 10_000) + "\n1", "at most 400 columns, got 10,000"),
        ("PK\x03\x04", "zip file"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        guess_reading(text.encode(), "x.csv")


def test_the_name_decides_nothing(tmp_path):
    data = written().encode()
    assert guess_reading(data, "../../etc/bomb.zip").kind == "csv"
    assert guess_reading(data, "../../etc/bomb.zip").title == "bomb"
    frame = pd.DataFrame({"when": DAYS, "v": VALUES})
    frame.to_parquet(tmp_path / "x", index=False)
    reading = guess_reading((tmp_path / "x").read_bytes(), "x.csv")
    assert (reading.kind, reading.time, reading.value) == ("parquet", "when", "v")
    series, _ = make_series((tmp_path / "x").read_bytes(), reading)
    assert np.array_equal(series.values, VALUES)


def test_preview_is_text_under_the_rows_of_a_spreadsheet():
    data = written().encode()
    preview = read_table(data, guess_reading(data, "x"), most=3)
    assert preview.index.tolist() == [2, 3, 4]
    assert list(preview.columns) == ["day", "temp", "visitors", "sky"]
    assert preview.loc[2].tolist() == ["2023-01-25", "20.00", "0", "sunny"]


def test_a_reading_is_checked_and_survives_json():
    reading = guess_reading(written().encode(), "x")
    assert TableReading.model_validate_json(reading.model_dump_json()) == reading


@settings(max_examples=150)
@given(st.binary(min_size=1, max_size=300) | st.text(alphabet="0123456789,.;\n\"'-=eE ", max_size=300).map(str.encode))
def test_any_bytes_give_a_reading_or_a_sentence(data):
    try:
        reading = guess_reading(data, "x")
        make_series(data, reading)
    except ValueError as error:
        assert is_own_sentence(error), repr(error)


def test_delimiters_alone_are_no_table():
    for data in (b",,,\n,,,\n", b";;;;", b"|\n|\n|", b",", b"\t;\n"):
        with pytest.raises(ValueError, match=r"no rows with values|no column of the table holds numbers"):
            guess_reading(data, "x")
