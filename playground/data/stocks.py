"""Live prices by symbol: a disk cache, one careful fetcher, and bundled prices where there are none.

Reading never touches the network: `load_ticker` takes what the cache has. Only `fetch` asks Yahoo, in
a process of its own (`playground.data.yahoo`), one request at a time.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from playground.config import DataChoice, Recipe
from playground.data import yahoo
from playground.data.bundled import STOCKS, load_stock
from playground.data.regular import Regular, regular
from playground.hosting.home import playground_home
from playground.places import ROOT
from playground.recent import Recent
from playground.records import Series

FETCH_LIMIT_S = 20.0
"""Longest time one request may take."""

FEWEST_DAYS = 100
"""Fewest days of prices worth showing."""

MOST_REQUESTS, PER_S = 5, 60.0
"""Most requests in any stretch of so many seconds, over all learners of this server."""

COOL_DOWN_S = 15 * 60.0
"""Pause after Yahoo has answered "too many requests", or has blocked one."""

RECENT_LIFE_S, PAST_LIFE_S = 24 * 3600.0, 30 * 24 * 3600.0
"""How long fetched prices count as fresh: ranges that end in the past week or later, and older ones."""

MOST_FILES, MOST_FAILURES = 200, 200
"""Most files kept in the cache, and most failures remembered."""

NOTICE = ("Yahoo data, for personal use only", "not investment advice")

HUNDREDTHS = {"GBp": "GBp, pence", "GBX": "GBp, pence", "ZAc": "ZAc, cents", "ILA": "ILA, agorot"}
"""Currencies of which Yahoo quotes hundredths -> the unit of such prices."""

COMMAND = (sys.executable, "-m", "playground.data.yahoo")

Key = tuple[str, dt.date, dt.date]


@dataclass(frozen=True)
class FetchState:
    """Where the prices of one choice stand.

    Attributes:
        kind: "cached" (ready), "stale" (ready but old), "not_fetched", "fetching", "failed" (`text`
            says why) or "cooling_down" (no request before `retry_at`).
        text: One plain sentence for the learner.
        retry_at: Unix time in seconds from which a request is allowed again, 0 where any time is.
    """

    kind: Literal["cached", "stale", "not_fetched", "fetching", "failed", "cooling_down"]
    text: str
    retry_at: float = 0.0


class Fetcher:
    """Fetches prices one at a time, rests when Yahoo asks for it, remembers what failed."""

    def __init__(
        self,
        command: tuple[str, ...] = COMMAND,
        limit_s: float = FETCH_LIMIT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._command, self._limit_s, self._clock = command, limit_s, clock
        self._one_at_a_time = threading.Lock()
        self._fetching: Key | None = None
        self._failures: Recent[Key, str] = Recent(MOST_FAILURES)
        self._rests_until = 0.0
        self._asked_at: deque[float] = deque(maxlen=MOST_REQUESTS)

    def fetch(self, ticker: str, start: dt.date, end: dt.date) -> None:
        """Bring the prices into the cache unless they are there; `state` then tells how it went.

        Raises:
            ValueError: if the symbol or the dates are not allowed. Nothing that happens on the way
                to Yahoo raises.
        """
        choice = Recipe().replaced(ticker=ticker, start=start, end=end).data
        if not self._one_at_a_time.acquire(timeout=self._limit_s):
            self._failures.keep(_key(choice), "another fetch is still under way")
            return
        try:
            if self.state(choice).kind in ("cached", "cooling_down"):
                return
            self._fetching = _key(choice)
            self._failures.pop(_key(choice), None)
            self._asked_at.append(self._clock())
            self._ask(choice)
        except OSError as error:
            self._failures.keep(_key(choice), f"the prices could not be stored: {error.strerror}")
        finally:
            self._fetching = None
            self._one_at_a_time.release()

    def state(self, choice: DataChoice) -> FetchState:
        """Tell where the prices of `choice` stand; never touches the network."""
        key, now = _key(choice), self._clock()
        fetched_at = _fetched_at(choice)
        if fetched_at and now - fetched_at < _life_s(choice, now):
            return FetchState("cached", f"{choice.ticker}: prices from Yahoo, fetched on {_day(fetched_at)}.")
        if self._fetching == key:
            return FetchState("fetching", f"{choice.ticker}: asking Yahoo.")
        failure = self._failures.get(key)
        retry_at = max(self._rests_until, self._asked_at[0] + PER_S if len(self._asked_at) == MOST_REQUESTS else 0.0)
        if retry_at > now:
            failed = f"{choice.ticker} could not be fetched: {failure}"
            why = failed if failure else "No requests are sent to Yahoo just now"
            return FetchState("cooling_down", f"{why}; the next try is possible at {_clock_time(retry_at)}.", retry_at)
        if failure:
            return FetchState("failed", f"{choice.ticker} could not be fetched: {failure}.")
        if fetched_at:
            return FetchState("stale", f"{choice.ticker}: prices fetched on {_day(fetched_at)} may be out of date.")
        return FetchState("not_fetched", f"{choice.ticker} has not been fetched from Yahoo yet.")

    def _ask(self, choice: DataChoice) -> None:
        """Run one request and put what it brings in place, or remember why there is nothing."""
        path = price_path(choice)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="fetch-", dir=path.parent)
        os.close(handle)
        part = Path(name)
        asked = (choice.ticker, choice.start.isoformat(), choice.end.isoformat(), "--out", name)
        try:
            done = subprocess.run(
                (*self._command, *asked), cwd=ROOT, capture_output=True, timeout=self._limit_s, check=False
            )
            if done.returncode == yahoo.RATE_LIMITED:
                self._rests_until = self._clock() + COOL_DOWN_S
            if done.returncode:
                self._failures.keep(_key(choice), yahoo.REASONS.get(done.returncode, yahoo.REASONS[yahoo.UNREADABLE]))
                return
            _read_prices(part)
            part.replace(path)
            _forget_oldest(path.parent)
        except subprocess.TimeoutExpired:
            self._failures.keep(_key(choice), f"Yahoo did not answer within {self._limit_s:g} s; ask again later")
        except ValueError as error:
            self._failures.keep(_key(choice), str(error))
        finally:
            part.unlink(missing_ok=True)


_FETCHER = Fetcher()


def fetch(ticker: str, start: dt.date, end: dt.date) -> None:
    """Bring the prices of a symbol into the cache, within `FETCH_LIMIT_S`; see `Fetcher.fetch`."""
    _FETCHER.fetch(ticker, start, end)


def fetch_state(choice: DataChoice) -> FetchState:
    """Tell the learner where the prices of `choice` stand; see `Fetcher.state`."""
    return _FETCHER.state(choice)


def load_ticker(choice: DataChoice, fetcher: Fetcher = _FETCHER) -> Series:
    """Load the cached prices of `choice.ticker`, or the bundled prices that stand in for them, saying so."""
    path = price_path(choice)
    try:
        prices, currency = _read_prices(path)
    except OSError:
        return _stand_in(choice, fetcher.state(choice))
    except ValueError:
        path.unlink(missing_ok=True)  # a damaged file must not count as cached
        return _stand_in(choice, fetcher.state(choice))
    state = fetcher.state(choice)
    aged = () if state.kind == "cached" else (state.text if state.kind == "stale" else prices_stay(state),)
    return Series(
        name="",
        title=f"{choice.ticker} daily price, adjusted",
        unit=HUNDREDTHS.get(currency, currency),
        values=prices.values,
        times=prices.times,
        step="trading day",
        source=f"Yahoo Finance, {choice.ticker}, by way of yfinance",
        licence="Personal use only, under Yahoo's terms",
        notes=(*prices.notes, *aged, "closing prices adjusted for splits and dividends", *NOTICE),
        filled=prices.filled,
    )


def stay(before: DataChoice, choice: DataChoice) -> bool:
    """Say whether the prices of `before` stay where those of `choice` failed: it has none, or only bundled ones."""
    return not _fetched_at(choice) and (choice.ticker not in STOCKS or bool(_fetched_at(before)))


def prices_stay(state: FetchState) -> str:
    """Say why there are no new prices, where others are shown already."""
    return f"{state.text} The prices shown stay as they were."


def price_path(choice: DataChoice) -> Path:
    """Return the cache file of a choice; its name is made from checked fields only."""
    checked = Recipe().replaced(ticker=choice.ticker, start=choice.start, end=choice.end).data
    return playground_home() / "prices" / f"{checked.ticker}_{checked.start.isoformat()}_{checked.end.isoformat()}.csv"


def _stand_in(choice: DataChoice, state: FetchState) -> Series:
    symbol = choice.ticker if choice.ticker in STOCKS else "AAPL"
    bundled = load_stock(symbol)
    assert bundled.times is not None
    first, last = (np.datetime_as_string(bundled.times[end], unit="D") for end in (0, -1))
    note = f"{state.text} Showing bundled {STOCKS[symbol]} prices {first} to {last} instead."
    title = f"{STOCKS[symbol]} daily price, adjusted (bundled)"
    return replace(bundled, title=title, notes=(note, *bundled.notes), extras={})


def _read_prices(path: Path) -> tuple[Regular, str]:
    """Return the closing prices and their currency from a fetched file.

    Raises:
        ValueError: if the file does not hold at least `FEWEST_DAYS` days of prices.
    """
    try:
        rows = pd.read_csv(path, usecols=["date", "close", "currency"], dtype={"close": np.float64})
        days = pd.to_datetime(rows["date"], format="%Y-%m-%d").to_numpy(dtype="datetime64[ns]")
    except ValueError:
        raise ValueError(yahoo.REASONS[yahoo.UNREADABLE]) from None
    if len(rows) < FEWEST_DAYS:
        raise ValueError(f"only {len(rows)} trading days, at least {FEWEST_DAYS} are needed; choose an earlier start")
    prices = regular(days, rows["close"].to_numpy(), None)
    currency = rows["currency"].iloc[0]
    return prices, currency if isinstance(currency, str) else ""


def _key(choice: DataChoice) -> Key:
    return choice.ticker, choice.start, choice.end


def _fetched_at(choice: DataChoice) -> float:
    """Return when the choice's prices were fetched, 0 where they are not in the cache."""
    try:
        return price_path(choice).stat().st_mtime
    except OSError:
        return 0.0


def _life_s(choice: DataChoice, now: float) -> float:
    """Return how long fetched prices count as fresh: short where days may still be added or corrected."""
    week_ago = dt.datetime.fromtimestamp(now, dt.UTC).date() - dt.timedelta(days=7)
    return RECENT_LIFE_S if choice.end >= week_ago else PAST_LIFE_S


def _forget_oldest(folder: Path) -> None:
    """Keep the `MOST_FILES` newest files, left-over parts of cut-off requests included."""
    files = sorted(filter(Path.is_file, folder.iterdir()), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[MOST_FILES:]:
        file.unlink(missing_ok=True)


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat()


def _clock_time(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%H:%M:%S UTC")
