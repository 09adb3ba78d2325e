"""What a table leaves open, for its reader to say: each doubt has its answers, and the one that is likely."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict

from playground.data.cells import Decimal, parse_number
from playground.data.counted_times import TELLING
from playground.data.written_times import tried

FEWEST_ALIKE = 0.8
"""Share of its cells that look like times in a column that may be one."""

FEWEST_PLAIN = 0.1
"""Plain numbers, beside those that may be read in two ways, that tell which way is right."""

_SIGNS: dict[str, Decimal] = {".": ".", ",": ","}
_AMBIGUOUS = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")
_TIMELY = re.compile(r"\d{1,4}[-/.: 年月日]+\d{1,2}([-/.: 年月日]|$)|\d{1,2}:\d{2}|^\d{6,8}$")


class Doubt(BaseModel):
    """Something that a table leaves open.

    Attributes:
        about: What, in one sentence.
        field: The field of the reading that it is about.
        options: Value of the field -> what it means.
        guess: The likely value.
    """

    model_config = ConfigDict(frozen=True)

    about: str
    field: str
    options: dict[str, str]
    guess: str


def settle_decimal(
    columns: Mapping[str, Sequence[str]], decimal: Decimal, delimiter: str
) -> tuple[Decimal, Doubt | None]:
    """Return the decimal sign of numbers that may all be read with either, and the doubt that is left.

    Where most of a column has one to three digits before a sign and three behind, plain numbers of four digits beside
    them tell that the sign is the decimal one, those of fewer that it stands between thousands. A point is a decimal
    one but beside semicolons, which belong to countries with a decimal comma.

    Args:
        columns: Columns of cells.
        decimal: The sign that is likely.
        delimiter: What stands between cells.
    """
    for name, cells in columns.items():
        given = [re.sub(r"[^\d.,+-]+$|^[^\d.,+-]+", "", cell) for cell in tried(cells)]
        open_ones = [cell for cell in given if _AMBIGUOUS.fullmatch(cell)]
        if not open_ones:
            continue
        sign, other = (".", ",") if "." in open_ones[0] else (",", ".")
        plain = [cell.lstrip("+-") for cell in given if re.fullmatch(r"[+-]?\d+", cell)]
        if len(plain) >= FEWEST_PLAIN * len(open_ones):
            return _SIGNS[sign if any(len(cell) > 3 for cell in plain) else other], None
        if sign == "." and delimiter != ";":
            return ".", None
        cell = open_ones[0]
        options = {each: f"{cell} is {parse_number(cell, each):.10g}" for each in (".", ",")}
        about = f"The numbers of {name}, such as {cell}, have either thousands or a fraction"
        return decimal, Doubt(about=about, field="decimal", options=options, guess=decimal)
    return decimal, None


def order_in_doubt(name: str, time_format: str, example: str) -> Doubt:
    """Return the doubt whether dates have the day or the month first.

    Args:
        name: Their column.
        time_format: The likely format.
        example: One of them.
    """
    other = time_format.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m")
    words = {
        form: "the day first" if form.index("%d") < form.index("%m") else "the month first"
        for form in (time_format, other)
    }
    return Doubt(
        about=f"The dates of {name}, such as {example}, have", field="time_format", options=words, guess=time_format
    )


def time_in_doubt(columns: Mapping[str, Sequence[str]]) -> Doubt | None:
    """Return the doubt about a column that looks like times but could not be read, where no other is the time."""
    for name, cells in columns.items():
        given = tried(cells)
        if not given or not (_counts_unknown(name, given) or _looks_like_times(name, given)):
            continue
        return Doubt(
            about=f"{name} looks like times, such as {given[0][:30]}, written in a way that is not known here",
            field="time",
            options={"": "each row is one step, in the order of the file"},
            guess="",
        )
    return None


def _looks_like_times(name: str, given: Sequence[str]) -> bool:
    alike = sum(_TIMELY.search(cell) is not None for cell in given) >= FEWEST_ALIKE * len(given)
    differ = len(set(given)) > 1 and (TELLING.search(name) or len(set(given)) >= FEWEST_ALIKE * len(given))
    return bool(alike and differ) and not all(parse_number(cell, ".") is not None for cell in given)


def _counts_unknown(name: str, given: Sequence[str]) -> bool:
    """Say whether a column is named like a time and holds numbers that only grow or only fall."""
    numbers = [number for cell in given if (number := parse_number(cell, ".")) is not None]
    if len(numbers) < max(3, len(given)) or not TELLING.search(name):
        return False
    strides = [after - before for before, after in pairwise(numbers)]
    return min(strides) > 0 or max(strides) < 0


def answered(doubts: Sequence[Doubt | None], fixed: Mapping[str, Any]) -> tuple[Doubt, ...]:
    """Return the doubts that what is known already does not end."""
    return tuple(doubt for doubt in doubts if doubt is not None and doubt.field not in fixed)
