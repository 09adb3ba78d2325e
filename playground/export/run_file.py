"""A run as one safetensors file: the weights as tensors, the recipe and the history in the header.

torch's `load_state_dict` takes the tensors as they are. What comes back from outside is checked
before anything is built from it: size, header, recipe, and every name, type, shape and number
against what the recipe asks for. Nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import astuple, dataclass
from typing import Annotated, Any, Literal

import numpy as np
import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from playground.config import GATES, Recipe
from playground.data.features import feature_count
from playground.data.prepare import prepare
from playground.export.exported import ExportedRun
from playground.export.own_series import own_series, series_tensors
from playground.histories import EpochRecord, RunState
from playground.records import Floats, Series

FORMAT = "rnn-playground run 1"
FIELD = "rnn_playground"
"""Name of the header's entry that holds all but the weights."""

MOST_BYTES = 24 * 2**20
MOST_HEADER_BYTES = 2**20

_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"PK\x03\x04")
"""How Python's pickles begin, and the zip files that torch.save puts them in."""

Count = Annotated[int, Field(ge=0, le=10**6)]
EpochRow = tuple[Annotated[int, Field(ge=1, le=1000)], float, float, float, float, float, float]


class History(BaseModel):
    """What the header tells beside the recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["rnn-playground run 1"]
    recipe: Recipe
    state: RunState
    reason: str = Field("", max_length=400)
    best_epoch: int = Field(ge=1, le=1000)
    peeks: Count = 0
    series_digest: str = Field(pattern="^[0-9a-f]{16}$")
    series: dict[str, Any] | None = None
    epochs: Annotated[tuple[EpochRow, ...], Field(min_length=1, max_length=1000)]


@dataclass(frozen=True, eq=False)
class LoadedRun:
    """A run from a file, its weights still unchecked.

    Attributes:
        history: What the header tells.
        series: Its series, where the file carries it: the learner's own.
        tensors: Name -> (type, shape), as the header announces them.
        data: The file.
    """

    history: History
    series: Series | None
    tensors: dict[str, tuple[str, tuple[int, ...]]]
    data: bytes


def pack_run(run: ExportedRun) -> bytes:
    """Return the run as a file; own data travels with it, series of the catalog by their name."""
    own = run.recipe.data.series == "own"
    plain, tensors = series_tensors(run.series) if own else (None, {})
    history = {
        "format": FORMAT,
        "recipe": orjson.loads(run.recipe_json),
        "state": run.state,
        "reason": run.reason[:400],
        "best_epoch": run.best_epoch,
        "peeks": run.peeks,
        "series_digest": series_digest(run.series),
        "series": plain,
        "epochs": [astuple(record) for record in run.epochs],
    }
    weights = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in run.weights.items()}
    return save(weights | tensors, metadata={FIELD: orjson.dumps(history).decode()})


def series_digest(series: Series) -> str:
    """Return a short hash of the series' numbers, to tell whether a run meets the series that it learnt from."""
    digest = hashlib.sha256(np.ascontiguousarray(series.values, dtype="<f8").tobytes())
    for name in sorted(series.extras):
        digest.update(name.encode() + np.ascontiguousarray(series.extras[name], dtype="<f8").tobytes())
    return digest.hexdigest()[:16]


def open_run(data: bytes) -> LoadedRun:
    """Read a run file up to its weights.

    Raises:
        ValueError: if it is too large, not a run file, damaged, or its recipe is outside the limits.
    """
    announced, metadata = _header(data)
    try:
        history = History.model_validate_json(metadata[FIELD])
    except KeyError:
        raise ValueError(
            "these weights carry no recipe, so nothing says what they are; open a file that was exported here"
        ) from None
    except ValidationError as error:
        named = ".".join(str(part) for part in error.errors()[0]["loc"])
        where = "".join(filter(str.isprintable, named))[:60]
        raise ValueError(
            f"the recipe in the file cannot be used ({where}: {error.errors()[0]['msg'].lower()}); export the run again"
        ) from None
    _check_history(history)
    series: Series | None = None
    names: frozenset[str] = frozenset()
    if history.recipe.data.series == "own":
        series, names = own_series(history.series, announced, lambda: _arrays(data))
    weights = {name: found for name, found in announced.items() if name not in names}
    return LoadedRun(history, series, weights, data)


def checked_run(loaded: LoadedRun, series: Series) -> ExportedRun:
    """Return the run of the file, its weights checked against what its recipe asks for on the series.

    Raises:
        ValueError: if the recipe cannot be trained on the series, or a weight is missing, unknown, of another type
            or shape, or not finite.
    """
    history = loaded.history
    _check_series(series, history.recipe)
    wanted = weight_shapes(history.recipe, feature_count(series, history.recipe.data))
    _check_tensors(loaded.tensors, wanted)
    arrays = _arrays(loaded.data)
    weights = {name: np.array(arrays[name]) for name in wanted}
    for name, array in weights.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name} in the file holds numbers that are not finite; export the run again")
    epochs = tuple(EpochRecord(*row) for row in history.epochs)
    return ExportedRun(
        history.recipe, series, epochs, weights, history.best_epoch, history.state, history.reason, history.peeks
    )


def weight_shapes(recipe: Recipe, features: int) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every weight of the recipe's network, in torch's words and order."""
    hidden, rows = recipe.network.hidden_size, GATES[recipe.network.cell] * recipe.network.hidden_size
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(recipe.network.layers):
        shapes[f"recurrent.weight_ih_l{layer}"] = (rows, hidden if layer else features)
        shapes[f"recurrent.weight_hh_l{layer}"] = (rows, hidden)
        shapes[f"recurrent.bias_ih_l{layer}"] = shapes[f"recurrent.bias_hh_l{layer}"] = (rows,)
    horizon = recipe.data.horizon_steps
    return shapes | {"readout.weight": (horizon, hidden), "readout.bias": (horizon,)}


def _header(data: bytes) -> tuple[dict[str, tuple[str, tuple[int, ...]]], dict[str, str]]:
    """Return the tensors that the header announces, name -> (type, shape), and its metadata."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"a run file must be at most {MOST_BYTES >> 20} MB, got {len(data) >> 20} MB")
    if data.startswith(_PICKLES):
        raise ValueError("this is a pickle or a zip of one, which is never opened here; open a .safetensors file")
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or data[8:9] != b"{":
        raise ValueError("this is not a safetensors file; open a .safetensors file that was exported here")
    if length > min(MOST_HEADER_BYTES, len(data) - 8):
        raise ValueError(
            f"the header of a run file must be at most {MOST_HEADER_BYTES >> 20} MB and inside the file, "
            f"got {length:,} bytes; the file is damaged"
        )
    try:
        header = orjson.loads(data[8 : 8 + length])
        metadata = header.pop("__metadata__", {})
        tensors = {name: (str(e["dtype"]), tuple(int(n) for n in e["shape"])) for name, e in header.items()}
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("the header of the file cannot be read; the file is damaged") from None
    return tensors, metadata if isinstance(metadata, dict) else {}


def _check_history(history: History) -> None:
    """Refuse a history that no training could have left."""
    numbers = [row[0] for row in history.epochs]
    losses = {row[0]: row[2] for row in history.epochs}
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) > history.recipe.training.epochs:
        raise ValueError("the epochs in the file are not a history of its recipe; export the run again")
    if history.best_epoch not in losses or not all(math.isfinite(number) for row in history.epochs for number in row):
        raise ValueError(
            "the losses in the file are not all finite, or its best epoch is none of them; export it again"
        )


def _check_series(series: Series, recipe: Recipe) -> None:
    """Refuse a series that the recipe's network could not have been trained on."""
    try:
        prepare(series, recipe.data)
    except ValueError as error:
        raise ValueError(f"the run in the file cannot have been trained on its series: {error}") from None


def _check_tensors(found: dict[str, tuple[str, tuple[int, ...]]], wanted: dict[str, tuple[int, ...]]) -> None:
    for name in wanted.keys() - found.keys():
        raise ValueError(f"the file must hold the weight {name}, which its recipe asks for; export the run again")
    for name in found.keys() - wanted.keys():
        raise ValueError(f"the recipe in the file knows no weight named {name[:60]!r}; export the run again")
    for name, shape in wanted.items():
        kind, got = found[name]
        if kind != "F32":
            raise ValueError(f"{name} must be of type F32, got {kind[:10]}; export the run again")
        if got != shape:
            raise ValueError(f"{name} must have shape {shape}, as its recipe says, got {got}; export the run again")


def _arrays(data: bytes) -> dict[str, Floats]:
    try:
        return load(data)
    except (SafetensorError, KeyError, ValueError, OverflowError) as error:
        raise ValueError(f"the numbers in the file cannot be read ({str(error)[:80]}); the file is damaged") from None
