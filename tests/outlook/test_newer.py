"""New rows: they go on where the series ended, or one sentence says why not. Never a different series."""

import numpy as np
import pandas as pd
import pytest

from playground.config import DataChoice
from playground.outlook.newer import open_newer
from playground.records import Series

CHOICE = DataChoice(window_steps=8)


def table(times, values, form="%Y-%m-%d", **more):
    frame = pd.DataFrame({"date": pd.DatetimeIndex(times).strftime(form), "sales": values} | more)
    return frame.to_csv(index=False).encode()


def daily(values, start="2023-01-01", step="day", **fields):
    values = np.asarray(values, float)
    times = np.datetime64(start, "ns") + np.arange(len(values)) * np.timedelta64(1, "D")
    return Series("own", "Shop", "pieces", values, times, step, **fields)


@pytest.fixture
def whole():
    return daily(100 + 10 * np.sin(np.arange(130) / 3).round(3) + np.arange(130) % 7)


def cut(series, count):
    extras = {name: column[:count] for name, column in series.extras.items()}
    times = None if series.times is None else series.times[:count]
    return Series("own", "Shop", "pieces", series.values[:count], times, series.step, extras=extras)


@pytest.mark.parametrize("first", [0, 60, 110, 120], ids=["all rows", "a half", "the last ten", "only new ones"])
def test_new_rows_go_on_where_the_series_ended(whole, first):
    found = open_newer(table(whole.times[first:], whole.values[first:]), "new.csv", cut(whole, 120), CHOICE)
    np.testing.assert_array_equal(found.series.values, whole.values)
    np.testing.assert_array_equal(found.series.times, whole.times)
    assert (found.common, found.added, found.gap, found.missing) == (120 - first, 10, 0, 0)


def test_rows_in_any_order_and_other_ways_to_write_dates_are_the_same_series(whole):
    order = np.random.default_rng(0).permutation(130)
    for form in ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y"):
        data = table(whole.times[order], whole.values[order], form)
        np.testing.assert_array_equal(open_newer(data, "n.csv", cut(whole, 120), CHOICE).series.values, whole.values)


def test_one_new_row_is_enough(whole):
    found = open_newer(table(whole.times[119:121], whole.values[119:121]), "n.csv", cut(whole, 120), CHOICE)
    assert (found.common, found.added) == (1, 1)


def test_dates_that_may_be_read_in_two_ways_are_settled_by_rows_in_common_or_refused():
    series = daily(np.random.default_rng(0).random(100).round(4), "2023-01-01")
    old = cut(series, 93)  # up to 3 April
    some = slice(90, 98)  # 1 to 8 April: either of day and month may come first
    found = open_newer(table(series.times[some], series.values[some], "%d/%m/%Y"), "n.csv", old, CHOICE)
    np.testing.assert_array_equal(found.series.values, series.values[:98])
    new = slice(93, 98)
    try:
        alone = open_newer(table(series.times[new], series.values[new], "%d/%m/%Y"), "n.csv", old, CHOICE)
    except ValueError:
        return
    np.testing.assert_array_equal(alone.series.values, series.values[:98])


def test_the_column_with_the_same_values_is_taken(whole):
    other = np.random.default_rng(0).random(20).round(3)
    data = pd.DataFrame({"date": whole.times[110:], "returns": other, "sales": whole.values[110:]})
    found = open_newer(data.to_csv(index=False).encode(), "n.csv", cut(whole, 120), CHOICE)
    np.testing.assert_array_equal(found.series.values, whole.values)
    alone = data.iloc[10:].to_csv(index=False).encode()
    with pytest.raises(ValueError, match="could be read in more than one way"):
        open_newer(alone, "n.csv", cut(whole, 120), CHOICE)


def test_a_gap_is_named_and_filled_with_the_value_before(whole):
    rows = np.r_[110:120, 122:126, 127:130]
    found = open_newer(table(whole.times[rows], whole.values[rows]), "n.csv", cut(whole, 120), CHOICE)
    assert (found.gap, found.missing, found.added) == (2, 1, 7)
    np.testing.assert_array_equal(found.series.times, whole.times)
    np.testing.assert_array_equal(found.series.values[120:122], whole.values[119])
    assert found.series.values[126] == whole.values[125]
    np.testing.assert_array_equal(found.series.filled, [120, 121, 126])


def refused(series, data, said):
    with pytest.raises(ValueError, match=said):
        open_newer(data, "n.csv", series, CHOICE)


def test_what_does_not_go_on_is_refused_in_one_sentence(whole):
    old = cut(whole, 120)
    refused(
        old, table(whole.times[:120], whole.values[:120]), "no row after the last one that the run knows, 2023-04-30"
    )
    refused(old, table(whole.times[:50], whole.values[:50]), "no row after the last one")
    refused(
        old, table(whole.times[110:], whole.values[110:] + 1), "the table says .* but the run learnt from .* 10 of 10"
    )
    hours = np.datetime64("2023-04-30", "ns") + np.arange(48) * np.timedelta64(1, "h")
    refused(old, table(hours, np.arange(48.0), "%Y-%m-%d %H:%M"), "the run's step is one day")
    refused(old, table(whole.times[125:], whole.values[125:]), "5 steps are missing, more than half of the window of 8")
    refused(old, pd.DataFrame({"sales": whole.values}).to_csv(index=False).encode(), "the run has time stamps and the")
    twice = np.r_[110:130, 129]
    refused(old, table(whole.times[twice], whole.values[twice]), "more than once")


def test_further_inputs_must_be_there_and_come_along(whole):
    rain = np.cos(np.arange(130.0)).round(4)
    series = daily(whole.values, extras={"rain": rain})
    choice = CHOICE.model_copy(update={"extra_inputs": ("rain",)})
    data = table(whole.times[100:], whole.values[100:], rain=rain[100:])
    found = open_newer(data, "n.csv", cut(series, 120), choice)
    np.testing.assert_array_equal(found.series.extras["rain"], rain)
    with pytest.raises(ValueError, match="the network also reads rain, but the table has only date, sales"):
        open_newer(table(whole.times[100:], whole.values[100:]), "n.csv", cut(series, 120), choice)


@pytest.mark.parametrize(("step", "months"), [("month", 1), ("quarter", 3), ("year", 12)])
def test_months_go_on_by_the_calendar(step, months):
    first = np.datetime64("1960-01", "M") + np.arange(100) * np.timedelta64(months, "M")
    times = (first + np.timedelta64(1, "M")).astype("datetime64[D]").astype("datetime64[ns]") - np.timedelta64(
        1, "D"
    )  # their last days
    values = np.random.default_rng(0).random(100).round(4)
    series = Series("own", "x", "", values, times, step)
    found = open_newer(table(times[80:], values[80:]), "n.csv", cut(series, 90), CHOICE)
    np.testing.assert_array_equal(found.series.times, times)
    np.testing.assert_array_equal(found.series.values, values)


def test_weekdays_go_on_after_the_weekend_and_a_sunday_is_strange():
    days = np.arange(np.datetime64("2023-01-02"), np.datetime64("2023-07-01"))
    days = days[np.is_busday(days)].astype("datetime64[ns]")
    values = np.random.default_rng(0).random(len(days)).round(4)
    series = Series("own", "x", "", values, days, "weekday")
    old = cut(series, 100)
    found = open_newer(table(days[90:], values[90:]), "n.csv", old, CHOICE)
    np.testing.assert_array_equal(found.series.times, days)
    with pytest.raises(ValueError, match="the step to 2023-06-05 is unlike any in the run's series"):
        open_newer(table(days[np.r_[90:100, 110:115]], values[np.r_[90:100, 110:115]]), "n.csv", old, CHOICE)
    sunday = np.r_[days[90:100], np.datetime64("2023-05-14", "ns")]
    with pytest.raises(ValueError, match="a row at 2023-05-14, where the run's series has none"):
        open_newer(
            table(np.r_[sunday, days[100:104]], np.r_[values[90:100], 1.0, values[100:104]]), "n.csv", old, CHOICE
        )


def test_without_times_the_table_must_begin_with_known_rows():
    values = np.random.default_rng(0).random(140).round(5)
    old = Series("own", "x", "", values[:120], None, "step")
    for first in (0, 60, 112):
        data = pd.DataFrame({"v": values[first:]}).to_csv(index=False).encode()
        found = open_newer(data, "n.csv", old, CHOICE)
        np.testing.assert_array_equal(found.series.values, values)
    with pytest.raises(ValueError, match="must begin with rows that the run knows, at least its last 8"):
        open_newer(pd.DataFrame({"v": values[115:]}).to_csv(index=False).encode(), "n.csv", old, CHOICE)


def test_what_was_filled_in_the_past_may_have_been_measured_since(whole):
    old = cut(whole, 120)
    repeated = old.values.copy()
    repeated[110] = repeated[109]
    filled = Series("own", "Shop", "", repeated, old.times, "day", filled=np.array([110]))
    found = open_newer(table(whole.times[100:], whole.values[100:]), "n.csv", filled, CHOICE)
    assert found.added == 10
    np.testing.assert_array_equal(found.series.values[:120], repeated)
    refused(
        Series("own", "Shop", "", repeated, old.times, "day"), table(whole.times[100:], whole.values[100:]), "differ"
    )
