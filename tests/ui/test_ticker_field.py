"""The symbol of live prices: what is typed, how Yahoo would write it, and prices that stay without new ones."""

import datetime as dt
import os
import sys

import pandas as pd
import pytest
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import DataChoice, Recipe
from playground.data import stocks, yahoo
from playground.data.stocks import Fetcher, price_path
from playground.ui.server import server

pytestmark = pytest.mark.usefixtures("engine")

open_page = opener("data", menu=True)


@pytest.fixture(autouse=True)
def yahoo_says(monkeypatch):
    """Let Yahoo answer everything with one exit status; without a word of the test there is no network."""

    def answer(status: int, limit_s: float = 20.0, clock=None) -> None:
        code = "import time; time.sleep(60)" if status < 0 else f"raise SystemExit({status})"
        kept = {"clock": clock} if clock else {}
        monkeypatch.setattr(stocks, "_FETCHER", Fetcher((sys.executable, "-c", code), limit_s, **kept))

    server.series_of.clear()
    server.prepared_of.clear()
    answer(yahoo.NO_NETWORK)
    return answer


def store(ticker: str, first: float = 1.0) -> None:
    """Put prices into the cache as a fetch would."""
    path = price_path(DataChoice(ticker=ticker))
    path.parent.mkdir(parents=True, exist_ok=True)
    dates = pd.bdate_range("2016-01-04", periods=300).strftime("%Y-%m-%d")
    closes = [first + day for day in range(300)]
    pd.DataFrame({"date": dates, "close": closes, "currency": "USD"}).to_csv(path, index=False)
    os.utime(path)


def said(page: AppTest) -> str:
    kinds = (page.warning, page.error, page.caption)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def field(page: AppTest):
    return next(box for box in page.text_input if box.label == "Ticker")


def offered(page: AppTest) -> list[str]:
    labels = [button.label.replace("\\", "") for button in page.button]
    return [label.removeprefix("Take ") for label in labels if label.startswith("Take ")]


def take(page: AppTest, symbol: str) -> AppTest:
    page.button(key=f"take {symbol}").click().run()
    assert not page.exception
    return page


def ticker_of(page: AppTest) -> str:
    recipe: Recipe = page.session_state["recipe"]
    return recipe.data.ticker


def test_one_click_takes_what_yahoo_writes():
    for symbol in ("AAPL", "BRK-B"):
        store(symbol)
    page = open_page(series="ticker")
    field(page).set_value("brk.b").run()
    assert "Yahoo writes share classes with a hyphen: BRK-B. Until you take another symbol, AAPL stays." in said(page)
    assert (offered(page), ticker_of(page)) == (["BRK-B"], "AAPL")
    take(page, "BRK-B")
    assert (field(page).value, ticker_of(page), offered(page)) == ("BRK-B", "BRK-B", [])
    assert "Until you take" not in said(page)
    assert page.query_params["ticker"] == "BRK-B"


def test_where_two_are_meant_the_learner_says_which():
    page = open_page(series="ticker")
    field(page).set_value("000001").run()
    assert "000001.SZ (Ping An Bank, Shenzhen) or 000001.SS (the index of Shanghai)" in said(page)
    assert offered(page) == ["000001.SZ", "000001.SS"]
    store("000001.SS")
    assert ticker_of(take(page, "000001.SS")) == "000001.SS"


@pytest.mark.parametrize("typed", ["a b c!!", "x" * 40, ""])
def test_rubbish_is_answered_in_plain_words_and_changes_nothing(typed):
    page = open_page(series="ticker")
    field(page).set_value(typed).run()
    assert "symbol" in said(page)
    assert not [sign for sign in ("A-Z0-9", "pattern", "string") if sign in said(page)]
    assert (offered(page), ticker_of(page), len(page.error)) == ([], "AAPL", 0)


def test_small_letters_and_spaces_are_the_symbol_itself():
    store("MSFT")
    page = open_page(series="ticker")
    field(page).set_value("  msft ").run()
    assert (ticker_of(page), offered(page)) == ("MSFT", [])
    assert "Until you take" not in said(page)


def test_a_link_follows_the_same_rules():
    store("MSFT")
    assert ticker_of(open_page(series="ticker", ticker="msft")) == "MSFT"
    page = open_page(series="ticker", ticker="NASDAQ:MSFT")
    assert "the ticker in the link was left out: Yahoo writes American symbols without an exchange: MSFT." in said(page)
    assert (field(page).value, offered(page), ticker_of(page)) == ("NASDAQ:MSFT", ["MSFT"], "AAPL")
    take(page, "MSFT")
    assert (field(page).value, ticker_of(page)) == ("MSFT", "MSFT")
    page = open_page(series="ticker", ticker="a b c!!")
    assert "the ticker in the link was left out: “A B C!!” is no symbol" in said(page)
    assert ticker_of(page) == "AAPL"


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (yahoo.UNKNOWN, "Yahoo does not know this symbol; look it up on finance.yahoo.com."),
        (yahoo.EMPTY, "Yahoo knows this symbol but has no prices between these dates; choose other dates."),
        (
            yahoo.RATE_LIMITED,
            "Yahoo takes no requests from here for a while, too many were sent or it blocks them; "
            "the next try is possible at 12:15:00 UTC.",
        ),
        (yahoo.NO_NETWORK, "Yahoo could not be reached; ask again once there is a network."),
        (-1, "Yahoo did not answer within 0.5 s; ask again later."),
    ],
)
def test_prices_stay_where_yahoo_says_nothing(yahoo_says, status, why):
    noon = dt.datetime.combine(dt.datetime.now(dt.UTC).date(), dt.time(12), dt.UTC).timestamp()
    store("MSFT", first=7.0)
    os.utime(price_path(DataChoice(ticker="MSFT")), (noon, noon))
    page = open_page(series="ticker", ticker="MSFT")
    yahoo_says(status, 0.5, lambda: noon)
    field(page).set_value("googl").run()
    assert not page.exception
    assert f"GOOGL could not be fetched: {why} The prices shown stay as they were." in said(page)
    assert (field(page).value, ticker_of(page)) == ("MSFT", "MSFT")
    assert "bundled" not in said(page)
    again = next(button for button in page.button if button.label == "Ask Yahoo again")
    assert again.disabled == (status == yahoo.RATE_LIMITED)


def test_what_was_refused_can_be_asked_for_again(yahoo_says):
    store("MSFT")
    page = open_page(series="ticker", ticker="MSFT")
    field(page).set_value("GOOGL").run()
    assert ticker_of(page) == "MSFT"
    next(button for button in page.button if button.label == "Ask Yahoo again").click().run()
    assert "GOOGL could not be fetched" in said(page)
    assert ticker_of(page) == "MSFT"
    store("GOOGL")
    next(button for button in page.button if button.label == "Ask Yahoo again").click().run()
    assert (field(page).value, ticker_of(page)) == ("GOOGL", "GOOGL")
    assert "could not be fetched" not in said(page)


def test_another_recipe_opens_without_what_was_refused_before():
    store("MSFT")
    page = opener("playground", menu=True)(series="ticker", ticker="MSFT")
    field(page).set_value("GOOGL").run()
    assert "GOOGL could not be fetched" in said(page)
    preset = next(button for button in page.button if (button.key or "").startswith("preset "))
    preset.click().run()
    next(box for box in page.selectbox if box.label == "Series").select("ticker").run()
    assert ticker_of(page) == "AAPL"
    assert "GOOGL" not in said(page)


def test_a_link_to_what_yahoo_does_not_know_shows_bundled_prices_and_says_so(yahoo_says):
    yahoo_says(yahoo.UNKNOWN)
    page = open_page(series="ticker", ticker="GOOGLE")
    assert "GOOGLE could not be fetched: Yahoo does not know this symbol" in said(page)
    assert "Showing bundled Apple prices" in said(page)
    assert ticker_of(page) == "GOOGLE"
