"""From a series to windows: target, chronological split with gaps, scaling from the training part, windows.

Nothing that lies after the training part has any influence on the training windows or on the scaling.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from playground.config import DataChoice
from playground.data.features import SMALLEST_SPREAD, checked_values, make_features
from playground.records import PARTS, Floats, Ints, Part, Prepared, Scaling, Series, Split, Windows

Target = Literal["level", "change", "log_return"]

FIRST_USABLE: dict[Target, int] = {"level": 0, "change": 1, "log_return": 1}
"""First position at which the target quantity is defined."""

LARGER_PART: dict[Part, str] = {
    "train": "raise train_fraction",
    "validation": "raise validation_fraction",
    "test": "lower train_fraction or validation_fraction",
}
"""What gives a part more points."""


def transform(values: Floats, target: Target) -> Floats:
    """Return the target quantity (n,) of levels (n,): x_t, x_t - x_(t-1), or ln x_t - ln x_(t-1).

    Position 0 is NaN for change and log return.

    Raises:
        ValueError: if a log return is asked of values that are not all above 0.
    """
    if target == "level":
        return np.array(values, dtype=np.float64)
    if target == "log_return":
        below = np.flatnonzero(values <= 0)
        if len(below):
            raise ValueError(
                f"log_return needs values above 0, but {len(below)} of {len(values)} are not (the first at position "
                f"{below[0]}: {values[below[0]]:g}); choose the target level or change"
            )
        values = np.log(values)
    return np.concatenate([[np.nan], np.diff(values)])


def split_of(length: int, choice: DataChoice) -> Split:
    """Return the parts of a series of `length` points: train | gap | validation | gap | test.

    Without the two gaps, the training part takes `train_fraction` of the points and the validation
    part `validation_fraction`, both rounded down; the test part takes the rest.

    Raises:
        ValueError: if the gaps leave no points.
    """
    usable = length - 2 * choice.gap_steps
    if usable < 1:
        raise ValueError(
            f"two gaps of {choice.gap_steps} steps must leave some of the series, which has {length} points; "
            "lower gap_steps or choose a longer series"
        )
    train = _share(usable, choice.train_fraction)
    validation = _share(usable, choice.validation_fraction)
    validation_start = train + choice.gap_steps
    validation_stop = validation_start + validation
    return Split(train, validation_start, validation_stop, validation_stop + choice.gap_steps, length)


def whole(split: Split) -> Split:
    """Return a split whose training part is all of the series, for a network that is not going to be judged.

    The validation and test parts begin where they did and reach to the end; they are learnt from too.
    """
    return Split(split.length, split.validation_start, split.length, split.test_start, split.length)


def prepare(series: Series, choice: DataChoice, split: Split | None = None) -> Prepared:
    """Return the series transformed, split, scaled and cut into windows, ready to train on.

    The inputs are the last `window_steps` values of the scaled target quantity and of the further
    inputs that are chosen; the targets are the next `horizon_steps` values of the target quantity.
    A window and its targets lie inside one part.

    Args:
        series: The series, as loaded.
        choice: Target, inputs, window and horizon, and the shares of the parts.
        split: The parts, where they are not those of `choice`: of a series that has grown since, or `whole`.

    Raises:
        ValueError: if the series has values that are not finite or too large, if a part is too short
            for one window, if the training part does not vary, or if the target or a further input
            does not exist.
    """
    values = checked_values(series.values)
    transformed = transform(values, choice.target)
    split = split_of(len(values), choice) if split is None else split
    first = FIRST_USABLE[choice.target]
    for part in PARTS:
        _check_length(part, split, first, choice)
    scaling = _fit_scaling(values[: split.train_stop], transformed[first : split.train_stop], choice.target)
    beside = make_features(series, choice, split.train_stop)
    features = np.column_stack([_scaled(transformed, scaling), beside.columns])
    train, validation, test = (_windows(features, *_usable(part, split, first), choice) for part in PARTS)
    values.flags.writeable = transformed.flags.writeable = features.flags.writeable = False
    return Prepared(
        values=values,
        transformed=transformed,
        target=choice.target,
        split=split,
        scaling=scaling,
        train=train,
        validation=validation,
        test=test,
        features=features,
        feature_names=(choice.target, *beside.names),
        known_ahead=(False, *beside.known_ahead),
        season_steps=choice.season_steps or series.season_steps,
        notes=beside.notes,
    )


def restore_levels(prepared: Prepared, outputs: Floats, anchors: Ints) -> Floats:
    """Return the levels (m, horizon) float64, in the series' units, that scaled network outputs stand for.

    A level is unscaled; changes are summed up from the level at the anchor; log returns are summed
    up and multiply it. A log return too large for a number gives infinity.

    Args:
        prepared: What the network was trained on.
        outputs: (m, horizon) scaled values of the target quantity.
        anchors: (m,) position of the last true value before each row.

    Raises:
        ValueError: if the shapes do not agree or an anchor lies outside the series.
    """
    anchors = np.asarray(anchors)
    length = len(prepared.values)
    if np.ndim(outputs) != 2 or anchors.shape != np.shape(outputs)[:1]:
        raise ValueError(f"outputs must be (m, horizon) and anchors (m,), got {np.shape(outputs)} and {anchors.shape}")
    if anchors.size and not (anchors.min() >= 0 and anchors.max() < length):
        raise ValueError(f"anchors must be positions from 0 to {length - 1}, got {anchors.min()} to {anchors.max()}")
    quantity = np.asarray(outputs, dtype=np.float64) * prepared.scaling.deviation + prepared.scaling.mean
    if prepared.target == "level":
        return quantity
    anchor_levels = prepared.values[anchors][:, np.newaxis]
    moved = np.cumsum(quantity, axis=1)
    if prepared.target == "change":
        return anchor_levels + moved
    with np.errstate(over="ignore"):
        return anchor_levels * np.exp(moved)


def scaled_targets(prepared: Prepared, levels: Floats, anchors: Ints) -> Floats:
    """Return the scaled values (m, horizon) of the target quantity that levels (m, horizon) after anchors (m,) mean.

    The inverse of `restore_levels`; NaN for the log return of a level that is not above 0.
    """
    quantity = np.asarray(levels, dtype=np.float64)
    if prepared.target != "level":
        quantity = np.column_stack([prepared.values[anchors], quantity])
        with np.errstate(divide="ignore", invalid="ignore"):
            quantity = np.diff(np.log(quantity) if prepared.target == "log_return" else quantity, axis=1)
    return (quantity - prepared.scaling.mean) / prepared.scaling.deviation


def _share(points: int, fraction: float) -> int:
    """Return the fraction of the points rounded down, 0.29 of 100 being 29 in spite of binary fractions."""
    return int(points * fraction + 1e-9)


def _usable(part: Part, split: Split, first: int) -> tuple[int, int]:
    """Return the half-open range of a part in which the target quantity is defined."""
    start, stop = split.bounds(part)
    return max(start, first), stop


def _check_length(part: Part, split: Split, first: int, choice: DataChoice) -> None:
    start, stop = _usable(part, split, first)
    needed = choice.window_steps + choice.horizon_steps
    points = max(stop - start, 0)
    if points < needed:
        raise ValueError(
            f"the {part} part must have at least {needed} points, for a window of {choice.window_steps} and a horizon "
            f"of {choice.horizon_steps}, got {points}; shorten window_steps or horizon_steps, lower gap_steps, "
            f"{LARGER_PART[part]} or choose a longer series"
        )


def _fit_scaling(levels: Floats, quantity: Floats, target: Target) -> Scaling:
    """Return mean and population standard deviation of the training part's target quantity.

    Raises:
        ValueError: if the quantity does not vary by more than the rounding of its computation.
    """
    deviation = float(np.std(quantity))
    size = float(np.abs(np.log(levels) if target == "log_return" else levels).max())
    if deviation <= SMALLEST_SPREAD * size:
        what = {"level": "value", "change": "change from step to step", "log_return": "log return"}[target]
        raise ValueError(
            f"nothing to learn: the {what} is {quantity[0]:g} throughout the training part; "
            "choose another series, another target or a larger train_fraction"
        )
    return Scaling(mean=float(np.mean(quantity)), deviation=deviation)


def _scaled(transformed: Floats, scaling: Scaling) -> Floats:
    with np.errstate(over="ignore"):
        scaled = ((transformed - scaling.mean) / scaling.deviation).astype(np.float32)
    if np.isinf(scaled).any():
        raise ValueError(
            "values after the training part must stay within 1e38 of its deviations, got larger ones; "
            "raise train_fraction or choose another series"
        )
    return scaled


def _windows(features: Floats, start: int, stop: int, choice: DataChoice) -> Windows:
    """Cut scaled features (n, features), the target being the first, into the windows inside [start, stop)."""
    window, horizon = choice.window_steps, choice.horizon_steps
    inputs = sliding_window_view(features[start : stop - horizon], window, axis=0).transpose(0, 2, 1)
    targets = sliding_window_view(features[start + window : stop, 0], horizon)
    return Windows(inputs, targets, anchors=np.arange(start + window - 1, stop - horizon))
