"""What a network learned from, as the lesson reads it: written into it, or beside it where it is long.

Names and texts only ever enter the code as quoted Python texts.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson

from playground.export.sequences.exported import AnyExported, ExportedClassifier
from playground.sequences.records import Sequences
from playground.sequences.write.streams import Stream

TEXTS_FILE, NUMBERS_FILE = "sequences.json", "sequences.npz"

MOST_EMBEDDED = 40_000
"""Longest material, in bytes of JSON, that is written into the lesson itself."""

LINE = 90
"""Letters in a line of a text that is written into the lesson."""

BETWEEN = ", "
"""Stands between symbols that are longer than a letter."""


def files_beside(run: AnyExported) -> dict[str, bytes]:
    """Return the files that lie beside the lesson, by name; none where it carries its material inside."""
    if isinstance(run, ExportedClassifier) and not run.material.texts:
        return {NUMBERS_FILE: _numbers(run.material)}
    told = orjson.dumps(told_of(run))
    return {TEXTS_FILE: told} if len(told) > MOST_EMBEDDED else {}


def told_of(run: AnyExported) -> dict[str, Any]:
    """Return texts, or the pieces of a stream, as plain values."""
    if isinstance(run, ExportedClassifier):
        names = (run.material.classes[label] for label in run.material.labels)
        return {"samples": list(zip(names, run.material.texts, strict=True))}
    between = between_symbols(run.material)
    told = {"pieces": [between.join(run.material.symbols(piece)) for piece in _pieces(run.material)]}
    if is_asked_in_places(run.material):
        asked = "".join(map(str, run.material.asked))
        told["asked"] = [asked[piece.start : piece.stop] for piece in _pieces(run.material)]
    return told


def between_symbols(stream: Stream) -> str:
    """Return what stands between the symbols of a piece: nothing where each is a letter."""
    return "" if all(len(symbol) == 1 for symbol in stream.alphabet) else BETWEEN


def is_asked_in_places(stream: Stream) -> bool:
    """Say whether only some next symbols count for the share that is right."""
    return bool(len(stream.asked)) and not bool(stream.asked.all())


def material_code(run: AnyExported, told: dict[str, Any]) -> str:
    """Return the code that sets each of these lists under its name in capitals: inside, or read from beside."""
    if TEXTS_FILE in files_beside(run):
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


def _pieces(stream: Stream) -> list[range]:
    return [stream.piece(index) for index in range(stream.pieces)]


def _numbers(sequences: Sequences) -> bytes:
    target = io.BytesIO()
    np.savez_compressed(target, labels=sequences.labels, values=sequences.values, starts=sequences.starts)
    return target.getvalue()
