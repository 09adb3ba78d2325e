"""What a rolling-origin backtest found, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.evaluation.missing import Missing
from playground.evaluation.results import LAST_VALUE, NETWORK, PRETRAINED, Kind, StepScores
from playground.records import Floats, Ints


@dataclass(frozen=True)
class Wins:
    """How often the network is better, of the times that it can be compared, and than which baseline if one alone."""

    better: int
    of: int
    baseline: str = ""

    @property
    def mostly(self) -> bool:
        """Whether it is better more often than not."""
        return 2 * self.better > self.of


def wins_by_lead(scores: StepScores) -> Wins:
    """Return at how many lead times the network is better than every baseline; of 0 where nothing is known."""
    if not np.isfinite(scores.values).any() or not scores.baselines:
        return Wins(0, 0)
    sign = 1 if scores.better == "lower" else -1
    others = np.array([sign * values for name, values in scores.baselines.items() if name != PRETRAINED])
    ahead = sign * scores.values < np.min(np.where(np.isnan(others), np.inf, others), axis=0)
    return Wins(int(ahead.sum()), len(ahead))


def wins_by_origin(result: BacktestResult) -> Wins:
    """Return from how many origins the network was better than the best baseline, over all steps.

    The best has the lowest RMSE over all origins; of equal ones, the last value.
    """
    errors = next(reversed(result.by_origin.values()))
    total = {name: float(np.mean(np.square(error))) for name, error in errors.items() if name != NETWORK}
    best = min(total, key=lambda name: (np.isnan(total[name]), total[name], name != LAST_VALUE))
    network, naive = errors[NETWORK], errors[best]
    known = np.isfinite(network) & np.isfinite(naive)
    return Wins(int(np.sum(network[known] < naive[known])), int(known.sum()), best)


@dataclass(frozen=True, eq=False)
class BacktestResult:
    """Forecasts from many origins by one trained network, beside baselines that start from the same origins.

    Column k of an array (m, steps) is for position origin + 1 + k. The network's first `horizon` columns
    are read from true inputs ("one-step" where the horizon is 1, else "direct"); after them its own
    outputs are fed back ("free-run"). Errors are RMSE in the series' own units, NaN where they cannot
    be computed.

    Attributes:
        origins: (m,) positions of the last value each forecast knew, ascending.
        parts: (m,) uint8, index into PARTS of the part forecast.
        horizon: Steps that the network forecasts at once.
        truth: (m, steps) float64.
        predicted: (m, steps) float64, the network's.
        baselines: Name -> (m, steps) float64; what cannot be computed is left out.
        reasons: Name -> why a baseline was left out.
        by_lead: "network" or name of a baseline -> (steps,) error over all origins.
        by_origin: Kind -> name -> (m,) error of each origin: over the first `horizon` steps for
            "one-step" or "direct", over all steps for "free-run", which is missing where there are no more.
        asked_origins: How many origins were asked for; m is less where the part or the time was too short.
        unit: Unit of the values.
        elapsed_s: Computing time.
    """

    origins: Ints
    parts: NDArray[np.uint8]
    horizon: int
    truth: Floats
    predicted: Floats
    baselines: dict[str, Floats]
    reasons: dict[str, Missing]
    by_lead: dict[str, Floats]
    by_origin: dict[Kind, dict[str, Floats]]
    asked_origins: int
    unit: str
    elapsed_s: float

    @property
    def steps(self) -> int:
        """How many steps each forecast reaches."""
        return self.truth.shape[1]


@dataclass(frozen=True, eq=False)
class BacktestRun:
    """A backtest as far as it is; `result` is there once it is done.

    `outputs` holds the network's scaled outputs (m, steps), NaN where they are still to come.
    """

    outputs: Floats
    finished: int = 0
    pieces: int = 0
    elapsed_s: float = 0.0
    result: BacktestResult | None = field(default=None)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.result is not None

    @property
    def progress(self) -> float:
        """Share of the origins that have been forecast from."""
        return self.finished / len(self.outputs)
