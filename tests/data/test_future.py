"""Time stamps to come: the tail that was cut off a series comes back, stamp by stamp."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from playground.config import DataChoice
from playground.data.calendars import DAY
from playground.data.catalog import CATALOG, load_series
from playground.data.closed_days import opening_of
from playground.data.future import MOST_STEPS, future_times
from playground.data.reading import guess_reading
from playground.data.uploads import make_series
from playground.records import Series

DATED = [name for name, entry in CATALOG.items() if entry.group in ("Real", "Synthetic") and not entry.uses]
STOCKS = ("apple", "google", "ibm", "microsoft")


def uploaded(times):
    """Return the series that the app makes of a table with these times."""
    stamps = pd.DatetimeIndex(times).strftime("%Y-%m-%d %H:%M")
    table = pd.DataFrame({"time": stamps, "level": np.round(np.sin(np.arange(len(times)) / 5) + 2, 4)})
    data = table.to_csv(index=False).encode()
    return make_series(data, guess_reading(data, "x.csv"))[0]


def cut(series, stop):
    return replace(series, values=series.values[:stop], times=series.times[:stop], extras={})


def check_tails(series, calendar, stops, steps=30):
    """Require that what follows each stop is told stamp by stamp."""
    for stop in stops:
        found = future_times(cut(series, stop), steps)
        assert found.calendar == calendar
        tail = series.times[stop : stop + steps]
        assert found.times.dtype == "datetime64[ns]" and found.times.shape == (steps,)
        np.testing.assert_array_equal(found.times[: len(tail)], tail, err_msg=str(series.times[stop - 1]))


@pytest.mark.parametrize("name", [name for name in DATED if name not in STOCKS])
def test_bundled_series_go_on_as_they_do(name):
    series = load_series(DataChoice(series=name))
    if series.times is None:
        assert future_times(series, 5) is None
        return
    stops = np.linspace(60, len(series.times) - 1, 40).astype(int)
    check_tails(series, "months" if series.step == "year" else "even", stops, steps=60)


@pytest.mark.parametrize("name", STOCKS)
def test_prices_keep_the_holidays_of_the_exchange_but_for_days_of_mourning_and_storms(name):
    """The exchange closed for funerals and for a hurricane, which no rule tells; all other days are told."""
    series = load_series(DataChoice(series=name))
    days = series.times.astype("datetime64[D]")
    last = cut(series, len(days) // 3)
    opening = opening_of(last.times.astype("datetime64[D]"))
    assert opening.closed == "US exchange" and opening.kept > 0.99
    ahead = np.arange(last.times[-1].astype("datetime64[D]") + DAY, days[-1] + DAY, DAY)
    told = ahead[opening.is_open(ahead)]
    assert set(days[len(last.times) :]) <= set(told)
    closed_by_no_rule = sorted(set(told.astype(str)) - set(days.astype(str)))
    assert set(closed_by_no_rule) <= {"2007-01-02", "2012-10-29", "2012-10-30"}
    assert future_times(last, 200).times.astype("datetime64[D]").tolist() == told[:200].tolist()


def without_holidays(begin, end, holidays, weekmask="Mon Tue Wed Thu Fri"):
    return pd.bdate_range(begin, end, freq="C", weekmask=weekmask, holidays=list(holidays))


def german_holidays(years):
    """Written out by hand: fixed dates, and Easter's feasts of these years."""
    easter = {2016: "03-27", 2017: "04-16", 2018: "04-01", 2019: "04-21", 2020: "04-12", 2021: "04-04", 2022: "04-17"}
    for year in years:
        sunday = pd.Timestamp(f"{year}-{easter[year]}")
        yield from (sunday + pd.Timedelta(days=days) for days in (-2, 1, 39, 50))
        yield from (pd.Timestamp(f"{year}-{date}") for date in ("01-01", "05-01", "10-03", "12-25", "12-26"))


def test_weekdays_go_on_over_weekends():
    series = uploaded(pd.bdate_range("2023-11-06", periods=200))
    check_tails(series, "days", range(70, 190, 7))
    assert future_times(series, 3).weekdays == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("mask", ["Sun Mon Tue Wed Thu", "Mon Tue Wed Thu Fri Sat", "Sat Sun Mon Tue Wed"])
def test_other_working_weeks(mask):
    series = uploaded(pd.bdate_range("2024-01-03", periods=220, freq="C", weekmask=mask))
    assert series.step == "working day"
    check_tails(series, "days", range(70, 210, 7))


def test_holidays_that_the_past_shows_are_left_out():
    series = uploaded(without_holidays("2016-01-01", "2022-12-31", german_holidays(range(2016, 2023))))
    stop = int(np.searchsorted(series.times, np.datetime64("2021-12-15")))
    found = future_times(cut(series, stop), 200)
    assert found.closed == "by the past"
    shown = cut(series, stop).times.astype("datetime64[D]")
    ahead = np.arange(shown[-1] + DAY, np.datetime64("2023-01-01"), DAY)
    told = set(ahead[opening_of(shown).is_open(ahead)].tolist())
    assert told == set(series.times[stop:].astype("datetime64[D]").tolist())


def test_holidays_by_the_weekday_of_a_month():
    """The second Monday of October and the last Friday of May, over six years."""
    years = range(2015, 2022)
    odd = [pd.date_range(f"{y}-10-01", f"{y}-10-31", freq="W-MON")[1] for y in years]
    odd += [pd.date_range(f"{y}-05-01", f"{y}-05-31", freq="W-FRI")[-1] for y in years]
    series = uploaded(without_holidays("2015-01-01", "2021-12-31", odd))
    check_tails(series, "days", [int(np.searchsorted(series.times, np.datetime64("2021-01-04")))], steps=200)


def test_one_year_of_closed_days_shows_no_rule():
    series = uploaded(without_holidays("2021-01-01", "2021-12-31", german_holidays([2021])))
    assert future_times(series, 5).closed == "none"


@pytest.mark.parametrize("freq", ["MS", "ME", "QS", "QE", "YS", "YE", "BQS", "BQE", "BYE"])
def test_months_quarters_and_years(freq):
    series = uploaded(pd.date_range("1901-01-01", periods=90, freq=freq))
    assert series.step in ("month", "quarter", "year")
    check_tails(series, "months", range(60, 90))


@pytest.mark.parametrize("day", [15, 28, 30])
def test_months_at_another_day(day):
    months = pd.date_range("2015-01-01", periods=100, freq="MS")
    series = uploaded([at.replace(day=min(day, at.days_in_month)) for at in months])
    assert series.step == "month"
    check_tails(series, "months", range(61, 99))


def test_the_last_of_january_leads_to_the_last_of_february():
    series = uploaded(pd.date_range("2018-01-31", "2023-12-31", freq="ME"))
    ahead = future_times(series, 3).times
    assert ahead.astype("datetime64[D]").astype(str).tolist() == ["2024-01-31", "2024-02-29", "2024-03-31"]


@pytest.mark.parametrize(("zone", "minutes"), list(product(["Europe/Berlin", "America/New_York"], [60, 30])))
def test_the_hour_that_clocks_leave_out_is_left_out_again(zone, minutes):
    """Local time as a meter writes it, each stamp once: an hour less in spring, none twice in autumn."""
    step = np.timedelta64(minutes, "m")
    local = pd.date_range("2022-03-01", "2024-04-20", freq=f"{minutes}min", tz=zone).tz_localize(None).unique()
    series = uploaded(local)
    assert not len(series.filled)
    springs = np.flatnonzero(np.diff(series.times) > step)
    assert len(springs) == 3
    stops = [int(spring) + ahead for spring in springs[1:] for ahead in (-150, -30, -1, 0, 1, 2, 40)]
    check_tails(series, "clock changes", [stop for stop in stops if stop > springs[0] + 1], steps=200)


def test_clocks_that_stopped_changing_stay():
    series = uploaded(
        [at for at in pd.date_range("2021-03-01", "2022-04-20", freq="h") if str(at)[:13] != "2021-03-28 02"]
    )
    assert future_times(series, 5).calendar != "clock changes"


def test_trading_hours_close_at_night_and_over_the_weekend():
    days = pd.bdate_range("2024-01-02", periods=40)
    series = uploaded([day + pd.Timedelta(minutes=570 + 30 * k) for day in days for k in range(13)])
    assert series.step == "30 minutes"
    check_tails(series, "hours", range(13 * 20, 13 * 38, 5), steps=60)


def test_hours_of_short_fridays():
    days = pd.bdate_range("2024-01-01", periods=60)
    series = uploaded([day + pd.Timedelta(hours=8 + k) for day in days for k in range(5 if day.weekday() == 4 else 9)])
    check_tails(series, "hours", range(200, 400, 3), steps=60)


def test_three_days_of_hours_say_nothing_of_weekends():
    days = pd.bdate_range("2024-03-04", periods=7)
    series = uploaded([day + pd.Timedelta(minutes=570 + 15 * k) for day in days for k in range(26)])
    first = cut(series, 3 * 26)
    ahead = future_times(first, 4 * 26).times
    np.testing.assert_array_equal(ahead, series.times[3 * 26 : 7 * 26])


@pytest.mark.parametrize("freq", ["D", "W", "h", "15min", "s"])
def test_even_steps(freq):
    series = uploaded(pd.date_range("2024-02-20", periods=100, freq=freq)) if freq != "s" else even_seconds()
    check_tails(series, "even", [65, 80, 99])


def even_seconds():
    times = pd.date_range("2024-02-20", periods=100, freq="s").to_numpy("datetime64[ns]")
    return Series(name="own", title="", unit="", values=np.arange(100.0), times=times, step="second")


def test_a_pattern_that_is_none_goes_on_by_its_usual_step():
    strides = np.where(np.arange(99) % 9 == 0, 20, 10)
    times = np.datetime64("2024-01-01", "ns") + np.r_[0, np.cumsum(strides)] * np.timedelta64(1, "D")
    series = Series(name="own", title="", unit="", values=np.arange(100.0), times=times, step="10 days")
    found = future_times(series, 2)
    assert found.calendar == "usual step" and found.kept == pytest.approx(88 / 99)
    assert (np.diff(found.times) == np.timedelta64(10, "D")).all()


def test_no_times_none_too_late_none():
    series = uploaded(pd.date_range("2024-02-20", periods=100, freq="D"))
    assert future_times(replace(series, times=None), 3) is None
    late = pd.date_range("2150-01-01", periods=100, freq="YS").to_numpy("datetime64[ns]")
    assert future_times(replace(series, times=late, step="year"), 5).times[-1] == np.datetime64("2254-01-01")
    assert future_times(replace(series, times=late, step="year"), 100) is None


@pytest.mark.parametrize("steps", [0, -1, MOST_STEPS + 1])
def test_a_wrong_number_of_steps_is_refused(steps):
    with pytest.raises(ValueError, match=rf"steps must be from 1 to 200, got {steps}; choose"):
        future_times(uploaded(pd.date_range("2024-02-20", periods=100, freq="D")), steps)
