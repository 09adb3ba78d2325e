"""What comes after the last row, as frozen records.

Everything is in the series' own units. Column k of an array (…, steps) is for k + 1 steps after the origin. A number
that cannot be computed is NaN, and a reason says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.data.future import FutureTimes
from playground.data.regular import Times
from playground.evaluation.missing import Missing
from playground.evaluation.results import NETWORK
from playground.histories import Checkpoint
from playground.records import Floats, Ints


@dataclass(frozen=True, eq=False)
class Limits:
    """How far off a forecaster was at each lead time, and so how far off it may be: forecast ± half width.

    Attributes:
        levels: Share of truths that each interval should hold, ascending.
        half_widths: (levels, steps) from all rolling forecasts, NaN where they are too few for the level.
        counts: (steps,) rolling forecasts behind each lead time.
        coverage: (levels, steps) share of the opened test part that half widths from validation alone held, else NaN.
        adaptive: (levels, steps) half widths by adaptive conformal inference, as they stand at the end of the stream.
        adaptive_coverage: (levels, steps) share of the stream that the adaptive intervals held as they went along.
        reason: Why something is missing; None otherwise.
    """

    levels: tuple[float, ...]
    half_widths: Floats
    counts: Ints
    coverage: Floats
    adaptive: Floats
    adaptive_coverage: Floats
    reason: Missing | None = None

    def at(self, level: float) -> Floats:
        """Return the half widths (steps,) of a level."""
        return self.half_widths[self.levels.index(level)]

    def reach(self, level: float) -> int:
        """Return up to which lead time there are limits of a level, 0 for none."""
        return int(np.max(np.flatnonzero(np.isfinite(self.at(level))), initial=-1)) + 1

    def held(self, level: float) -> float | None:
        """Return the share of the test part that limits from validation alone held, None where that is not known."""
        return self._mean(self.coverage, level)

    def adaptive_held(self, level: float) -> float | None:
        """Return the share of the stream that adaptive limits held, None where that is not known."""
        return self._mean(self.adaptive_coverage, level)

    def _mean(self, shares: Floats, level: float) -> float | None:
        known = shares[self.levels.index(level)]
        known = known[np.isfinite(known)]
        return float(known.mean()) if len(known) else None


@dataclass(frozen=True, eq=False)
class Rolling:
    """Forecasts from origins in the past, as they would have been made then; the truth of a sealed part stays out.

    Attributes:
        origins: (m,) positions of the last value each forecast knew, ascending.
        parts: (m,) uint8, index into PARTS of the part that the origin forecasts.
        truth: (m, steps) float64, NaN beyond the part of the origin.
        predicted: Name of a forecaster -> (m, steps) float64.
    """

    origins: Ints
    parts: NDArray[np.uint8]
    truth: Floats
    predicted: dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Fan:
    """All forecasts from one origin.

    Attributes:
        origin: Position of the last value that they knew.
        predicted: Name of a forecaster -> (steps,).
        truth: (steps,) what came, NaN where it has not, or is sealed.
        past: Whether the origin lies in the past, as in a look back.
    """

    origin: int
    predicted: dict[str, Floats]
    truth: Floats
    past: bool


@dataclass(frozen=True, eq=False)
class TurnedOut:
    """What was forecast where the training series ended, and what came.

    Attributes:
        truth: (k,) values that came, at most as many as the forecast reaches.
        predicted: Name of a forecaster -> (k,).
        inside: Level -> how many of the values lay within the network's interval of that level.
        known: Level -> of how many, where the interval exists.
        errors: Name of a forecaster -> RMSE over the k values.
    """

    truth: Floats
    predicted: dict[str, Floats]
    inside: dict[str, int]
    known: dict[str, int]
    errors: dict[str, float]

    @property
    def best_baseline(self) -> str:
        """The baseline that was least far off, "" without any."""
        known = {name: error for name, error in self.errors.items() if name != NETWORK and np.isfinite(error)}
        return min(known, key=known.__getitem__, default="")


@dataclass(frozen=True, eq=False)
class Outlook:
    """What comes next.

    Attributes:
        horizon: Steps that the network forecasts at once; after them its own outputs are fed back.
        unit: Unit of the values.
        rows: Rows that are known; step k + 1 of a forecast is for position rows + k.
        future: The time stamps of the steps to come; None where the series has none.
        predicted: Name of a forecaster, the network first -> (steps,).
        reasons: Name of a forecaster -> why it has no forecast.
        members: (networks, steps), the forecast of each seed; "network" is their mean.
        limits: Name of a forecaster -> how far off it was.
        rolling: The forecasts from the past that the limits were measured on.
        held, moving, given: Further inputs that keep their last value, that move on by the calendar, and whose
            values to come the learner gave.
        refitted: Whether the network that looks ahead was trained again on all rows.
        turned_out: How the forecast from the end of the training series turned out, where newer rows are known.
    """

    horizon: int
    unit: str
    rows: int
    future: FutureTimes | None
    predicted: dict[str, Floats]
    reasons: dict[str, Missing]
    members: Floats
    limits: dict[str, Limits]
    rolling: Rolling
    held: tuple[str, ...] = ()
    moving: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    refitted: bool = False
    turned_out: TurnedOut | None = None

    @property
    def steps(self) -> int:
        """How far it reaches."""
        return len(self.predicted[NETWORK])

    def fan(self, look_back: int | None = None) -> Fan:
        """Return the forecasts from the last row, or those from one of the rolling origins by its number."""
        if look_back is None:
            return Fan(self.rows - 1, self.predicted, np.full(self.steps, np.nan), past=False)
        past = self.rolling
        then = {name: each[look_back] for name, each in past.predicted.items()}
        return Fan(int(past.origins[look_back]), then, past.truth[look_back], past=True)

    @property
    def times(self) -> Times | None:
        """The time stamps (steps,) of the steps to come, None where the series has none."""
        return None if self.future is None else self.future.times


@dataclass(frozen=True, eq=False)
class OutlookRun:
    """Looking ahead as far as it is; `result` is there once it is done.

    `levels` holds the network's forecasts (m, steps) from the past, NaN where they are still to come.
    """

    levels: Floats
    finished: int = 0
    pieces: int = 0
    result: Outlook | None = field(default=None)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.result is not None

    @property
    def progress(self) -> float:
        """Share of the origins that have been forecast from."""
        return self.finished / max(len(self.levels), 1)


@dataclass(frozen=True, eq=False)
class RefitRun:
    """Training again on all rows, as far as it is."""

    checkpoint: Checkpoint
    epochs: int
    pieces: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.checkpoint.state != "training"

    @property
    def progress(self) -> float:
        """Share of the epochs that are done."""
        return self.checkpoint.epoch / self.epochs
