"""The bundled files: facts of each series, and that every repair is stated."""

import csv
import gzip

import numpy as np
import pytest

from playground.data import bundled
from playground.data.catalog import CATALOG
from playground.data.season import find_season
from playground.places import DATA

SERIES = {
    "seattle": bundled.load_seattle_temperature,
    "sea": bundled.load_sea_surface_temperature,
    "heartbeat": bundled.load_heartbeat,
    "sunspots": bundled.load_sunspots,
    "sales": bundled.load_made_up_sales,
    "load": bundled.load_made_up_load,
    **{symbol: lambda symbol=symbol: bundled.load_stock(symbol) for symbol in bundled.STOCKS},
}


@pytest.mark.parametrize("name", SERIES)
def test_loaded_once_and_read_only(name):
    series = SERIES[name]()
    assert SERIES[name]() is series
    assert not series.values.flags.writeable
    assert series.times is None or not series.times.flags.writeable


def test_seattle_is_every_day_of_four_years():
    series = bundled.load_seattle_temperature()
    assert len(series.values) == 4 * 365 + 1
    assert (np.diff(series.times) == np.timedelta64(1, "D")).all()
    assert series.values[:2].tolist() == [12.8, 10.6]
    assert series.notes == ()


def test_sea_surface_repairs_are_made_and_stated():
    series = bundled.load_sea_surface_temperature()
    assert series.notes == (
        "1 duplicated time stamp: kept the first",
        "a gap of 1 h filled with 1 point, the value before repeated",
        "a gap of 12 h filled with 23 points, the value before repeated",
    )
    assert len(series.values) == 401 * 48 + 1
    assert (np.diff(series.times) == np.timedelta64(30, "m")).all()
    with gzip.open(DATA / "sea_surface_temperature_30min.csv.gz", "rt") as file:
        measured: dict[str, float] = {}
        for row in csv.DictReader(file):
            measured.setdefault(row["time"].rstrip("Z"), float(row["temperature_c"]))
    stamps = np.datetime_as_string(series.times, unit="s")
    assert all(
        measured[stamp] == value for stamp, value in zip(stamps, series.values, strict=True) if stamp in measured
    )
    invented = {stamp: value for stamp, value in zip(stamps, series.values, strict=True) if stamp not in measured}
    assert len(invented) == 24
    assert invented["2016-06-14T13:30:00"] == measured["2016-06-14T13:00:00"]
    assert invented["2016-07-08T07:30:00"] == measured["2016-07-08T01:30:00"]
    assert set(np.datetime_as_string(series.times[series.filled], unit="s")) == set(invented)


def test_sunspots_are_every_year():
    series = bundled.load_sunspots()
    assert np.array_equal(series.times.astype("datetime64[Y]").astype(int) + 1970, np.arange(1700, 2009))
    assert series.values[:2].tolist() == [5.0, 11.0]


def test_heartbeat_season_is_the_distance_of_the_first_two_beats():
    series = bundled.load_heartbeat()
    half = series.values[:705]
    first = int(half[:400].argmax())
    assert first + series.season_steps == 400 + int(half[400:].argmax())


@pytest.mark.parametrize(("symbol", "days", "first"), [("AAPL", 3270, "2000-03-01"), ("GOOG", 2148, "2004-08-19")])
def test_stocks_are_trading_days_of_adjusted_prices(symbol, days, first):
    series = bundled.load_stock(symbol)
    assert len(series.values) == days
    assert str(series.times[0])[:10] == first
    assert (np.diff(series.times) > np.timedelta64(0, "ns")).all()
    assert (series.values > 0).all()
    assert any("adjusted" in note for note in series.notes)
    assert any("not investment advice" in note for note in series.notes)


def test_made_up_sales_repeat_every_week_and_say_that_they_are_made_up():
    series = bundled.load_made_up_sales()
    assert len(series.values) == 3 * 365 and series.season_steps == 7
    assert "Made up" in series.source and "made up" in CATALOG["made_up_sales"].title
    assert find_season(series.values) == 7
    promoted = series.extras["promotion"]
    assert set(promoted) == {0, 1} and promoted.sum() == 81
    assert series.values[promoted == 1].mean() > 1.15 * series.values[promoted == 0].mean()


def test_made_up_load_repeats_every_day_and_week_and_says_that_it_is_made_up():
    series = bundled.load_made_up_load()
    assert len(series.values) == 90 * 24 and series.season_steps == 24
    assert "Made up" in series.source and "made up" in CATALOG["made_up_load"].title
    days = series.values.reshape(-1, 24).mean(axis=1)
    weekdays = np.arange(90) % 7
    assert days[weekdays >= 5].max() < days[weekdays < 5].min()


def test_every_file_is_in_the_table_of_sources():
    table = (DATA / "PROVENANCE.md").read_text()
    files = [file for file in DATA.rglob("*") if file.is_file() and file.suffix != ".md"]
    assert len(files) == 13
    assert all(f"`{file.relative_to(DATA).as_posix()}`" in table for file in files)
