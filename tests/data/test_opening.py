"""A file is opened as far as it goes, and a short series gets a window that fits."""

import numpy as np
import pandas as pd
import pytest

from playground.config import DataChoice
from playground.data.limits import MOST_COLUMNS
from playground.data.opening import fitted, open_table
from playground.data.prepare import prepare
from playground.records import Series

TABLE = b"a,b\n" + b"".join(f"{k % 7},{k % 5}\n".encode() for k in range(80))


def test_what_is_fixed_stays_and_the_rest_is_guessed():
    opened = open_table(TABLE, "my table.csv", {"value": "b", "extras": ()})
    assert (opened.reading.value, opened.reading.delimiter, opened.reading.title) == ("b", ",", "my table")
    assert list(opened.preview["b"][:3]) == ["0", "1", "2"]
    assert list(opened.series.values[:6]) == [0, 1, 2, 3, 4, 0]
    assert opened.report == opened.series.notes
    assert opened.problem == ""


def test_a_table_that_makes_no_series_is_still_shown():
    opened = open_table(TABLE[:60], "x.csv", {})
    assert opened.series is None
    assert "60 usable rows" in opened.problem
    assert len(opened.preview) > 5


def test_a_turned_table_is_shown_as_it_stands_beside_the_first_points_of_the_series():
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    rows = [f"{pd.Timestamp('2024-01-01') + pd.Timedelta(weeks=k):%Y-%m-%d}," + "1,2,3,4,5,6,7" for k in range(12)]
    opened = open_table("\n".join([",".join(["week", *days]), *rows]).encode(), "x.csv", {})
    assert opened.reading.turned
    assert list(opened.preview.columns) == ["week", *days]
    assert list(opened.head.iloc[:, 0][:3]) == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert list(opened.head[opened.reading.value]) == [1, 2, 3, 4, 5, 6, 7, 1]
    assert opened.facts == "84 points · 2024-01-01 to 2024-03-24 · step: day · all measured"


def test_a_table_of_many_columns_that_is_turned_is_shown_as_far_as_columns_may_go():
    years = [f"{1950 + k}" for k in range(70)]
    opened = open_table(f"land,{','.join(years)}\nA,{','.join(years)}\n".encode(), "x.csv", {})
    assert opened.reading.turned
    assert list(opened.preview.columns) == ["land", *years[: MOST_COLUMNS - 1]]
    assert list(opened.series.values[-2:]) == [2018, 2019]
    with pytest.raises(ValueError, match="at most 50 columns"):
        open_table(f"land,{','.join(years)}\nA,{','.join(years)}\n".encode(), "x.csv", {"turn": False})


def test_the_facts_tell_what_was_not_measured_and_of_no_series_nothing():
    times = pd.date_range("2024-01-01", periods=100, freq="h")
    rows = [f"{at},{'' if k == 7 else k % 13}" for k, at in enumerate(times)]
    opened = open_table("\n".join(["time,level", *rows]).encode(), "x.csv", {})
    assert opened.facts == "100 points · 2024-01-01 00:00:00 to 2024-01-05 03:00:00 · step: hour · 1.0% not measured"
    nothing = open_table(TABLE[:60], "x.csv", {})
    assert nothing.facts == "" and nothing.head.empty
    counted = open_table(TABLE, "x.csv", {"value": "b"}).head
    assert list(counted.columns) == ["point", "b"] and list(counted["point"]) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_what_is_no_table_is_refused():
    with pytest.raises(ValueError, match="empty"):
        open_table(b" ", "x.csv", {})


@pytest.mark.parametrize("length", [60, 75, 120, 200, 800])
@pytest.mark.parametrize("target", ["level", "change"])
def test_every_length_gets_windows(length, target):
    choice = fitted(DataChoice(target=target, horizon_steps=5), length)
    prepare(Series("own", "", "", np.sin(np.arange(float(length)) ** 1.1), None, "step"), choice)


def test_what_fits_is_left_alone_and_the_longest_gives_way_first():
    assert fitted(DataChoice(), 800) == DataChoice()
    assert fitted(DataChoice(), 200) == DataChoice(window_steps=16)
    assert fitted(DataChoice(gap_steps=256), 200) == DataChoice(gap_steps=16, window_steps=16)


def test_what_cannot_fit_is_left_at_its_shortest():
    assert fitted(DataChoice(), 3).window_steps == 2
