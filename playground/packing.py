"""Records to bytes and back, as safetensors: arrays as tensors, all else as JSON in the header.

Nothing is ever unpickled, so bytes from outside can at worst be refused.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any, TypeVar

import numpy as np
import orjson
from pydantic import BaseModel
from safetensors import SafetensorError
from safetensors.numpy import load, save

Record = TypeVar("Record")


def pack(record: Any) -> bytes:
    """Return a frozen record as safetensors bytes."""
    tensors: dict[str, np.ndarray] = {}
    plain = _strip(record, "", tensors)
    # safetensors orders tensors by itself but keeps metadata: one JSON text holds the plain part.
    return save(tensors, metadata={"record": orjson.dumps(plain, option=orjson.OPT_SERIALIZE_NUMPY).decode()})


def unpack(kind: type[Record], data: bytes) -> Record:
    """Return the record of class `kind` that `pack` wrote.

    Raises:
        ValueError: if the bytes are not such a record.
    """
    try:
        header = orjson.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        plain = orjson.loads(header["__metadata__"]["record"])
        return typing.cast(Record, _build(kind, plain, "", load(data)))
    except (SafetensorError, AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError(f"not a stored {kind.__name__}: {error}; the file is damaged or of another kind") from None


def _strip(value: Any, path: str, tensors: dict[str, np.ndarray]) -> Any:
    """Move every array below `value` into `tensors`; return what is left as JSON."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "M":
            value = value.astype("datetime64[ns]").view(np.int64)
        elif value.dtype.kind == "c":
            value = np.stack((value.real, value.imag), -1)
        tensors[path] = np.ascontiguousarray(value)
        return None
    if dataclasses.is_dataclass(value):
        return {f.name: _strip(getattr(value, f.name), f"{path}/{f.name}", tensors) for f in dataclasses.fields(value)}
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dict):
        return {key: _strip(item, f"{path}/{key}", tensors) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_strip(item, f"{path}/{i}", tensors) for i, item in enumerate(value)]
    if isinstance(value, float) and not np.isfinite(value):
        return {"float": repr(value)}
    return value


def _build(kind: Any, plain: Any, path: str, tensors: dict[str, np.ndarray]) -> Any:
    """Rebuild a value of the annotated `kind` from its JSON and the tensors below `path`."""
    kind = _unfolded(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if plain is None and path not in tensors:
            return None
        return _build(next(a for a in arguments if a is not type(None)), plain, path, tensors)
    if origin is np.ndarray:
        array = tensors[path]
        if arguments[1] == np.dtype[np.complexfloating]:
            return array.view(np.result_type(array.dtype, np.complex64))[..., 0]
        return array.view("datetime64[ns]") if arguments[1] == np.dtype[np.datetime64] else array
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _build(hints[name], item, f"{path}/{name}", tensors) for name, item in plain.items()})
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_validate_json(plain)
    if origin is frozenset:
        return frozenset(plain)
    if origin is dict:
        return {key: _build(arguments[1], item, f"{path}/{key}", tensors) for key, item in plain.items()}
    if origin is tuple:
        return tuple(_build(arguments[0], item, f"{path}/{i}", tensors) for i, item in enumerate(plain))
    if kind is float and isinstance(plain, dict):
        return float(plain["float"])
    if path in tensors:
        raise TypeError(f"{path} is an array, {kind} is not")
    return plain


def _unfolded(kind: Any) -> Any:
    """Return what an alias stands for: since numpy 2.5 `NDArray[...]` is one, and no `np.ndarray` by itself."""
    origin = typing.get_origin(kind)
    meaning = getattr(origin, "__value__", None)
    return kind if meaning is None else meaning[typing.get_args(kind)]
