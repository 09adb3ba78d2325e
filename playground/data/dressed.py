"""Numbers in a dress: with a unit, a currency, K, M or B behind, in parentheses, as a bound, as Excel writes text.

A cell is undressed here; whether its column may be read so is decided where the numbers are (`cells.py`).
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

Dress = Literal["unit", "factor", "parentheses", "bound", "text"]

DRESS_WORDS: dict[Dress, str] = {
    "factor": "with K, M or B behind",
    "parentheses": "in parentheses, which are below zero",
    "bound": "that are only a bound",
    "text": "that Excel keeps as text",
}
"""What cells in each dress are called; those with a unit are called by it."""

ONE_UNIT = 0.9
"""Share of the cells of a column that must have its unit."""

MOST_BOUNDS = 0.5
"""Share of the cells of a column from which bounds are groups, and no measured numbers."""

LONGEST = 40
"""Letters beyond which a cell is no number."""

_CODES = (
    "USD EUR GBP JPY CNY RMB INR KRW RUB BRL AUD CAD CHF SEK NOK DKK PLN CZK HUF TRY ZAR MXN SGD HKD NZD TWD THB IDR "
    "MYR PHP VND ILS AED SAR BTC ETH"
)
_CURRENCY = rf"[A-Z]{{0,2}}[$€£¥￥₹₩₽₺₫฿¢₱₪]|{'|'.join(_CODES.split())}|Rs\.?|Fr\.|kr"
_UNIT = r"%|‰|(?:[^\W\d_]|[°º℃℉$€£¥￥₹₩₽₺₫฿¢₱₪])(?:[^\W\d_]|[°º%²³·/*^.]|-(?=[123])|(?<=[mt^-])[123](?!\d)){0,11}"
_DRESSED = re.compile(
    rf"(?P<bound>[<>]=?|[≤≥])?\s*(?P<sign>[+-])?\s*(?:(?P<outside>{_CURRENCY})\s*(?=\())?(?P<open>\()?"
    rf"\s*(?:(?P<before>{_CURRENCY})\s*)?"
    r"(?P<number>[+-]?(?:\d[\d.,'’ \u00a0\u202f]*\d|\d|[.,]\d+)(?:[eE][+-]?\d+)?)"
    rf"(?P<factor>[KkMB](?![^\W_]))?\s*(?P<unit>{_UNIT})?\s*(?(open)\))"
)
_EXCEL = re.compile(r'="([^"]*)"')
_ZEROS = {"K": "e3", "k": "e3", "M": "e6", "B": "e9"}
_MONTH = re.compile(
    r"(jan|f[eé]b|fév|mar|mär|mrz|a[pbv]r|ma[iy]|jui?[nl]|aug|ago|aoû|sep|set|o[ck]t|out|nov|de[cz]|dic|déc|ene)[^\W\d_]*\.?",
    re.IGNORECASE,
)
_NO_UNITS = frozenset(
    (
        *["am", "pm", "a.m.", "p.m.", "uhr", "st", "nd", "rd", "th", "er", "bc", "ad", "ce", "bce"],
        *"年月日号號时時点點分秒周週季년월일시분초주",
        "季度",
        "年度",
    )
)
"""What stands behind the numbers of dates, times of day and ranks."""


class Undressed(NamedTuple):
    """A number as it is written, in either decimal sign, without its dress; `unit` is "" where it has none."""

    number: str
    unit: str
    dresses: tuple[Dress, ...]


def undressed(cell: str) -> Undressed | None:
    """Return the number in a cell without what stands around it, None where it is no number in a dress."""
    if len(cell) > LONGEST:
        return None
    excel = _EXCEL.fullmatch(cell)
    found = _DRESSED.fullmatch((excel[1] if excel else cell).strip().replace("−", "-"))
    if found is None:
        return None
    sign, outside, opened, before, number, factor, unit = found.group(
        "sign", "outside", "open", "before", "number", "factor", "unit"
    )
    signs = (sign or "") + number[: number[0] in "+-"] + "-" * bool(opened)
    if bool(outside) + bool(before) + bool(unit) > 1 or len(signs) > 1:
        return None
    unit = outside or before or unit or ""
    if (unit and not _is_unit(unit)) or (factor and ("e" in number or "E" in number or not _may_be_counted(unit))):
        return None
    worn: tuple[tuple[Dress, object], ...] = (
        ("unit", unit), ("factor", factor), ("parentheses", opened), ("bound", found["bound"]), ("text", excel)
    )  # fmt: skip
    dresses = tuple(dress for dress, what in worn if what)
    return Undressed(signs + number.lstrip("+-") + _ZEROS.get(factor or "", ""), unit.replace("μ", "µ"), dresses)


@functools.lru_cache(maxsize=256)
def _is_unit(unit: str) -> bool:
    return unit.lower() not in _NO_UNITS and not _MONTH.fullmatch(unit)


@functools.lru_cache(maxsize=256)
def _may_be_counted(unit: str) -> bool:
    """Say whether thousands and millions of it are written with K and M."""
    return not unit or re.fullmatch(_CURRENCY, unit) is not None


def common_unit(cells: Iterable[Undressed], given: int) -> str | None:
    """Return the one unit of a column with `given` cells, "" where it has none; None where it may not be read so.

    Args:
        cells: Those in a dress.
        given: How many cells are not empty, the plain numbers and all others among them.
    """
    worn = list(cells)
    units = Counter(cell.unit for cell in worn if cell.unit)
    bounds = sum("bound" in cell.dresses for cell in worn)
    if bounds >= MOST_BOUNDS * given:
        return None
    units[""] = given - units.total()
    unit, number = units.most_common(1)[0]
    return unit if number >= ONE_UNIT * given else None
