"""Tables with a column for each time: what is turned, into what, and what is left alone."""

import datetime as dt

import numpy as np
import pytest

from playground.data.looking import look_at
from playground.data.reading import guess_reading
from playground.data.uploads import make_series

RNG = np.random.default_rng(11)


def numbers(count):
    return [round(float(value), 2) for value in RNG.normal(50, 9, count)]


def csv(rows, delimiter=","):
    return "\n".join(delimiter.join(map(str, row)) for row in rows).encode()


def series_of(data, **fixed):
    reading = guess_reading(data, "wide.csv", **fixed)
    return reading, make_series(data, reading)[0]


def days_of(series):
    return [str(time)[:16] for time in series.times]


@pytest.mark.parametrize("named", ["{}", "{} [YR{}]", "X{}", "Y{}"])
def test_a_column_for_each_year_and_one_row(named):
    values = numbers(70)
    head = [named.format(year, year) for year in range(1950, 2020)]
    reading, series = series_of(csv([["Country", "Unit", *head], ["Borduria", "m", *values]]))
    assert series.values.tolist() == values and series.step == "year"
    assert days_of(series)[0] == "1950-01-01T00:00" and reading.turned


def test_of_several_rows_the_reader_says_which():
    rows = [
        ["Country", "Code", *range(1950, 2020)],
        *[[name, name[:3], *numbers(70)] for name in ("Borduria", "Syldavia")],
    ]
    found = look_at(csv(rows), "gdp.csv")
    assert [question.options[:2] for question in found.questions] == [("Borduria", "Syldavia")]
    for pick in ("Syldavia", "Syl"):
        found = look_at(csv(rows), "gdp.csv", pick=pick)
        assert (found.series.value, found.series.points, found.series.last) == (pick, 70, rows[2][-1])


@pytest.mark.parametrize(
    "months",
    [
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER",
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "1 2 3 4 5 6 7 8 9 10 11 12",
    ],
)
@pytest.mark.parametrize("annual", [False, True])
def test_a_row_for_each_year_and_a_column_for_each_month(months, annual):
    values = numbers(120)
    rows = [["Year", *months.split(), *["Annual"] * annual]]
    rows += [[2000 + k, *values[12 * k : 12 * k + 12], *[0.5 + k] * annual] for k in range(10)]
    _, series = series_of(csv(rows))
    assert series.values.tolist() == values and series.step == "month"
    assert days_of(series)[0] == "2000-01-01T00:00"


def test_a_row_for_each_month_and_a_column_for_each_year():
    values = np.reshape(numbers(144), (12, 12))
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    rows = [["Month", *range(1949, 1961)], *[[name, *values[:, k]] for k, name in enumerate(names)]]
    _, series = series_of(csv(rows))
    assert series.values.tolist() == values.ravel().tolist() and days_of(series)[13] == "1950-02-01T00:00"


@pytest.mark.parametrize(
    ("days", "first", "form", "starts"),
    [
        ("Mon Tue Wed Thu Fri Sat Sun", dt.date(2024, 1, 1), "%Y-%m-%d", 0),
        ("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", dt.date(2024, 1, 1), "%d.%m.%Y", 0),
        ("Sun Mon Tue Wed Thu Fri Sat", dt.date(2023, 12, 31), "%m/%d/%Y", 0),
        ("Mon Tue Wed Thu Fri Sat Sun", dt.date(2024, 1, 7), "%d/%m/%Y", -6),
    ],
)
def test_a_row_for_each_week(days, first, form, starts):
    values = numbers(140)
    weeks = [first + dt.timedelta(days=7 * k) for k in range(20)]
    rows = [["Week", *days.split()]]
    rows += [[week.strftime(form), *values[7 * k : 7 * k + 7]] for k, week in enumerate(weeks)]
    _, series = series_of(csv(rows))
    assert series.values.tolist() == values and series.step == "day"
    assert days_of(series)[0][:10] == str(first + dt.timedelta(days=starts))


def test_weekdays_that_do_not_fit_their_dates_are_left_alone():
    rows = [["Week", *["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]]]
    rows += [[str(dt.date(2024, 1, 3) + dt.timedelta(days=7 * k)), *numbers(7)] for k in range(70)]
    reading, series = series_of(csv(rows))
    assert not reading.turned and reading.value == "Mon" and series.step == "week"


@pytest.mark.parametrize(
    ("hours", "start"),
    [
        ([f"{hour:02d}:00" for hour in range(24)], "00:00"),
        (list(range(24)), "00:00"),
        (list(range(1, 25)), "01:00"),
        ([f"H{hour}" for hour in range(1, 25)], "01:00"),
        ([f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 30)], "00:00"),
    ],
)
def test_a_row_for_each_day_and_a_column_for_each_hour(hours, start):
    count = len(hours)
    values = numbers(12 * count)
    rows = [["Date", *hours]]
    rows += [[f"{day:02d}.03.2024", *values[count * (day - 1) : count * day]] for day in range(1, 13)]
    _, series = series_of(csv(rows, ";"))
    assert series.values.tolist() == values and days_of(series)[0] == f"2024-03-01T{start}"
    assert series.step == ("hour" if count == 24 else "30 minutes")


def test_a_column_for_each_date():
    days = [dt.date(2020, 1, 22) + dt.timedelta(days=k) for k in range(100)]
    head = [f"{day.month}/{day.day}/{day:%y}" for day in days]
    values = numbers(100)
    rows = [
        ["Province", "Country", "Lat", *head],
        ["", "Borduria", 33.1, *numbers(100)],
        ["", "Syldavia", 5.2, *values],
    ]
    assert look_at(csv(rows), "cases.csv").questions
    _, series = series_of(csv(rows), pick="Syldavia")
    assert series.values.tolist() == values and days_of(series)[0] == "2020-01-22T00:00" and series.step == "day"


def test_the_reader_may_take_the_table_as_it_stands():
    rows = [["Year", *["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]]]
    rows += [[1900 + k, *numbers(12)] for k in range(80)]
    reading, series = series_of(csv(rows), turn=False)
    assert (reading.value, series.step, len(series.values)) == ("Jan", "year", 80) and not reading.turned


@pytest.mark.parametrize(
    "head",
    ["date,2019,2020,2021", "date,Jan,Feb,Mar", "date,Mon,Tue", "date,a1,b2,c3", "date,1,2,3", "date,24,12,06"],
)
def test_ordinary_tables_are_left_alone(head):
    width = head.count(",")
    day = dt.date(2024, 1, 1)
    rows = [head.split(","), *[[day + dt.timedelta(days=k), *numbers(width)] for k in range(80)]]
    reading, series = series_of(csv(rows), header=True)
    assert not reading.turned and len(series.values) == 80


def test_a_row_of_growing_years_among_numbers_is_no_header():
    rows = [
        ["date", "first", "second"],
        *[[dt.date(2024, 1, 1) + dt.timedelta(days=k), 1950 + k, k % 7] for k in range(80)],
    ]
    reading, series = series_of(csv(rows), value="first")
    assert series.values[0] == 1950 and not reading.turned


def test_a_table_that_is_wide_without_times_is_refused_by_its_width():
    rows = [["date", *[f"sensor {k}" for k in range(60)]], *[[f"2024-01-{k + 1:02d}", *numbers(60)] for k in range(28)]]
    assert "at most 50 columns, got 61" in look_at(csv(rows), "wide.csv").refused
