"""Live prices without a network: a pretended yfinance answers the fetching process in every way it can."""

import datetime as dt
import os
import sys
import textwrap
import threading

import numpy as np
import pandas as pd
import pytest
from patience import patience

from playground.charts.data import series_figure
from playground.charts.theme import LIGHT
from playground.config import DataChoice
from playground.data import stocks, yahoo
from playground.data.bundled import load_stock
from playground.data.prepare import prepare
from playground.data.stocks import Fetcher, load_ticker, price_path

START, END = dt.date(2015, 1, 1), dt.date(2025, 1, 1)

PRETENDED = {
    "__init__.py": """
        import os, sys, time
        from types import SimpleNamespace
        from . import exceptions

        config = SimpleNamespace(debug=SimpleNamespace(hide_exceptions=True))

        def set_tz_cache_location(folder):
            pass

        class Refused(OSError):
            def __init__(self, status):
                self.response = SimpleNamespace(status_code=status)

        class Ticker:
            def __init__(self, symbol):
                self.symbol = symbol
                hundredths = {"EZJ.L": "GBp", "VOD.L": "GBX", "NPN.JO": "ZAc", "TEVA.TA": "ILA"}
                self.history_metadata = {"currency": hundredths.get(symbol, "USD")}

            def history(self, start, end, auto_adjust):
                assert auto_adjust and config.debug.hide_exceptions is False
                with open(os.environ["PRETENDED_LOG"], "a") as log:
                    log.write(f"{self.symbol} {start} {end}\\n")
                failures = {
                    "LIMIT": exceptions.YFRateLimitError(),
                    "STATUS403": Refused(403),
                    "STATUS429": Refused(429),
                    "STATUS404": Refused(404),
                    "STATUS503": Refused(503),
                    "NOBODY": exceptions.YFTickerMissingError(),
                    "NODATA": exceptions.YFPricesMissingError("No data found, symbol may be delisted"),
                    "NODAYS": exceptions.YFPricesMissingError("Data doesn't exist for startDate = 1"),
                    "OFFLINE": ConnectionError("no route"),
                    "GARBAGE": KeyError("chart"),
                    "NOTJSON": ValueError("no JSON"),
                }
                if self.symbol in failures:
                    raise failures[self.symbol]
                if self.symbol == "HANG":
                    time.sleep(60)
                if self.symbol == "CRASH":
                    os._exit(1)
                import pandas as pd
                if self.symbol == "NOCOLUMN":
                    return pd.DataFrame({"Open": [1.0]}, index=pd.DatetimeIndex(["2020-01-01"]))
                if self.symbol == "EMPTY":
                    return pd.DataFrame({"Close": []})
                days = pd.bdate_range(end="2020-06-30", periods=30 if self.symbol == "FEW" else 300)
                if self.symbol == "TODAY":
                    days = pd.date_range(end=pd.Timestamp.now("UTC").date(), periods=300)
                closes = [100.0 + day for day in range(len(days))]
                if self.symbol == "HOLE":
                    closes[50] = float("nan")
                return pd.DataFrame({"Close": closes}, index=days.tz_localize("America/New_York"))
    """,
    "exceptions.py": """
        class YFRateLimitError(Exception): pass
        class YFTickerMissingError(Exception): pass
        class YFPricesMissingError(YFTickerMissingError):
            def __init__(self, reason):
                self.yahoo_reason = reason
    """,
}


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """Put the pretended yfinance and an empty home in place; return what reads the calls it got."""
    package = tmp_path / "path" / "yfinance"
    package.mkdir(parents=True)
    for name, text in PRETENDED.items():
        (package / name).write_text(textwrap.dedent(text))
    log = tmp_path / "log"
    log.touch()
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PRETENDED_LOG", str(log))
    return lambda: log.read_text().splitlines()


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = dt.datetime.now(dt.UTC).timestamp()

    def __call__(self) -> float:
        return self.now


def choice_of(ticker: str, end: dt.date = END) -> DataChoice:
    return DataChoice(series="ticker", ticker=ticker, start=START, end=end)


def store(choice: DataChoice, age_s: float = 0.0, days: int = 300) -> None:
    """Put prices into the cache as a fetch would."""
    path = price_path(choice)
    path.parent.mkdir(parents=True, exist_ok=True)
    dates = pd.bdate_range("2016-01-04", periods=days).strftime("%Y-%m-%d")
    pd.DataFrame({"date": dates, "close": np.arange(1.0, days + 1), "currency": "EUR"}).to_csv(path, index=False)
    at = dt.datetime.now(dt.UTC).timestamp() - age_s
    os.utime(path, (at, at))


def test_fetched_prices_are_cached_and_loaded(calls):
    fetcher, choice = Fetcher(), choice_of("TSLA")
    assert fetcher.state(choice).kind == "not_fetched"
    fetcher.fetch("TSLA", START, END)
    assert fetcher.state(choice).kind == "cached"
    series = load_ticker(choice, fetcher)
    assert series.title == "TSLA daily price, adjusted"
    assert series.unit == "USD"
    assert series.step == "trading day"
    np.testing.assert_allclose(series.values, 100.0 + np.arange(300))
    assert np.array_equal(series.times, pd.bdate_range(end="2020-06-30", periods=300).to_numpy())
    assert {"Yahoo data, for personal use only", "not investment advice"} <= set(series.notes)
    fetcher.fetch("TSLA", START, END)
    assert calls() == ["TSLA 2015-01-01 2025-01-01"]
    assert [file.name for file in price_path(choice).parent.iterdir()] == ["TSLA_2015-01-01_2025-01-01.csv"]


@pytest.mark.parametrize(
    ("ticker", "unit"),
    [("EZJ.L", "GBp, pence"), ("VOD.L", "GBp, pence"), ("NPN.JO", "ZAc, cents"), ("TEVA.TA", "ILA, agorot")],
)
def test_hundredths_are_the_unit_on_the_axis(calls, ticker, unit):
    fetcher, choice = Fetcher(), choice_of(ticker)
    fetcher.fetch(ticker, START, END)
    series = load_ticker(choice, fetcher)
    assert series.unit == unit
    assert series.values[0] == 100.0
    figure = series_figure(series, prepare(series, choice).split, LIGHT)
    assert figure.layout.yaxis.title.text == f"value ({unit})"


def test_an_ampersand_reaches_yahoo_as_it_is(calls):
    Fetcher().fetch("l&tfh.ns", START, END)
    assert calls() == ["L&TFH.NS 2015-01-01 2025-01-01"]


def test_the_day_in_progress_is_left_out(calls):
    fetcher = Fetcher()
    fetcher.fetch("TODAY", START, dt.date(2100, 1, 1))
    series = load_ticker(choice_of("TODAY", dt.date(2100, 1, 1)), fetcher)
    assert series.title.startswith("TODAY")
    assert series.times[-1] < np.datetime64(dt.datetime.now(dt.UTC).date())
    assert len(series.values) >= 298


def test_a_day_without_a_price_repeats_the_day_before_and_is_stated(calls):
    fetcher = Fetcher()
    fetcher.fetch("HOLE", START, END)
    series = load_ticker(choice_of("HOLE"), fetcher)
    assert series.values[50] == 149.0
    assert series.filled.tolist() == [50]
    assert series.notes[0] == "1 missing value: the value before repeated"


@pytest.mark.parametrize(
    ("ticker", "reason"),
    [
        ("NOBODY", "Yahoo does not know this symbol; look it up on finance.yahoo.com"),
        ("STATUS404", "Yahoo does not know this symbol; look it up on finance.yahoo.com"),
        ("NODATA", "Yahoo does not know this symbol; look it up on finance.yahoo.com"),
        ("NODAYS", "Yahoo knows this symbol but has no prices between these dates; choose other dates"),
        ("EMPTY", "Yahoo knows this symbol but has no prices between these dates; choose other dates"),
        ("OFFLINE", "Yahoo could not be reached; ask again once there is a network"),
        ("GARBAGE", "Yahoo's answer could not be read; ask again later"),
        ("NOTJSON", "Yahoo's answer could not be read; ask again later"),
        ("NOCOLUMN", "Yahoo's answer could not be read; ask again later"),
        ("STATUS503", "Yahoo's answer could not be read; ask again later"),
        ("CRASH", "Yahoo's answer could not be read; ask again later"),
        ("FEW", "only 30 trading days, at least 100 are needed; choose an earlier start"),
    ],
)
def test_every_failure_is_one_sentence_and_the_bundled_prices_stand_in(calls, ticker, reason):
    fetcher, choice = Fetcher(), choice_of(ticker)
    fetcher.fetch(ticker, START, END)
    state = fetcher.state(choice)
    assert (state.kind, state.text) == ("failed", f"{ticker} could not be fetched: {reason}.")
    series = load_ticker(choice, fetcher)
    assert series.notes[0] == f"{state.text} Showing bundled Apple prices 2000-03-01 to 2013-03-01 instead."
    assert np.array_equal(series.values, load_stock("AAPL").values)
    assert series.title == "Apple daily price, adjusted (bundled)"
    assert "not investment advice" in series.notes
    assert list(price_path(choice).parent.iterdir()) == []


def test_a_request_without_an_answer_is_ended(calls):
    fetcher = Fetcher(limit_s=1.5)
    fetcher.fetch("HANG", START, END)
    why = "HANG could not be fetched: Yahoo did not answer within 1.5 s; ask again later."
    assert fetcher.state(choice_of("HANG")).text == why
    assert list(price_path(choice_of("HANG")).parent.iterdir()) == []


@pytest.mark.parametrize("ticker", ["LIMIT", "STATUS403", "STATUS429"])
def test_too_many_requests_start_a_pause_for_every_symbol(calls, ticker):
    clock = Clock()
    fetcher = Fetcher(clock=clock)
    fetcher.fetch(ticker, START, END)
    fetcher.fetch("TSLA", START, END)
    assert len(calls()) == 1
    state, other = fetcher.state(choice_of(ticker)), fetcher.state(choice_of("TSLA"))
    assert state.kind == other.kind == "cooling_down"
    assert state.retry_at == other.retry_at == clock.now + stocks.COOL_DOWN_S
    assert "Yahoo takes no requests from here for a while" in state.text
    until = dt.datetime.fromtimestamp(state.retry_at, dt.UTC).strftime("%H:%M:%S UTC")
    assert other.text == f"No requests are sent to Yahoo just now; the next try is possible at {until}."
    clock.now += stocks.COOL_DOWN_S
    fetcher.fetch("TSLA", START, END)
    assert fetcher.state(choice_of("TSLA")).kind == "cached"


def test_requests_are_rationed_over_all_learners(calls):
    clock = Clock()
    fetcher = Fetcher((sys.executable, "-c", f"raise SystemExit({yahoo.UNKNOWN})"), clock=clock)
    for number in range(stocks.MOST_REQUESTS):
        fetcher.fetch(f"T{number}", START, END)
        assert fetcher.state(choice_of("NEXT")).kind == ("not_fetched" if number < 4 else "cooling_down")
    fetcher.fetch("NEXT", START, END)
    assert fetcher.state(choice_of("NEXT")).retry_at == clock.now + stocks.PER_S
    clock.now += stocks.PER_S
    assert fetcher.state(choice_of("NEXT")).kind == "not_fetched"
    fetcher.fetch("NEXT", START, END)
    assert fetcher.state(choice_of("NEXT")).kind == "failed"


def test_one_request_at_a_time(calls, tmp_path):
    inside, done = tmp_path / "inside", tmp_path / "done"
    wait = (
        "import pathlib, sys, time\n"
        f"pathlib.Path({str(inside)!r}).touch()\n"
        f"while not pathlib.Path({str(done)!r}).exists(): time.sleep(0.02)\n"
        f"sys.exit({yahoo.EMPTY})"
    )
    fetcher = Fetcher((sys.executable, "-c", wait), limit_s=20)
    first = threading.Thread(target=fetcher.fetch, args=("FIRST", START, END))
    first.start()
    while not inside.exists():
        first.join(0.02)
        assert first.is_alive()
    assert fetcher.state(choice_of("FIRST")).kind == "fetching"
    fetcher._limit_s = 0.05
    fetcher.fetch("SECOND", START, END)
    assert "another fetch is still under way" in fetcher.state(choice_of("SECOND")).text
    done.touch()
    first.join(patience(20))
    assert "no prices" in fetcher.state(choice_of("FIRST")).text


@pytest.mark.parametrize("ticker", ["", "../../etc", "A/B", "-X", "A" * 16, "A B", "A\nB"])
def test_symbols_are_checked_before_any_call(calls, ticker):
    with pytest.raises(ValueError, match="symbol"):
        Fetcher().fetch(ticker, START, END)
    with pytest.raises(ValueError, match="symbol"):
        price_path(DataChoice().model_copy(update={"ticker": ticker}))
    assert calls() == []


def test_dates_are_checked_before_any_call(calls):
    with pytest.raises(ValueError, match="start must be before end"):
        Fetcher().fetch("TSLA", END, START)
    assert calls() == []


@pytest.mark.parametrize("ticker", ["^GSPC", "BTC-USD", "EURUSD=X", "BRK.B", "L&TFH.NS"])
def test_cache_files_lie_inside_the_prices_folder(calls, tmp_path, ticker):
    assert price_path(choice_of(ticker)).parent == tmp_path / "home" / "prices"


def test_reading_never_starts_a_process(calls, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a process was started")

    monkeypatch.setattr("subprocess.run", refuse)
    assert load_ticker(choice_of("TSLA")).notes[0].startswith("TSLA has not been fetched from Yahoo yet. Showing")
    assert stocks.fetch_state(choice_of("TSLA")).kind == "not_fetched"


@pytest.mark.parametrize(("ticker", "company"), [("GOOG", "Google"), ("IBM", "IBM"), ("MSFT", "Microsoft")])
def test_a_bundled_symbol_stands_in_for_itself(calls, ticker, company):
    series = load_ticker(choice_of(ticker))
    assert np.array_equal(series.values, load_stock(ticker).values)
    assert f"Showing bundled {company} prices" in series.notes[0]


HOUR_S, DAY_S = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("ends_days_ago", "age_s", "kind"),
    [
        (0, 23 * HOUR_S, "cached"),
        (0, 25 * HOUR_S, "stale"),
        (7, 25 * HOUR_S, "stale"),
        (8, 29 * DAY_S, "cached"),
        (8, 31 * DAY_S, "stale"),
    ],
)
def test_prices_grow_old_faster_where_days_are_still_added(calls, ends_days_ago, age_s, kind):
    choice = choice_of("TSLA", dt.datetime.now(dt.UTC).date() - dt.timedelta(days=ends_days_ago))
    store(choice, age_s)
    fetcher = Fetcher()
    assert fetcher.state(choice).kind == kind
    series = load_ticker(choice, fetcher)
    assert series.unit == "EUR"
    assert any("may be out of date" in note for note in series.notes) == (kind == "stale")


def test_old_prices_stay_when_the_refresh_fails(calls):
    choice = choice_of("OFFLINE")
    store(choice, 40 * DAY_S)
    fetcher = Fetcher()
    fetcher.fetch("OFFLINE", START, END)
    series = load_ticker(choice, fetcher)
    assert series.values[:3].tolist() == [1.0, 2.0, 3.0]
    failed = "OFFLINE could not be fetched: Yahoo could not be reached; ask again once there is a network."
    assert f"{failed} The prices shown stay as they were." in series.notes


def test_old_prices_are_fetched_again(calls):
    choice = choice_of("TSLA")
    store(choice, 40 * DAY_S)
    fetcher = Fetcher()
    fetcher.fetch("TSLA", START, END)
    assert fetcher.state(choice).kind == "cached"
    assert load_ticker(choice, fetcher).values[0] == 100.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "date,close\n2020-01-01,1",
        "date,close,currency\nx,y,z",
        "date,close,currency\n,1,USD",
        "\xff\x00",
    ],
)
def test_a_damaged_cache_file_is_thrown_away(calls, text):
    choice = choice_of("TSLA")
    store(choice)
    price_path(choice).write_bytes(text.encode("latin-1"))
    fetcher = Fetcher()
    assert "TSLA has not been fetched from Yahoo yet." in load_ticker(choice, fetcher).notes[0]
    assert not price_path(choice).exists()


def test_a_folder_that_cannot_be_written_is_a_plain_failure(calls, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "prices").write_text("in the way")
    fetcher = Fetcher()
    fetcher.fetch("TSLA", START, END)
    assert "the prices could not be stored" in fetcher.state(choice_of("TSLA")).text
    assert "Showing bundled Apple" in load_ticker(choice_of("TSLA"), fetcher).notes[0]


def test_the_cache_keeps_the_newest_files(calls, monkeypatch):
    monkeypatch.setattr(stocks, "MOST_FILES", 2)
    for age, ticker in enumerate(["A", "B", "C"], start=1):
        store(choice_of(ticker), age_s=age * 100.0)
    Fetcher().fetch("TSLA", START, END)
    assert sorted(file.name[:1] for file in price_path(choice_of("A")).parent.iterdir()) == ["A", "T"]


def test_remembered_failures_are_bounded(calls, monkeypatch):
    monkeypatch.setattr(stocks, "MOST_FAILURES", 2)
    fetcher = Fetcher((sys.executable, "-c", f"raise SystemExit({yahoo.EMPTY})"))
    for ticker in ("A", "B", "C"):
        fetcher.fetch(ticker, START, END)
    assert [fetcher.state(choice_of(ticker)).kind for ticker in ("A", "B", "C")] == ["not_fetched", "failed", "failed"]


def test_without_yfinance_that_is_what_is_said(calls, tmp_path):
    (tmp_path / "path" / "yfinance" / "__init__.py").write_text("raise ImportError")
    fetcher = Fetcher()
    fetcher.fetch("TSLA", START, END)
    assert "yfinance is not installed" in fetcher.state(choice_of("TSLA")).text
