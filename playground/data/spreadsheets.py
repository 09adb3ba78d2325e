"""Tables for download that a spreadsheet opens as data, never as formulas."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?inf")


def neutralised(frame: pd.DataFrame) -> str:
    """Return the table as CSV text without its index; text that a spreadsheet would compute gets an apostrophe.

    Numbers, and text that is a number, stay as they are; column names are treated like text.

    Source: OWASP, CSV Injection.
    """
    safe = frame.map(_neutral)
    safe.columns = pd.Index([_neutral(str(name)) for name in frame.columns])
    return safe.to_csv(index=False, lineterminator="\r\n")  # so that a line break of any kind in a cell is quoted


def _neutral(cell: Any) -> Any:
    """Return a cell with an apostrophe before what would begin a formula."""
    if not isinstance(cell, str) or not cell.lstrip(" ").startswith(_FORMULA) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"
