"""Steps that are no fixed span, and times as people write them."""

import numpy as np
import pandas as pd
import pytest

from playground.data.reading import guess_reading
from playground.data.uploads import make_series
from playground.data.written_times import guess_time_format, times_of


def made(times):
    values = np.round(np.sin(np.arange(len(times)) / 5), 4)
    data = pd.DataFrame({"time": times, "level": values}).to_csv(index=False).encode()
    return make_series(data, guess_reading(data, "x.csv"))


def test_a_six_day_week_has_no_saturday_invented():
    days = [day for day in pd.date_range("2026-05-10 21:00", periods=140) if day.weekday() != 5]
    series, report = made(days)
    assert series.step == "working day" and len(series.values) == len(days) and not len(series.filled)
    assert any("there is never a Saturday" in line for line in report)


def test_a_week_without_any_pattern_is_filled_as_before():
    days = [day for k, day in enumerate(pd.date_range("2026-05-10", periods=140)) if k % 11]
    series, _ = made(days)
    assert series.step == "day" and len(series.filled) > 10


def test_nights_between_trading_hours_are_not_filled():
    days = pd.bdate_range("2024-03-04", periods=9)
    times = [day + pd.Timedelta(minutes=570 + 15 * k) for day in days for k in range(26)]
    series, report = made(times)
    assert series.step == "15 minutes" and len(series.values) == len(times) and not len(series.filled)
    assert any("trading hours" in line for line in report)


@pytest.mark.parametrize(("begin", "gone"), [("2013-03-30", "2013-03-31 02:00"), ("2024-03-09", "2024-03-10 02:00")])
def test_the_hour_that_a_clock_leaves_out_is_not_invented(begin, gone):
    times = [at for at in pd.date_range(begin, periods=97, freq="h") if str(at)[:16] != gone]
    series, report = made(times)
    assert len(series.values) == 96 and series.step == "hour" and not len(series.filled)
    assert any(gone in line and "clocks go forward" in line for line in report)


def test_another_missing_hour_is_filled_and_told():
    times = [at for at in pd.date_range("2013-03-30", periods=97, freq="h") if str(at)[:16] != "2013-04-01 02:00"]
    series, _ = made(times)
    assert len(series.values) == 97 and len(series.filled) == 1


@pytest.mark.parametrize(
    ("cells", "first", "second"),
    [
        (["1995Q1", "1995Q2"], "1995-01-01", "1995-04-01"),
        (["Q4 2001", "Q1 2002"], "2001-10-01", "2002-01-01"),
        (["1995-Q3", "1995-Q4"], "1995-07-01", "1995-10-01"),
        (["1995Q01", "1995Q02"], "1995-01-01", "1995-04-01"),
        (["2019-W02", "2019-W03"], "2019-01-07", "2019-01-14"),
        (["2020W53", "2021W01"], "2020-12-28", "2021-01-04"),
        (["45292", "45293.5"], "2024-01-01", "2024-01-02T12:00"),
        (["Mrz 2012", "Mai 2012"], "2012-03-01", "2012-05-01"),
        (["3 février 2012", "4 août 2012"], "2012-02-03", "2012-08-04"),
        (["05-ene-2012", "06-dic-2012"], "2012-01-05", "2012-12-06"),
        (["2023年1月5日", "2023年12月31日"], "2023-01-05", "2023-12-31"),
    ],
)
def test_times_as_people_write_them(cells, first, second):
    form, _ = guess_time_format("Date", cells)
    assert form
    expected = np.array([first, second], dtype="datetime64[ns]")
    assert np.array_equal(times_of(cells, form).astype("datetime64[ns]"), expected)


@pytest.mark.parametrize("cell", ["1995Q5", "2019-W54", "1995Q0", "24:00", "12345", "2023年13月1日"])
def test_what_is_no_time_is_none(cell):
    for form in ("quarter", "ISO week", "Excel days", "%Y年%m月%d日"):
        assert np.isnat(times_of([cell], form)[0])
