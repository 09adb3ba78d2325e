"""Which column is the time, which the value, and which tells several series apart."""

import numpy as np
import pandas as pd
import pytest

from playground.data.reading import MEAN, SUM, guess_reading
from playground.data.uploads import make_series

HOURS = pd.date_range("2010-01-02", periods=240, freq="h")
WAVE = np.round(np.sin(np.arange(240) / 5), 4)


def table(**columns) -> bytes:
    return pd.DataFrame(columns).to_csv(index=False).encode()


def made(data: bytes, **fixed):
    reading = guess_reading(data, "x.csv", **fixed)
    return reading, *make_series(data, reading)


@pytest.mark.parametrize(
    "counter",
    [
        {"No": np.arange(1, 241)},
        {"step": np.arange(240) * 5},
        {"seconds": np.round(np.arange(240) * 0.2, 1)},
        {"Unnamed: 0": np.arange(240)[::-1]},
        {"customer_id": np.arange(240) * 7 % 113},
        {"weekday": np.arange(240) % 7},
        {"constant": np.full(240, 3)},
        {"epoch": 1_600_000_000 + np.arange(240) * 61 + np.arange(240) % 2},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_what_only_counts_dates_or_names_the_rows_is_never_the_value(counter):
    reading = guess_reading(table(**counter, level=WAVE), "x.csv")
    assert reading.value == "level"


def test_a_column_that_is_alone_is_the_value_whatever_it_looks_like():
    assert guess_reading(table(value=np.arange(240)), "x.csv").value == "value"


def test_of_prices_the_adjusted_close_is_meant_and_then_the_close():
    prices = {"Date": HOURS, "Open": WAVE, "High": WAVE + 1, "Close": WAVE + 2}
    assert guess_reading(table(**prices), "x.csv").value == "Close"
    assert guess_reading(table(**prices, **{"Adj Close": WAVE + 3}), "x.csv").value == "Adj Close"
    assert guess_reading(table(Date=HOURS, other=WAVE, Close=WAVE), "x.csv").value == "other"


@pytest.mark.parametrize(("date", "clock"), [("%d/%m/%Y", "%H:%M:%S"), ("%Y-%m-%d", "%H:%M"), ("%d.%m.%Y", "%H.%M.%S")])
def test_date_and_time_of_day_in_two_columns_are_one_time(date, clock):
    data = table(Date=HOURS.strftime(date), Time=HOURS.strftime(clock), level=WAVE)
    reading, series, _ = made(data)
    assert (reading.time, reading.time_more, reading.value) == ("Date", ("Time",), "level")
    assert series.step == "hour" and np.array_equal(series.times, HOURS.to_numpy("datetime64[ns]"))
    np.testing.assert_array_equal(series.values, WAVE)


@pytest.mark.parametrize("first_hour", [0, 1])
def test_a_time_in_four_columns_is_one_time_also_with_an_hour_24(first_hour):
    shown = HOURS - pd.Timedelta(hours=first_hour)
    data = table(
        no=range(240), year=shown.year, month=shown.month, day=shown.day, hour=shown.hour + first_hour, pm=WAVE
    )
    reading, series, _ = made(data)
    assert (reading.time, reading.time_more, reading.value) == ("year", ("month", "day", "hour"), "pm")
    assert np.array_equal(series.times, HOURS.to_numpy("datetime64[ns]")) and not len(series.filled)


def test_midnight_as_hour_24_belongs_to_the_next_day():
    shown = [f"{at - pd.Timedelta(hours=1):%Y-%m-%d} 24:00" if at.hour == 0 else f"{at:%Y-%m-%d %H:%M}" for at in HOURS]
    _, series, _ = made(table(time=shown, level=WAVE))
    assert np.array_equal(series.times, HOURS.to_numpy("datetime64[ns]")) and not len(series.filled)


def test_many_hours_of_one_date_are_never_a_daily_series():
    with pytest.raises(ValueError, match=r"most times occur more than once \(240 rows have 10 different times\)"):
        made(table(date=HOURS.strftime("%Y-%m-%d"), level=WAVE))


SHOPS = ("north", "south", "west")


def shops() -> bytes:
    days = pd.date_range("2013-01-01", periods=100)
    rows = [(day, shop, 1, round(k + 10 * number + (k * 7 % 5), 1))
            for k, day in enumerate(days) for number, shop in enumerate(SHOPS)]  # fmt: skip
    return pd.DataFrame(rows, columns=["date", "store", "item", "sales"]).to_csv(index=False).encode()


def test_several_series_in_one_table_are_asked_about_and_never_reduced_to_the_first():
    reading = guess_reading(shops(), "x.csv")
    assert (reading.by, reading.picks, reading.value) == ("store", SHOPS, "sales")
    with pytest.raises(ValueError, match=r"one for each value of store \(north, south, west\); choose one of them"):
        make_series(shops(), reading)


def test_one_of_several_series_or_their_sum_or_mean_can_be_chosen():
    alone = [made(shops(), pick=shop)[1].values for shop in SHOPS]
    assert [values[0] for values in alone] == [0.0, 10.0, 20.0] and {len(values) for values in alone} == {100}
    np.testing.assert_allclose(made(shops(), pick=SUM)[1].values, np.sum(alone, axis=0))
    np.testing.assert_allclose(made(shops(), pick=MEAN)[1].values, np.mean(alone, axis=0))
    _, _, report = made(shops(), pick="south")
    assert "200 rows of other values of store than south: left out" in report


def test_a_sum_is_missing_where_one_of_the_series_is():
    frame = pd.read_csv(pd.io.common.BytesIO(shops())).drop(index=31)
    _, series, report = made(frame.to_csv(index=False).encode(), pick=SUM)
    assert list(series.filled) == [10] and series.values[10] == series.values[9]
    assert any("1 time without a value of each of them, the first 2013-01-11" in line for line in report)


def test_a_series_that_the_table_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no row has 'east' in store"):
        made(shops(), pick="east")
