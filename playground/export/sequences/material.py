"""What a network learned from, as the lesson reads it: written into it, or beside it where it is long.

Names and texts only ever enter the code as quoted Python texts.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson

from playground.export.sequences.exported import AnyMaterial
from playground.sequences.records import Sequences
from playground.sequences.write.streams import Stream

TEXTS_FILE, NUMBERS_FILE = "sequences.json", "sequences.npz"

MOST_EMBEDDED = 10_000
"""Most letters or symbols that are written into the lesson itself."""

LINE = 90
"""Letters in a line of a text that is written into the lesson."""

BETWEEN = ", "
"""Stands between symbols that are longer than a letter."""


def lies_beside(material: AnyMaterial) -> bool:
    """Say whether material lies beside the lesson, because it is numbers or long."""
    if isinstance(material, Stream):
        return material.length > MOST_EMBEDDED
    return not material.texts or sum(map(len, material.texts)) > MOST_EMBEDDED


def files_beside(material: AnyMaterial) -> dict[str, bytes]:
    """Return the files that lie beside the lesson, by name; none where it carries its material inside."""
    if not lies_beside(material):
        return {}
    if isinstance(material, Sequences) and not material.texts:
        return {NUMBERS_FILE: _numbers(material)}
    return {TEXTS_FILE: orjson.dumps(told_of(material))}


def told_of(material: AnyMaterial) -> dict[str, Any]:
    """Return labelled texts, or the pieces of a stream, as plain values."""
    if isinstance(material, Sequences):
        names = (material.classes[label] for label in material.labels)
        return {"samples": list(zip(names, material.texts, strict=True))}
    between, pieces = between_symbols(material), [material.piece(index) for index in range(material.pieces)]
    told: dict[str, Any] = {"pieces": [between.join(material.symbols(piece)) for piece in pieces]}
    if len(material.asked) and not material.asked.all():
        asked = "".join(map(str, material.asked))
        told["asked"] = [asked[piece.start : piece.stop] for piece in pieces]
    return told


def between_symbols(stream: Stream) -> str:
    """Return what stands between the symbols of a piece: nothing where each is a letter."""
    return "" if all(len(symbol) == 1 for symbol in stream.alphabet) else BETWEEN


def material_code(material: AnyMaterial, told: dict[str, Any]) -> str:
    """Return the code that sets each of these lists under its name in capitals: inside, or read from beside."""
    if lies_beside(material):
        read = f'found = json.loads(Path("{TEXTS_FILE}").read_text(encoding="utf-8"))'
        return "\n".join([read, *(f'{name.upper()} = found["{name}"]' for name in told)])
    return "\n\n".join(f"{name.upper()} = [\n{_lines(values)}\n]" for name, values in told.items())


def _lines(values: Iterable[Any]) -> str:
    return "\n".join(f"    {_quoted(value)}," for value in values)


def _quoted(value: Any) -> str:
    """Return a value as Python writes it; a long text over several lines."""
    if not isinstance(value, str) or len(value) <= LINE:
        return repr(value)
    lines = (repr(value[start : start + LINE]) for start in range(0, len(value), LINE))
    return "(\n" + "\n".join(f"        {line}" for line in lines) + "\n    )"


def _numbers(sequences: Sequences) -> bytes:
    target = io.BytesIO()
    np.savez_compressed(target, labels=sequences.labels, values=sequences.values, starts=sequences.starts)
    return target.getvalue()
