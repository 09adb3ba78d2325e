"""Targets, splits, scaling and windows worked by hand, and that nothing later reaches the training part."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.config import DataChoice
from playground.data.prepare import prepare, restore_levels, split_of, transform
from playground.data.regular import regular
from playground.records import PARTS, Prepared, Series, Split

# Training part: mean 5, standard deviation 2. Parts [0, 8), [9, 12), [13, 18).
TRAIN = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]
SHORT = [*TRAIN, 100.0, 1.0, 3.0, 5.0, 100.0, 5.0, 7.0, 9.0, 11.0, 13.0]
SHORT_CHOICE = DataChoice(window_steps=2, gap_steps=1, train_fraction=0.5, validation_fraction=0.2)

# The same training part. Parts [0, 8), [9, 14), [15, 22).
LONG = [*TRAIN, 100.0, 1.0, 3.0, 5.0, 7.0, 9.0, 100.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0]
LONG_CHOICE = DataChoice(window_steps=2, horizon_steps=3, gap_steps=1, train_fraction=0.4, validation_fraction=0.25)


def series_of(values) -> Series:
    return Series("made", "Made", "", np.array(values, dtype=np.float64), None, "step", season_steps=4)


def with_target(choice: DataChoice, target: str) -> DataChoice:
    return choice.model_copy(update={"target": target})


def test_split_by_hand():
    assert split_of(18, SHORT_CHOICE) == Split(8, 9, 12, 13, 18)
    assert split_of(22, LONG_CHOICE) == Split(8, 9, 14, 15, 22)
    assert split_of(816, DataChoice()) == Split(560, 568, 688, 696, 816)


def test_split_rounds_down_but_not_because_of_binary_fractions():
    assert split_of(100, DataChoice(gap_steps=0, train_fraction=0.58, validation_fraction=0.07)).bounds("train") == (
        0,
        58,
    )
    assert split_of(99, DataChoice(gap_steps=0)) == Split(69, 69, 83, 83, 99)


@given(
    length=st.integers(1, 5000),
    gap=st.integers(0, 256),
    train=st.floats(0.3, 0.9),
    validation=st.floats(0.05, 0.4),
)
def test_split_parts_are_in_order_with_gaps_between(length, gap, train, validation):
    choice = DataChoice(
        gap_steps=gap, train_fraction=train, validation_fraction=max(0.05, min(validation, 0.95 - train))
    )
    if length <= 2 * gap:
        with pytest.raises(ValueError, match="lower gap_steps"):
            split_of(length, choice)
        return
    split = split_of(length, choice)
    usable = length - 2 * gap
    assert split.train_stop == pytest.approx(usable * train, abs=1)
    assert split.validation_start - split.train_stop == gap
    assert split.validation_stop - split.validation_start == pytest.approx(usable * choice.validation_fraction, abs=1)
    assert split.test_start - split.validation_stop == gap
    assert 0 <= split.train_stop <= split.validation_stop <= split.test_start <= split.length == length


def test_transform_by_hand():
    values = np.array([1.0, 2.0, 8.0, 4.0])
    assert transform(values, "level").tolist() == [1.0, 2.0, 8.0, 4.0]
    change, log_return = transform(values, "change"), transform(values, "log_return")
    assert math.isnan(change[0])
    assert change[1:].tolist() == [1.0, 6.0, -4.0]
    assert math.isnan(log_return[0])
    np.testing.assert_allclose(log_return[1:], [math.log(2), math.log(4), math.log(0.5)])


def test_level_windows_by_hand():
    prepared = prepare(series_of(SHORT), SHORT_CHOICE)
    assert (prepared.scaling.mean, prepared.scaling.deviation) == (5.0, 2.0)
    assert prepared.train.inputs[:, :, 0].tolist() == [
        [-1.5, -0.5],
        [-0.5, -0.5],
        [-0.5, -0.5],
        [-0.5, 0.0],
        [0.0, 0.0],
        [0.0, 1.0],
    ]
    assert prepared.train.targets.tolist() == [[-0.5], [-0.5], [0.0], [0.0], [1.0], [2.0]]
    assert prepared.train.anchors.tolist() == [1, 2, 3, 4, 5, 6]
    assert prepared.validation.inputs[:, :, 0].tolist() == [[-2.0, -1.0]]
    assert prepared.validation.targets.tolist() == [[0.0]]
    assert prepared.validation.anchors.tolist() == [10]
    assert prepared.test.inputs[:, :, 0].tolist() == [[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]]
    assert prepared.test.targets.tolist() == [[2.0], [3.0], [4.0]]
    assert prepared.test.anchors.tolist() == [14, 15, 16]
    assert prepared.season_steps == 4


def test_level_windows_of_three_targets_by_hand():
    prepared = prepare(series_of(LONG), LONG_CHOICE)
    assert prepared.train.targets.tolist() == [[-0.5, -0.5, 0.0], [-0.5, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 2.0]]
    assert prepared.train.anchors.tolist() == [1, 2, 3, 4]
    assert prepared.validation.inputs[:, :, 0].tolist() == [[-2.0, -1.0]]
    assert prepared.validation.targets.tolist() == [[0.0, 1.0, 2.0]]
    assert prepared.validation.anchors.tolist() == [10]
    assert prepared.test.targets.tolist() == [[2.0, 3.0, 4.0], [3.0, 4.0, 5.0], [4.0, 5.0, 6.0]]


def test_change_windows_by_hand():
    # Training changes 2, 0, 0, 1, 0, 2, 2: mean 1, variance 6/7.
    prepared = prepare(series_of(SHORT), with_target(SHORT_CHOICE, "change"))
    deviation = math.sqrt(6 / 7)
    assert prepared.scaling.mean == pytest.approx(1.0)
    assert prepared.scaling.deviation == pytest.approx(deviation)
    unscaled = prepared.train.inputs[:, :, 0] * deviation + 1
    np.testing.assert_allclose(unscaled, [[2, 0], [0, 0], [0, 1], [1, 0], [0, 2]], atol=1e-6)
    np.testing.assert_allclose(prepared.train.targets * deviation + 1, [[0], [1], [0], [2], [2]], atol=1e-6)
    assert prepared.train.anchors.tolist() == [2, 3, 4, 5, 6]
    np.testing.assert_allclose(prepared.validation.inputs[0, :, 0] * deviation + 1, [-99, 2], atol=1e-4)
    np.testing.assert_allclose(prepared.validation.targets * deviation + 1, [[2]], atol=1e-6)
    assert prepared.validation.anchors.tolist() == [10]


def reference(values: list[float], target: str, choice: DataChoice) -> dict:
    """Split, scale and cut in plain Python, one window at a time."""
    quantity = {
        "level": lambda t: values[t],
        "change": lambda t: values[t] - values[t - 1],
        "log_return": lambda t: math.log(values[t] / values[t - 1]),
    }[target]
    first = 0 if target == "level" else 1
    usable = len(values) - 2 * choice.gap_steps
    train, validation = round(usable * choice.train_fraction), round(usable * choice.validation_fraction)
    start = train + choice.gap_steps
    parts = [(0, train), (start, start + validation), (start + validation + choice.gap_steps, len(values))]
    seen = [quantity(t) for t in range(first, train)]
    mean, deviation = statistics.fmean(seen), statistics.pstdev(seen)
    found = {}
    for part, (begin, stop) in zip(PARTS, parts, strict=True):
        found[part] = []
        for anchor in range(len(values)):
            inside = range(anchor - choice.window_steps + 1, anchor + choice.horizon_steps + 1)
            if inside[0] >= max(begin, first) and inside[-1] < stop:
                scaled = [(quantity(t) - mean) / deviation for t in inside]
                found[part].append((anchor, scaled[: choice.window_steps], scaled[choice.window_steps :]))
    return found


@pytest.mark.parametrize("target", ["level", "change", "log_return"])
@pytest.mark.parametrize(("values", "choice"), [(SHORT, SHORT_CHOICE), (LONG, LONG_CHOICE)])
def test_all_targets_and_horizons_against_plain_python(values, choice, target):
    prepared = prepare(series_of(values), with_target(choice, target))
    for part, expected in reference(values, target, choice).items():
        windows = prepared.part(part)
        anchors, inputs, targets = zip(*expected, strict=True)
        assert windows.anchors.tolist() == list(anchors)
        assert windows.anchors.dtype == np.int64
        assert windows.inputs.dtype == windows.targets.dtype == np.float32
        assert windows.inputs.shape == (len(expected), choice.window_steps, 1)
        np.testing.assert_allclose(windows.inputs[:, :, 0], inputs, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(windows.targets, targets, rtol=1e-5, atol=1e-6)


def test_windows_overlap_in_memory_and_are_read_only():
    prepared = prepare(series_of(np.sin(np.arange(800))), DataChoice())
    assert np.shares_memory(prepared.train.inputs[0], prepared.train.inputs[1])
    for array in (prepared.values, prepared.transformed, prepared.train.inputs, prepared.train.targets):
        assert not array.flags.writeable


def train_bits(prepared: Prepared) -> tuple:
    train = prepared.train
    return (prepared.scaling, train.inputs.tobytes(), train.targets.tobytes(), train.anchors.tobytes())


@pytest.mark.parametrize("target", ["level", "change", "log_return"])
def test_permuting_what_comes_later_leaves_training_bit_for_bit(target):
    values = 50 + np.cumsum(np.random.default_rng(1).normal(size=400))
    choice = DataChoice(target=target)
    before = prepare(series_of(values), choice)
    later = values.copy()
    later[before.split.train_stop :] = np.random.default_rng(2).permutation(later[before.split.train_stop :])
    after = prepare(series_of(later), choice)
    assert train_bits(before) == train_bits(after)
    assert before.test.inputs.tobytes() != after.test.inputs.tobytes()


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(60, 160),
    gap=st.integers(0, 6),
    window=st.integers(2, 4),
    horizon=st.integers(1, 3),
    target=st.sampled_from(["level", "change", "log_return"]),
    later=st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=20),
)
def test_whatever_comes_later_leaves_training_bit_for_bit(seed, length, gap, window, horizon, target, later):
    values = np.random.default_rng(seed).uniform(1, 2, length)
    choice = DataChoice(target=target, gap_steps=gap, window_steps=window, horizon_steps=horizon)
    before = prepare(series_of(values), choice)
    stop = before.split.train_stop
    values[stop:] = np.resize(later, length - stop)
    assert train_bits(prepare(series_of(values), choice)) == train_bits(before)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    horizon=st.integers(1, 5),
    target=st.sampled_from(["level", "change", "log_return"]),
)
def test_scaled_targets_restore_to_the_true_levels(seed, horizon, target):
    values = np.random.default_rng(seed).uniform(10, 20, 120)
    choice = DataChoice(target=target, window_steps=3, gap_steps=2, horizon_steps=horizon)
    prepared = prepare(series_of(values), choice)
    for part in PARTS:
        windows = prepared.part(part)
        restored = restore_levels(prepared, windows.targets, windows.anchors)
        assert restored.dtype == np.float64
        truth = values[windows.anchors[:, None] + 1 + np.arange(horizon)]
        np.testing.assert_allclose(restored, truth, rtol=1e-5)


def test_restore_by_hand():
    level = prepare(series_of(SHORT), SHORT_CHOICE)
    assert restore_levels(level, np.array([[1.0, -1.0]]), np.array([3])).tolist() == [[7.0, 3.0]]
    change = prepare(series_of(SHORT), with_target(SHORT_CHOICE, "change"))
    root = math.sqrt(6 / 7)
    np.testing.assert_allclose(
        restore_levels(change, np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([0, 7])),
        [[2 + 1 + root, 2 + 2 + root], [9 + 1, 9 + 2 - root]],
    )
    returns = prepare(series_of(SHORT), with_target(SHORT_CHOICE, "log_return"))
    mean = math.log(9 / 2) / 7
    np.testing.assert_allclose(
        restore_levels(returns, np.zeros((1, 2)), np.array([7])), [[9 * math.exp(mean), 9 * math.exp(2 * mean)]]
    )


def test_restoring_a_runaway_log_return_gives_infinity():
    prepared = prepare(series_of(SHORT), with_target(SHORT_CHOICE, "log_return"))
    assert restore_levels(prepared, np.array([[1e6]]), np.array([7])).tolist() == [[math.inf]]


def test_restore_refuses_what_does_not_belong_together():
    prepared = prepare(series_of(SHORT), SHORT_CHOICE)
    with pytest.raises(ValueError, match="anchors must be positions from 0 to 17, got -1 to 3"):
        restore_levels(prepared, np.zeros((2, 1)), np.array([-1, 3]))
    with pytest.raises(ValueError, match="got 18 to 18"):
        restore_levels(prepared, np.zeros((1, 1)), np.array([18]))
    with pytest.raises(ValueError, match="outputs must be"):
        restore_levels(prepared, np.zeros(3), np.array([1, 2, 3]))
    with pytest.raises(ValueError, match="outputs must be"):
        restore_levels(prepared, np.zeros((3, 1)), np.array([1, 2]))
    assert restore_levels(prepared, np.zeros((0, 4)), np.array([], dtype=int)).shape == (0, 4)


@pytest.mark.parametrize(
    ("length", "fields", "message"),
    [
        (15, {}, "two gaps of 8 steps .* 15 points; lower gap_steps"),
        (40, {}, "the train part must have at least 33 points, .* got 16; .*raise train_fraction"),
        (150, {}, "the validation part must have at least 33 points, .* got 20; .*raise validation_fraction"),
        (
            150,
            {"train_fraction": 0.55, "validation_fraction": 0.4},
            "the test part must have at least 33 points, .* got 8; .*lower train_fraction or validation_fraction",
        ),
        (400, {"window_steps": 48, "horizon_steps": 64}, "validation part must have at least 112 points"),
    ],
)
def test_too_short_a_series_names_the_part_and_the_remedy(length, fields, message):
    with pytest.raises(ValueError, match=message):
        prepare(series_of(np.sin(np.arange(length))), DataChoice(**fields))


def test_the_shortest_part_that_fits_gives_one_window():
    # 220 usable points: validation is 33 = window 32 + horizon 1.
    prepared = prepare(series_of(np.sin(np.arange(236))), DataChoice())
    assert len(prepared.validation.anchors) == 1
    with pytest.raises(ValueError, match=r"validation part must have at least 33 points, .* got 32"):
        prepare(series_of(np.sin(np.arange(235))), DataChoice())


@pytest.mark.parametrize(
    ("values", "target", "message"),
    [
        (np.full(400, 0.1), "level", "nothing to learn: the value is 0.1 throughout"),
        (np.r_[np.zeros(300), np.arange(100.0)], "level", "nothing to learn: the value is 0 throughout"),
        (0.1 * np.arange(400), "change", "nothing to learn: the change from step to step is 0.1 throughout"),
        (1.01 ** np.arange(400), "log_return", "nothing to learn: the log return is 0.00995033 throughout"),
        (np.ones(400), "log_return", "nothing to learn: the log return is 0 throughout"),
    ],
)
def test_a_constant_training_part_is_refused(values, target, message):
    with pytest.raises(ValueError, match=message):
        prepare(series_of(values), DataChoice(target=target))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e200])
def test_values_that_are_no_numbers_or_too_large_are_refused(bad):
    values = np.sin(np.arange(400))
    values[390] = bad
    with pytest.raises(ValueError, match=r"1 of 400 are not \(the first at position 390"):
        prepare(series_of(values), DataChoice())


def test_a_leap_after_training_that_no_float_holds_is_refused():
    values = np.sin(np.arange(400))
    values[390] = 1e60
    with pytest.raises(ValueError, match="raise train_fraction"):
        prepare(series_of(values), DataChoice())


def test_log_return_of_values_not_above_zero_is_refused():
    values = np.arange(1.0, 401.0)
    values[[7, 9]] = 0.0, -1.0
    with pytest.raises(ValueError, match=r"2 of 400 are not \(the first at position 7: 0\); choose the target level"):
        prepare(series_of(values), DataChoice(target="log_return"))


def test_more_than_one_column_is_refused():
    with pytest.raises(ValueError, match="one column of values"):
        prepare(series_of(np.zeros((400, 2))), DataChoice())


@pytest.mark.parametrize("target", ["level", "change"])
def test_a_gap_across_the_border_is_filled_from_before_it(target):
    raw = np.cumsum(np.random.default_rng(7).normal(size=400))
    choice = DataChoice(target=target, gap_steps=0, window_steps=8)
    stop = split_of(400, choice).train_stop
    raw[stop - 6 : stop + 5] = np.nan
    later = raw.copy()
    later[stop:] = 1e3 - 2 * later[stop:]
    before, after = (prepare(series_of(regular(None, rows, None).values), choice) for rows in (raw, later))
    assert before.split.train_stop == stop
    assert train_bits(before) == train_bits(after)
    assert (before.values[stop - 6 : stop + 5] == raw[stop - 7]).all()
