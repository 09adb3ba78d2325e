"""What in a series may be a mistake: single values far outside, and a level that changes by a round factor.

Both are pointed out and stay as they are until the reader takes the repair. Neither is certain: a record may be true,
and a price may really fall to a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.data.regular import Times
from playground.records import Floats, Ints

MOST_OUTLIERS = 3
"""Values that may lie far outside before they are a part of the series."""

APART = 2.0
"""How far outside all others they lie, as a multiple of the range of the others."""

FACTORS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 50, 100, 1000)
"""What a split, or another unit, multiplies prices or measurements by."""

NEAR, OF_USUAL = 0.01, 2.5
"""How near to a factor the change lies, as a share of it: so much, or so many times the usual change."""

LEVEL_NEAR = 0.16
"""How near to it the change of the level around lies."""

UNUSUAL = 8.0
"""How many times as large as the usual change it is."""

AROUND = 20
"""Points before and after that tell a level."""

SEASONS = {
    "15 minutes": 96,
    "30 minutes": 48,
    "hour": 24,
    "day": 7,
    "weekday": 5,
    "week": 52,
    "month": 12,
    "quarter": 4,
}
"""Step -> points of its natural season."""

Gaps = Literal["before", "season"]


@dataclass(frozen=True, eq=False)
class Outliers:
    """Single values far outside all others.

    Attributes:
        positions: (k,) where they stand, in order.
        values: (k,) what they are.
        low, high: Least and largest of all other values.
    """

    positions: Ints
    values: Floats
    low: float
    high: float


@dataclass(frozen=True)
class Jump:
    """A level that is multiplied or divided by a round factor from one point to the next.

    Attributes:
        position: The first point on the new level.
        factor: The factor, at least 2.
        up: Whether the new level is the higher one.
        ratio: The change itself, above 1.
    """

    position: int
    factor: int
    up: bool
    ratio: float

    @property
    def scale(self) -> float:
        """What all points before are multiplied by to lie on the new level."""
        return float(self.factor) if self.up else 1 / self.factor


def outliers_of(values: Floats) -> Outliers | None:
    """Return the few values that lie far outside the range of all others, None for none.

    Args:
        values: (n,) finite numbers.
    """
    order = np.argsort(values, kind="stable")
    for count in range(1, min(MOST_OUTLIERS, len(values) - 3) + 1):
        for below in range(count + 1):
            rest = values[order[below : len(values) - (count - below)]]
            low, high = float(rest[0]), float(rest[-1])
            out = np.concatenate([order[:below], order[len(values) - (count - below) :]])
            away = np.where(values[out] > high, values[out] - high, low - values[out])
            if high > low and bool((away > APART * (high - low)).all()):
                places = np.sort(out)
                return Outliers(places, values[places], low, high)
    return None


def jumps_of(values: Floats) -> tuple[Jump, ...]:
    """Return where the level of a positive series changes by a round factor and stays, in order.

    Args:
        values: (n,) finite numbers; a series with a value of zero or below has no such change.
    """
    if len(values) < 2 * AROUND or values.min() <= 0:
        return ()
    changes = np.diff(np.log(values))
    usual = 1.4826 * float(np.median(np.abs(changes - np.median(changes))))
    found = []
    for place in np.flatnonzero(np.abs(changes) > max(UNUSUAL * usual, np.log(FACTORS[0]) / 2)):
        before, after = values[max(0, place + 1 - AROUND) : place + 1], values[place + 1 : place + 1 + AROUND]
        if min(len(before), len(after)) < AROUND:
            continue
        ratio = float(np.exp(abs(changes[place])))
        level = float(np.median(after) / np.median(before))
        factor = min(FACTORS, key=lambda each: abs(each - ratio))
        stays = abs(max(level, 1 / level) - factor) <= LEVEL_NEAR * factor and (level > 1) == (changes[place] > 0)
        if abs(ratio - factor) <= max(NEAR, OF_USUAL * usual) * factor and stays:
            found.append(Jump(int(place) + 1, factor, bool(changes[place] > 0), ratio))
    return tuple(found)


def levelled(values: Floats, jumps: tuple[Jump, ...]) -> Floats:
    """Return the values with everything before each jump brought to the level after it."""
    levels = values.copy()
    for jump in jumps:
        levels[: jump.position] *= jump.scale
    return levels


def filled_by_season(values: Floats, filled: Ints, season: int) -> Floats:
    """Return the values with those that were not measured taken from one season before, as far as there is one."""
    whole = values.copy()
    for place in filled:
        if place >= season:
            whole[place] = whole[place - season]
    return whole


def told_outliers(outliers: Outliers, times: Times | None) -> str:
    """Return the sentence that points out single values."""
    found = zip(outliers.positions, outliers.values, strict=True)
    named = ", ".join(f"{value:,.12g} {_at(place, times)}" for place, value in found)
    verb = "lies" if len(outliers.positions) == 1 else "lie"
    return f"{named} {verb} far outside all other values, which are {outliers.low:,.12g} to {outliers.high:,.12g}"


def told_jump(jump: Jump, times: Times | None) -> str:
    """Return the sentence that points out a jump."""
    how = "rise" if jump.up else "fall"
    return (
        f"the values {how} by a factor of {jump.ratio:,.4g} {_at(jump.position, times)} and stay there: "
        f"a split of {jump.factor:,}, or another unit?"
    )


def _at(position: int, times: Times | None) -> str:
    if times is None:
        return f"at point {position + 1}"
    day = np.datetime_as_string(times[position], unit="m").replace("T", " ").removesuffix(" 00:00")
    return f"on {day}"
