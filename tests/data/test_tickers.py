"""How symbols are typed, and what becomes of each: a table of spellings, and real symbols that pass as they are."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.config import Recipe
from playground.data.tickers import spelled

TABLE = (Path(__file__).parent / "cases" / "47-tickers.csv").read_text(encoding="utf-8").splitlines()
SPELLINGS = {row["typed"]: row["means"] for row in csv.DictReader(TABLE)}
ACCEPTED = {"^GSPC": "^GSPC", "L&TFH.NS": "L&TFH.NS", " AAPL ": "AAPL", "GOOGLE": "GOOGLE", "EZJ.L": "EZJ.L"}

REASONS = {
    "BRK.B": "Yahoo writes share classes with a hyphen: BRK-B.",
    "700.HK": "Yahoo writes the numbers of Hong Kong with four digits: 0700.HK.",
    "BTCUSD": "Yahoo writes a cryptocurrency with a hyphen before the currency: BTC-USD.",
    "EURUSD": "Yahoo writes a pair of currencies with =X behind: EURUSD=X.",
    "600519.SH": "Yahoo writes Shanghai as SS, behind the symbol: 600519.SS.",
    "000001": "A number needs its exchange behind it: "
    "000001.SZ (Ping An Bank, Shenzhen) or 000001.SS (the index of Shanghai).",
    "NASDAQ:AAPL": "Yahoo writes American symbols without an exchange: AAPL.",
    "AAPL.US": "Yahoo writes American symbols without an exchange: AAPL.",
}

REAL = """
    AAPL MSFT BF-B RDS-A BRK-B 0700.HK 9988.HK 80700.HK 7203.T 130A.T SAP.DE AIR.PA VOD.L BMW.F SHOP.TO ABC.V ^GDAXI
    ^GSPC ^N225 GC=F ES=F EURUSD=X JPY=X BTC-USD ETH-EUR M&M.NS L&TFH.NS BAJAJ-AUTO.NS RELIANCE.BO 005930.KS 091990.KQ
    600519.SS 000001.SS 000001.SZ 2330.TW 00878.TW 6488.TWO PETR4.SA NOVO-B.CO TECK-B.TO DX-Y.NYB A F T BTC USD EUR
    NESN.SW ASML.AS ENI.MI SAN.MC CBA.AX NPN.JO TEVA.TA HEIA.AS VOW3.DE 1120.SR 1155.KL 0P0000ZE8J.F
"""

SUFFIXES = """
    CBT CME NYB CMX NYM BA VI AX XA BR SA CN NE TO V SN SS SZ CL PR CO CA TL XD NX HE PA BE BM DU F HM HA MU SG DE AT
    HK BD IC BO NS JK IR TA MI TI T KW RG VS KL MX AS NZ OL PS WA LS QA RO SI JO KS KQ MC SR ST SW TWO TW BK IS AE AQ
    XC L IL CR VN
"""


def test_the_table_and_what_is_accepted_of_it_belong_together():
    assert len(SPELLINGS) == 13
    assert SPELLINGS.keys() == ACCEPTED.keys() | REASONS.keys()


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_is_taken_or_answered_with_how_yahoo_writes_it(typed):
    found = spelled(typed)
    if typed in ACCEPTED:
        assert (found.symbol, found.suggestions, found.reason) == (ACCEPTED[typed], (), "")
    else:
        assert (found.symbol, found.suggestions) == ("", tuple(SPELLINGS[typed].split(" or ")))
        assert found.reason == REASONS[typed]


@pytest.mark.parametrize("symbol", [*REAL.split(), *(f"ABC.{suffix}" for suffix in SUFFIXES.split())])
def test_real_symbols_pass_as_they_are(symbol):
    assert spelled(symbol).symbol == symbol
    assert spelled(f"\t{symbol.lower()} ").symbol == symbol
    assert Recipe().replaced(ticker=symbol).data.ticker == symbol


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("brk/b", "BRK-B"),
        ("BRK B", "BRK-B"),
        ("NYSE:BRK.B", "BRK-B"),
        ("TECK.B.TO", "TECK-B.TO"),
        ("BTC/USD", "BTC-USD"),
        ("eth.eur", "ETH-EUR"),
        ("EUR-USD", "EURUSD=X"),
        ("COINBASE:BTCUSD", "BTC-USD"),
        ("NASDAQ: aapl", "AAPL"),
        ("LON:VOD", "VOD.L"),
        ("VOD LN", "VOD.L"),
        ("ETR:SAP", "SAP.DE"),
        ("HKEX:700", "0700.HK"),
        ("700", "0700.HK"),
        ("00700.HK", "0700.HK"),
        ("5930.KS", "005930.KS"),
        ("1.SZ", "000001.SZ"),
        ("600519", "600519.SS"),
        ("7203", "7203.HK 7203.T 7203.TW"),
        ("0050", "0050.HK 0050.TW"),
        ("000660", "000660.SZ 000660.SS 000660.KS 000660.KQ"),
    ],
)
def test_more_ways_to_write_a_symbol(typed, meant):
    found = spelled(typed)
    assert (found.symbol, found.suggestions) == ("", tuple(meant.split()))
    assert all(symbol in found.reason for symbol in found.suggestions)


@pytest.mark.parametrize(
    "typed", ["", "  ", "a b c!!", "x" * 40, "A" * 16, "<b>", "../../x", "NASDAQ:", ":" * 5000, "A" * 14 + ".B"]
)
def test_what_is_no_symbol_is_answered_in_plain_words(typed):
    found = spelled(typed)
    assert (found.symbol, found.suggestions) == ("", ())
    assert found.reason.endswith(".")
    assert "pattern" not in found.reason
    assert len(found.reason) < 120
    with pytest.raises(ValueError, match="symbol"):
        Recipe().replaced(ticker=typed)


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9.:/ ^&=-]{1,20}", fullmatch=True))
def test_whatever_is_typed_a_suggestion_needs_no_other(typed):
    found = spelled(typed)
    assert bool(found.symbol) != bool(found.reason)
    for symbol in (found.symbol, *found.suggestions):
        assert not symbol or spelled(symbol).symbol == symbol
