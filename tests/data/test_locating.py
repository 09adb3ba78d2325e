"""Where a table lies in its file: every line is a row of it or named in the report."""

from pathlib import Path

import numpy as np
import pytest

from playground.data.locating import locate
from playground.data.looking import look_at
from playground.data.reading import guess_reading, table_of

CASES = Path(__file__).parent / "cases"
BODY = [f"2024-{1 + n // 28:02}-{1 + n % 28:02},{n % 9 + 0.5},{n % 5}" for n in range(84)]
PLAIN = look_at("\n".join(["day,a,b", *BODY]).encode(), "x.csv")


def looked(*lines: str):
    return look_at("\n".join(lines).encode(), "x.csv")


@pytest.mark.parametrize(
    ("name", "facts", "told"),
    [
        ("08-logger-four-header-lines.dat", {"points": 200, "end": "2012-06-08 22:10"}, "units (Deg C, %, Volts)"),
        ("03-yfinance-multiindex.csv", {"value": "Close", "time": "Date", "first": 250.0}, "says Ticker MSFT of every"),
        ("11-months-with-footer.csv", {"points": 144, "first": 100.0, "step": "month"}, "lines 147 to 148 below the"),
        ("36-hash-lines-seconds.csv", {"points": 300}, "lines 1 to 5 above the table"),
        ("37-sep-line.csv", {"points": 90, "value": "Wert", "first": 5.0, "last": 4.55}, "line 1 above the table is"),
    ],
)
def test_tables_of_public_reports_are_found(name, facts, told):
    found = look_at((CASES / name).read_bytes(), name)
    assert {key: getattr(found.series, key) for key in facts} == facts
    assert any(told in line for line in found.report), found.report


def test_units_below_the_names_are_those_of_the_series():
    data = (CASES / "08-logger-four-header-lines.dat").read_bytes()
    assert guess_reading(data, "x", value="AirTC_Avg").unit == "Deg C"
    assert guess_reading(data, "x", value="AirTC_Avg", unit="K").unit == "K"
    assert table_of(data, guess_reading(data, "x")).units == {"AirTC_Avg": "Deg C", "RH": "%", "Batt_Min": "Volts"}


@pytest.mark.parametrize(
    ("above", "below", "told"),
    [
        (["A report", "", "day,a,b"], [], ("lines 1 to 2 above the table are left out", "line 3 holds the names")),
        (["A report,,", "day,a,b"], [], ("line 1 above the table is left out", "line 2 holds the names")),
        (["# one", "# day,a,b"], [], ("line 1 above the table is left out", "line 2 holds the names")),
        (["Station,Berlin", "Lat,52.5", "", "day,a,b"], [], ("lines 1 to 3 above the table are left out",)),
        (["day,a,b", "[utc],[mm],[V]"], [], ("line 2 below the names is taken as units (mm, V)",)),
        (["day,a,b", "x,Avg,Max"], [], ("line 2 below the names is left out (x, Avg, Max)",)),
        (["day,a,b"], ["", "Source: someone"], ("line 87 below the table is left out",)),
        (["day,a,b"], ["Total,99,8", "# the end"], ("lines 86 to 87 below the table are left out",)),
        (["day,a,b,"], [], ()),
    ],
)
def test_the_same_series_whatever_stands_around_it(above, below, told):
    found = looked(*above, *(line + "," * (above[-1].count(",") - 2) for line in BODY), *below)
    assert found.series == PLAIN.series
    assert [line for line in told if line not in found.report] == [], found.report
    lost = [line for line in found.report if "left out" in line or "units" in line or "empty" in line]
    assert bool(lost) == bool(above[:-1] or below or told)


def test_a_name_in_two_lines_is_put_together():
    found = looked("Price,Close,Close", "Ticker,MSFT,AAPL", "Date,,", *BODY)
    assert (found.series.value, found.series.time) == ("Close MSFT", "Date")


def test_rows_that_end_with_the_delimiter():
    found = looked("day,a,b", *(line + "," for line in BODY))
    assert found.series == PLAIN.series


def test_row_numbers_are_those_of_the_file():
    body = [*BODY]
    body[10] = body[10].replace("1.5", "wet")
    assert any("(row 14)" in line for line in looked("A report", "", "day,a,b", *body).report)


def test_a_title_without_names():
    found = looked("My measurements", *BODY)
    assert (found.series.value, found.series.points) == ("column 2", PLAIN.series.points)


@pytest.mark.parametrize(
    "lines",
    [
        ["day,a,b", *BODY],
        BODY,
        ["v", "bad", "1", "2", "3"],
        ["month,v", "Jan 2012,closed", "Feb 2012,5", "Mar 2012,6"],
        ["time,v", "2024-01-01,closed", "foo,bar", "2024-01-03,5", "2024-01-04,6"],
        ["day,v", "2024-01-01,closed", "2024-01-02,5", "2024-01-03,n/a", "2024-01-04,closed"],
        ["text,label", "good,pos", "bad,neg", "12,neg"],
        ["text,label", "good,one", "bad,2", "worse,3", "total"],
        ["v", "1", "2", "Source"],
        ["a,b", "1,0.5,2", "2,0.6,3"],
        ["shop,sales", *[f"{name},{n}" for n in range(9) for name in ("north", "total")]],
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_a_plain_table_or_an_unclear_one_is_taken_as_it_is(lines, complete):
    records = [line.split(",") for line in lines]
    place = locate(records, None, complete)
    named = not any(letter.isdigit() for letter in lines[0])
    if lines[-1] == "total" and complete:
        records = records[:-1]
    assert (place.header, place.first, place.stop, place.units) == (named, int(named), len(records), {})


def test_what_is_told_of_the_header_holds():
    data = "\n".join(["A report", "", "day,a,b", *BODY]).encode()
    table = table_of(data, guess_reading(data, "x", header=False, value="column 2"))
    assert table.columns["column 2"][:2] == ["a", "0.5"]
    assert np.array_equal(table.rows, np.arange(3, 88))
