"""Which words in a table are units."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KNOWN = (
    "%|‰|°|°c|°f|k|deg|deg c|deg f|degc|degf|degrees|m|mm|cm|km|in|ft|m/s|km/h|mph|kn|kt|pa|hpa|kpa|bar|mbar|v|mv|volt|"
    "volts|a|ma|amp|amps|w|kw|mw|gw|watts|wh|kwh|mwh|gwh|wh|j|kj|mj|hz|khz|mhz|s|sec|seconds|ms|us|µs|min|minutes|h|hr|"
    "hours|days|g|mg|kg|t|l|ml|l/s|m2|m²|m3|m³|m3/s|m³/s|w/m2|w/m²|w/m^2|mj/m2|ppm|ppb|µg/m3|µg/m³|ug/m3|mg/l|lx|lux|db|"
    "usd|eur|gbp|chf|jpy|€|$|£|¥|yyyy-mm-dd|dd.mm.yyyy|dd/mm/yyyy|mm/dd/yyyy|utc"
)
_UNITS = frozenset(_KNOWN.split("|"))
_FORMS = frozenset({"yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "utc"})
"""What stands in a line of units below a column of times."""


def units_in(cells: Mapping[int, str]) -> dict[int, str]:
    """Return position -> unit of the cells in one line, none where fewer than half of them are units."""
    bare = {k: re.sub(r"^[\[(](.*)[\])]$", r"\1", cell).strip() for k, cell in cells.items()}
    known = {k: unit for k, unit in bare.items() if unit.lower() in _UNITS or (cells[k][0] == "[" and len(unit) <= 20)}
    if 2 * len(known) < len(cells):
        return {}
    return {k: unit for k, unit in known.items() if unit.lower() not in _FORMS}
