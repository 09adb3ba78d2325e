"""What the Data page shows of a series: its summary, and how its target quantity is spread over the parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.data.summary import DataSummary, summarise
from playground.records import Floats, Ints, Part, Prepared, Series

BINS = 24

OPEN_PARTS: tuple[Part, ...] = ("train", "validation")
"""The parts that are described; the test is sealed."""

NOTABLE_SHARE = 0.05
"""Share of a part outside the training range from which on it is worth a warning."""

LEAST_LAGS = 60
"""Lags of the autocorrelation that are shown where there is no season."""

SEASONS_SHOWN = 3
"""How many seasons of lags are shown where there is one."""


@dataclass(frozen=True, eq=False)
class Distribution:
    """How the target quantity is spread over the parts before the test, which is sealed.

    Attributes:
        edges: (bins + 1,) increasing, from the lowest to the highest value of these parts.
        shares: Part -> (bins,) share of its points in each bin, 0 .. 1.
        lowest, highest: Smallest and largest value in the training part.
        outside: (m,) positions between the training part and the test whose value lies outside that range.
    """

    edges: Floats
    shares: dict[Part, Floats]
    lowest: float
    highest: float
    outside: Ints


@dataclass(frozen=True, eq=False)
class Description:
    """What the Data page shows of a series; `lags` is how many lags of the autocorrelation are worth showing."""

    summary: DataSummary
    distribution: Distribution
    lags: int


def describe(series: Series, choice: DataChoice) -> Description:
    """Describe a series as the choice prepares it.

    Raises:
        ValueError: if the series cannot be prepared so.
    """
    prepared = prepare(series, choice)
    summary = summarise(series, prepared)
    season = summary.season_steps or summary.season_found
    lags = min(max(LEAST_LAGS, SEASONS_SHOWN * season), max(len(summary.autocorrelation) - 1, 0))
    return Description(summary, measure_distribution(prepared), lags)


def measure_distribution(prepared: Prepared) -> Distribution:
    """Count how often each value of the target quantity occurs in training and in validation."""
    values, split = prepared.transformed, prepared.split
    parts = {part: _known(values[slice(*split.bounds(part))]) for part in OPEN_PARTS}
    together = np.concatenate(list(parts.values()))
    edges = np.histogram_bin_edges(together, BINS)
    shares: dict[Part, Floats] = {part: np.histogram(known, edges)[0] / len(known) for part, known in parts.items()}
    lowest, highest = float(parts["train"].min()), float(parts["train"].max())
    later = values[split.train_stop : split.test_start]
    outside = np.flatnonzero((later < lowest) | (later > highest)) + split.train_stop
    return Distribution(edges, shares, lowest, highest, outside)


def is_far_beyond(summary: DataSummary) -> bool:
    """Say whether validation leaves the range of the training part by more than a few points."""
    return max(summary.beyond.above, summary.beyond.below) >= NOTABLE_SHARE


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]
