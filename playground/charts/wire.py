"""A figure or a document as compact bytes for the browser: JSON for the words, raw numbers for the arrays.

Layout of the bytes (little-endian): the length of the JSON as uint32, four zero bytes, the JSON
padded with spaces to a multiple of 8, then the arrays, each padded to a multiple of 8. In the
JSON an array stands as {"$": [type, offset, length, columns, scale]}: `type` as plotly names
it, `offset` from the first array, `columns` 0 for a flat array. A `scale` other than 0 means
that the numbers are scale times the integers sent, and the lowest integer is NaN.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import orjson
import plotly.graph_objects as go

LEVELS = 32767


def pack_figure(figure: go.Figure, height: int, name: str = "") -> bytes:
    """Return the figure as bytes.

    Equal arrays are sent once. Heatmap values are sent as 16-bit integers, which moves them by
    at most 1/65,534 of the largest.

    Args:
        figure: Any plotly figure.
        height: Height of the chart in pixels.
        name: Names the chart; under it the browser remembers what the reader zoomed to.
    """
    plain = figure.to_dict()
    arrays = _Arrays()
    document = {
        "name": name,
        "height": height,
        "data": [_without_arrays(trace, arrays) for trace in plain["data"]],
        "layout": _without_arrays(plain["layout"], arrays),
    }
    return _joined(document, arrays)


def pack_document(document: dict[str, Any]) -> bytes:
    """Return a document as bytes: dicts, words and numbers, with numpy arrays of one or two axes as values."""
    arrays = _Arrays()
    packed = {key: _with_raw_arrays(value, arrays) for key, value in document.items()}
    return _joined(packed, arrays)


def _with_raw_arrays(value: Any, arrays: _Arrays) -> Any:
    if isinstance(value, dict):
        return {key: _with_raw_arrays(item, arrays) for key, item in value.items()}
    return arrays.add(np.ascontiguousarray(value)) if isinstance(value, np.ndarray) else value


def _joined(document: dict[str, Any], arrays: _Arrays) -> bytes:
    words = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    words += b" " * (-len(words) % 8)
    return len(words).to_bytes(8, "little") + words + arrays.bytes


class _Arrays:
    """The arrays met so far, each distinct one once."""

    def __init__(self) -> None:
        self.bytes = b""
        self.seen: dict[tuple[str, bytes], int] = {}

    def add(self, array: np.ndarray, scale: float = 0.0) -> dict[str, list]:
        kind, raw = f"{array.dtype.kind}{array.dtype.itemsize}", array.tobytes()
        if (kind, raw) not in self.seen:
            self.seen[kind, raw] = len(self.bytes)
            self.bytes += raw + bytes(-len(raw) % 8)
        columns = array.shape[1] if array.ndim == 2 else 0
        return {"$": [kind, self.seen[kind, raw], array.size, columns, scale]}


def _without_arrays(value: Any, arrays: _Arrays) -> Any:
    """Return `value` with every encoded array below it moved to `arrays`."""
    if isinstance(value, list):
        return [_without_arrays(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    if "bdata" in value:
        return arrays.add(_decoded(value))
    packed = {key: _without_arrays(item, arrays) for key, item in value.items() if key != "z"}
    if "z" in value:
        z = value["z"]
        heatmap = value.get("type") == "heatmap" and isinstance(z, dict) and "bdata" in z
        packed["z"] = _levels(_decoded(z), arrays) if heatmap else _without_arrays(z, arrays)
    return packed


def _decoded(value: dict[str, str]) -> np.ndarray:
    """Return the array that plotly wrote as base64."""
    array = np.frombuffer(base64.b64decode(value["bdata"]), dtype=np.dtype(value["dtype"]))
    shape = value.get("shape")
    return array if shape is None else array.reshape([int(n) for n in str(shape).split(",")])


def _levels(z: np.ndarray, arrays: _Arrays) -> dict[str, list]:
    """Return heatmap values as 16-bit levels of their largest."""
    known = np.isfinite(z)
    scale = float(np.max(np.abs(z[known]), initial=0.0)) / LEVELS or 1.0
    levels = np.full(z.shape, -LEVELS - 1, dtype=np.int16)
    levels[known] = np.round(z[known] / scale)
    return arrays.add(levels, scale)
