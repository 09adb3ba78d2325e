"""Settings that suit a series, each with its reason, read off the training part alone.

What comes after the training part has a length here and nothing else, so no choice is made with it. The rules
were chosen by measurement: `benchmarks/suggestions.py`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from playground.config import GATES, MAX_WORKING_BYTES, DataChoice, Recipe, working_bytes
from playground.data.opening import fits
from playground.data.prepare import Target, split_of
from playground.data.season import detrended, find_season, is_rounding
from playground.data.summary import is_mostly_zero
from playground.evaluation.luck import fewest_values
from playground.records import PARTS, Floats, Series

Why = Literal[
    "too short", "shorter fits", "season of the series", "season unproven", "season found", "no season",
    "whole seasons", "season too long", "window as parts allow", "window without season",
    "one season ahead", "next step", "level stays", "level leaves", "last value is near", "walk",
    "moves grow", "mostly zero", "effort",
]  # fmt: skip

SHORTEST_WINDOW, LONGEST_WINDOW = (int(end) for end in Recipe.limits("window_steps"))
WINDOW_STEPS = 28
"""A window holds whole seasons, at least so many steps of them."""
PLAIN_WINDOW = 16
"""The window of a series without a season that fits into one."""
LEAST_WINDOW = 8
"""A window is not made shorter than this to leave more forecasts to be judged by; then it takes half a part."""
LONGEST_SEASON = 128
"""A longer season is not read whole: it would leave too few windows, and a network forgets its beginning."""
SHARE_OF_GAP = 20
"""A gap takes at most one part in so many of the series."""

LEAVES = 0.05
"""Share of the last third of the training part outside the range of the first two from which on levels are no guide."""
NEAR = 0.5
"""Lag-1 autocorrelation from which on the last value is a better start than the mean."""
UNIT_ROOT = -21.8
"""n (a - 1) of a random walk lies below this in 5 of 100 cases. Source: Fuller (1976), with a trend."""
WALK_LAGS, WALK_BOUND = 10, 3.29
"""No change of a walk tells of the next: none of so many lags beyond so many standard errors, 1 in 100 cases."""
GROWS = 1.3
"""How much larger changes are at high levels than at low ones before they count as shares of the level."""

LEARNING_RATE = 0.003
BATCHES = ((1000, 32), (4000, 64), (None, 128))
"""Up to how many training windows which batch is taken."""
WORK = 10e6
"""Time steps of an LSTM of 16 units that are trained in about half a minute on one busy core."""
MOST_EPOCHS, FEWEST_EPOCHS = 150, 5


@dataclass(frozen=True)
class Reason:
    """Why a setting is suggested, or why none is.

    Attributes:
        why: What was found.
        count, of: Steps, windows or points that it is about, and of how many.
        share: Share, autocorrelation or ratio that it is about.
        batch, epochs: How training goes, for "effort".
    """

    why: Why
    count: int = 0
    of: int = 0
    share: float = 0.0
    batch: int = 0
    epochs: int = 0


@dataclass(frozen=True)
class TooShort:
    """The sum that a series is too short for: parts that hold a window and its horizon, and the gaps between them.

    Attributes:
        window, horizon, gap: Steps of each, as the recipe says.
        needed: Fewest points of a series in which every part holds a window and its horizon.
        length: Points that there are.
        largest: Largest window that fits, 0 where none does.
    """

    window: int
    horizon: int
    gap: int
    needed: int
    length: int
    largest: int


@dataclass(frozen=True)
class Suggestion:
    """What to put on a recipe, and why.

    Attributes:
        fields: Flat names of a recipe -> values; empty where the series is too short for any.
        reasons: What was found, in order of the story.
        too_short: The sum, where the recipe as it is does not fit the series.
    """

    fields: dict[str, Any]
    reasons: tuple[Reason, ...]
    too_short: TooShort | None = None

    def on(self, recipe: Recipe) -> Recipe:
        """Return the recipe with these settings."""
        return recipe.replaced(**self.fields)


def suggest(series: Series, recipe: Recipe, targets: tuple[Target, ...] = get_args(Target)) -> Suggestion:
    """Return settings for a series, on a recipe whose parts, inputs and network stay as they are.

    Args:
        series: The series, as loaded.
        recipe: The recipe that the settings are for.
        targets: Target quantities that make sense for the series.
    """
    length = len(series.values)
    choice = recipe.data.model_copy(update={"gap_steps": min(recipe.data.gap_steps, length // SHARE_OF_GAP)})
    too_short = _too_short(recipe.data, length)
    smallest = choice.model_copy(update={"window_steps": SHORTEST_WINDOW, "horizon_steps": 1, "target": "change"})
    if not fits(smallest, length):
        return Suggestion({}, (Reason("too short"),), too_short)
    split = split_of(length, choice)
    seen = series.values[: split.train_stop]
    shortest = min(stop - max(start, 1) for start, stop in map(split.bounds, PARTS))
    found = find_season(seen)
    season = series.season_steps or found
    window, horizon, shape = _shape(season if found else 0, shortest)
    target, quantity = _target(series.values, seen, season if found and window >= season else 0, targets)
    windows = split.train_stop - 1 - window - horizon + 1
    fields: dict[str, Any] = {
        "season_steps": 0 if series.season_steps else season,
        "gap_steps": choice.gap_steps,
        "window_steps": window,
        "horizon_steps": horizon,
        "target": target,
        **_training(recipe, windows, window),
    }
    reasons = (
        _season_reason(series.season_steps, found, len(seen)),
        *shape,
        *quantity,
        Reason("effort", windows, share=LEARNING_RATE, batch=fields["batch_size"], epochs=fields["epochs"]),
    )
    return Suggestion(fields, reasons, too_short)


def _season_reason(own: int, found: int, seen: int) -> Reason:
    """Say where the season is from: the series' own (0 for none), or found in the training part of `seen` points."""
    if own:
        return Reason("season of the series" if found else "season unproven", own, seen)
    return Reason("season found", found, seen) if found else Reason("no season", of=seen)


def _shape(season: int, shortest: int) -> tuple[int, int, tuple[Reason, ...]]:
    """Return window and horizon for parts of at least `shortest` steps, and why."""
    readable = season if 2 <= season <= LONGEST_SEASON else 0
    wanted = readable * -(-WINDOW_STEPS // readable) if readable else PLAIN_WINDOW
    longest = Recipe.limits("horizon_steps")[1]
    ahead = readable if 1 < readable <= longest and _most(readable, shortest) >= wanted else 1
    most = _most(ahead, shortest)
    allowed = most if most >= max(readable, LEAST_WINDOW) else max(shortest // 2, SHORTEST_WINDOW)
    window = min(wanted, allowed, LONGEST_WINDOW)
    if window < season:
        why = Reason("season too long", window, season)
    elif window < wanted:
        why = Reason("window as parts allow", window, shortest)
    elif season:
        why = Reason("whole seasons", window, window // season)
    else:
        why = Reason("window without season", window)
    if not readable or window < season:
        return window, ahead, (why,)
    return window, ahead, (why, Reason("one season ahead" if ahead > 1 else "next step", ahead, fewest_values(ahead)))


def _most(horizon: int, shortest: int) -> int:
    """Return the longest window that leaves a part of `shortest` steps enough forecasts to tell skill from luck."""
    return shortest - horizon + 1 - fewest_values(horizon)


def _target(
    values: Floats, seen: Floats, season: int, targets: tuple[Target, ...]
) -> tuple[Target, tuple[Reason, ...]]:
    """Return the target quantity and why; `season` is 0 where no window holds one.

    Of `values`, all of them, it is asked only whether their logarithms exist.
    """
    if is_mostly_zero(seen):
        return "level", (Reason("mostly zero", share=float(np.mean(seen == 0))),)
    steps = np.diff(seen)
    memory = _memory(seen)
    outside = _outside(seen)
    moves = not is_rounding(steps - steps.mean(), seen) and not is_rounding(seen, seen)
    if moves and not season and _is_walk(seen, steps, memory):
        why = Reason("walk")
    elif moves and outside >= LEAVES:
        why = Reason("level leaves", share=outside)
    elif moves and not season and memory >= NEAR:
        why = Reason("last value is near", share=memory)
    else:
        return "level", (Reason("level stays", share=outside),)
    growth = _growth(seen, steps)
    if "log_return" in targets and growth >= GROWS and values.min() > 0:
        return "log_return", (why, Reason("moves grow", share=growth))
    return "change", (why,)


def _memory(seen: Floats) -> float:
    """Return the lag-1 autocorrelation of the values less their straight trend, 0 where they do not vary."""
    level = detrended(seen)
    return 0.0 if is_rounding(level, seen) else float(level[1:] @ level[:-1] / (level @ level))


def _outside(seen: Floats) -> float:
    """Return the share of the last third that lies outside the range of what comes before it."""
    before, last = np.split(seen, [2 * len(seen) // 3])
    return float(np.mean((last > before.max()) | (last < before.min())))


def _is_walk(seen: Floats, steps: Floats, memory: float) -> bool:
    """Say whether the values move like a random walk: no pull back, and changes that tell nothing of the next.

    Each autocorrelation of the changes is held against a standard error that allows for quiet and wild times.
    Source: Lo and MacKinlay (1988), Review of Financial Studies 1, 41-66.
    """
    if len(seen) * (memory - 1) < UNIT_ROOT:
        return False
    centred = steps - steps.mean()
    squares = centred**2
    for lag in range(1, min(WALK_LAGS, len(steps) // 4) + 1):
        error = np.sqrt(squares[lag:] @ squares[:-lag])
        if abs(centred[lag:] @ centred[:-lag]) > WALK_BOUND * error:
            return False
    return True


def _growth(seen: Floats, steps: Floats) -> float:
    """Return how much larger changes are from the higher half of levels than from the lower."""
    high = seen[:-1] > np.median(seen[:-1])
    low = float(np.mean(np.abs(steps[~high]))) if (~high).any() else 0.0
    return float(np.mean(np.abs(steps[high]))) / low if high.any() and low > 0 else 0.0


def _training(recipe: Recipe, windows: int, window: int) -> dict[str, Any]:
    """Return how to train on so many windows of so many steps in about half a minute."""
    network = recipe.network
    size = network.layers * (network.hidden_size / 16) * (GATES[network.cell] / GATES["lstm"])
    epochs = int(np.clip(WORK / (windows * window * size), FEWEST_EPOCHS, MOST_EPOCHS))
    batch = next(size for most, size in BATCHES if most is None or windows <= most)
    while batch > 1 and working_bytes(_sized(recipe, window, batch)) > MAX_WORKING_BYTES:
        batch //= 2
    return {
        "optimizer": "adam",
        "learning_rate": LEARNING_RATE,
        "learning_rate_changes": (),
        "batch_size": batch,
        "epochs": epochs,
        "patience_epochs": max(FEWEST_EPOCHS, epochs // 5),
    }


def _sized(recipe: Recipe, window: int, batch: int) -> Recipe:
    """Return the recipe with a window and a batch that are not checked together."""
    data = recipe.data.model_copy(update={"window_steps": window})
    return recipe.model_copy(
        update={"data": data, "training": recipe.training.model_copy(update={"batch_size": batch})}
    )


def _too_short(choice: DataChoice, length: int) -> TooShort | None:
    """Return the sum where a series of `length` points does not hold the choice, else None."""
    if fits(choice, length):
        return None
    needed = next(points for points in itertools.count(length + 1) if fits(choice, points))
    windows = (choice.model_copy(update={"window_steps": w}) for w in range(choice.window_steps, 1, -1))
    largest = next((one.window_steps for one in windows if fits(one, length)), 0)
    return TooShort(choice.window_steps, choice.horizon_steps, choice.gap_steps, needed, length, largest)
