"""Ask Yahoo for daily prices, in a process of its own: the only place that imports yfinance.

`python -m playground.data.yahoo TICKER START END --out FILE` writes the file and exits with 0, or
exits with one of `REASONS`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import threading
import warnings
from pathlib import Path

RATE_LIMITED, UNKNOWN, EMPTY, NO_NETWORK, UNREADABLE, NOT_INSTALLED = range(11, 17)

REASONS = {
    RATE_LIMITED: "Yahoo takes no requests from here for a while, too many were sent or it blocks them",
    UNKNOWN: "Yahoo does not know this symbol; look it up on finance.yahoo.com",
    EMPTY: "Yahoo knows this symbol but has no prices between these dates; choose other dates",
    NO_NETWORK: "Yahoo could not be reached; ask again once there is a network",
    UNREADABLE: "Yahoo's answer could not be read; ask again later",
    NOT_INSTALLED: "yfinance is not installed",
}
"""Exit status -> why there are no prices."""

LAST_MOMENT_S = 40.0
"""When this process ends itself, should nobody be left to end it."""


def fetch_prices(ticker: str, start: dt.date, end: dt.date, out: Path) -> int:
    """Write the adjusted daily closing prices from `start` up to, not including, `end`; return the exit status.

    The file has the columns date, close and currency. The day in progress is left out: its price is
    not final.
    """
    try:
        import yfinance
        from yfinance.exceptions import YFPricesMissingError, YFRateLimitError, YFTickerMissingError
    except ImportError:
        return NOT_INSTALLED
    yfinance.config.debug.hide_exceptions = False
    yfinance.set_tz_cache_location(str(out.parent / "yfinance"))
    share = yfinance.Ticker(ticker)
    try:
        rows = share.history(start=start.isoformat(), end=end.isoformat(), auto_adjust=True)
        if rows.empty:
            return EMPTY
        table = rows[["Close"]].rename(columns={"Close": "close"})
        table.insert(0, "date", rows.index.strftime("%Y-%m-%d"))
        table["currency"] = str(share.history_metadata.get("currency") or "")
    except YFRateLimitError:
        return RATE_LIMITED
    except YFPricesMissingError as error:
        return UNKNOWN if "No data found" in (getattr(error, "yahoo_reason", None) or "") else EMPTY
    except YFTickerMissingError:
        return UNKNOWN
    except OSError as error:
        return _status_of(error)
    except Exception:  # whatever else the answer led to, it was not prices
        return UNREADABLE
    finished = table[table["date"] < dt.datetime.now(dt.UTC).date().isoformat()]
    finished.to_csv(out, index=False)
    return 0


def _status_of(error: OSError) -> int:
    """Tell a refused request from a network that did not answer."""
    answered = getattr(getattr(error, "response", None), "status_code", None)
    if answered is None or answered == 0:
        return NO_NETWORK
    return {403: RATE_LIMITED, 429: RATE_LIMITED, 404: UNKNOWN}.get(answered, UNREADABLE)


def main() -> int:
    """Read the command line and fetch."""
    parser = argparse.ArgumentParser(description="Fetch daily prices from Yahoo into a file.")
    parser.add_argument("ticker")
    parser.add_argument("start", type=dt.date.fromisoformat)
    parser.add_argument("end", type=dt.date.fromisoformat)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    last_moment = threading.Timer(LAST_MOMENT_S, os._exit, (NO_NETWORK,))
    last_moment.daemon = True
    last_moment.start()
    return fetch_prices(asked.ticker, asked.start, asked.end, asked.out)


if __name__ == "__main__":
    sys.exit(main())
