"""Where the table lies in a file: what stands above it, which line holds the names, which the units, what follows.

A line that is none of these is a row, so that a plain table keeps every one of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from playground.data.cells import MISSING, parse_number
from playground.data.unfolding import name_times
from playground.data.units import units_in

SEARCHED = 200
"""Lines in which the beginning of the table is looked for."""

MOST_BELOW = 50
"""Lines at the end among which footers are looked for."""

Record = list[str]

_COMMENT = re.compile(r"\s*(#|//|%(?=\s))+\s*")
_TOTALS = re.compile(r"((grand |sub)?totals?|sum|average|mean|median|gesamt|summe|mittelwert)\s*:?", re.IGNORECASE)


class Place(NamedTuple):
    """Where a table lies among the lines of its file.

    Attributes:
        names: What its columns are called, "" for those without a name.
        header: Whether a line holds these names.
        first, stop: Position of its first row, and behind its last.
        units: Position of a column -> its unit.
        notes: A plain sentence for each stretch of lines that are no rows, but for names in line 1.
    """

    names: Record
    header: bool
    first: int
    stop: int
    units: Mapping[int, str] = MappingProxyType({})
    notes: tuple[str, ...] = ()


def is_plain(cell: str) -> bool:
    """Say whether a cell is a number or begins like a date."""
    dated = re.fullmatch(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}([ T][0-9:.+Z-]*( ?[AP]M)?)?", cell)
    return bool(dated) or parse_number(cell, ".") is not None or parse_number(cell, ",") is not None


def has_header(lines: list[Record]) -> bool:
    """Say whether one of the first lines of a file holds the names of the columns."""
    return locate(lines, None, complete=False).header


def locate(found: list[Record], header: bool | None, complete: bool) -> Place:
    """Return where the table lies.

    Args:
        found: The lines of the file from its first on, split into cells.
        header: Whether a line holds the names; None where that is to be guessed.
        complete: Whether these are all of its lines.
    """
    look = _Look(found[:SEARCHED])
    top = look.top() or _plain(found)
    stop = _end(found, top.first, look) if complete else len(found)
    below = (f"{_span(stop, len(found), 'below the table')} left out",) if stop < len(found) else ()
    if header and not top.header:  # the first line of the table, whatever stands in it
        top = top._replace(names=_stripped(found[top.first]), header=True, first=top.first + 1)
    elif header is False and top.header:
        line = look.names
        above = (f"{_span(0, line, 'above the table')} left out",) if line else ()
        top = Place([""] * max(map(len, found[line:]), default=0), False, line, stop, notes=above)
    return top._replace(stop=stop, notes=(*top.notes, *below))


def _plain(found: list[Record]) -> Place:
    """Return the place of a table that begins in line 1: with names where there is text and neither number nor date."""
    first = _stripped(found[0]) if found else []
    header = any(first) and (not any(map(is_plain, first)) or name_times(first))
    names = first if header else [""] * max(map(len, found), default=0)
    return Place(names, header, int(header), len(found))


class _Look:
    """The first lines of a file, and which of their columns hold numbers or dates."""

    def __init__(self, head: list[Record]) -> None:
        self.head = [_stripped(record) for record in head]
        widths = [len(record) for record in self.head if any(record) and not self.is_comment(record)]
        self.width = max(set(widths), key=widths.count, default=0)
        alike = [record for record in self.head if len(record) == self.width]
        self.counted = [k for k in range(self.width) if self.holds_numbers([record[k] for record in alike])]
        self.names = 0

    @staticmethod
    def is_comment(record: Record) -> bool:
        return bool(record and _COMMENT.match(record[0]))

    @staticmethod
    def holds_numbers(cells: Record) -> bool:
        given = [cell for cell in cells if cell.lower() not in MISSING]
        return bool(given) and 2 * sum(map(is_plain, given)) >= len(given)

    def is_row(self, record: Record) -> bool:
        """Say whether nothing but numbers, dates and gaps stands where the table has numbers and dates."""
        if len(record) != self.width or not any(record) or self.is_comment(record):
            return False
        given = [record[k] for k in self.counted if record[k].lower() not in MISSING]
        return all(map(is_plain, given)) and (bool(given) or not self.counted)

    def is_text(self, record: Record) -> bool:
        """Say whether a line could hold the names: as wide as the table, without a number or a date."""
        rows = [other for other in self.head if self.is_row(other)]
        fits = len(record) == self.width or (len(record) == self.width - 1 and not any(row[-1] for row in rows))
        return fits and any(record) and not any(map(is_plain, record))

    def top(self) -> Place | None:
        """Return where the table begins, None where that is line 1 or not clear."""
        first = next((i for i, record in enumerate(self.head) if self.is_row(record)), 0)
        if not self.counted or (not first and not name_times(self.head[0])):
            return None
        if name_times(self.head[first]):
            return self.below_names([first])
        while len(self.head[first - 1]) == self.width and any(map(is_plain, self.head[first - 1])):
            first -= 1  # a row with a word among its numbers
            if not first:
                return None
        last = first
        while last and not any(self.head[last - 1]):
            last -= 1
        block = last
        while block and self.is_text(self.head[block - 1]):
            block -= 1
        if any(len(record) == self.width and is_plain(record[self.counted[0]]) for record in self.head[:block]):
            return None
        if block == last:
            return self.without_names(first)
        return self.below_names(list(range(block, last)))

    def without_names(self, first: int) -> Place | None:
        titles = all(self.is_comment(record) or sum(map(bool, record)) <= 1 for record in self.head[:first])
        if not titles or self.width < 2:
            return None
        self.names = first
        return Place([""] * self.width, False, first, 0, notes=(f"{_span(0, first, 'above the table')} left out",))

    def below_names(self, block: list[int]) -> Place | None:
        """Return the place of a table whose names are one of the lines of text right above its rows."""
        named = [i for i in block if not self.is_comment(self.head[i])] or block[-1:]
        plain = [i for i in named if i == named[0] or not self.units(self.head[i])]
        line = self.names = max(plain, key=lambda i: (sum(map(bool, self.head[i])), -i))
        names = [*self.head[line], *[""] * (self.width - len(self.head[line]))]
        if line:
            names[0] = _COMMENT.sub("", names[0], count=1)
        notes = [f"{_span(0, line, 'above the table')} left out", f"line {line + 1} holds the names"] if line else []
        units: dict[int, str] = {}
        first = line + 1
        for i in range(first, block[-1] + 1):
            record = [*self.head[i], *[""] * (self.width - len(self.head[i]))]
            found = self.units(record)
            words = "".join(cell for k, cell in enumerate(record) if k not in self.counted)
            if not found and (len(self.counted) < 2 or re.search(r"\d", words)):
                break
            first = i + 1
            notes.append(self._told(i, record, names, found))
            units |= found
        return Place(names, True, first, 0, units, tuple(notes))

    def _told(self, i: int, record: Record, names: Record, units: dict[int, str]) -> str:
        """Return what a line below the names says, which may complete the names."""
        if units:
            return f"line {i + 1} below the names is taken as units ({', '.join(dict.fromkeys(units.values()))[:60]})"
        if not any(record[1:]):
            names[0] = record[0]
            return f"line {i + 1} below the names says what the first column is called: {record[0][:40]}"
        if len(set(record[1:])) == 1:
            return f"line {i + 1} below the names says {record[0][:40]} {record[1][:40]} of every column: left out"
        if len(set(names)) < len(set(zip(names, record, strict=True))):
            names[1:] = [f"{name} {more}".strip() for name, more in zip(names[1:], record[1:], strict=True)]
            return f"line {i + 1} below the names is added to them ({names[1][:40]})"
        return f"line {i + 1} below the names is left out ({', '.join(filter(None, record))[:60]})"

    def units(self, record: Record) -> dict[int, str]:
        """Return the units in a line, none where fewer than half of its cells are units."""
        return units_in({k: record[k] for k in self.counted if k < len(record) and record[k]})

    def is_footer(self, record: Record, found: list[Record]) -> bool:
        """Say whether a line below the rows is a remark or a total."""
        filled = [k for k, cell in enumerate(record) if cell]
        if not self.counted or self.width < 2 or not filled or (self.is_row(record) and filled[0] in self.counted):
            return False
        column, word = filled[0], record[filled[0]]
        if _TOTALS.fullmatch(word) and len(filled) > 1:
            same = [other for other in found if len(other) > column and other[column].strip() == word]
            return column in self.counted or len(same) == 1
        narrow = len(record) < self.width or column in self.counted
        return len(filled) == 1 and narrow and word.lower() not in MISSING and not is_plain(word)


def _end(found: list[Record], first: int, look: _Look) -> int:
    """Return the position behind the last row: where remarks and totals begin, or the end."""
    stop = len(found)
    for i in range(len(found) - 1, max(first, len(found) - MOST_BELOW - 1), -1):
        record = _stripped(found[i])
        if look.is_footer(record, found):
            stop = i
        elif any(record):
            break
    return stop


def _stripped(record: Record) -> Record:
    return [cell.strip() for cell in record]


def _span(start: int, stop: int, where: str) -> str:
    """Return "line 3 above the table is" or "lines 1 to 4 above the table are"."""
    return f"line {stop} {where} is" if stop - start == 1 else f"lines {start + 1} to {stop} {where} are"
