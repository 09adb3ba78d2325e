"""How Yahoo spells a symbol: what is typed is asked for as it is, or it is said how Yahoo would write it.

Nothing here asks Yahoo: a symbol that is spelled well may still be unknown there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

LONGEST = 15
"""Most characters of a symbol."""

MOST_TYPED = 40
"""Most characters that are looked at."""

_SYMBOL = re.compile(rf"[A-Z0-9^][A-Z0-9.^=&-]{{0,{LONGEST - 1}}}")

_PLACES = {
    "": ("the United States", "US NASDAQ NYSE NYSEARCA ARCA AMEX BATS OTC N O OQ"),
    "AS": ("Amsterdam", "AMS"),
    "AX": ("Australia", "ASX"),
    "BO": ("Bombay", "BOM BSE"),
    "DE": ("Xetra", "ETR XETR XETRA GR"),
    "F": ("Frankfurt", "FRA"),
    "HK": ("Hong Kong", "HKG HKEX"),
    "KQ": ("Kosdaq", "KOSDAQ"),
    "KS": ("Korea", "KRX"),
    "L": ("London", "LON LSE LN UK"),
    "MC": ("Madrid", "BME"),
    "MI": ("Milan", "BIT MIL"),
    "NS": ("the National Stock Exchange of India", "NSE"),
    "PA": ("Paris", "EPA FP"),
    "SS": ("Shanghai", "SH SHA SSE"),
    "SW": ("Switzerland", "SWX SIX"),
    "SZ": ("Shenzhen", "SHE SZSE"),
    "T": ("Tokyo", "TYO JP"),
    "TO": ("Toronto", "TSX"),
    "TW": ("Taiwan", "TPE TWSE"),
}
"""Yahoo's letters for an exchange -> where it is, and how others write it."""

_YAHOO_WRITES = {other: place for place, (_, others) in _PLACES.items() for other in others.split()}

_DIGITS = {"HK": 4, "T": 4, "TW": 4, "KQ": 6, "KS": 6, "SS": 6, "SZ": 6}
"""Fewest digits of a number that is a symbol."""

_NAMES = {"000001.SZ": "Ping An Bank, ", "000001.SS": "the index of "}

_COIN = "BTC|ETH|XRP|SOL|BNB|ADA|DOGE|DOT|LTC|BCH|XLM|TRX|LINK|AVAX|XMR|ETC"
_MONEY = "USD|EUR|GBP|JPY|CHF|AUD|CAD|NZD|CNY|HKD|SGD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|ZAR|INR|KRW|TWD|THB|IDR|ILS|MXN|BRL"
_PAIR = re.compile(rf"(?:({_COIN})|({_MONEY}))[.-]?({_MONEY})")
_CLASS = re.compile(r"([A-Z]+)\.([A-E])(\.(?:[A-Z]{2,3}|[FLTV]))?")


@dataclass(frozen=True)
class Spelling:
    """What becomes of a symbol as it was typed.

    Attributes:
        symbol: What to ask Yahoo for, empty where that is not clear.
        suggestions: How Yahoo may write what was meant; several where only the learner can tell.
        reason: One plain sentence, empty where there is a symbol.
    """

    symbol: str = ""
    suggestions: tuple[str, ...] = ()
    reason: str = ""


def tidied(typed: Any) -> Any:
    """Return a typed symbol in capitals without spaces around it, and what is no text as it is."""
    return typed.strip().upper() if isinstance(typed, str) else typed


def checked(symbol: str) -> str:
    """Return a symbol that is written with the signs that symbols have.

    Raises:
        ValueError: if it is not.
    """
    if not _SYMBOL.fullmatch(symbol):
        raise ValueError(_no_symbol(symbol))
    return symbol


def spelled(typed: str) -> Spelling:
    """Return how Yahoo spells what was typed."""
    text = tidied(typed)
    if len(text) <= MOST_TYPED:
        meant, reason = _meant(text)
        if meant and meant != (text,) and all(map(_SYMBOL.fullmatch, meant)):
            return Spelling("", meant, f"{reason}.")
        if _SYMBOL.fullmatch(text):
            return Spelling(text)
    return Spelling("", (), f"{_no_symbol(text)}.")


def _meant(text: str) -> tuple[tuple[str, ...], str]:
    """Return the symbols that may be meant, with the reason, where a rule says something about the text."""
    house, colon, rest = text.partition(":")
    if colon:
        return _without_exchange(rest.strip(), house.strip())
    text = re.sub(r"[ /]+", ".", text)
    if pair := _PAIR.fullmatch(text):
        coin, money, price = pair.groups()
        symbol = f"{coin}-{price}" if coin else f"{money}{price}=X"
        what = "a cryptocurrency with a hyphen before the currency" if coin else "a pair of currencies with =X behind"
        return (symbol,), f"Yahoo writes {what}: {symbol}"
    if share := _CLASS.fullmatch(text):
        symbol = f"{share[1]}-{share[2]}{share[3] or ''}"
        return (symbol,), f"Yahoo writes share classes with a hyphen: {symbol}"
    if re.fullmatch("[0-9]{1,6}", text):
        return _on_which_exchange(text)
    name, _, place = text.rpartition(".")
    if place in _YAHOO_WRITES:
        return _without_exchange(name, place)
    if place in _DIGITS and re.fullmatch("[0-9]+", name):
        symbol = f"{_number(name, place)}.{place}"
        digits = {4: "four", 6: "six"}[_DIGITS[place]]
        return (symbol,), f"Yahoo writes the numbers of {_PLACES[place][0]} with {digits} digits: {symbol}"
    return (), ""


def _without_exchange(name: str, house: str) -> tuple[tuple[str, ...], str]:
    """Return what is meant by a name on an exchange that others write so."""
    place = _YAHOO_WRITES.get(house, "")
    inner = spelled(f"{name}.{place}" if place else name)
    if not inner.symbol:
        return inner.suggestions, inner.reason.removesuffix(".")
    if place:
        return (inner.symbol,), f"Yahoo writes {_PLACES[place][0]} as {place}, behind the symbol: {inner.symbol}"
    which = "American symbols without an exchange" if house in _YAHOO_WRITES else "no exchange before a symbol"
    return (inner.symbol,), f"Yahoo writes {which}: {inner.symbol}"


def _on_which_exchange(number: str) -> tuple[tuple[str, ...], str]:
    """Return the exchanges where a bare number may be a symbol; Korea's ordinary shares end in 0."""
    if len(number) == 6:
        shanghai = number.startswith(("000", "5", "6", "9"))
        korea = number[0] in "01234" and number[-1] == "0"
        may = {"SZ": number[0] in "0123", "SS": shanghai, "KS": korea, "KQ": korea}
    else:
        may = {"HK": True, "T": len(number) == 4 and number[0] != "0", "TW": len(number) >= 4}
    symbols = {f"{_number(number, place)}.{place}": place for place in may if may[place]}
    told = (f"{symbol} ({_NAMES.get(symbol, '')}{_PLACES[place][0]})" for symbol, place in symbols.items())
    return tuple(symbols), f"A number needs its exchange behind it: {' or '.join(told)}"


def _number(digits: str, place: str) -> str:
    """Return a number with as many leading zeros as Yahoo writes; Hong Kong's has no more than it needs."""
    return (digits.lstrip("0") if place == "HK" else digits).zfill(_DIGITS[place])


def _no_symbol(text: str) -> str:
    if not text:
        return "Type a symbol, such as AAPL or SAP.DE"
    return f"“{text[:20]}” is no symbol: that has at most {LONGEST} letters, digits and the signs . - ^ = &"
