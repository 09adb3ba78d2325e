"""Each mistake does what it says and nothing else, and no mistakes is the honest preparation."""

from dataclasses import fields, replace

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.labs.leaks.mistakes import MISTAKES, challenge_recipe, hidden_leak
from playground.labs.leaks.preparing import (
    LAB_STEPS,
    MOST_POINTS,
    halves_of_test,
    lab_recipe,
    lab_series,
    leak_paths,
    prepare_with_leaks,
)
from playground.records import PARTS

RECIPE = Recipe().replaced(series="trend_and_season", length_steps=400, window_steps=12, horizon_steps=3, gap_steps=5)
SERIES = load_series(RECIPE.data)
RANDOM = np.random.default_rng(5)
TIMES = np.datetime64("2020-01-01", "ns") + np.arange(400) * np.timedelta64(1, "D")
RICH = replace(SERIES, times=TIMES.astype("datetime64[ns]"), extras={"wind": RANDOM.normal(3, 2, 400)})


def leaky(*leaks, recipe=RECIPE, series=SERIES):
    return prepare_with_leaks(series, recipe, frozenset(leaks))


def held(data):
    """The positions that each window's inputs and targets stand for, in the data's own values."""
    return {part: data.prepared.part(part).anchors for part in PARTS}


def assert_same_windows(one, other):
    for field in fields(one):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


@pytest.mark.parametrize("target", ["level", "change"])
def test_without_mistakes_the_data_are_what_prepare_makes_bit_for_bit(target):
    recipe = RECIPE.replaced(target=target, extra_inputs=("wind",), calendar=True)
    data, honest = leaky(recipe=recipe, series=RICH), prepare(RICH, recipe.data)
    for part in PARTS:
        assert_same_windows(data.prepared.part(part), honest.part(part))
    assert data.prepared.scaling == honest.scaling
    np.testing.assert_array_equal(data.prepared.features, honest.features)


def test_the_two_halves_of_the_test_part_share_no_target():
    honest = prepare(SERIES, RECIPE.data)
    test, fresh = halves_of_test(honest)
    assert test[-1] + 3 < fresh[0] + 1
    assert len(test) + len(fresh) + 2 == len(honest.test.anchors)
    assert abs(len(test) - len(fresh)) <= 1
    data = leaky()
    np.testing.assert_array_equal(data.reported.anchors, test)
    np.testing.assert_array_equal(data.fresh.anchors, fresh)
    np.testing.assert_array_equal(data.fresh.inputs, honest.test.inputs[-len(fresh) :])
    np.testing.assert_array_equal(data.fresh.targets, honest.test.targets[-len(fresh) :])


@pytest.mark.parametrize("leak", MISTAKES)
def test_nothing_fresh_reaches_training_choosing_or_scaling(leak):
    fresh_from = int(leaky().fresh.anchors[0]) + 1
    other = SERIES.values.copy()
    other[fresh_from:] = 100 * RANDOM.normal(size=len(other) - fresh_from)
    one, two = leaky(leak), leaky(leak, series=replace(SERIES, values=other))
    assert one.prepared.scaling == two.prepared.scaling
    assert_same_windows(one.reported, two.reported)
    for part in PARTS:
        assert_same_windows(one.prepared.part(part), two.prepared.part(part))


@pytest.mark.parametrize("leak", MISTAKES)
def test_fresh_windows_are_cut_as_they_should_be(leak):
    data = leaky(leak)
    scaled = (SERIES.values - data.prepared.scaling.mean) / data.prepared.scaling.deviation
    for row in (0, -1):
        anchor = data.fresh.anchors[row]
        np.testing.assert_allclose(data.fresh.inputs[row, :, 0], scaled[anchor - 11 : anchor + 1], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(data.fresh.targets[row], scaled[anchor + 1 : anchor + 4], rtol=1e-5, atol=1e-6)


def test_scale_on_everything_takes_mean_and_deviation_of_all_values_held():
    data = leaky("scaling", recipe=RECIPE.replaced(extra_inputs=("wind",)), series=RICH)
    stop = int(data.reported.anchors[-1]) + 4
    assert data.prepared.scaling.mean == pytest.approx(SERIES.values[:stop].mean())
    assert data.prepared.scaling.deviation == pytest.approx(SERIES.values[:stop].std())
    wind = RICH.extras["wind"]
    expected = (wind - wind[:stop].mean()) / wind[:stop].std()
    np.testing.assert_allclose(data.prepared.features[:, 1], expected, rtol=1e-5, atol=1e-6)
    honest = leaky()
    assert data.prepared.scaling.mean > honest.prepared.scaling.mean + 0.1
    assert {k: v.tolist() for k, v in held(data).items() if k != "test"} == {
        k: v.tolist() for k, v in held(honest).items() if k != "test"
    }


def test_shuffling_lets_windows_of_all_parts_overlap_in_time():
    data, honest = leaky("shuffle"), leaky()
    train, validation, test = held(data).values()
    assert len(train) == len(honest.prepared.train.anchors)
    assert len(validation) == len(honest.prepared.validation.anchors)
    assert not set(train) & set(test) and not set(train) & set(validation)
    assert train.max() > honest.prepared.split.test_start > honest.prepared.split.train_stop > test.min()
    near = np.abs(train[:, None] - test[None, :]).min(axis=0)
    assert np.mean(near <= 2) > 0.9
    assert data.reported is data.prepared.test
    np.testing.assert_array_equal(leaky("shuffle").prepared.train.anchors, train)
    other = leaky("shuffle", recipe=RECIPE.replaced(seed=2)).prepared.train.anchors
    assert not np.array_equal(other, train)


def test_no_gap_lets_windows_and_targets_cross_the_borders():
    data = leaky("gap")
    split, (train, validation, test) = data.prepared.split, held(data).values()
    assert train[-1] + 1 == validation[0] == split.validation_start
    assert validation[-1] + 1 == test[0] == split.test_start
    assert train[-1] + 3 >= split.validation_start
    assert test[0] - 11 < split.validation_stop


def test_target_inside_the_window_makes_the_last_input_the_target():
    for horizon in (1, 3):
        data = leaky("target", recipe=RECIPE.replaced(horizon_steps=horizon))
        for windows in (data.prepared.train, data.prepared.validation, data.reported):
            np.testing.assert_array_equal(windows.inputs[:, -1, 0], windows.targets[:, -1])
            np.testing.assert_array_equal(windows.inputs[:, -horizon:, 0], windows.targets)
        for part, anchors in held(data).items():
            honest = leaky(recipe=RECIPE.replaced(horizon_steps=horizon)).prepared.part(part).anchors
            np.testing.assert_array_equal(anchors, honest[: len(anchors)])


def test_score_on_train_scores_the_training_windows():
    data = leaky("train_score")
    assert data.reported is data.prepared.train
    assert_same_windows(data.prepared.train, leaky().prepared.train)


def test_choose_the_epoch_by_test_hands_the_scored_windows_to_the_choice():
    data = leaky("test_epoch")
    assert data.prepared.validation is data.reported
    assert_same_windows(data.reported, leaky().reported)
    assert_same_windows(data.prepared.train, leaky().prepared.train)


def test_mistakes_add_up():
    data = leaky("shuffle", "target", "train_score", "scaling")
    assert data.reported is data.prepared.train
    assert data.prepared.scaling == leaky("scaling").prepared.scaling
    np.testing.assert_array_equal(data.prepared.train.anchors, leaky("shuffle").prepared.train.anchors)
    np.testing.assert_array_equal(data.prepared.train.inputs[:, -1, 0], data.prepared.train.targets[:, -1])


def test_unknown_mistake_and_too_short_a_test_part_are_sentences():
    with pytest.raises(ValueError, match=r"leaks must be among scaling, .*got luck"):
        leaky("luck")
    with pytest.raises(ValueError, match=r"at least 10 windows to be halved, got 9; lower"):
        leaky(recipe=RECIPE.replaced(train_fraction=0.8, validation_fraction=0.08), series=short(200))


def short(length):
    return replace(SERIES, values=SERIES.values[:length])


def test_long_series_are_cut_to_their_latest_points():
    long = replace(
        SERIES,
        values=np.arange(7000.0),
        times=np.arange(7000).astype("datetime64[D]").astype("datetime64[ns]"),
        extras={"x": np.arange(7000.0)},
        filled=np.array([3, 999, 1000, 6999]),
    )
    cut = lab_series(long)
    assert len(cut.values) == len(cut.times) == len(cut.extras["x"]) == MOST_POINTS
    assert cut.values[-1] == 6999 and cut.extras["x"][0] == 1000
    np.testing.assert_array_equal(cut.filled, [0, 5999])
    assert lab_series(SERIES) is SERIES


def test_the_lab_trains_quickly_whatever_the_recipe_says():
    quick = lab_recipe(RECIPE.replaced(optimizer="sgd", epochs=7, patience_epochs=3), 640)
    assert (quick.training.optimizer, quick.training.patience_epochs) == ("adam", 0)
    assert quick.training.epochs == LAB_STEPS // 10
    large = RECIPE.replaced(hidden_size=256, layers=2, window_steps=256, batch_size=32)
    assert lab_recipe(large, 6000).training.epochs == 1
    assert lab_recipe(RECIPE.replaced(batch_size=512), 30).training.epochs == LAB_STEPS


def test_every_mistake_can_be_hidden_and_a_number_always_hides_the_same():
    assert {hidden_leak(number) for number in range(100)} == set(MISTAKES)
    assert [hidden_leak(number) for number in range(20)] == [hidden_leak(number) for number in range(20)]
    assert challenge_recipe(3) == challenge_recipe(3) != challenge_recipe(4)


def test_the_paths_of_the_mistakes_begin_and_end_where_the_data_say():
    paths, stop = leak_paths(SERIES, RECIPE, frozenset(MISTAKES) - {"shuffle", "gap"})
    data = leaky()
    split = data.prepared.split
    assert stop == data.reported.anchors[-1] + 4 <= data.fresh.anchors[0] + 1
    where = {path.leak: (path.sources, path.target) for path in paths}
    assert where["scaling"] == (((split.train_stop, stop),), (0, split.train_stop))
    assert where["train_score"] == (((0, split.train_stop),), (split.test_start, stop))
    assert where["test_epoch"] == (((split.test_start, stop),), (split.validation_start, split.validation_stop))
    (gap,), _ = leak_paths(SERIES, RECIPE, {"gap"})
    reach = leaky("gap").prepared.train.anchors[-1] + 3
    assert gap.sources[0] == (split.train_stop, reach + 1)
    (shuffled,), _ = leak_paths(SERIES, RECIPE, {"shuffle"})
    drawn = {position for start, end in shuffled.sources for position in range(start, end)}
    train = leaky("shuffle").prepared.train.anchors
    later = {int(a) + k for a in train if a + 1 >= split.train_stop for k in (1, 2, 3)}
    assert drawn == later
    assert leak_paths(SERIES, RECIPE, frozenset())[0] == ()
