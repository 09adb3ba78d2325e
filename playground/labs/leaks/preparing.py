"""Six classic mistakes that make a score too good, made on purpose and one by one.

The careless person holds the series up to a point and makes the mistakes with that. What comes after,
the last half of the test windows, is fresh data: nobody has trained on it, scaled by it, or chosen an
epoch by it, so the error there is the error that is really reached. Nothing but the preparation and the
scoring differ from an honest run: the network, the seed and the trainer are the same.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from playground.config import Recipe, parameter_count
from playground.data.features import make_features
from playground.data.prepare import FIRST_USABLE, prepare
from playground.labs.leaks.mistakes import MISTAKES, Leak
from playground.records import Floats, Ints, Part, Prepared, Scaling, Series, Windows

MOST_POINTS = 6000
"""Points of a series that the lab uses, the latest ones, so that shuffled windows fit in memory."""

LAB_STEPS = 600
"""Optimizer steps of a run in the lab: a second or two for a small network."""

LAB_LEARNING_RATE = 0.003

MOST_WORK = 2e11
"""Weights x window steps x windows that a run in the lab may visit, so that large networks end too."""

FEWEST_WINDOWS = 4
"""Windows that the reported score and the fresh score must at least be over."""


@dataclass(frozen=True, eq=False)
class LeakData:
    """A series prepared with some mistakes made.

    Attributes:
        leaks: Which.
        prepared: What the trainer gets; `validation` is what the epoch is chosen by.
        reported: The windows that the reported score is over.
        fresh: The windows that nobody has touched, cut as they should be.
    """

    leaks: frozenset[str]
    prepared: Prepared
    reported: Windows
    fresh: Windows


def lab_series(series: Series) -> Series:
    """Return the latest `MOST_POINTS` points of a series."""
    if len(series.values) <= MOST_POINTS:
        return series
    dropped = len(series.values) - MOST_POINTS
    return replace(
        series,
        values=series.values[dropped:],
        times=None if series.times is None else series.times[dropped:],
        extras={name: column[dropped:] for name, column in series.extras.items()},
        filled=series.filled[series.filled >= dropped] - dropped,
    )


def halves_of_test(prepared: Prepared) -> tuple[Ints, Ints]:
    """Return the anchors for the reported score and for the fresh score; their targets do not overlap.

    Raises:
        ValueError: if the test part has too few windows.
    """
    anchors, horizon = prepared.test.anchors, prepared.test.targets.shape[1]
    first = (len(anchors) - horizon + 1) // 2
    if first < FEWEST_WINDOWS:
        raise ValueError(
            f"the test part must have at least {2 * FEWEST_WINDOWS + horizon - 1} windows to be halved, "
            f"got {len(anchors)}; lower window_steps, horizon_steps or train_fraction, or choose a longer series"
        )
    return anchors[:first], anchors[first + horizon - 1 :]


def prepare_with_leaks(series: Series, recipe: Recipe, leaks: Set[str]) -> LeakData:
    """Return the series prepared with exactly these mistakes made; without any, as `prepare` does it.

    Raises:
        ValueError: if a leak is unknown, or the series cannot be cut as the recipe says.
    """
    unknown = set(leaks) - set(MISTAKES)
    if unknown:
        raise ValueError(f"leaks must be among {', '.join(MISTAKES)}, got {', '.join(sorted(unknown))}")
    honest = prepare(series, recipe.data)
    test, fresh = halves_of_test(honest)
    known_stop = int(test[-1]) + 1 + recipe.data.horizon_steps
    prepared = _scaled_on(series, recipe, honest, known_stop) if "scaling" in leaks else honest
    anchors: dict[Part, Ints] = {"train": honest.train.anchors, "validation": honest.validation.anchors, "test": test}
    if "gap" in leaks:
        anchors = _without_gaps(honest, known_stop)
    if "shuffle" in leaks:
        anchors = _shuffled(honest, known_stop, recipe.seed)
    late = recipe.data.horizon_steps if "target" in leaks else 0
    train, validation, tested = (_cut(prepared, at, late) for at in anchors.values())
    if leaks:
        chosen_by = tested if "test_epoch" in leaks else validation
        prepared = replace(prepared, train=train, validation=chosen_by, test=tested)
    return LeakData(frozenset(leaks), prepared, train if "train_score" in leaks else tested, _cut(prepared, fresh, 0))


def lab_recipe(recipe: Recipe, train_windows: int) -> Recipe:
    """Return the recipe trained quickly: Adam at `LAB_LEARNING_RATE`, about `LAB_STEPS` steps, no early stopping.

    Large networks take fewer steps, but at least one epoch.
    """
    per_step = recipe.training.batch_size * recipe.data.window_steps * parameter_count(recipe)
    steps = min(LAB_STEPS, MOST_WORK / per_step)
    epochs = round(steps / math.ceil(train_windows / recipe.training.batch_size))
    return recipe.replaced(
        optimizer="adam",
        learning_rate=LAB_LEARNING_RATE,
        learning_rate_changes=(),
        epochs=min(max(epochs, 1), Recipe.limits("epochs")[1]),
        patience_epochs=0,
    )


@dataclass(frozen=True)
class LeakPath:
    """Where information of one mistake comes from and where it goes, as half-open ranges of positions.

    Attributes:
        leak: Which mistake.
        sources: What should not have been used there.
        target: What it reaches.
    """

    leak: Leak
    sources: tuple[tuple[int, int], ...]
    target: tuple[int, int]


def leak_paths(series: Series, recipe: Recipe, leaks: Set[str]) -> tuple[tuple[LeakPath, ...], int]:
    """Return the paths of the mistakes, in the order of `MISTAKES`, and the position where fresh data begin.

    Raises:
        ValueError: if the series cannot be cut as the recipe says.
    """
    data = prepare_with_leaks(series, recipe, leaks)
    split, horizon = data.prepared.split, recipe.data.horizon_steps
    stop = int(halves_of_test(prepare(series, recipe.data))[0][-1]) + 1 + horizon
    train, validation, test = (0, split.train_stop), split.bounds("validation"), (split.test_start, stop)
    borders = (
        (split.train_stop, split.validation_start + horizon),
        (split.validation_stop, split.test_start + horizon),
    )
    later = data.prepared.train.anchors[data.prepared.train.anchors + 1 >= split.train_stop]
    ends: dict[str, tuple[tuple[tuple[int, int], ...], tuple[int, int]]] = {
        "scaling": (((split.train_stop, stop),), train),
        "shuffle": (_ranges(later + 1, horizon), train),
        "gap": (borders, train),
        "target": ((train,), train),
        "train_score": ((train,), test),
        "test_epoch": ((test,), validation),
    }
    return tuple(LeakPath(m.name, *ends[m.name]) for m in MISTAKES.values() if m.name in leaks), stop


def _scaled_on(series: Series, recipe: Recipe, honest: Prepared, stop: int) -> Prepared:
    """Scale by all values before `stop` in place of those of the training part."""
    seen = honest.transformed[FIRST_USABLE[honest.target] : stop]
    scaling = Scaling(mean=float(np.mean(seen)), deviation=float(np.std(seen)))
    quantity = ((honest.transformed - scaling.mean) / scaling.deviation).astype(np.float32)
    beside = make_features(series, recipe.data, stop).columns
    return replace(honest, scaling=scaling, features=np.column_stack([quantity, beside]))


def _without_gaps(honest: Prepared, stop: int) -> dict[Part, Ints]:
    """Deal windows out by their last input alone, the parts touching each other."""
    window, horizon = honest.train.inputs.shape[1], honest.train.targets.shape[1]
    first = FIRST_USABLE[honest.target] + window - 1
    split = honest.split
    return {
        "train": np.arange(first, split.validation_start),
        "validation": np.arange(split.validation_start, split.test_start),
        "test": np.arange(split.test_start, stop - horizon),
    }


def _shuffled(honest: Prepared, stop: int, seed: int) -> dict[Part, Ints]:
    """Deal all windows before `stop` out at random: as many to training and validation as an honest run has."""
    window, horizon = honest.train.inputs.shape[1], honest.train.targets.shape[1]
    every = np.arange(FIRST_USABLE[honest.target] + window - 1, stop - horizon)
    dealt = np.random.default_rng([seed, len(every)]).permutation(every)
    borders = np.cumsum([len(honest.train.anchors), len(honest.validation.anchors)])
    train, validation, test = (np.sort(anchors) for anchors in np.split(dealt, borders))
    return {"train": train, "validation": validation, "test": test}


def _cut(prepared: Prepared, anchors: Ints, late: int) -> Windows:
    """Cut the windows that end `late` steps after their anchors, which stay the last position before the target."""
    window, horizon = prepared.train.inputs.shape[1], prepared.train.targets.shape[1]
    inputs = sliding_window_view(prepared.features, window, axis=0).transpose(0, 2, 1)
    targets = sliding_window_view(prepared.features[:, 0], horizon)
    return Windows(_rows(inputs, anchors + late - window + 1), _rows(targets, anchors + 1), anchors)


def _rows(array: Floats, rows: Ints) -> Floats:
    """Return the rows, without a copy where they follow each other."""
    return array[rows[0] : rows[-1] + 1] if np.all(np.diff(rows) == 1) else array[rows]


def _ranges(starts: Ints, length: int) -> tuple[tuple[int, int], ...]:
    """Return ranges of `length` positions, joined where they touch."""
    ranges: list[tuple[int, int]] = []
    for start in starts.tolist():
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], start + length)
        else:
            ranges.append((start, start + length))
    return tuple(ranges)
