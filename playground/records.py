"""What happened: frozen numpy results, each shape written down here once.

Axes are always (batch, time, features), (time, units), (layers, batch, hidden).
Positions in a series are integers counted from 0; parts are half-open [start, stop).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Series:
    """One evenly spaced series, as loaded and repaired.

    Attributes:
        name: Catalog name.
        title: What it is, for a heading ("Seattle daily maximum temperature").
        unit: Unit of the values ("°C"), empty when there is none.
        values: (n,) float64, finite.
        times: (n,) datetime64[ns], or None where the position itself is the time.
        step: One step in words ("day", "30 minutes", "trading day", "sample").
        season_steps: Length of the natural season in steps, 0 when unknown.
        source: Where it comes from, in one line.
        licence: Its terms, in one line.
        notes: Plain sentences on every repair and every fallback.
        extras: Further columns at the same positions, name -> (n,) float64, finite.
        filled: (m,) int64, positions whose value is not measured but taken from before.
    """

    name: str
    title: str
    unit: str
    values: Floats
    times: NDArray[np.datetime64] | None
    step: str
    season_steps: int = 0
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()
    extras: dict[str, Floats] = field(default_factory=dict)
    filled: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))


@dataclass(frozen=True)
class Split:
    """Chronological parts of a series of `length` points: train | gap | validation | gap | test."""

    train_stop: int
    validation_start: int
    validation_stop: int
    test_start: int
    length: int

    def bounds(self, part: Part) -> tuple[int, int]:
        """Return the half-open range of a part."""
        return {
            "train": (0, self.train_stop),
            "validation": (self.validation_start, self.validation_stop),
            "test": (self.test_start, self.length),
        }[part]

    def close_up(self, steps: int = 120) -> tuple[int, int]:
        """Return the last `steps` positions of the validation part, where forecast and baseline can be told apart."""
        return max(self.validation_start, self.validation_stop - steps), self.validation_stop


@dataclass(frozen=True)
class Scaling:
    """Standardisation fitted on the training part only: scaled = (value - mean) / deviation."""

    mean: float
    deviation: float


@dataclass(frozen=True, eq=False)
class Windows:
    """The (window -> target) pairs of one part.

    Attributes:
        inputs: (batch, time, features) float32, scaled.
        targets: (batch, horizon) float32, scaled.
        anchors: (batch,) int64, position in the series of each window's last input;
            target column k belongs to position anchor + 1 + k.
    """

    inputs: Floats
    targets: Floats
    anchors: Ints


@dataclass(frozen=True, eq=False)
class Examples:
    """What a network can be trained on, chosen by and judged by: the windows of the three parts."""

    train: Windows
    validation: Windows
    test: Windows

    def part(self, part: Part) -> Windows:
        """Return the windows of a part."""
        return {"train": self.train, "validation": self.validation, "test": self.test}[part]


@dataclass(frozen=True, eq=False)
class Prepared(Examples):
    """A series ready to train on.

    Attributes:
        values: (n,) float64, the level in its own units.
        transformed: (n,) float64, the target quantity (level, change or log return); position 0
            is NaN for change and log return, which need a step before.
        target: Which quantity `transformed` is.
        split: Chronological parts.
        scaling: Of `transformed`, from the training part.
        features: (n, k) float32, what the network may read at every position; column 0 is the
            scaled target quantity (NaN where it is not defined), the rest are further inputs.
        feature_names: Name of each column.
        known_ahead: Whether each column is known before its time comes, as the calendar is.
        season_steps: Length of the season in steps, 0 when unknown.
        notes: Plain sentences on inputs that could not be used as they are.
    """

    values: Floats
    transformed: Floats
    target: Literal["level", "change", "log_return"]
    split: Split
    scaling: Scaling
    features: Floats
    feature_names: tuple[str, ...]
    known_ahead: tuple[bool, ...]
    season_steps: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Forecast:
    """Forecasts of the level, in the series' own units, beside the truth and the naive baseline.

    Attributes:
        kind: "one-step" (true inputs, one step ahead), "direct" (true inputs, `horizon` steps at
            once) or "free-run" (own outputs fed back).
        anchors: (m,) position of the last true input of each forecast; column k is for anchor + 1 + k.
        parts: (m,) uint8, index into PARTS.
        predicted: (m, horizon) float64.
        baseline: (m, horizon) float64, the value at the anchor: "same as the step before".
        truth: (m, horizon) float64.
    """

    kind: Literal["one-step", "direct", "free-run"]
    anchors: Ints
    parts: NDArray[np.uint8]
    predicted: Floats
    baseline: Floats
    truth: Floats


@dataclass(frozen=True)
class Score:
    """One error measure of the network and of the naive baseline on one part, lower is better.

    `value` or `baseline` is None where it cannot be computed; `reason` is then one of `evaluation.missing.Why`.
    """

    metric: str
    part: Part
    unit: str
    value: float | None
    baseline: float | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Trace:
    """The hidden states that the forecasts over a stretch were read from.

    Attributes:
        anchors: (time,) position in the series of each window's last input.
        states: (time, units) float32, last layer's h after reading that window from h = 0.
        order: (units,) positions that put like units side by side.
    """

    anchors: Ints
    states: Floats
    order: Ints


@dataclass(frozen=True, eq=False)
class LivingLayer:
    """What one layer does while the network reads a window, of the units that are shown.

    Attributes:
        size: Units of the layer, shown or not.
        units: (shown,) which of them are shown, in order.
        values: Name of each value of the cell's step ("h", gates) -> (time, shown) float32.
        W_x: (shown, sources shown) weights of what comes from below, float32; of an LSTM or GRU those of its candidate.
        W_h: (shown, shown) the same of the layer's own state one step earlier.
    """

    size: int
    units: Ints
    values: dict[str, Floats]
    W_x: Floats
    W_h: Floats


@dataclass(frozen=True, eq=False)
class LivingNetwork:
    """A network that reads its last validation window step by step, from h = 0.

    Attributes:
        positions: (time,) position in the series of each step.
        inputs: (time, inputs shown) float32, what is read, scaled; column 0 is the target quantity.
        names: Name of each input that is shown.
        features: How many inputs there are, shown or not.
        layers: From the input to the readout.
        W_y: (units shown of the last layer,) float32, the weights of the readout's first value.
        outputs: (time,) float32, what the readout says of the next step, scaled.
        truth: (time,) float32, what came next, scaled.
        predicted: (time,) float64, `outputs` as a level in the series' own units.
    """

    positions: Ints
    inputs: Floats
    names: tuple[str, ...]
    features: int
    layers: tuple[LivingLayer, ...]
    W_y: Floats
    outputs: Floats
    truth: Floats
    predicted: Floats


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What the network can do at one moment of training.

    `epoch` counts completed epochs; `chosen` says why this moment is shown ("latest", "best on
    validation", "untrained"). `living` is None in snapshots of earlier versions.
    """

    epoch: int
    chosen: Literal["latest", "best on validation", "untrained"]
    forecast: Forecast
    scores: tuple[Score, ...]
    trace: Trace
    living: LivingNetwork | None = None


@dataclass(frozen=True, eq=False)
class Preview:
    """The untrained network on the chosen data, and what training will cost.

    `train_loss` is over at most 2,000 evenly spaced windows, `validation_loss` over all.
    `epoch_s` is measured by timing a few real training steps in a worker.
    """

    snapshot: Snapshot
    train_loss: float
    validation_loss: float
    epoch_s: float
