"""What the learner chose: one frozen `Recipe`, with every limit named once.

The sliders read their ends from here (`limits`), the server checks with the same
numbers, and the address bar carries the same field names (`to_query`, `from_query`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    model_validator,
)

QUERY_VERSION = 1

MAX_WORKING_BYTES = 160 * 2**20
"""Most memory that the activations of one training step may take in a worker."""

GATES = {"rnn": 1, "lstm": 4, "gru": 3}
"""Weight blocks a cell stacks in W_xh and W_hh: LSTM i, f, g, o; GRU r, z, n."""


def _changes_from_text(value: Any) -> Any:
    """Read "12:0.001,30:0.0003" as ((12, 0.001), (30, 0.0003))."""
    if not isinstance(value, str):
        return value
    pairs = (part.split(":", 1) for part in value.split(",") if part)
    return tuple((int(epoch), float(rate)) for epoch, rate in pairs)


def _changes_to_text(changes: tuple[tuple[int, float], ...]) -> str:
    return ",".join(f"{epoch}:{rate!r}" for epoch, rate in changes)


def _names_from_text(value: Any) -> Any:
    """Read "wind,rain" as ("wind", "rain")."""
    return tuple(part for part in value.split(",") if part) if isinstance(value, str) else value


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError(f"every further input can be chosen once, got {', '.join(names)}; remove the repeated name")
    return names


LearningRate = Annotated[float, Field(ge=1e-5, le=1.0)]
Epoch = Annotated[int, Field(ge=1, le=1000)]
LearningRateChanges = Annotated[
    tuple[tuple[Epoch, LearningRate], ...],
    Field(max_length=50),
    BeforeValidator(_changes_from_text),
    PlainSerializer(_changes_to_text, when_used="json"),
]

INPUT_NAME = r"^\w[\w .()%°-]{0,39}$"
"""What a further input may be called: letters, digits, underscore, blank and a few signs, no comma."""

MOST_EXTRA_INPUTS = 8

InputNames = Annotated[
    tuple[Annotated[str, Field(pattern=INPUT_NAME)], ...],
    Field(max_length=MOST_EXTRA_INPUTS),
    BeforeValidator(_names_from_text),
    AfterValidator(_distinct),
    PlainSerializer(",".join, when_used="json"),
]

PRIVATE_FIELDS = frozenset({"own"})
"""Fields that never appear in an address bar."""


class Choice(BaseModel):
    """A part of the recipe: frozen, strict about unknown names, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DataChoice(Choice):
    """Which series, which target, how it is split and cut into windows.

    The fields from `length_steps` to `data_seed` shape the synthetic series; `ticker`,
    `start` and `end` belong to the live ticker, `own` names an upload. A series ignores what it
    does not use. `extra_inputs` are further columns of the series that the network reads beside the
    target quantity, `calendar` adds where in the year, week and day each step is, and
    `season_steps` 0 means the series' own season.
    """

    series: str = Field("sine", pattern=r"^[a-z0-9_]{1,40}$")
    length_steps: int = Field(800, ge=200, le=5000)
    period_steps: float = Field(40.0, ge=4, le=400)
    second_period_steps: float = Field(13.0, ge=4, le=400)
    noise: float = Field(0.1, ge=0, le=1)
    trend: float = Field(1.0, ge=-5, le=5)
    ar_coefficient: float = Field(0.9, ge=-0.99, le=0.99)
    data_seed: int = Field(1, ge=0, le=9999)
    ticker: str = Field("AAPL", pattern=r"^[A-Z0-9^][A-Z0-9.^=-]{0,14}$")
    start: dt.date = Field(dt.date(2015, 1, 1), ge=dt.date(1970, 1, 1), le=dt.date(2100, 1, 1))
    end: dt.date = Field(dt.date(2025, 1, 1), ge=dt.date(1970, 1, 1), le=dt.date(2100, 1, 1))
    own: str = Field("", pattern=r"^([A-Za-z0-9_-]{22})?$")
    target: Literal["level", "change", "log_return"] = "level"
    extra_inputs: InputNames = ()
    calendar: bool = False
    season_steps: int = Field(0, ge=0, le=5000)
    train_fraction: float = Field(0.7, ge=0.3, le=0.9)
    validation_fraction: float = Field(0.15, ge=0.05, le=0.4)
    gap_steps: int = Field(8, ge=0, le=256)
    window_steps: int = Field(32, ge=2, le=256)
    horizon_steps: int = Field(1, ge=1, le=64)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.train_fraction + self.validation_fraction > 0.95 + 1e-9:
            raise ValueError(
                "train_fraction and validation_fraction together must be at most 0.95, "
                f"got {self.train_fraction + self.validation_fraction:g}; leave some series for the test"
            )
        if self.start >= self.end:
            raise ValueError(f"start must be before end, got {self.start} and {self.end}; move one of them")
        return self


class NetworkChoice(Choice):
    """The recurrent network: cell, size and depth, and how the recurrent matrix W_hh begins.

    `nonlinearity` belongs to the plain RNN. `initialisation` "orthogonal" makes every gate's block
    of W_hh orthogonal; `spectral_radius` 0 leaves the blocks as they were drawn, any other value
    scales each of them to it.
    """

    cell: Literal["rnn", "lstm", "gru"] = "lstm"
    nonlinearity: Literal["tanh", "relu", "sigmoid"] = "tanh"
    hidden_size: int = Field(16, ge=1, le=256)
    layers: int = Field(1, ge=1, le=3)
    dropout: float = Field(0.0, ge=0, le=0.8)
    initialisation: Literal["uniform", "orthogonal"] = "uniform"
    spectral_radius: float = Field(0.0, ge=0, le=1.5)


class TrainingChoice(Choice):
    """How the network learns. `clip_norm` 0 means no clipping, `patience_epochs` 0 no early stopping.

    `learning_rate_changes` are (epoch, rate) pairs: the rate holds from the start of that
    epoch (counted from 1), so a run whose rate was moved by hand can be repeated exactly.
    """

    optimizer: Literal["adam", "sgd", "rmsprop"] = "adam"
    learning_rate: LearningRate = 0.0003
    momentum: float = Field(0.9, ge=0, le=0.99)
    batch_size: int = Field(64, ge=1, le=512)
    epochs: Epoch = 400
    clip_norm: float = Field(1.0, ge=0, le=100)
    patience_epochs: int = Field(50, ge=0, le=500)
    learning_rate_changes: LearningRateChanges = ()

    def learning_rate_at(self, epoch: int) -> float:
        """Return the learning rate in force during `epoch` (counted from 1)."""
        rate = self.learning_rate
        for since, changed in self.learning_rate_changes:
            if epoch >= since:
                rate = changed
        return rate


class Recipe(Choice):
    """Everything that decides a run's numbers."""

    data: DataChoice = DataChoice()
    network: NetworkChoice = NetworkChoice()
    training: TrainingChoice = TrainingChoice()
    seed: int = Field(1, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _fits_in_memory(self) -> Self:
        needed = working_bytes(self)
        if needed > MAX_WORKING_BYTES:
            raise ValueError(
                f"batch_size x window_steps x hidden_size x layers must fit in {MAX_WORKING_BYTES >> 20} MB, "
                f"got {needed >> 20} MB; make the batch, the window or the hidden size smaller"
            )
        return self

    def replaced(self, **fields: Any) -> Recipe:
        """Return a checked copy with fields of any section replaced by their flat names.

        Raises:
            ValueError: if a name is unknown or a value is outside its limits.
        """
        sections: dict[str, Any] = self.model_dump()
        for name, value in fields.items():
            section = _SECTION_OF.get(name, "missing")
            if section == "missing":
                raise ValueError(f"a recipe has no field {name!r}")
            (sections[section] if section else sections)[name] = value
        try:
            return Recipe.model_validate(sections)
        except ValidationError as error:
            raise ValueError("; ".join(_sentence(e) for e in error.errors())) from None

    def key(self) -> str:
        """Return a short hash that names this recipe exactly."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


SECTIONS: dict[str, type[Choice]] = {"data": DataChoice, "network": NetworkChoice, "training": TrainingChoice}
_SECTION_OF: dict[str, str] = {name: section for section, model in SECTIONS.items() for name in model.model_fields}
_SECTION_OF["seed"] = ""


def _sentence(error: Any) -> str:
    """Turn one pydantic complaint into a sentence: what, limit, got."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    what = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "the recipe")
    return f"{what}: {error['msg'].lower()}, got {error['input']!r:.40}"


def _field(name: str) -> tuple[type[Choice], Any]:
    section = _SECTION_OF[name]
    model = SECTIONS[section] if section else Recipe
    return model, model.model_fields[name]


def limits(name: str) -> tuple[Any, Any]:
    """Return the lowest and highest allowed value of a numeric or date field, by its flat name."""
    info = _field(name)[1]
    bounds: dict[str, Any] = {}
    for item in info.metadata:
        for end in ("ge", "le"):
            if getattr(item, end, None) is not None:
                bounds[end] = getattr(item, end)
    as_field = float if isinstance(info.default, float) else lambda bound: bound
    return as_field(bounds["ge"]), as_field(bounds["le"])


def choices(name: str) -> tuple[str, ...]:
    """Return the allowed values of a field that is a choice among words."""
    return tuple(_field(name)[1].annotation.__args__)


def value_of(recipe: Recipe, name: str) -> Any:
    """Return a field of the recipe by its flat name."""
    section = _SECTION_OF[name]
    return getattr(getattr(recipe, section) if section else recipe, name)


def parameter_count(recipe: Recipe, features: int = 1) -> int:
    """Return the number of trainable numbers: torch's layer (two biases a gate) plus the readout."""
    hidden, gates = recipe.network.hidden_size, GATES[recipe.network.cell]
    total, inputs = 0, features
    for _ in range(recipe.network.layers):
        total += gates * hidden * (inputs + hidden + 2)
        inputs = hidden
    return total + (hidden + 1) * recipe.data.horizon_steps


def working_bytes(recipe: Recipe) -> int:
    """Return roughly what one training step keeps in memory for the backward pass, in bytes."""
    network = recipe.network
    per_step = (GATES[network.cell] + 2) * network.hidden_size * network.layers * 4
    return recipe.training.batch_size * recipe.data.window_steps * per_step


def to_query(recipe: Recipe) -> dict[str, str]:
    """Return the address-bar form: the version and every field that differs from the default, private ones left out."""
    flat, plain = _flat(recipe), _flat(Recipe())
    chosen = {name: text for name, text in flat.items() if text != plain[name] and name not in PRIVATE_FIELDS}
    return {"v": str(QUERY_VERSION)} | chosen


def from_query(query: Mapping[str, str]) -> tuple[Recipe, tuple[str, ...]]:
    """Read a recipe from an address bar; return it with a plain line for each value that was changed.

    Unknown names are ignored (the page has parameters of its own). Nothing raises: a number
    outside its limits is clamped, anything else that cannot be read takes its default.
    """
    notes: list[str] = []
    given = [name for name in _SECTION_OF if name in query and name not in PRIVATE_FIELDS]
    fields = {name: _read(name, str(query[name])[:400], notes) for name in given}
    return _repaired(fields, notes), tuple(notes)


def _flat(recipe: Recipe) -> dict[str, str]:
    dumped = recipe.model_dump(mode="json")
    merged = {"seed": dumped["seed"]} | {k: v for section in SECTIONS for k, v in dumped[section].items()}
    return {
        name: (f"{value:g}" if value == float(f"{value:g}") else repr(value))
        if isinstance(value, float)
        else str(value)
        for name, value in merged.items()
    }


def _read(name: str, text: str, notes: list[str]) -> Any:
    info = _field(name)[1]
    default = info.default
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(Annotated[info.annotation, info])  # type: ignore[arg-type]
        return adapter.validate_python(text)
    except (ValidationError, ValueError):
        pass
    if type(default) in (int, float):
        low, high = limits(name)
        number = math.nan
        with suppress(ValueError):
            number = float(text)
        if math.isfinite(number):
            clamped = type(default)(min(max(number, low), high))
            notes.append(f"{name} must be between {low:g} and {high:g}, the link said {text[:20]!r}; using {clamped:g}")
            return clamped
    used = "none" if default in ("", ()) else default
    notes.append(f"{name} in the link could not be read ({text[:20]!r}); using {used}")
    return default


def _repaired(fields: dict[str, Any], notes: list[str]) -> Recipe:
    """Build the recipe; where fields are fine alone but not together, mend them and say so."""
    train = fields.get("train_fraction", DataChoice().train_fraction)
    validation = fields.get("validation_fraction", DataChoice().validation_fraction)
    if train + validation > 0.95 + 1e-9:
        fields["validation_fraction"] = round(0.95 - train, 6)
        notes.append(f"train and validation left nothing for the test; using {0.95 - train:g} for validation")
    if fields.get("start", DataChoice().start) >= fields.get("end", DataChoice().end):
        fields = {name: value for name, value in fields.items() if name not in ("start", "end")}
        notes.append("the dates in the link end before they start; using the default dates")
    asked = batch = fields.get("batch_size", TrainingChoice().batch_size)
    while batch:
        try:
            recipe = Recipe().replaced(**fields | {"batch_size": batch})
        except ValueError:
            batch //= 2
            continue
        if batch < asked:
            notes.append(f"a training step with batch_size {asked} would not fit in memory; using {batch}")
        return recipe
    notes.append("the recipe in the link could not be built; using the default recipe")
    return Recipe()
