"""How much memory a record takes, roughly, so that what is kept can be bounded by size."""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def footprint(value: Any) -> int:
    """Return roughly how many bytes a record, container, array or plain value takes in memory.

    What occurs twice within the value is counted once; what other values share with it is counted in full.
    """
    return _bytes(value, set())


def _bytes(value: Any, seen: set[int]) -> int:
    if id(value) in seen:
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        return value.nbytes + sys.getsizeof(value) - (value.nbytes if value.base is None else 0)
    parts: list[Any] = []
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts = list(value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name) for field in fields(value)]
    return sys.getsizeof(value) + sum(_bytes(part, seen) for part in parts)
