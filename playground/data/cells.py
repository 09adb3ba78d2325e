"""Text cells to numbers, and what was done with each that is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from playground.data.dressed import DRESS_WORDS, Dress, Undressed, common_unit, undressed
from playground.data.features import LARGEST_VALUE
from playground.records import Floats, Ints
from playground.words import counted, named_rows

Decimal = Literal[".", ","]

MISSING = frozenset({"", "-", "--", ".", "?", "na", "n/a", "#n/a", "<na>", "nan", "nat", "nil", "none", "null"})
"""What stands for "no value", in small letters."""

_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_NUMBERS = {
    decimal: re.compile(
        r"[+-]?(?:(?P<grouped>[1-9][0-9]{0,2}"
        rf"(?:(?P<mark>[{groups} \u00a0\u202f'’])[0-9]{{3}})(?:(?P=mark)[0-9]{{3}})*)"
        rf"|{lakh}[0-9]+)?(?:[{decimal}](?P<fraction>[0-9]*))?(?:[eE][+-]?[0-9]+)?"
    )
    for decimal, groups, lakh in ((".", ",", r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|"), (",", ".", ""))
}
"""How numbers are written, those of India with groups of two digits above the thousands."""
_SIMPLE = {decimal: re.compile(rf"-?[0-9]{{1,15}}(?:[{decimal}][0-9]{{1,15}})?") for decimal in (".", ",")}
_GROUP_MARKS = re.compile("[ \u00a0\u202f'’]")

NEARLY_ALL = 0.9
"""Share of its cells that must be numbers where some are read without a unit or another dress."""


def parse_number(cell: str, decimal: Decimal) -> float | None:
    """Return the number in a cell, thousands separators allowed; infinity where too large, None where it is none."""
    match = _NUMBERS[decimal].fullmatch(cell.replace("−", "-"))
    if match is None or not any(letter.isdigit() for letter in re.split("[eE]", match[0])[0]):
        return float(cell) if _INFINITE.fullmatch(cell) else None
    text = _GROUP_MARKS.sub("", match[0])
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    return float(text)


def numbers_of(name: str, cells: Sequence[str], decimal: Decimal, rows: Ints) -> tuple[Floats, tuple[str, ...]]:
    """Return (n,) numbers, NaN where there is none, and a sentence for each kind of cell that is no plain number.

    Numbers with a unit or in another dress are read where nearly all cells of the column are numbers in the same.
    """
    numbers = np.full(len(cells), np.nan)
    empty, text, huge, grouped = [], [], [], []
    simple = _SIMPLE[decimal].fullmatch
    for position, cell in enumerate(cells):
        if simple(cell):
            numbers[position] = float(cell.replace(",", "."))
            continue
        if cell.lower() in MISSING:
            empty.append(position)
            continue
        number = parse_number(cell, decimal)
        if number is None:
            text.append(position)
        elif not abs(number) <= LARGEST_VALUE:
            huge.append(position)
        else:
            numbers[position] = number
            if _GROUP_MARKS.search(cell) or cell.count(".") + cell.count(",") > (decimal in cell):
                grouped.append(position)
    notes = []
    dressed, unit = _dressed({k: cells[k] for k in text}, len(cells) - len(empty), decimal)
    worn: dict[Dress, list[int]] = {}
    for position, (number, dresses) in dressed.items():
        if not abs(number) <= LARGEST_VALUE:
            huge.append(position)
            continue
        numbers[position] = number
        for dress in dresses:
            worn.setdefault(dress, []).append(position)
    text, huge = [k for k in text if k not in dressed], sorted(huge)
    for dress, positions in worn.items():
        first = positions[0]
        what = DRESS_WORDS.get(dress, f"with the unit {unit}")
        shown = f"such as {cells[first][:20]!r} read as {numbers[first]:.12g}"
        notes.append(f"{name}: {counted(len(positions), 'cell')} {what}, {shown} ({named_rows(rows[positions])})")
    bare = np.flatnonzero(~np.isnan(numbers) & ~np.isin(np.arange(len(cells)), worn.get("unit", [])))
    if unit and len(bare):
        notes.append(
            f"{name}: {counted(len(bare), 'cell')} without the unit {unit} of the others, read as if it stood "
            f"there ({named_rows(rows[bare])})"
        )
    for positions, what in (
        (empty, "without a value"),
        (text, "that is no number"),
        (huge, f"infinite or beyond {LARGEST_VALUE:g}"),
        (grouped, "with thousands separators"),
    ):
        if positions:
            shown = f", such as {cells[positions[0]][:20]!r}" if what.startswith(("that", "with t")) else ""
            notes.append(f"{name}: {counted(len(positions), 'cell')} {what}{shown} ({named_rows(rows[positions])})")
    return numbers, tuple(notes)


def unit_of(cells: Sequence[str], decimal: Decimal) -> str:
    """Return the unit that stands in nearly all cells of a column, "" where there is none."""
    return _dressed_among(cells, decimal)[1]


def share_of_text(cells: Sequence[str], decimal: Decimal) -> float:
    """Return the share of the cells with something in them that are no number, neither plain nor in a dress."""
    given = [cell for cell in cells if cell.lower() not in MISSING]
    text = sum(parse_number(cell, decimal) is None for cell in given) - len(_dressed_among(cells, decimal)[0])
    return text / len(given) if given else 1.0


def _dressed_among(cells: Sequence[str], decimal: Decimal) -> tuple[dict[int, tuple[float, tuple[Dress, ...]]], str]:
    given = [cell for cell in cells if cell.lower() not in MISSING]
    text = {place: cell for place, cell in enumerate(given) if parse_number(cell, decimal) is None}
    return _dressed(text, len(given), decimal)


def _dressed(
    text: dict[int, str], given: int, decimal: Decimal
) -> tuple[dict[int, tuple[float, tuple[Dress, ...]]], str]:
    """Return number and dresses by position of the cells that are numbers in a dress, and their unit.

    Args:
        text: The cells that are no plain numbers, by position.
        given: How many cells of the column are not empty.
    """
    found: dict[int, tuple[float, Undressed]] = {}
    for position, cell in text.items():
        if (bare := undressed(cell)) and (number := parse_number(bare.number, decimal)) is not None:
            found[position] = number, bare
    unit = common_unit((bare for _, bare in found.values()), given)
    if unit is None or given - len(text) + len(found) < NEARLY_ALL * given:
        return {}, ""
    return {
        place: (number, bare.dresses) for place, (number, bare) in found.items() if bare.unit == unit or not bare.unit
    }, unit


def guess_decimal(cells: Sequence[str], delimiter: str) -> tuple[Decimal, str]:
    """Return the decimal sign that the numbers use by themselves, and a sentence where it could be the other."""
    cells = [cell if may_be_number(cell) else (undressed(cell) or _NOTHING).number for cell in cells]
    point = [parse_number(cell, ".") is not None for cell in cells]
    comma = [parse_number(cell, ",") is not None for cell in cells]
    only_point = sum(p and not c for p, c in zip(point, comma, strict=True))
    only_comma = sum(c and not p for p, c in zip(point, comma, strict=True))
    both = [cell for cell, p, c in zip(cells, point, comma, strict=True) if p and c and ("." in cell or "," in cell)]
    if only_point != only_comma:
        return (".", "") if only_point > only_comma else (",", "")
    decimal: Decimal = "," if delimiter == ";" and any("," in cell for cell in both) else "."
    if not both:
        return decimal, ""
    return decimal, f"numbers such as {both[0][:20]} are read as {parse_number(both[0], decimal):g}"


_NOTHING = Undressed("", "", ())


def may_be_number(cell: str) -> bool:
    """Say whether a cell is a number, whatever the decimal sign is."""
    return parse_number(cell, ".") is not None or parse_number(cell, ",") is not None
