"""What the learner chose for a forecast: one frozen `Recipe` (`choice.py` says what every choice can do)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from playground.choice import Choice
from playground.data import tickers

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

INPUT_NAME = r"^\w[\w .()%°€£¥-]{0,39}$"
"""What a further input may be called: letters, digits, underscore, blank and a few signs, no comma."""

MOST_EXTRA_INPUTS = 8

Ticker = Annotated[str, BeforeValidator(tickers.tidied), AfterValidator(tickers.checked)]

InputNames = Annotated[
    tuple[Annotated[str, Field(pattern=INPUT_NAME)], ...],
    Field(max_length=MOST_EXTRA_INPUTS),
    BeforeValidator(_names_from_text),
    AfterValidator(_distinct),
    PlainSerializer(",".join, when_used="json"),
]


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
    ticker: Ticker = "AAPL"
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

    private = frozenset({"own"})

    @model_validator(mode="after")
    def _fits_in_memory(self) -> Self:
        needed = working_bytes(self)
        if needed > MAX_WORKING_BYTES:
            raise ValueError(
                f"batch_size x window_steps x hidden_size x layers must fit in {MAX_WORKING_BYTES >> 20} MB, "
                f"got {needed >> 20} MB; make the batch, the window or the hidden size smaller"
            )
        return self

    def to_query(self) -> dict[str, str]:
        """Return what stands in a link, and the version of such links."""
        return {"v": str(QUERY_VERSION)} | super().to_query()

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Recipe, tuple[str, ...]]:
        """Read a recipe from a link; return it with a plain line for each value that was changed.

        Unknown names are ignored (the page has parameters of its own), and nothing raises.
        """
        notes: list[str] = []
        return _repaired(cls.read_query(query, notes), notes), tuple(notes)


SECTIONS: dict[str, type[Choice]] = {"data": DataChoice, "network": NetworkChoice, "training": TrainingChoice}


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
