"""Numbers and time stamps as people write them."""

import math
import warnings
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import written_times
from playground.data.cells import guess_decimal, numbers_of, parse_number
from playground.data.written_times import TIME_FORMATS, guess_time_format, times_of


@pytest.mark.parametrize(
    ("cell", "point", "comma"),
    [
        ("12", 12, 12),
        ("-3.5", -3.5, None),
        ("3,5", None, 3.5),
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("1,234.5", 1234.5, None),
        ("1.234,5", None, 1234.5),
        ("1,234,567", 1234567, None),
        ("1 234 567", 1234567, 1234567),
        ("1\u202f234,5", None, 1234.5),
        ("1'234.5", 1234.5, None),
        ("1,23,4", None, None),
        ("1,234 567", None, None),
        (".5", 0.5, None),
        ("5.", 5, None),
        ("+1e-3", 0.001, 0.001),
        ("−7", -7, -7),
        ("1e400", math.inf, math.inf),
        ("-Inf", -math.inf, -math.inf),
        ("=1+1", None, None),
        ("=cmd()", None, None),
        ("1_000", None, None),
        ("0x1A", None, None),
        ("True", None, None),
        ("١٢", None, None),
        ("e5", None, None),
        (".", None, None),
        ("", None, None),
        ("12 %", None, None),
        ("2024-01-01", None, None),
        ("01.02.2024", None, None),
    ],
)
def test_numbers_by_hand(cell, point, comma):
    assert parse_number(cell, ".") == point
    assert parse_number(cell, ",") == comma


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from([".", ","]))
def test_every_number_is_read_back(number, decimal):
    text = repr(number).replace(".", decimal)
    assert parse_number(text, decimal) == number
    grouped = f"{number:,.3f}".translate(str.maketrans({",": " ", ".": decimal}))
    assert parse_number(grouped, decimal) == pytest.approx(number, abs=0.0006, rel=1e-6)


def test_what_is_no_plain_number_is_told_with_its_rows():
    cells = ["1.5", "", "n/a", "=cmd()", "1e308", "inf", "1,234.5", "-2", "NaN", "-"]
    numbers, notes = numbers_of("temp", cells, ".", np.arange(2, 12))
    np.testing.assert_array_equal(numbers, [1.5, *[np.nan] * 5, 1234.5, -2, np.nan, np.nan])
    assert notes == (
        "temp: 4 cells without a value (rows 3, 4, 10, …)",
        "temp: 1 cell that is no number, such as '=cmd()' (row 5)",
        "temp: 2 cells infinite or beyond 1e+100 (rows 6, 7)",
        "temp: 1 cell with thousands separators, such as '1,234.5' (row 8)",
    )


@pytest.mark.parametrize(
    ("cells", "delimiter", "decimal", "told"),
    [
        (["1.5", "2.5", "x"], ",", ".", ""),
        (["1,5", "2,55", "7"], ";", ",", ""),
        (["1.234,5", "12"], ";", ",", ""),
        (["1,234", "2,345"], ";", ",", "read as 1.234"),
        (["1,234", "2,345"], "\t", ".", "read as 1234"),
        (["1.234", "2.345"], ";", ".", "read as 1.234"),
        (["1", "2"], ";", ".", ""),
    ],
)
def test_decimal_sign(cells, delimiter, decimal, told):
    found, note = guess_decimal(cells, delimiter)
    assert found == decimal
    assert (told in note) if told else not note


STAMPS = pd.date_range("2021-12-25 06:00", periods=40, freq="7h")


@pytest.mark.parametrize("form", [form for form in TIME_FORMATS if form.startswith("%")])
def test_every_format_is_guessed_or_an_equal_one_is(form):
    cells = list(STAMPS.strftime(form))
    guessed, _ = guess_time_format("when", cells)
    expected = pd.to_datetime(pd.Series(cells), format=form).to_numpy()
    assert np.array_equal(times_of(cells, form), expected)
    assert np.array_equal(times_of(cells, guessed), expected)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024-01-01", "2024-01-02T03:04:05"], ["2024-01-01", "2024-01-02T03:04:05"]),
        (["2024-01-01T00:00Z", "2024-01-01 00:00+02:00"], ["2024-01-01", "2023-12-31T22:00"]),
        (["1700", "1701"], ["1700-01-01", "1701-01-01"]),
        (["2024-01", "n/a", "rubbish"], ["2024-01-01", "NaT", "NaT"]),
    ],
)
def test_iso_stamps(cells, expected):
    assert np.array_equal(times_of(cells, "ISO8601"), np.array(expected, "datetime64[s]"), equal_nan=True)


def test_seconds_and_milliseconds_since_1970():
    seconds, wrong = ["1700000000", "1700003600.5"], ["x", "1e300"]
    expected = np.array(["2023-11-14T22:13:20.000", "2023-11-14T23:13:20.500"], "datetime64[ms]")
    assert np.array_equal(times_of(seconds, "unix s"), expected)
    assert np.array_equal(times_of(["1700000000000", "1700003600500"], "unix ms"), expected)
    assert np.isnat(times_of(wrong, "unix s")).all()
    assert guess_time_format("timestamp", seconds) == ("unix s", "")
    assert guess_time_format("time", ["1700000000000"]) == ("unix ms", "")
    assert guess_time_format("price", seconds) == ("", "")


def test_plain_numbers_are_years_or_dates_only_under_such_a_name():
    assert guess_time_format("YEAR", ["1700", "1701"])[0] == "ISO8601"
    assert guess_time_format("date", ["20240131", "20240201"])[0] == "ISO8601"
    assert guess_time_format("sales", ["1700", "1701"])[0] == ""
    assert guess_time_format("year", ["1700.5", "1701"])[0] == ""


def test_day_or_month_first_is_told_where_both_are_possible():
    form, note = guess_time_format("d", ["01/02/2024", "02/02/2024", "03/02/2024"])
    assert (form, note) == ("%d/%m/%Y", "dates such as 01/02/2024 are read with the day first")
    form, note = guess_time_format("d", ["01/02/2024", "01/03/2024", "01/04/2024", "02/01/2024", "02/02/2024"])
    assert (form, note) == ("%m/%d/%Y", "dates such as 01/02/2024 are read with the month first")
    assert guess_time_format("d", ["01/13/2024", "01/14/2024"]) == ("%m/%d/%Y", "")


def test_a_column_of_words_is_no_time():
    assert guess_time_format("date", ["soon", "later", "never"]) == ("", "")
    assert guess_time_format("date", ["", "n/a"]) == ("", "")


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="a time format must be one of ISO8601"):
        times_of(["2024"], "%Q")


WRITTEN = st.sampled_from([form for form in TIME_FORMATS if not form.startswith("unix")])
CHANGES = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from("0123456789./-, :APMJanMärz+\u0660\t"), st.integers(0, 2))
)


@given(WRITTEN, st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)), CHANGES)
def test_no_cell_that_a_format_reads_is_turned_away_by_its_look(form, when, changes):
    cell = when.strftime("%Y-%m-%d %H:%M:%S" if form == "ISO8601" else form)
    for place, letter, length in changes:
        place %= len(cell) + 1
        cell = cell[:place] + letter + cell[place + length :]
    cell = cell.strip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stamp = times_of([cell], form)[0]
    if not np.isnat(stamp):
        assert written_times._may_be_written(form, [cell])


def test_only_formats_that_a_column_looks_like_are_tried_and_each_column_once(monkeypatch):
    tried = []
    monkeypatch.setattr(written_times, "_share_read", lambda cells, form: tried.append(form) or (0.0, 0.0))
    written_times._guess_time_format.cache_clear()
    words = [f"{k % 28 + 1:02}.x{k % 12 + 1:02}.{1990 + k % 30} y" for k in range(400)]
    for _ in range(3):
        for column in range(50):
            assert guess_time_format(f"c{column}", words) == ("", "")
    assert len(tried) <= 50
    tried.clear()
    for _ in range(3):
        guess_time_format("day", [f"{k % 28 + 40}.13.{1990 + k % 30}" for k in range(400)])
    assert tried == ["ISO8601", "%d.%m.%Y"]
    written_times._guess_time_format.cache_clear()


def test_a_cell_too_long_for_a_time_is_none():
    days = [f"{day:02}.01.2024" for day in range(1, 29)]
    assert guess_time_format("d", days)[0] == "%d.%m.%Y"
    assert guess_time_format("d", [day + " " * 60 + "x" for day in days])[0] == ""
