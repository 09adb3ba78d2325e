"""The series that come with the playground as files; `assets/data/PROVENANCE.md` is their table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd

from playground.data.regular import regular
from playground.places import DATA
from playground.records import Series

STOCKS = {"AAPL": "Apple", "GOOG": "Google", "IBM": "IBM", "MSFT": "Microsoft"}
"""Bundled prices: symbol -> company."""

WEATHER = ("temp_min", "precipitation", "wind")
"""Further columns of the Seattle series."""

VOLUME = ("log_volume",)
"""Further columns of the bundled prices: the natural logarithm of the shares traded that day."""

PROMOTION = ("promotion",)
"""Further columns of the made-up sales: 1 on a day with a promotion, else 0."""

MADE_UP = "Made up for this project, measured nowhere"


@lru_cache
def load_seattle_temperature() -> Series:
    """Load Seattle's daily maximum temperature, 2012 to 2015, beside its minimum (°C), rain (mm) and wind (m/s)."""
    rows = pd.read_csv(DATA / "seattle_weather_daily.csv")
    return _filed(
        rows["date"],
        rows["temp_max"],
        np.timedelta64(1, "D"),
        unit="°C",
        step="day",
        season_steps=365,
        source="NOAA National Centers for Environmental Information, station Seattle",
        licence="Public domain (work of the United States government)",
        extras={name: rows[name] for name in WEATHER},
    )


@lru_cache
def load_sea_surface_temperature() -> Series:
    """Load the sea surface temperature at buoy B01 every 30 minutes; the season is the day, 48 steps."""
    rows = pd.read_csv(DATA / "sea_surface_temperature_30min.csv.gz")
    return _filed(
        rows["time"].str.removesuffix("Z"),
        rows["temperature_c"],
        np.timedelta64(30, "m"),
        unit="°C",
        step="30 minutes",
        season_steps=48,
        source="NERACOOS, buoy B01 (Western Maine Shelf), data set B01_sbe37_all, times in UTC",
        licence="Free to use and redistribute, not for legal use",
    )


@lru_cache
def load_heartbeat() -> Series:
    """Load 1,024 samples of an electrocardiogram; the season is the 328 samples between its first two beats."""
    rows = pd.read_csv(DATA / "ecg.csv")
    return _filed(
        None,
        rows["millivolt_raw"],
        None,
        unit="raw",
        step="sample",
        season_steps=328,
        source="PhysioNet, MIT-BIH arrhythmia database, 360 samples a second",
        licence="Open data; PhysioNet asks to be cited (Moody and Mark 2001; Goldberger et al. 2000)",
    )


@lru_cache
def load_sunspots() -> Series:
    """Load the mean sunspot number of every year from 1700 to 2008; the season is the solar cycle, about 11 years."""
    rows = pd.read_csv(DATA / "sunspots_yearly.csv")
    return _filed(
        rows["YEAR"].astype(str),
        rows["SUNACTIVITY"],
        None,
        unit="sunspots",
        step="year",
        season_steps=11,
        source="SIDC, Royal Observatory of Belgium, by way of NOAA",
        licence="Public domain",
    )


@lru_cache
def load_stock(symbol: str) -> Series:
    """Load the adjusted closing price of one of `STOCKS`; the trading days are the steps, no day is filled in."""
    rows = pd.read_csv(DATA / "stocks_daily.csv.gz", usecols=["Ticker", "Date", "Volume", "Adj Close"])
    rows = rows[rows["Ticker"] == symbol]
    return _filed(
        rows["Date"],
        rows["Adj Close"],
        None,
        unit="USD",
        step="trading day",
        season_steps=0,
        source=f"Quandl WIKI Prices, {symbol}",
        licence="Public domain, as declared by its publisher",
        notes=("closing prices adjusted for splits and dividends", "not investment advice"),
        extras={VOLUME[0]: np.log(rows["Volume"])},
    )


@lru_cache
def load_made_up_sales() -> Series:
    """Load the made-up daily sales of a shop, 2021 to 2023, beside its promotions; the season is the week, 7 days."""
    rows = pd.read_csv(DATA / "made_up_daily_sales.csv")
    return _filed(
        rows["date"],
        rows["sales"],
        np.timedelta64(1, "D"),
        unit="pieces",
        step="day",
        season_steps=7,
        source=MADE_UP,
        licence="Free to use",
        extras={name: rows[name] for name in PROMOTION},
    )


@lru_cache
def load_made_up_load() -> Series:
    """Load the made-up hourly load of a small grid over 90 days; the season is the day, 24 hours."""
    rows = pd.read_csv(DATA / "made_up_hourly_load.csv")
    return _filed(
        rows["time"],
        rows["load_mw"],
        np.timedelta64(1, "h"),
        unit="MW",
        step="hour",
        season_steps=24,
        source=MADE_UP,
        licence="Free to use",
    )


def _filed(
    stamps: pd.Series | None,
    values: pd.Series,
    every: np.timedelta64 | None,
    *,
    unit: str,
    step: str,
    season_steps: int,
    source: str,
    licence: str,
    notes: tuple[str, ...] = (),
    extras: Mapping[str, pd.Series] | None = None,
) -> Series:
    """Build the series from its columns; repairs come first among its notes."""
    times = None if stamps is None else stamps.to_numpy(dtype="datetime64[ns]")
    found = regular(times, values.to_numpy(dtype=np.float64), every, extras)
    return Series(
        name="",
        title="",
        unit=unit,
        values=found.values,
        times=found.times,
        step=step,
        season_steps=season_steps,
        source=source,
        licence=licence,
        notes=found.notes + notes,
        extras=found.extras,
        filled=found.filled,
    )
